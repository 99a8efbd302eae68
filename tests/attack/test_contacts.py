"""Plain SQL against contacts and limits: who may be kept from whom, by whom, for how long, and what must be reported."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting
from placement.facilities.operations import sign_shift
from residents import operations as residents
from residents.models import Contact, Incident, OutsidePerson, Restriction
from residents.operations.incidents import draft_about_contact
from tests.attack.incident_steps import step
from tests.attack.sql import again, ask, change, denied, insert, refused, sql
from tests.facilities.conftest import do
from tests.world import World

DAY = timedelta(days=1)


def put(world: World, by: Person | None = None, **changes: Any) -> tuple[type[Contact], UUID]:
    """Insert a contact of ada with her aunt, as staff of the home."""
    by = by or world.staff_cedar
    values = {
        "resident_id": world.ada.resident.pk,
        "outside_person_id": world.ada.outside.pk,
        "other_name": "",
        "kind": "call",
        "outcome": "took_place",
        "initiative": "young",
        "happened_at": timezone.now() - timedelta(minutes=2),
        "supervised": False,
        "supervised_by": "",
        "note": "",
        "reason": "",
        "facility_id": world.cedar.facility.pk,
        "shift_id": world.cedar.shift.pk,
        "written_by_id": by.pk,
    }
    with acting(by.pk, by.name):
        return Contact, insert(Contact, **values | changes)


def limit(world: World, by: Person | None = None, **changes: Any) -> UUID:
    """Insert a limit on contact with somebody new on ada's list."""
    by = by or world.staff_cedar
    values = {"resident_id": world.ada.resident.pk, "kind": "contact", "activity": "", "reason": "Shouted at her"}
    values |= {"asked_by_id": by.pk, "decision": "", "decision_reason": ""} | changes
    with acting(by.pk, by.name):
        return insert(Restriction, **values)


def person(world: World, permission: str, name: str = "Uncle") -> OutsidePerson:
    """Somebody on ada's list."""
    values = {"name": name, "relation": "uncle", "permission": permission, "order": "Order 7"}
    return do(world.caseworker, residents.add_outside_person, world.ada.resident, **values)


def decide(world: World, by: Person, row: UUID | None = None, **changes: Any) -> int:
    """Decide about ada's limit that waits."""
    values = {"decision": "approved", "decided_by_id": by.pk, "decided_at": timezone.now(), "decision_reason": ""}
    values |= {"ends_at": timezone.now() + DAY} | changes
    with acting(by.pk, by.name):
        return change((Restriction, row or world.ada.limit.pk), **values)


def test_allowed_contact_is_denied_only_under_a_limit_with_a_reason(world: World) -> None:
    for permission in ("allowed", "supervised"):
        uncle = person(world, permission)
        with refused("denial_of_allowed_contact_has_its_limit"):
            put(world, outcome="denied", outside_person_id=uncle.pk)
        with refused("denial_of_allowed_contact_has_its_limit"):  # the limit is on contact with the aunt
            put(world, outcome="denied", outside_person_id=uncle.pk, restriction_id=world.ada.limit.pk)
        for empty in ("", " \n"):
            with refused("restriction_has_a_reason"):
                limit(world, outside_person_id=uncle.pk, reason=empty)
    assert put(world, outcome="denied", restriction_id=world.ada.limit.pk)
    with refused("denial_of_allowed_contact_has_its_limit"):  # a limit hangs on nothing that took place
        put(world, restriction_id=world.ada.limit.pk)


def test_a_limit_holds_a_day_without_a_decision(committed_world: World) -> None:
    world = committed_world
    with roles.as_owner(), transaction.atomic():
        sql("ALTER TABLE residents_restriction DISABLE TRIGGER rules")
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            change(world.ada.limit, asked_at=timezone.now() - timedelta(hours=23))
        assert put(world, outcome="denied", restriction_id=world.ada.limit.pk)
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            change(world.ada.limit, asked_at=timezone.now() - timedelta(hours=25))
        with refused("denial_of_allowed_contact_has_its_limit"):
            put(world, outcome="denied", restriction_id=world.ada.limit.pk)
        transaction.set_rollback(True)


def test_a_limit_holds_until_it_was_decided_and_no_longer(world: World) -> None:
    assert decide(world, world.admin_cedar, ends_at=timezone.now() + timedelta(minutes=1)) == 1
    assert put(world, outcome="denied", restriction_id=world.ada.limit.pk)
    with refused("denial_of_allowed_contact_has_its_limit"):
        later = timezone.now() + timedelta(minutes=3)  # as a clock that is ahead would have it
        put(world, outcome="denied", restriction_id=world.ada.limit.pk, happened_at=later)


def test_after_a_decline_nothing_is_denied_under_it(world: World) -> None:
    assert decide(world, world.supervisor, decision="declined", decision_reason="No ground", ends_at=None) == 1
    with refused("denial_of_allowed_contact_has_its_limit"):
        put(world, outcome="denied", restriction_id=world.ada.limit.pk)


