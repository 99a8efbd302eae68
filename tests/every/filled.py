"""A row in every guarded table, made by the people whose work it is, where the world has none."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from compliance.models import (
    AnswerRead,
    Finding,
)
from compliance.operations import make_binder, save_filter, set_flag_number, sign_review
from compliance.queries.totals import totals
from placement.access.feeds import make_calendar_feed
from placement.access.models import Person
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import (
    AddressShown,
    Placement,
    WarningSignature,
)
from placement.facilities.operations.after_care import record_after_care_check
from residents.models import (
    ProtectiveStep,
    Resident,
)
from residents.operations import log_care
from residents.operations.wording import keep_ignored
from tests.corrective import plan
from tests.court import asked as export
from tests.every.places import change_of_account, places
from tests.flyers import approved, drafted, given_out
from tests.inspections import planned
from tests.law import NCMEC, of, prove, report
from tests.retention import hold, term, written
from tests.sealings import noticed, recorded
from tests.staff_files import asked, trained
from tests.values import proposed_value
from tests.world import World, text_file

# Model → the part of the record that opens its rows, and the ids of the young people whom a row is about.


def fill(world: World) -> None:
    """Write a row into each guarded table, of two young people of two units."""
    from residents import operations

    change_of_account(places(world)["own"])
    night_before(world)
    for home, young in (("cedar", world.ada), ("birch", world.cleo)):
        late = report(world, young.resident, home=home, ago=timedelta(hours=30))
        prove(of(NCMEC, subject=late.pk), world.homes[home].staff)
        plan(world, Finding.objects.get(rule__rule=NCMEC, subject=late.pk))
        inspector, day = world.homes[home].inspector, world.today - timedelta(days=1)
        with acting(inspector.pk, inspector.name):
            make_binder(world.homes[home].facility, since=day, until=day, by=inspector)
        told_in_full(world, home, young.resident)
        planned(world, home)
        supervisor = world.supervisor if home == "cedar" else world.supervisor2
        export(world, young.resident, ["residents.CareEntry"], by=supervisor)
        for about in (young.resident, world.homes[home].facility):
            hold(world, about, by=supervisor)
        trained(world, home=home)
        asked(world, home=home)
    for key, caseworker, clinician in (
        ("ada", world.caseworker, world.clinician),
        ("cleo", world.caseworker2, world.clinician2),
    ):
        resident = world.young[key].resident
        with acting(caseworker.pk, caseworker.name):
            operations.add_alias(resident, name="Other name", used_where="online", by=caseworker)
            operations.record_harm(resident, kind="harmed", happened_on=world.today, summary="A quarrel", by=caseworker)
            for part in ("care", "identity", "case", "exploitation"):
                file(world, resident, part, caseworker)
        with acting(clinician.pk, clinician.name):
            file(world, resident, "clinical", clinician)
    for key, home in (("ada", world.cedar), ("cleo", world.birch)):
        with acting(home.staff.pk, home.staff.name):
            operations.log_activity(
                {world.young[key].resident: operations.Said("joined")},
                facility=home.facility,
                shift=None,
                name="Baking",
                place="in",
                happened_at=timezone.now(),
                by=home.staff,
            )
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        AddressShown.objects.create(
            facility=world.cedar.facility, person=world.staff_cedar, purpose="travel", reason="I drive there."
        )
        keep_ignored(["AWOL"], [world.ada.care], by=world.staff_cedar)
        make_calendar_feed(name="Phone", by=world.staff_cedar)
    for young, supervisor in ((world.ada, world.supervisor), (world.cleo, world.supervisor2)):
        with acting(supervisor.pk, supervisor.name):
            sign_review(young.flag, finding="nothing", note="Read it", by=supervisor)
    term(world)
    written(world.ada.resident, world.supervisor)
    written(world.cleo.resident, world.supervisor2)
    with acting(world.supervisor.pk, world.supervisor.name):
        set_flag_number(rule="often_late", name="times", value=5, why="Too few", by=world.supervisor)
        totals()
        save_filter(name="Late", asked={"written": "late"}, by=world.supervisor)
        proposed_value(world.ada.resident, world.supervisor)
        AnswerRead.objects.create(person=world.supervisor, of=world.flag.pk)
        operations.record_siblings(world.ada.resident, world.bea.resident, together=True, by=world.supervisor)
        record_after_care_check(world.fay.discharge, checked_at=timezone.now(), note="Is well.", by=world.supervisor)
        WarningSignature.objects.create(
            referral=world.eve.referral,
            facility=world.cedar.facility,
            criterion="age_gap",
            reason="Knows them.",
            signed_by=world.supervisor,
        )
    noticed(recorded(world), world.caseworker)


FOUND = {
    "finding": "yes",
    "authority": "Licensing",
    "based_on": "Letter 7",
    "for_young": "A talk each week",
    "for_accused": "training",
}


def told_in_full(world: World, home: str, resident: Resident) -> None:
    """A report of a restraint that is still written, with all that hangs on it."""
    from residents import operations

    place, moment = world.homes[home], timezone.now()
    staff, admin = place.staff, place.admin
    with acting(staff.pk, staff.name):
        incident = operations.report_incident(
            facility=place.facility,
            shift=place.shift,
            kind="restraint",
            severity="serious",
            happened_at=moment - timedelta(minutes=9),
            seen="Ran to the road",
            done="",
            residents=[resident],
            draft=True,
            by=staff,
        )
        part = incident.parts.get()
        operations.name_person(incident, name="An officer", role="police", part="called", by=staff)
        times = {"started_at": moment - timedelta(minutes=9), "ended_at": moment - timedelta(minutes=5)}
        said = {"held_by": "Staff", "why": "A car", "tried": "Called"}
        held = operations.add_restraint(part, kind="hold", **times, **said, by=staff)
        operations.add_check(held, at=moment - timedelta(minutes=7), checked_by="Staff", how="Calm", by=staff)
        operations.mark_injuries(part, marks=[operations.Mark("front_head", "bruise")], by=staff)
        operations.attach_file(part, upload=text_file("a.txt", "mark"), title="Mark", by=staff)
        for whom in (part, None):
            talk = {"held_at": timezone.now(), "led_by": "Staff", "declined": False, "said": "Talked"}
            operations.debrief(incident, part=whom, **talk, by=staff)
        gone = operations.report_incident(
            facility=place.facility,
            shift=place.shift,
            kind="missing",
            severity="critical",
            happened_at=moment - timedelta(minutes=9),
            seen="Not in the room",
            done="Looked",
            residents=[resident],
            by=staff,
        )
        operations.note_search(gone, what="house", at=moment, who="Staff", by=staff)
        operations.note_known(gone.parts.get(), what="worn", said="A red coat", by=staff)
    first = world.supervisor if home == "cedar" else world.supervisor2
    given_out(approved(drafted(gone.parts.get(), admin), first), first)
    with acting(staff.pk, staff.name):
        alleged = operations.report_incident(
            facility=place.facility,
            shift=place.shift,
            kind="allegation",
            severity="low",
            happened_at=moment - timedelta(minutes=9),
            seen="She said it",
            done="",
            residents=[resident],
            accused=[operations.Accused(person=world.sysadmin)],
            draft=True,
            by=staff,
        )
        again = {"kind": "allegation", "severity": "low", "happened_at": alleged.happened_at, "seen": "She said it"}
        operations.complete_draft(alleged, **again, done="", by=staff)  # sent, so that nobody writes on it
    with acting(admin.pk, admin.name):
        steps = [operations.Decided(kind, taken=True, note="From today on") for kind in ProtectiveStep.Kind.values]
        operations.decide_protective_steps(alleged, steps=steps, review_on=place.today, by=admin)
        operations.record_outcome(alleged, **FOUND, found_on=place.today, by=admin)
        operations.set_follow_up(incident, what="Mend it", owner=staff, due_on=place.today, by=admin)


def night_before(world: World) -> None:
    """A shift before the world's in each home, signed by its staff, and read, taken over and reviewed by its administrator."""
    for home in (world.cedar, world.birch):
        with acting(home.staff.pk, home.staff.name):
            night = homes.open_shift(
                home.facility,
                name="Night",
                starts_at=world.now - timedelta(hours=10),
                ends_at=world.now - timedelta(hours=3),
                staff=[home.staff],
                by=home.staff,
            )
            since = {"starts_at__lt": world.now - timedelta(hours=5)}
            for stay in Placement.objects.filter(facility=home.facility, status="active", **since):
                what = {"kind": "mood", "outcome": "Good", "happened_at": world.now - timedelta(hours=4)}
                log_care(stay.resident, facility=home.facility, shift=night, **what, by=home.staff)
            homes.sign_shift(night, hand_off="Quiet", about_open="Looked", by=home.staff)
        with acting(home.admin.pk, home.admin.name):
            counted = {"counted": 0, "keys": 4, "medication": True, "difference": "Counted twice"}
            homes.take_over_duty(night, **counted, by=home.admin)
            homes.review_looks(night, note="Read", by=home.admin)


def file(world: World, resident: Any, part: str, by: Person) -> None:
    from residents import operations

    operations.file_document(upload=text_file("a.txt", part), title=part, part=part, resident=resident, by=by)
