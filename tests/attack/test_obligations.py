"""What the rules ask, what is not met and the proofs: plain SQL under the application's role changes none of them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction

from compliance.models import Finding, FirstDay, Holiday, Obligation, Proof, RuleVersion
from compliance.operations.proofs import to_meet
from placement.database.context import acting
from tests.attack.law_rules import file
from tests.attack.sql import ask, change, denied, refused, sql
from tests.law import NCMEC, of, prove, report
from tests.world import World

TABLES = [RuleVersion, Holiday, FirstDay, Obligation, Finding]
HOUR = timedelta(hours=1)


@pytest.fixture
def late(world: World) -> Obligation:
    """Something that is overdue, and found."""
    return of(NCMEC, subject=report(world, world.ada.resident, ago=30 * HOUR).pk)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_nobody_writes_rules_obligations_or_findings(
    model: type, world: World, late: Obligation, acting_as: Callable
) -> None:
    table = model._meta.db_table
    assert model.objects.exists()
    for person in (world.staff_cedar, world.supervisor, world.sysadmin):
        with acting_as(person):
            for statement in (
                f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
                f"UPDATE {table} SET id = id",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                with denied():
                    sql(statement)


def test_nobody_meets_an_obligation_or_closes_a_finding_by_hand(
    world: World, late: Obligation, acting_as: Callable
) -> None:
    found = Finding.objects.get(rule=late.rule, subject=late.subject)
    with acting_as(world.staff_cedar):
        with denied():
            change(late, met_at=world.now)
        with denied():
            change(late, ended_at=world.now)
        with denied():
            change(found, closed_at=world.now, closed_why="put right")


def test_nobody_calls_what_only_the_owner_calls(world: World, acting_as: Callable) -> None:
    with acting_as(world.supervisor):
        for call in (
            "compliance_judge_all(false)",
            "compliance_facts('{}', '{}', '{}', '{}')",
            "compliance_answers('{}', '{}', '{}', '{}', '{}')",
        ):
            with denied():
                sql(f"SELECT {call}")
    functions = (
        "compliance_judge_all(boolean)",
        "compliance_facts(uuid[],uuid[],text[],text[])",
        "compliance_judge(uuid[],uuid[])",
    )
    may = [ask("SELECT has_function_privilege('placement_app', %s, 'EXECUTE')", name) for name in functions]
    assert may == [False, False, True]


def test_nobody_judges_at_another_time(world: World, acting_as: Callable) -> None:
    """The functions take ids only, and the clock is the database's: whoever tells it another time is not believed."""
    incident = report(world, world.ada.resident)
    with acting_as(world.staff_cedar):
        sql("SELECT set_config('app.clock', %s, true)", (world.now + timedelta(days=30)).isoformat())
        sql("SELECT compliance_judge('{}', ARRAY[%s]::uuid[])", world.ada.resident.pk)
    assert not Finding.objects.filter(subject=incident.pk).exists()


def test_a_proof_is_not_forged_under_another_name(world: World, late: Obligation, acting_as: Callable) -> None:
    with acting_as(world.staff_cedar), refused("signature_is_own"):
        file(world, late, by="caseworker")


def test_a_proof_cannot_be_dated_back(world: World, late: Obligation, acting_as: Callable) -> None:
    """When it was done is said by who files it; when it was filed is the database's clock."""
    with acting_as(world.staff_cedar):
        file(world, late, written_at=world.now - timedelta(days=9))
    assert Proof.objects.get(obligation=late).written_at > world.now - HOUR


def test_a_proof_stays_as_it_was_filed(world: World, late: Obligation, acting_as: Callable) -> None:
    proof = prove(late, world.staff_cedar)
    with acting_as(world.staff_cedar):
        for values in ({"done_at": world.now - 2 * HOUR}, {"told": "Others"}, {"item": 2}, {"written_by_id": uuid4()}):
            with refused("proof_is_kept"):
                change(proof, **values)
        with denied():
            sql("DELETE FROM compliance_proof")
        with refused("proof_withdrawal_is_signed"):
            change(proof, withdrawn_by_id=world.staff_cedar.pk, withdrawn_reason=" ")
        with refused("signature_is_own"):
            change(proof, withdrawn_by_id=world.caseworker.pk, withdrawn_reason="So")
        change(proof, withdrawn_by_id=world.staff_cedar.pk, withdrawn_reason="So")
        with refused("proof_is_kept"):
            change(proof, withdrawn_reason="Otherwise")


def test_an_inspector_who_reads_it_files_nothing(world: World, late: Obligation, acting_as: Callable) -> None:
    with acting_as(world.inspector_cedar):
        assert Obligation.objects.filter(pk=late.pk).exists()
        with refused("proof_is_filed_by_who_does_it"):
            file(world, late, by="inspector_cedar")


def test_somebody_to_whom_it_is_closed_files_nothing(world: World, late: Obligation) -> None:
    for key in ("staff_birch", "caseworker2", "supervisor2"):
        person = world.people[key]
        with acting(person.pk, person.name):
            if key != "supervisor2":  # who reviews incidents of every home
                assert not Obligation.objects.filter(pk=late.pk).exists()
                with pytest.raises(DatabaseError, match="proof_is_filed_by_who_does_it"), transaction.atomic():
                    file(world, late, by=key)


def test_the_database_asks_for_the_rights_for_which_the_operation_asks(world: World) -> None:
    """Each person files by SQL exactly what they file on the page, whatever else the rows show them."""
    report(world, world.ada.resident)
    for part in ("care", "summary", "identity", "papers", "shift", "incident"):
        rows = Obligation.objects.filter(part=part, met_at=None, ended_at=None).exclude(rule__proofs=[])
        asked = rows.filter(facility=world.cedar.facility).first() or rows.first()
        assert asked is not None, part
        for key, person in world.people.items():
            with acting(person.pk, person.name):
                try:
                    may = bool(to_meet(asked, person))
                except ObjectDoesNotExist:
                    may = False
                try:
                    with transaction.atomic():
                        file(world, asked, by=key)
                        transaction.set_rollback(True)
                    did = True
                except DatabaseError as error:
                    did = "proof_is_filed_by_who_does_it" not in str(error)
            assert did == may, (part, key)


def test_nobody_withdraws_what_they_could_not_have_filed(world: World, late: Obligation, acting_as: Callable) -> None:
    proof = prove(late, world.staff_cedar)
    with acting_as(world.inspector_cedar):
        assert Proof.objects.filter(pk=proof.pk).exists()
        with refused("proof_is_filed_by_who_does_it"):
            change(proof, withdrawn_by_id=world.inspector_cedar.pk, withdrawn_reason="So")
    with acting_as(world.caseworker):
        assert change(proof, withdrawn_by_id=world.caseworker.pk, withdrawn_reason="Another call") == 1