def test_whoever_denied_never_decides(world: World) -> None:
    uncle = person(world, "allowed")
    own = limit(world, world.admin_cedar, outside_person_id=uncle.pk)
    with refused("restriction_decided_by_another"):
        decide(world, world.admin_cedar, own)
    with refused("signature_is_own"):
        decide(world, world.admin_cedar, decided_by_id=world.supervisor.pk)
    put(world, world.admin_cedar, outcome="denied", restriction_id=world.ada.limit.pk)  # that the staff has set
    with refused("restriction_decided_by_another"):
        decide(world, world.admin_cedar)
    assert decide(world, world.supervisor) == 1


def test_only_who_answers_for_the_young_person_decides(world: World) -> None:
    for other in (world.caseworker, world.clinician):
        with refused("restriction_is_decided_by_who_answers_for_it"):
            decide(world, other)
    for far in (world.admin_birch, world.supervisor2, world.stranger):
        assert decide(world, far) == 0


def test_a_limit_begins_undecided_ends_in_time_and_is_kept(world: World) -> None:
    uncle = person(world, "allowed")
    with refused("restriction_begins_undecided"):
        limit(
            world, world.supervisor, outside_person_id=uncle.pk, decision="approved", decided_by_id=world.supervisor.pk,
            decided_at=timezone.now(), ends_at=timezone.now() + DAY,
        )  # fmt: skip
    with refused("restriction_is_of_an_allowed_contact"):
        limit(world, outside_person_id=person(world, "prohibited").pk)
    with refused("restriction_is_of_an_allowed_contact"):
        limit(world, outside_person_id=world.cleo.outside.pk)
    for values in ({"outside_person_id": None}, {"outside_person_id": uncle.pk, "activity": "Swimming"}):
        with refused("restriction_says_of_what"):
            limit(world, **values)
    with refused("restriction_says_of_what"):
        limit(world, kind="activity", outside_person_id=None, activity=" ")
    with refused("restriction_waits_once"):
        limit(world, outside_person_id=world.ada.outside.pk)
    for ends_at in (None, timezone.now() + 8 * DAY, timezone.now() - DAY):
        with refused("restriction_ends_in_time"):
            decide(world, world.supervisor, ends_at=ends_at)
    with refused("restriction_decision_is_signed"):
        decide(world, world.supervisor, decision="declined", ends_at=None)
    with refused("restriction_is_kept"), acting(world.supervisor.pk, world.supervisor.name):
        change(world.ada.limit, reason="Another")
    decide(world, world.supervisor)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("restriction_is_kept"):
            change(world.ada.limit, ends_at=timezone.now() + 3 * DAY)
        with refused("restriction_is_kept"):
            change(world.ada.limit, decision_reason="Another")
        assert change(world.ada.limit, ends_at=timezone.now() - DAY) == 1  # the database says when: now
        with denied():
            sql("DELETE FROM residents_restriction WHERE id = %s", world.ada.limit.pk)
    row = Restriction.objects.get(pk=world.ada.limit.pk)
    assert row.decided_at <= row.ends_at <= timezone.now()


def test_who_is_not_allowed_or_not_known_brings_an_incident(world: World) -> None:
    strangers = {"outside_person_id": None, "other_name": "A man", "initiative": "other", "note": "He asked for her"}
    uncle = {"outside_person_id": person(world, "prohibited").pk, "note": "He asked for her"}
    moment = timezone.now() - timedelta(minutes=2)
    begun = {
        "facility": world.cedar.facility,
        "shift": world.cedar.shift,
        "happened_at": moment,
        "seen": "A man called",
    }
    for values in (strangers, uncle, uncle | {"outcome": "denied"}, uncle | {"initiative": "young"}):
        for report in (None, world.cleo.incident.pk, world.fay.incident.pk):
            with refused("contact_not_allowed_is_an_incident"):
                put(world, incident_id=report, **values)
        with refused("contact_not_allowed_is_an_incident"):  # nor without a home
            put(world, world.caseworker, facility_id=None, shift_id=None, incident_id=world.ada.incident.pk, **values)
        draft = do(world.staff_cedar, draft_about_contact, world.ada.resident, **begun)
        assert put(world, incident_id=draft.pk, happened_at=moment, **values)
    with refused("denied_stranger_has_words"):
        put(world, **strangers | {"initiative": "young", "note": " ", "outcome": "denied"})
    assert put(world, **strangers | {"initiative": "young", "outcome": "denied"})
    with refused("contact_is_with_one"):
        put(world, other_name="A man")
    with refused("contact_is_with_one"):
        put(world, outside_person_id=None, other_name=" ")


def test_unsupervised_has_words_and_supervised_a_name(world: World) -> None:
    uncle = {"outside_person_id": person(world, "supervised").pk}
    with refused("unsupervised_contact_has_words"):
        put(world, note=" \n", **uncle)
    with refused("supervision_names_who_was_present"):
        put(world, supervised=True, **uncle)
    with refused("who_was_present_was_present"):
        put(world, supervised_by="Sam", note="He came early", **uncle)
    assert put(world, supervised=True, supervised_by="Sam", **uncle)
    _, pk = put(world, note="He came early", permission="allowed", **uncle)
    assert ask("SELECT permission FROM residents_contact WHERE id = %s", pk) == "supervised"


