"""Flyers in plain SQL: by whom they are written and approved, that they stay, and that none leaves without a sheet."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from residents.models import Disclosure, Flyer, FlyerRelease, IncidentPart, IncidentPerson
from tests.attack.sql import again, ask, change, denied, insert, refused, sql
from tests.attack.test_incident_chain import report
from tests.flyers import approved, back_home, drafted, given_out, missing_part
from tests.world import World


def write(by: Person, part: IncidentPart, **more: Any) -> UUID:
    said = dict.fromkeys(("age", "height", "build", "hair", "worn", "last_seen", "case_number", "recall_reason"), "")
    said |= {"name": "Ada", "police": "555 0142", "since": timezone.now().date(), "released": [], "photo_id": None}
    with acting(by.pk, by.name):
        return insert(Flyer, part_id=part.pk, **said | {"drafted_by_id": by.pk} | more)


def set_(by: Person, flyer: Flyer, **values: Any) -> int:
    with acting(by.pk, by.name):
        return change(flyer, **values)


def agree(by: Person, flyer: Flyer, **more: Any) -> int:
    return set_(by, flyer, **{"released": ["name"], "approved_by_id": by.pk, "approved_at": timezone.now()} | more)


def give(by: Person, flyer: Flyer, sheet: Disclosure, **more: Any) -> UUID:
    with acting(by.pk, by.name):
        told = {"flyer_id": flyer.pk, "disclosure_id": sheet.pk, "recipient": "Police", "released_by_id": by.pk}
        return insert(FlyerRelease, **told | more)


def shared(by: Person, flyer: Flyer) -> Disclosure:
    with acting(by.pk, by.name):
        row = Disclosure.objects.filter(resident=flyer.part.resident_id).first()
        assert row
        key = again(
            row,
            consent_id=None,
            basis="law",
            authority="A law",
            disclosed_by_id=by.pk,
            until=None,
            recipient_kind="court",
        )
        return Disclosure.objects.get(pk=key)


def test_a_draft_is_written_by_who_answers_and_is_approved_by_another_who_supervises(world: World) -> None:
    part = missing_part(world)
    for by in (world.clinician, world.staff_cedar, world.staff_birch, world.caseworker2):
        with refused("flyer_by_who_answers"):
            write(by, part)
    with refused("signature_is_own"):
        write(world.admin_cedar, part, drafted_by_id=world.supervisor.pk)
    with refused("flyer_says_whom_and_whom_to_call"):
        write(world.admin_cedar, part, police=" ")
    with refused("flyer_is_kept"):
        signed = {"approved_by_id": world.supervisor.pk, "approved_at": timezone.now(), "released": ["name"]}
        write(world.caseworker, part, **signed)
    own = drafted(part, world.supervisor)
    with refused("flyer_approved_by_another"):
        agree(world.supervisor, own)
    flyer = drafted(part, world.admin_cedar)
    with refused("flyer_approved_is_the_newest"):
        agree(world.supervisor, drafted(part, world.caseworker) and flyer)
    flyer = drafted(part, world.admin_cedar)
    with refused("flyer_is_kept"):
        set_(world.admin_cedar, flyer, hair="Short")
    with refused("flyer_approved_by_a_supervisor"):
        agree(world.caseworker, flyer)
    with refused("flyer_approved_by_a_supervisor"):
        agree(world.admin_cedar, flyer)
    with refused("signature_is_own"):
        agree(world.supervisor, flyer, approved_by_id=world.supervisor2.pk)
    for released in ([], ["made_up"]):
        with refused("flyer_approval_says_what"):
            agree(world.supervisor, flyer, released=released)
    with refused("flyer_is_kept"):  # what is approved is what was read
        agree(world.supervisor, flyer, hair="Red")
    assert agree(world.supervisor, flyer)


def test_nobody_approves_a_flyer_of_an_incident_that_names_them(world: World) -> None:
    incident = report(world, world.ada, kind="missing")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        person = world.supervisor.pk
        insert(IncidentPerson, incident_id=incident.pk, person_id=person, name="", role="staff", part="witness")
    flyer = drafted(incident.parts.get(), world.admin_cedar)
    with refused("flyer_approved_by_a_supervisor"):
        agree(world.supervisor, flyer)


def test_an_approved_flyer_stays_and_a_withdrawn_one_too(world: World) -> None:
    part = missing_part(world)
    flyer = approved(drafted(part, world.admin_cedar), world.supervisor)
    for values in ({"worn": "x"}, {"released": ["name", "hair"]}, {"since": world.today.replace(year=2020)}):
        with refused("flyer_is_kept"):
            set_(world.supervisor, flyer, **values)
    with refused("flyer_is_kept"):
        set_(world.supervisor, flyer, approved_by_id=None, approved_at=None, released=[])
    with acting(world.supervisor.pk, world.supervisor.name), denied():
        sql("DELETE FROM residents_flyer WHERE id = %s", flyer.pk)
    gone = {"recalled_by_id": world.admin_cedar.pk, "recalled_at": timezone.now(), "recall_reason": "Wrong"}
    with refused("flyer_recall_says_why"):
        set_(world.admin_cedar, flyer, **gone | {"recall_reason": " "})
    assert set_(world.admin_cedar, flyer, **gone)
    with refused("flyer_is_kept"):
        set_(world.admin_cedar, flyer, recalled_by_id=None, recalled_at=None, recall_reason="")


def test_nothing_is_given_out_without_an_approval_a_sheet_and_the_right_to_share(world: World) -> None:
    part, first = missing_part(world), world.supervisor
    flyer = drafted(part, world.admin_cedar)
    with refused("flyer_is_approved_first"):
        give(first, flyer, shared(first, flyer))
    flyer = approved(flyer, first)
    with acting(first.pk, first.name):
        old = world.ada.disclosure
    with refused("flyer_release_is_written_as_shared"):  # of a day before
        give(first, flyer, old)
    sheet = shared(first, flyer)
    with refused("flyer_given_by_who_may_share"):
        give(world.admin_cedar, flyer, sheet)
    with refused("flyer_release_is_written_as_shared"):  # somebody else's
        give(world.caseworker, flyer, sheet)
    with refused("flyer_release_says_to_whom"):
        give(first, flyer, sheet, recipient=" ")
    with refused("flyer_release_is_kept"):
        give(first, flyer, sheet, told_by_id=first.pk, told_at=timezone.now())
    assert give(first, flyer, sheet)
    with refused("residents_flyerrelease_disclosure_id_key"):
        give(first, flyer, sheet)


def test_what_was_given_out_stays_and_who_got_it_is_told_once(world: World) -> None:
    part, first = missing_part(world), world.supervisor
    release = given_out(approved(drafted(part, world.admin_cedar), first), first)
    with acting(first.pk, first.name):
        with refused("flyer_release_is_kept"):
            change(release, recipient="Nobody")
        with refused("flyer_told_is_signed"):
            change(release, told_at=timezone.now())
        with denied():
            sql("DELETE FROM residents_flyerrelease WHERE id = %s", release.pk)
    with refused("flyer_given_by_who_may_share"), acting(world.admin_cedar.pk, world.admin_cedar.name):
        change(release, told_at=timezone.now(), told_by_id=world.admin_cedar.pk)
    with acting(first.pk, first.name):
        assert change(release, told_at=timezone.now(), told_by_id=first.pk)
        with refused("flyer_release_is_kept"):
            change(release, told_at=None, told_by_id=None)


def test_after_the_return_nothing_is_written_approved_or_given_out(world: World) -> None:
    part, first = missing_part(world), world.supervisor
    flyer = approved(drafted(part, world.admin_cedar), first)
    waiting = drafted(part, world.admin_cedar)
    sheet = shared(first, flyer)
    back_home(world, part.incident)
    with refused("flyer_is_withdrawn"):
        give(first, flyer, sheet)
    with refused("flyer_is_of_who_is_missing"):
        agree(first, waiting)
    assert set_(first, waiting, recalled_by_id=first.pk, recalled_at=timezone.now(), recall_reason="Back")
    with refused("flyer_is_of_who_is_missing"):
        write(world.admin_cedar, part)


def test_only_a_marked_picture_of_them_stands_on_it_and_only_a_picture_is_marked(world: World) -> None:
    part = missing_part(world)
    with refused("flyer_photo_may_be_shown"):
        write(world.admin_cedar, part, photo_id=world.ada.document.pk)
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("flyer_shows_a_picture_of_the_care_part"):
            again(world.ada.document, for_flyer=True, stored_name=str(part.pk), content_type="text/plain")
        with refused("document_is_kept"):
            change(world.ada.document, for_flyer=True)


def test_a_flyer_is_shown_with_its_part_to_who_reads_the_identity(world: World) -> None:
    part = missing_part(world)
    release = given_out(approved(drafted(part, world.admin_cedar), world.supervisor), world.supervisor)
    sees = {}
    for key in (
        "admin_cedar",
        "supervisor",
        "caseworker",
        "staff_cedar",
        "staff_birch",
        "inspector_cedar",
        "caseworker2",
    ):
        person = world.people[key]
        with acting(person.pk, person.name):
            sees[key] = (Flyer.objects.filter(pk=release.flyer_id).exists(), FlyerRelease.objects.exists())
    readers = ("admin_cedar", "supervisor", "caseworker")
    assert sees == {key: (key in readers, key in readers) for key in sees}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert ask("SELECT count(*) FROM residents_historicalflyer") == 0
