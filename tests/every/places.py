"""Where the pages of ``tests.every.table`` are asked for, by whom, and with which arguments; what is not there yet is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from compliance.models import AgencyTerm, Binder, Citation, CorrectiveAction, CourtExport, Finding, Obligation, Proof
from compliance.operations import file_proof, make_binder, plan_corrective_action
from placement.access.models import AccountChange, Person
from placement.access.proposals import propose_change
from placement.access.rights import Role
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import ShiftStaff, StaffReference
from residents.models import (
    Document,
    FlyerRelease,
    Incident,
    IncidentFollowUp,
    IncidentPart,
    IncidentResident,
    LegalHold,
    ValueProposal,
)
from residents.operations import file_document, set_follow_up
from tests import inspections, staff_files
from tests.court import asked
from tests.every.oracle import Sight, sights
from tests.flyers import approved, drafted, given_out
from tests.retention import hold, propose_term
from tests.values import proposed_value
from tests.world import Home, World, Young, text_file


@dataclass(frozen=True)
class Place:
    """Where the arguments of a page come from, and how far it is from north unit and Cedar."""

    name: str
    world: World
    young: Young
    home: Home

    @property
    def ended(self) -> bool:
        return self.name == "ended"


def places(world: World) -> dict[str, Place]:
    """Own (of north and Cedar), of the other unit and home, and of a stay that has ended."""
    return {
        "own": Place("own", world, world.ada, world.cedar),
        "other": Place("other", world, world.cleo, world.birch),
        "ended": Place("ended", world, world.fay, world.cedar),
    }


def people_of(place: Place) -> dict[str, set[Person]]:
    """Letter → the people whom it stands for at this place."""
    w, south = place.world, place.name == "other"
    letters = {
        "c": {w.caseworker2 if south else w.caseworker},
        "l": {w.clinician2 if south else w.clinician},
        "s": {w.supervisor2 if south else w.supervisor},
        "f": {w.staff_birch if south else w.staff_cedar},
        "a": {w.admin_birch if south else w.admin_cedar},
        "i": {w.inspector_birch if south else w.inspector_cedar},
        "o": {w.supervisor if south else w.supervisor2},
    }
    return letters | everybody(w)


def everybody(w: World) -> dict[str, set[Person]]:
    """Letter → all people of a role."""
    return {
        "C": {w.caseworker, w.caseworker2, w.caseworker_past},
        "L": {w.clinician, w.clinician2},
        "S": {w.supervisor, w.supervisor2},
        "F": {w.staff_cedar, w.staff_birch, w.staff_past},
        "A": {w.admin_cedar, w.admin_birch},
        "I": {w.inspector_cedar, w.inspector_birch},
        "w": {w.staff_cedar, w.staff_birch, w.admin_cedar, w.admin_birch},
        "y": {w.sysadmin},
        "x": {w.stranger},
    }


Arguments = dict[str, Callable[[Place], Any]]


@dataclass(frozen=True)
class Page:
    """One pattern. ``opens``: the part of the record, the home or the role that it shows, in the words of the oracle.

    more: other records that the same address shows, each with the part that opens it.
    """

    opens: str
    args: Arguments = field(default_factory=dict)
    post_only: bool = False
    more: tuple[tuple[str, Arguments], ...] = ()

    def people(self, place: Place, opens: str = "", known: dict[UUID, Sight] | None = None) -> set[Person]:
        """Who gets in at ``place``, by the oracle: in the world as it was built, or as ``known`` says."""
        known = known or sights(place.world)
        at = {"young": place.young.resident.pk, "home": place.home.facility.pk} if self.args else {}
        return {person for person in place.world.people.values() if known[person.pk].has(opens or self.opens, **at)}

    def records(self) -> list[tuple[str, Arguments]]:
        """What the address can show: the part that opens it, and the arguments."""
        return [(self.opens, self.args), *self.more]


def young(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.resident.pk} | more


def home(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.home.facility.pk} | more


def stay(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.stay.pk} | more


def referral(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.referral.pk} | more


def act_on(row: Callable[[Place], Any]) -> Arguments:
    """The act that wrote a history row."""
    return {"xid": lambda p: row(p).history_xid, "at": lambda p: f"{row(p).history_date.timestamp():.6f}"}


def of_young(place: Place) -> Any:
    """A history row about the young person of the place."""
    return place.young.alert.history.first()


def of_home(place: Place) -> Any:
    """A history row about the home of the place, from an act that touched no young person."""
    return place.home.beds[3].history.last()


def paper_in(part: str) -> Arguments:
    """A file in a part of the record, filed when there is none."""

    def key(place: Place) -> UUID:
        found = Document.objects.filter(resident=place.young.resident, part=part).first()
        if found is None:
            filed_by = place.young.team.person if part == "clinical" else place.young.caseload.caseworker
            with acting(filed_by.pk, filed_by.name):
                upload, whose = text_file("a.txt", part), place.young.resident
                found = file_document(upload=upload, title=part, part=part, resident=whose, by=filed_by)
        return found.pk

    return {"pk": key}


PAPERS = (
    *((part, paper_in(part)) for part in ("care", "identity", "exploitation", "clinical")),
    ("papers", {"pk": lambda p: p.home.paper.pk}),
    ("case + sealed", {"pk": lambda p: p.young.seal.document_id}),
)


def conflict(place: Place) -> Any:
    """The bar of somebody who has nothing to do with the young person of the place."""
    return place.young.resident.conflicts.earliest("starts_at")


def change_of_account(place: Place) -> UUID:
    """A change of an account that waits for a second person, proposed when there is none."""
    found = AccountChange.objects.filter(person=place.world.stranger).first()
    if found is None:
        by = place.world.sysadmin
        with acting(by.pk, by.name):
            found = propose_change(place.world.stranger, role=Role.STAFF, unit=None, reason="Begins", by=by)
    return found.pk


def on_duty(place: Place) -> UUID:
    """The staff of the home of the place, in its shift."""
    return ShiftStaff.objects.get(shift=place.home.shift, person=place.home.staff).pk


def asked_in(part: str) -> Arguments:
    """Something that a rule asks, in a part that is about the young person of the place, or about the home."""
    return {"pk": lambda p: in_part(Obligation, p, part).first().pk}


def found_in(part: str) -> Arguments:
    """A rule that is not met, as above."""
    return {"pk": lambda p: in_part(Finding, p, part).first().pk}


def in_part(model: Any, place: Place, part: str) -> Any:
    first = ("-stays_with_home",) if model is Finding else ()  # which of them the home answers for after a stay
    rows = model.objects.filter(facility=place.home.facility, part=part).order_by(*first, "pk")
    return rows.filter(resident=None if part in ("shift", "papers") else place.young.resident)


def proof_in(part: str) -> Arguments:
    """A proof of something that is asked in a part, filed when there is none."""

    def proof(place: Place) -> Proof:
        asked = in_part(Obligation, place, part).exclude(rule__proofs=[])
        found = Proof.objects.filter(obligation__in=asked, withdrawn_at=None).first()
        if found is None:
            of_home = part in ("shift", "papers")
            by = place.home.admin if of_home else people_of(place)["s"].copy().pop()
            failed = Q(rule__in=in_part(Finding, place, part).filter(closed_at=None).values("rule"))
            unmet = asked.filter(met_at=None, ended_at=None, event_at__lte=now())
            open_ = unmet.exclude(failed).first() or unmet.first()  # so that a finding stays for ``action_in``
            with acting(by.pk, by.name):
                found = file_proof(open_, item=1, done_at=now(), how="phone", told="Hotline", by=by)
        return found

    return {"pk": lambda p: proof(p).obligation_id, "proof": lambda p: proof(p).pk}


def binder() -> Arguments:
    """An inspection binder of the home, made by whoever runs it when there is none."""

    def key(place: Place) -> UUID:
        home, today = place.home, place.world.today
        made = Binder.objects.filter(facility=home.facility).first()
        if made is None:
            with acting(home.admin.pk, home.admin.name):
                made = make_binder(home.facility, since=today - timedelta(days=30), until=today, by=home.admin)
        return made.pk

    return {"pk": key}


def export_of(subject: str) -> Arguments:
    """A sealed export about the young person or the home of the place, asked for when there is none."""

    def key(place: Place) -> UUID:
        about = {"resident": place.young.resident, "facility": place.home.facility}[subject]
        made = CourtExport.objects.filter(**{subject: about}).first()
        if made is None:
            made = asked(
                place.world, about, ["residents.CareEntry"], by=people_of(place)["s"].copy().pop(), with_log=False
            )
        return made.pk

    return {"pk": key}


def value_in(place: Place) -> UUID:
    """A former value of the young person that a supervisor proposes to put back, when there is none."""
    resident = place.young.resident
    made = ValueProposal.objects.filter(resident=resident).first()
    return (made or proposed_value(resident, people_of(place)["s"].copy().pop())).pk


def term_of(place: Place) -> UUID:
    """A time that a supervisor has proposed, when there is none."""
    return (AgencyTerm.objects.first() or propose_term(place.world)).pk


def hold_on(subject: str) -> Arguments:
    """A legal hold on the young person or the home of the place, laid when there is none."""

    def key(place: Place) -> UUID:
        about = {"resident": place.young.resident, "facility": place.home.facility}[subject]
        made = LegalHold.objects.filter(**{subject: about}).first()
        return (made or hold(place.world, about, by=people_of(place)["s"].copy().pop())).pk

    return {"pk": key}


def action_in(part: str) -> Arguments:
    """A corrective action about a finding in a part, planned when there is none."""

    def key(place: Place) -> UUID:
        rows = in_part(Finding, place, part)
        made = CorrectiveAction.objects.filter(finding__in=rows, done_at=None).first()
        if made is None:
            by = place.home.admin if part in ("shift", "papers") else place.young.caseload.caseworker
            what = {"cause": "The lock", "owner": place.home.admin, "due_on": place.home.today, "steps": ["Look"]}
            with acting(by.pk, by.name):
                made = plan_corrective_action(rows.filter(closed_at=None).first(), **what, by=by)
        return made.pk

    return {"pk": key}


def part_of(place: Place) -> UUID:
    """What the incident of the place was for the young person alone."""
    return place.young.incident.parts.get(resident=place.young.resident).pk


def gone(place: Place) -> Incident:
    """A report of the home by which the young person of the place is missing; made when there is none."""
    named = {"kind": "missing", "facility": place.home.facility}
    found = Incident.objects.filter(**named, residents=place.young.resident).first()
    if found is None:
        (by,) = people_of(place)["s"]  # who lived there once, only the supervisor can still name
        with acting(by.pk, by.name):
            said = {
                "severity": "critical",
                "happened_at": place.young.incident.happened_at,
                "seen": "Gone",
                "number": 0,
            }
            found = Incident.objects.create(**named, **said, reported_by=by)
            IncidentResident.objects.create(incident=found, resident=place.young.resident)
    return found


def missing_now(place: Place) -> IncidentPart:
    """The part of a report by which the young person of the place is missing at this moment; made when there is none.

    Who has left the home went missing at the end of their stay.
    """
    named = {"kind": "missing", "seen": "Gone just now", "facility": place.home.facility}
    found = Incident.objects.filter(**named, residents=place.young.resident).first()
    if found is None:
        (by,) = people_of(place)["s"]
        with acting(by.pk, by.name):
            at = place.young.stay.ends_at - timedelta(minutes=1) if place.ended else timezone.now()
            said = {"severity": "critical", "happened_at": at, "number": 0, "reported_by": by}
            found = Incident.objects.create(**named, **said)
            IncidentResident.objects.create(incident=found, resident=place.young.resident)
    return found.parts.get()


def flyer_out(place: Place) -> UUID:
    """A flyer of that report which was given to the police; made when there is none."""
    part = missing_now(place)
    found = FlyerRelease.objects.filter(flyer__part=part).first()
    if found is None:
        (first,), (keeps,) = people_of(place)["s"], people_of(place)["c"]
        found = given_out(approved(drafted(part, keeps), first), first)
    return found.pk


def left_to_do(place: Place) -> UUID:
    """What is still to be done after the incident of the place, by the home's staff; set when nothing is."""
    incident, by = place.young.incident, place.world.supervisor
    found = IncidentFollowUp.objects.filter(incident=incident, done_at=None).first()
    if found is None:
        what = {"what": "Mend it", "owner": place.home.staff, "due_on": place.home.today}
        with acting(by.pk, by.name):
            found = set_follow_up(incident, **what, by=by)
    return found.pk


def citation_of(place: Place) -> Citation:
    """What an authority cited in the home of the place, written down when there is none."""
    found = Citation.objects.filter(inspection__facility=place.home.facility, ended_as="").first()
    return found or inspections.planned(place.world, key_of(place)).citation


def key_of(place: Place) -> str:
    """The name of the place's home in the world."""
    return next(key for key, home in place.world.homes.items() if home is place.home)


def staff_of(place: Place) -> UUID:
    """The role of the home's staff in it."""
    return place.home.facility.assignments.get(person=place.home.staff).pk


def training_of(place: Place) -> UUID:
    """Training of the home's staff, filed when there is none."""
    found = place.home.staff.trainings.filter(withdrawn_at=None).first()
    return (found or staff_files.trained(place.world, home=key_of(place))[0]).pk


def reference_of(place: Place) -> UUID:
    """A reference on the home's staff that waits for its answer, asked for when there is none."""
    found = StaffReference.objects.filter(facility=place.home.facility, result="").first()
    return (found or staff_files.asked(place.world, home=key_of(place))).pk
