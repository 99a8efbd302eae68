"""Plain SQL against who may be in contact: one person alone, other names, an office that is refused, limits without end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting
from residents import operations as residents
from residents.models import ContactChange, Incident, IncidentResident, OutsidePerson, Restriction
from tests.attack.incident_steps import step
from tests.attack.sql import again, ask, change, denied, insert, refused, sql
from tests.attack.test_contacts import decide, limit, person, put
from tests.facilities.conftest import do
from tests.world import World

DAY = timedelta(days=1)


def asked(world: World, row: OutsidePerson, by: Person | None = None, **changes: Any) -> Any:
    """Ask in plain SQL that contact with somebody on ada's list be allowed."""
    by = by or world.caseworker
    values = {
        "resident_id": row.resident_id,
        "outside_person_id": row.pk,
        "permission": "allowed",
        "office": "",
        "order": "",
    }
    values |= {"reason": "The court has decided", "asked_by_id": by.pk, "decision": "", "decision_reason": ""}
    with acting(by.pk, by.name):
        return ContactChange, insert(ContactChange, **values | changes)


def sign(by: Person, row: Any, **changes: Any) -> int:
    values = {"decision": "agreed", "decided_by_id": by.pk, "decided_at": timezone.now(), "decision_reason": ""}
    with acting(by.pk, by.name):
        return change(row, **values | changes)


def permission(row: OutsidePerson) -> str:
    return ask("SELECT permission FROM residents_outsideperson WHERE id = %s", row.pk)


def test_only_the_caseworker_keeps_the_list(world: World) -> None:
    uncle = person(world, "prohibited")
    for other in (world.staff_cedar, world.admin_cedar, world.clinician, world.supervisor):
        with acting(other.pk, other.name):
            for values in ({"permission": "allowed"}, {"telephone": "555"}, {"other_names": "Ben"}):
                with refused("list_is_kept_by_the_caseworker"):
                    change(uncle, **values)
            with refused("list_is_kept_by_the_caseworker"):
                again(uncle, name="A friend", permission="allowed")
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in ({"name": "Aunt"}, {"relation": "aunt"}):
            with refused("person_outside_stays_who_they_are"):
                change(uncle, **values)
        with denied():
            sql("DELETE FROM residents_outsideperson WHERE id = %s", uncle.pk)


def test_nobody_alone_allows_contact_that_was_not_allowed(world: World) -> None:
    uncle, brother = person(world, "prohibited"), person(world, "supervised", "Half-brother")
    with acting(world.caseworker.pk, world.caseworker.name):
        for row, wider in ((uncle, "supervised"), (uncle, "allowed"), (brother, "allowed")):
            with refused("wider_contact_is_agreed_first"):
                change(row, permission=wider)
        assert change(brother, permission="prohibited", order="Order 8") == 1  # less counts at once
    for wrong in (
        {"reason": " "},
        {"decision": "agreed", "decided_by_id": world.caseworker.pk, "decided_at": world.now},
    ):
        with refused("wider_contact_has_a_reason" if "reason" in wrong else "wider_contact_begins_undecided"):
            asked(world, uncle, **wrong)
    with refused("asked_office_is_allowed"):
        asked(world, uncle, permission="supervised", office="lawyer")
    with refused("asked_prohibition_names_its_order"):
        asked(world, uncle, permission="prohibited")
    for other in (world.staff_cedar, world.supervisor):
        with refused("list_is_kept_by_the_caseworker"):
            asked(world, uncle, other)
    row = asked(world, uncle)
    with refused("wider_contact_waits_once"):
        asked(world, uncle)
    for other in (world.staff_cedar, world.admin_cedar):
        with refused("wider_contact_is_agreed_by_the_supervisor"):
            sign(other, row)
    with refused("wider_contact_is_agreed_by_the_supervisor"):
        sign(world.supervisor, row, decision="withdrawn")
    assert sign(world.supervisor2, row) == 0
    with refused("wider_contact_is_agreed_by_the_supervisor"):
        sign(world.caseworker, row)
    with refused("wider_contact_decision_is_signed"):
        sign(world.supervisor, row, decision="declined")
    with refused("wider_contact_is_kept"):
        sign(world.supervisor, row, permission="supervised")
    assert permission(uncle) == "prohibited"
    assert sign(world.supervisor, row) == 1
    assert permission(uncle) == "allowed"
    with refused("wider_contact_is_kept"):
        sign(world.supervisor, row, decision_reason="Another")


