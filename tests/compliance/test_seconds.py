"""Where a unit has one supervisor, one of another unit gives the second signature: named for it, and shown that one row."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from compliance import operations
from compliance.models import CourtExport
from compliance.queries.seconds import to_name
from placement.access.models import AccessLogEntry, AgencyUnit, Person
from placement.access.rows import guarded_tables
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from placement.database.context import acting
from residents.models import Disposal
from residents.operations import bar_from_record
from tests import court, retention, sealings
from tests.attack.sql import ask, change, refused_by, sql
from tests.bars import another_supervisor
from tests.world import PASSWORD, World, browser


def named(world: World, proposal: Any, person: Person | None = None) -> Any:
    """The one who proposed it names a supervisor, that of south unit unless told otherwise."""
    by = world.supervisor
    with acting(by.pk, by.name):
        return operations.name_second(proposal, person=person or world.supervisor2, by=by)


def disposal_to_name(world: World) -> Disposal:
    """A record of north unit that its only supervisor proposes to let go."""
    return retention.proposed(world, retention.to_propose(world))


def nameable(by: Person, proposal: Any) -> set[UUID]:
    with acting(by.pk, by.name):
        return {person.pk for person in to_name(proposal)}


def east_unit(world: World) -> AgencyUnit:
    with acting(world.sysadmin.pk, world.sysadmin.name):
        return AgencyUnit.objects.create(name="East unit")


def shown_rows(person: Person) -> dict[str, int]:
    """How many rows of each guarded table the database shows to ``person``."""
    with acting(person.pk, person.name):
        return {table: ask(f'SELECT count(*) FROM "{table}"') for _, table in guarded_tables()}


def main_of(answer: Any) -> str:
    return answer.text.partition("<main")[2].partition("</main")[0]


def test_a_supervisor_of_another_unit_who_is_named_decides_from_the_proposal_alone(world: World) -> None:
    proposal = disposal_to_name(world)
    young, here = proposal.resident, f"/audit/retention/young/{proposal.resident_id}/"
    page, second = browser(world, "supervisor"), browser(world, "supervisor2")
    theirs = reverse("audit:second_disposal", args=[proposal.pk])
    assert second.get(theirs).status_code == 404
    asked = page.get(here)
    assert "Your unit has no other supervisor" in asked.text
    sent = {"person": world.supervisor2.pk, "form_key": asked.context["name"]["form_key"].value()}
    assert page.post(here, sent).status_code == 302
    assert f"{world.supervisor2}, {world.supervisor2.unit}, is named to decide it" in page.get(here).text
    assert theirs in second.get("/").text
    opened = second.get(theirs)
    for open_ in (young.code, "Its time is over", world.supervisor.name, "nothing else of the record"):
        assert open_ in main_of(opened), open_
    for closed in ("Old", "N-W-901", str(young.pk), "Order"):
        assert closed not in main_of(opened), closed
    logged = AccessLogEntry.objects.get(page="audit:second_disposal", request_id=opened["X-Request-Id"])
    assert (logged.person_id, logged.resident_id) == (world.supervisor2.pk, young.pk)
    assert not rights_on(world.supervisor2, young)
    record = f"/residents/{young.pk}/"
    for closed in (here, record, f"{record}history/", f"/audit/as-of{record}", f"/audit/exports/young/{young.pk}/"):
        assert second.get(closed).status_code == 404, closed
    assert young.code not in second.get("/audit/retention/").text
    decide = {"approve": "yes", "decision": "Nothing keeps it", "password": PASSWORD}
    decide["form_key"] = opened.context["form"]["form_key"].value()
    assert second.post(theirs, decide | {"password": "wrong"}).status_code == 200
    assert second.post(theirs, decide).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.approved, proposal.decided_by_id) == (True, world.supervisor2.pk)
    assert "You agreed that it goes" in second.get(theirs).text
    assert theirs not in second.get("/").text
    assert "Two supervisors have agreed" in page.get(here).text


def test_naming_shows_that_one_row_with_its_history_and_no_other(world: World) -> None:
    proposal, export, before = disposal_to_name(world), court.asked(world), shown_rows(world.supervisor2)
    named(world, proposal)
    named(world, export)
    after = shown_rows(world.supervisor2)
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {
        "residents_disposal": 1,
        "residents_historicaldisposal": 2,
        "compliance_courtexport": 1,
        "compliance_historicalcourtexport": 2,
    }
    third = shown_rows(another_supervisor(east_unit(world), "East Supervisor"))
    assert third["residents_disposal"] == third["compliance_courtexport"] == 0


def test_an_export_is_approved_from_outside_without_what_it_says(world: World) -> None:
    export, page, second = court.asked(world), browser(world, "supervisor"), browser(world, "supervisor2")
    here = reverse("audit:export", args=[export.pk])
    assert second.get(here).status_code == 404
    sent = {"person": world.supervisor2.pk, "form_key": page.get(here).context["name"]["form_key"].value()}
    assert page.post(here, sent).status_code == 302
    assert here in second.get("/").text
    opened = second.get(here)
    for open_ in ("W-1", "Juvenile Court", "Order 7 of Nov 1", export.sha256):
        assert open_ in main_of(opened), open_
    for closed in ("Ada", "Secretname", "Hidden", "Cedar", str(world.ada.resident.pk), "What is in it"):
        assert closed not in main_of(opened), closed
    assert (
        second.get(reverse("audit:export_files", args=[export.pk])).status_code == 302
    )  # to the page that says why not
    assert second.get(reverse("audit:export_young", args=[world.ada.resident.pk])).status_code == 404
    given = {"approve": "yes", "decision": "The order asks for it", "seen": export.sha256, "password": PASSWORD}
    given["form_key"] = opened.context["decide"]["form_key"].value()
    assert second.post(here, given).status_code == 302
    export.refresh_from_db()
    assert (export.approved, export.decided_by_id) == (True, world.supervisor2.pk)
    with acting(world.supervisor2.pk, world.supervisor2.name), pytest.raises(Refused):
        operations.take_court_export(export, by=world.supervisor2)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert operations.take_court_export(export, by=world.supervisor).taken_at


def proposals(world: World) -> Iterator[Any]:
    yield disposal_to_name(world)
    yield court.asked(world)


def test_nobody_is_named_while_somebody_of_the_unit_can_decide(world: World) -> None:
    """Whoever was named is needed no more from the moment on in which the unit has somebody, and sees nothing any more."""
    found = list(proposals(world))
    for proposal in found:
        assert nameable(world.supervisor, proposal) == {world.supervisor2.pk}
        named(world, proposal)
    third = another_supervisor(world.north)
    for proposal in found:
        with acting(world.supervisor.pk, world.supervisor.name), pytest.raises(Refused, match="nobody else"):
            operations.name_second(proposal, person=third, by=world.supervisor)
        assert nameable(world.supervisor, proposal) == set()
        with acting(world.supervisor2.pk, world.supervisor2.name):
            assert not type(proposal).objects.filter(pk=proposal.pk).exists()
            assert not type(proposal).history.filter(id=proposal.pk).exists()
            with pytest.raises(type(proposal).DoesNotExist):
                decide(proposal, world.supervisor2)


def decide(proposal: Any, by: Person, *, approve: bool = True) -> Any:
    if isinstance(proposal, Disposal):
        return operations.decide_disposal(proposal, approve=approve, decision="x", by=by)
    return operations.decide_court_export(proposal, approve=approve, decision="x", seen=proposal.sha256, by=by)


def test_nobody_is_named_who_is_barred_or_no_supervisor_or_may_not_sign_in(world: World) -> None:
    proposal, by = disposal_to_name(world), world.supervisor
    east = east_unit(world)
    barred, gone = another_supervisor(east, "Barred Supervisor"), another_supervisor(east, "Gone Supervisor")
    with acting(by.pk, by.name):
        bar_from_record(proposal.resident, barred, reason="They know the family.", by=by)
    with acting(world.sysadmin.pk, world.sysadmin.name):
        Person.objects.filter(pk=gone.pk).update(is_active=False)
    for person in (barred, gone, world.caseworker, world.admin_cedar, world.sysadmin, by):
        with acting(by.pk, by.name), refused_by("second_is_named_where_nobody_else_can"):
            sql("UPDATE residents_disposal SET outside_id = %s WHERE id = %s", person.pk, proposal.pk)
    named(world, proposal)
    with acting(by.pk, by.name):
        bar_from_record(proposal.resident, world.supervisor2, reason="They know the family.", by=by)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert not Disposal.objects.filter(pk=proposal.pk).exists()
        assert not Disposal.history.filter(id=proposal.pk).exists()


def test_who_is_named_decides_and_changes_nothing_else(world: World) -> None:
    """Plain SQL as the supervisor of another unit: before they are named, then, and after their decision."""
    proposal, export, by = disposal_to_name(world), court.asked(world), world.supervisor2
    tables = {"residents_disposal": proposal.pk, "compliance_courtexport": export.pk}
    decision = {"decided_by_id": by.pk, "decided_at": world.now, "approved": True, "decision": "yes"}
    with acting(by.pk, by.name):
        for table, pk in tables.items():
            assert sql(f"UPDATE {table} SET outside_id = %s WHERE id = %s", by.pk, pk) == 0
        assert change((Disposal, proposal.pk), **decision) == 0
        assert change((CourtExport, export.pk), **decision) == 0
        assert ask("SELECT count(*) FROM seconds_to_name(%s)", proposal.pk) == 0
        assert ask("SELECT court_export_code(%s)", export.pk) is None
    named(world, proposal)
    named(world, export)
    with acting(by.pk, by.name):
        for columns in ("reason = 'x'", "code = 'x'", "homes = ARRAY[id]", "proposed_at = now()", "erased_at = now()"):
            with refused_by("disposal_is_kept"):
                sql(f"UPDATE residents_disposal SET {columns} WHERE id = %s", proposal.pk)
        for columns in ("recipient = 'x'", "keys = '{}'", "until = until - 1"):
            with refused_by("court_export_is_kept"):
                sql(f"UPDATE compliance_courtexport SET {columns} WHERE id = %s", export.pk)
        with refused_by("court_export_taken_by_who_asked"):
            sql("UPDATE compliance_courtexport SET taken_at = now() WHERE id = %s", export.pk)
        assert ask("SELECT court_export_code(%s)", export.pk) == "W-1"
        for table, pk in tables.items():
            for other in (uuid4(), world.supervisor.pk, None):
                with refused_by("second_is_named_where_nobody_else_can"):
                    sql(f"UPDATE {table} SET outside_id = %s WHERE id = %s", other, pk)
        for name in ("court_export_parts", "court_export_seals"):
            assert ask(f"SELECT count(*) FROM {name}(%s)", export.pk) == 0
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql("SELECT seconds_outside(%s, %s, NULL)", proposal.resident_id, by.pk)
        decide(proposal, by, approve=False)
        with refused_by("disposal_is_kept"):
            change((Disposal, proposal.pk), decision="no", approved=True)
    with acting(world.supervisor.pk, world.supervisor.name), refused_by("second_is_named_where_nobody_else_can"):
        sql("UPDATE residents_disposal SET outside_id = NULL WHERE id = %s", proposal.pk)


def test_only_who_proposed_it_names_somebody(world: World) -> None:
    for proposal in proposals(world):
        for by in (world.caseworker, world.supervisor2, world.admin_cedar):
            with acting(by.pk, by.name), pytest.raises(type(proposal).DoesNotExist):
                operations.name_second(proposal, person=world.supervisor2, by=by)
            assert nameable(by, proposal) == set()


def test_a_record_that_a_court_seals_meanwhile_is_closed_to_who_is_named(world: World) -> None:
    export = court.asked(world, world.fay.resident)
    named(world, export)
    order = sealings.recorded(world)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert CourtExport.objects.filter(pk=export.pk).exists()
    sealings.decided(order, world.supervisor)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert not CourtExport.objects.filter(pk=export.pk).exists()
        assert not CourtExport.history.filter(id=export.pk).exists()