def test_the_supervisor_signs_once_that_they_have_read(world: World) -> None:
    row = put(world, outside_person_id=person(world, "supervised").pk, note="He came early")
    for other in (world.admin_cedar, world.caseworker):
        with refused("contact_is_read_by_the_supervisor"), acting(other.pk, other.name):
            change(row, seen_by_id=other.pk, seen_at=world.now)
    with refused("contact_is_kept"), acting(world.supervisor.pk, world.supervisor.name):
        change(row, seen_by_id=world.supervisor.pk, note="It was nothing")
    own = put(
        world, world.supervisor, facility_id=None, shift_id=None, outside_person_id=person(world, "supervised").pk, note="x"
    )  # fmt: skip
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("contact_is_read_by_another"):
            change(own, seen_by_id=world.supervisor.pk)
        assert change(row, seen_by_id=world.supervisor.pk) == 1
        with refused("contact_is_kept"):
            change(row, note="Another")


def test_the_database_says_when_it_was_written_and_whether_it_is_late(world: World) -> None:
    _, pk = put(world, happened_at=timezone.now() - timedelta(hours=1), late=False, written_at=world.now - DAY)
    assert ask("SELECT late AND written_at >= %s FROM residents_contact WHERE id = %s", world.now, pk)


def test_a_contact_stays_and_is_amended_with_a_reason(world: World) -> None:
    first = world.ada.contact
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"note": "Another"}, {"outcome": "mistake"}, {"happened_at": world.now}, {"supervised": True}):
            with refused("contact_is_kept"):
                change(first, **values)
        with denied():
            sql("DELETE FROM residents_contact WHERE id = %s", first.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            sql("UPDATE residents_historicalcontact SET note = 'Another'")
        amended = again(first, amends_id=first.pk, reason="A slip", note="She laughed")
        assert again(first, amends_id=first.pk, reason="A slip", outcome="mistake")
        with refused("contact_amendment_has_a_reason"):
            again(first, amends_id=first.pk, reason=" ")
        with refused("mistake_is_an_amendment"):
            again(first, outcome="mistake")
        for values in (
            {"outcome": "denied", "restriction_id": world.ada.limit.pk},
            {"kind": "visit"},
            {"initiative": "other"},
            {"supervised": True, "supervised_by": "Sam"},
            {"shift_id": None},
            {"amends_id": amended},
            {"amends_id": world.cleo.contact.pk},
        ):
            with refused("contact_amendment_is_of_one_contact"):
                again(first, **{"amends_id": first.pk, "reason": "A slip"} | values)
    unsupervised = put(world, outside_person_id=person(world, "supervised").pk, note="He came early")
    row = Contact.objects.get(pk=unsupervised[1])
    with refused("contact_keeps_its_words"), acting(world.staff_cedar.pk, world.staff_cedar.name):
        again(row, amends_id=row.pk, reason="A slip", note="")


def test_a_signed_shift_takes_a_contact_only_with_a_reason(world: World) -> None:
    before = timezone.now() - timedelta(minutes=2)
    do(world.staff_cedar, sign_shift, world.cedar.shift, hand_off="Quiet")
    for shift in (world.cedar.shift.pk, None):
        with refused("contact_after_signing_has_a_reason"):
            put(world, happened_at=before, shift_id=shift)
    assert put(world, happened_at=before, reason="The telephone rang")


def test_a_contact_is_of_who_lives_there_and_of_a_shift_of_the_home(world: World) -> None:
    with refused("contact_is_of_the_shift_of_its_home"):
        put(world, shift_id=world.birch.shift.pk)
    with refused("contact_is_of_the_shift_of_its_home"):
        put(world, facility_id=None)
    with refused("contact_is_of_who_lives_there"):
        put(world, facility_id=world.birch.facility.pk, shift_id=None)


def test_a_draft_is_written_by_who_began_it_and_reviewed_only_when_it_is_sent(world: World) -> None:
    draft = residents.log_contact
    incident: Incident = do(
        world.staff_cedar, draft, world.ada.resident, other_name="A man", kind="call", outcome="denied", initiative="other",
        note="He asked for her", happened_at=timezone.now(), facility=world.cedar.facility, shift=world.cedar.shift,
    ).incident  # fmt: skip
    admin = world.admin_cedar
    with acting(admin.pk, admin.name):
        with refused("incident_keeps_its_report"):
            change(incident, seen="Nothing happened")
        with refused("incident_keeps_its_report"):
            change(incident, kind="other")
        with refused("incident_is_reviewed_then_closed"):
            change(incident, status="reviewed", reviewed_by_id=admin.pk, reviewed_at=timezone.now())
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert change(incident, seen=f"{incident.seen} twice") == 1
        assert step(incident.pk, "sent", world.staff_cedar)
        with refused("incident_keeps_its_report"):
            change(incident, seen="Nothing happened")
        with refused("incident_is_reviewed_then_closed"):
            change(incident, status="draft")