def test_whoever_asked_never_agrees_and_an_agreement_is_used_once(committed_world: World) -> None:
    world = committed_world
    uncle = person(world, "prohibited")
    row = asked(world, uncle)
    with roles.as_owner(), transaction.atomic():
        sql("ALTER TABLE residents_contactchange DISABLE TRIGGER rules")  # were the caseworker also the supervisor
        with refused("wider_contact_is_agreed_by_another"):
            sign(world.caseworker, row)
        transaction.set_rollback(True)
    assert sign(world.supervisor, row) == 1
    with acting(world.caseworker.pk, world.caseworker.name):
        assert change(uncle, permission="prohibited", order="Order 9") == 1
        with refused("wider_contact_is_agreed_first"):
            change(uncle, permission="allowed")


def test_an_older_question_does_not_undo_an_order_that_came_since(world: World) -> None:
    brother = person(world, "supervised", "Half-brother")
    row = asked(world, brother)
    with acting(world.caseworker.pk, world.caseworker.name):
        assert change(brother, telephone="555") == 1  # nothing about contact
        assert change(brother, permission="prohibited", order="Order 9") == 1
    with refused("wider_contact_is_agreed_as_it_stands"):
        sign(world.supervisor, row)
    assert permission(brother) == "prohibited"
    assert sign(world.supervisor, row, decision="declined", decision_reason="There is an order now") == 1
    assert sign(world.supervisor, asked(world, brother)) == 1  # asked again, as it stands
    assert permission(brother) == "allowed"


def test_an_older_question_does_not_take_an_office_away(world: World) -> None:
    brother = person(world, "supervised", "Half-brother")
    row = asked(world, brother)
    assert sign(world.supervisor, row) == 1
    row = asked(world, brother)
    with acting(world.caseworker.pk, world.caseworker.name):
        assert change(brother, office="advocate") == 1
    with refused("wider_contact_is_agreed_as_it_stands"):
        sign(world.supervisor, row)


def test_somebody_not_allowed_is_not_listed_again_under_another_name(world: World) -> None:
    uncle = person(world, "prohibited")
    with acting(world.caseworker.pk, world.caseworker.name):
        change(uncle, other_names="Big Ben, Señor K")
        for name in ("uncle", " UNCLE ", "Ben (Big Ben)", "senor  k"):
            with refused("name_is_of_somebody_not_allowed"):
                again(uncle, name=name, permission="allowed", other_names="")
        with refused("name_is_of_somebody_not_allowed"):
            again(uncle, name="A cousin", permission="supervised", other_names="Kay, Señor K")
        cousin = OutsidePerson, again(uncle, name="A cousin", permission="allowed", other_names="")
        with refused("name_is_of_somebody_not_allowed"):
            change(cousin, other_names="Big Ben")
        assert again(uncle, name="Benjamin", permission="allowed", other_names="")  # another name


def test_a_linked_exploiter_is_not_put_on_the_list(world: World) -> None:
    do(
        world.caseworker,
        residents.link_exploiter,
        world.ada.resident,
        exploiter=None,
        name="Victor Lane",
        kind="exploiter",
        note="",
    )
    with acting(world.caseworker.pk, world.caseworker.name), refused("name_is_of_somebody_not_allowed"):
        again(world.ada.outside, name="Victor Lane", permission="allowed")
    for who in (world.ada.resident, world.bea.resident):  # of whoever lives there
        with refused("contact_not_allowed_is_an_incident"):
            put(world, resident_id=who.pk, outside_person_id=None, other_name="Victor  LANE, from school")
    assert put(world, outside_person_id=None, other_name="Lane")  # half a name is anybody's


def test_who_is_on_the_list_is_logged_as_they_stand_there(world: World) -> None:
    aunt = world.ada.outside.name
    denial = {"outside_person_id": None, "outcome": "denied", "note": "No time"}
    with refused("who_is_listed_is_chosen_there"):  # a denial without a limit
        put(world, other_name=f"her {aunt.upper()}", **denial)
    uncle = person(world, "prohibited")
    with acting(world.caseworker.pk, world.caseworker.name):
        change(uncle, other_names="Mister T")
    for name in ("Uncle", "mister-t", "Mister T (friend)"):  # a try without a report
        with refused("who_is_listed_is_chosen_there"):
            put(world, outside_person_id=None, other_name=name)
    # The one of another young person of the home is a report, too; of one who lives elsewhere, nothing is told.
    for who in (world.bea, world.cleo):
        values = {"resident_id": who.resident.pk, "outside_person_id": None, "other_name": "Mister T"}
        if who is world.bea:
            with refused("contact_not_allowed_is_an_incident"):
                put(world, **values)
        else:
            values |= {"facility_id": world.birch.facility.pk, "shift_id": world.birch.shift.pk}
            assert put(world, world.staff_birch, **values)


def test_nobody_learns_from_a_name_who_is_linked_to_whom(world: World) -> None:
    do(
        world.caseworker,
        residents.link_exploiter,
        world.ada.resident,
        exploiter=None,
        name="Victor Lane",
        kind="exploiter",
        note="",
    )
    said = "SELECT contact_name_is_barred(%s, %s, 'Victor Lane')"

    def told(by: Person, home: Any) -> bool:
        with acting(by.pk, by.name):
            return ask(said, world.ada.resident.pk, home)

    assert told(world.staff_cedar, world.cedar.facility.pk)
    assert told(world.caseworker, None)
    for other in (world.staff_birch, world.admin_birch, world.clinician, world.stranger, world.staff_past):
        assert not told(other, world.cedar.facility.pk)
    with acting(world.staff_birch.pk, world.staff_birch.name):  # nor by naming a home in which their own does not live
        assert not ask(said, world.cleo.resident.pk, world.cedar.facility.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(world.staff_cedar.pk, world.staff_cedar.name):
        ask("SELECT name_is_barred(%s, NULL, 'Victor Lane')", world.ada.resident.pk)


def test_an_office_is_never_refused_nor_limited(world: World) -> None:
    given = {"name": "Ms Stone", "relation": "lawyer", "permission": "allowed"}
    for office in OutsidePerson.Office.values:
        lawyer = do(world.caseworker, residents.add_outside_person, world.ada.resident, office=office, **given)
        for more in ({}, {"restriction_id": world.ada.limit.pk}):
            with refused("office_is_never_refused"):
                put(world, outside_person_id=lawyer.pk, outcome="denied", note="Bedtime", **more)
        with refused("office_is_never_refused"):
            limit(world, outside_person_id=lawyer.pk)
        with refused("private_contact_has_words"):
            put(world, outside_person_id=lawyer.pk, supervised=True, supervised_by="Sam")
        assert put(
            world, outside_person_id=lawyer.pk, supervised=True, supervised_by="Sam", note="She asked me to stay"
        )
        assert put(world, outside_person_id=lawyer.pk)
        with acting(world.caseworker.pk, world.caseworker.name):
            for values in ({"permission": "prohibited", "order": "O"}, {"permission": "supervised"}):
                with refused("office_is_allowed"):
                    change(lawyer, **values)
            with refused("wider_contact_is_agreed_first"):
                change(lawyer, office="", permission="prohibited", order="Dismissed")
        row = asked(world, lawyer, permission="prohibited", order="Dismissed by the court")
        assert sign(world.supervisor, row) == 1
        assert permission(lawyer) == "prohibited"
        given["name"] += "a"


def test_a_limit_that_stood_before_the_office_refuses_nothing(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        change(world.ada.outside, office="advocate")
    with refused("office_is_never_refused"):
        put(world, outcome="denied", restriction_id=world.ada.limit.pk)


def test_what_was_declined_is_not_refused_again_at_once(world: World) -> None:
    aunt = {"outside_person_id": world.ada.outside.pk}
    assert decide(world, world.supervisor, decision="declined", decision_reason="No ground", ends_at=None) == 1
    with refused("declined_limit_is_not_set_again"):
        limit(world, **aunt)
    own = limit(world, world.admin_cedar, **aunt)  # whoever answers for it may, and somebody else decides
    with refused("restriction_decided_by_another"):
        decide(world, world.admin_cedar, own)
    with refused("restriction_waits_once"):
        limit(world, world.admin_cedar, **aunt)


def test_an_activity_is_limited_once_however_it_is_written(world: World) -> None:
    activity = {"kind": "activity", "outside_person_id": None}
    assert limit(world, activity="Swimming", **activity)
    with refused("restriction_waits_once"):
        limit(world, activity=" swimming", **activity)


def test_limits_are_not_renewed_for_ever(committed_world: World) -> None:
    world, aunt = committed_world, {"outside_person_id": committed_world.ada.outside.pk}

    def approved(days_ago: int) -> None:
        """A limit of a week, approved so many days ago."""
        began = timezone.now() - days_ago * DAY
        signed = {"decision": "approved", "decided_by_id": world.supervisor.pk, "decided_at": began}
        with roles.as_owner():
            sql("ALTER TABLE residents_restriction DISABLE TRIGGER rules")
            with acting(world.supervisor.pk, world.supervisor.name):
                change((Restriction, newest(world)), asked_at=began, ends_at=began + 7 * DAY, **signed)
            sql("ALTER TABLE residents_restriction ENABLE ALWAYS TRIGGER rules")

    for days_ago in (29, 22, 15):
        approved(days_ago)
        limit(world, **aunt)
    week = timezone.now() + timedelta(days=7, seconds=-1)
    with transaction.atomic():
        assert decide(world, world.supervisor, newest(world), ends_at=week) == 1
        transaction.set_rollback(True)
    approved(8)
    later = limit(world, **aunt)
    with refused("limits_end_after_four_weeks"):
        decide(world, world.supervisor, later, ends_at=timezone.now() + timedelta(minutes=5))


def newest(world: World) -> Any:
    return Restriction.objects.get(outside_person=world.ada.outside, decision="").pk


def begun(world: World) -> Incident:
    """The report that began with the call of a stranger."""
    values = {
        "other_name": "A man",
        "kind": "call",
        "outcome": "denied",
        "initiative": "other",
        "note": "He asked for her",
    }
    values |= {"facility": world.cedar.facility, "shift": world.cedar.shift, "happened_at": timezone.now()}
    return do(world.staff_cedar, residents.log_contact, world.ada.resident, **values).incident


def test_a_report_begun_by_a_contact_does_not_vanish(world: World) -> None:
    incident, staff = begun(world), world.staff_cedar
    named = IncidentResident.objects.get(incident=incident)
    first = incident.seen.split("\n")[0]
    with acting(staff.pk, staff.name):
        with refused("report_of_a_contact_names_whose_it_was"):
            sql("DELETE FROM residents_incidentresident WHERE id = %s", named.pk)
        with refused("report_of_a_contact_names_whose_it_was"):
            change(named, resident_id=world.bea.resident.pk)
        for words in ("Nothing happened", f"Nothing.\n{first}", ""):
            with refused("draft_keeps_its_facts"):
                change(incident, status="reported", seen=words, kind="other", severity="low")
        with denied():
            sql("DELETE FROM residents_incident WHERE id = %s", incident.pk)
        assert change(incident, seen=f"{first}\nHe called twice") == 1
        assert step(incident.pk, "sent", staff)


def test_a_try_is_not_hung_on_a_report_that_was_there(world: World) -> None:
    values = {"outside_person_id": None, "other_name": "A man", "initiative": "other", "note": "He asked for her"}
    draft = begun(world)
    for report in (world.ada.incident, draft):  # one about something else, and one that began with another contact
        with refused("contact_not_allowed_is_an_incident"):
            put(world, incident_id=report.pk, **values)
    assert put(world, incident_id=draft.pk, happened_at=draft.happened_at, **values)


def test_who_may_not_see_the_record_learns_nothing_from_the_rules(world: World) -> None:
    """Row security answers them, with the same words whether the name is known, a limit waits, or somebody is missing."""
    uncle, aunt = person(world, "prohibited"), world.ada.outside.name
    for by in (world.stranger, world.staff_birch):
        for name in (aunt, uncle.name, "Somebody"):
            with denied():
                put(world, by, outside_person_id=None, other_name=name, facility_id=None, shift_id=None)
        with denied():
            limit(world, by, outside_person_id=world.ada.outside.pk)
