"""What a court has sealed is kept and not told of by anything that keeps or erases; and nobody gets round the rules of erasing."""

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from compliance import operations
from compliance.queries.retention import approvals, record_page, records_page, to_decide
from compliance.retention.erasing import Kept, erase, waiting
from placement.audit.seals.sealing import seal
from placement.audit.seals.verifying import verify
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.database.roles import as_owner, owner_connection
from residents import operations as residents
from residents.models import Disposal, LegalHold, Resident
from tests import retention, sealings
from tests.attack.sql import ask, change, refused_by, sql
from tests.bars import another_supervisor
from tests.compliance.test_retention import CASES, STUBS, as_attacker, found, goes, stays
from tests.compliance.test_retention import ready as ready
from tests.world import World, browser

STUB = f'INSERT INTO {STUBS} (disposal, "table", key, hash) VALUES (%s, %s, %s, %s)'
COURT = "A court has sealed this record"


def by_court(world: World) -> str:
    """Why the owner erases nothing of Ada's, although two people have agreed; the command is not told of it."""
    seal()
    with as_owner():
        assert waiting() == []
        with pytest.raises(Kept) as kept:
            erase(Disposal.objects.get(resident=world.ada.resident))
    out = StringIO()
    call_command("retention", stdout=out)
    assert world.ada.resident.code not in out.getvalue()
    return str(kept.value)


def test_a_record_that_a_court_seals_is_kept_until_the_sealing_has_ended(ready: World) -> None:
    first, second, young = ready.supervisor, ready.second, ready.ada.resident  # type: ignore[attr-defined]
    laid = retention.hold(ready, young)
    order = sealings.recorded(ready, first, "ada")
    assert COURT in by_court(ready)  # it waits to be put into force
    sealings.decided(order, second)
    assert COURT in by_court(ready)
    nothing_tells_of_it(ready, laid)
    opens = sealings.unsealing(ready, order, first, until=timezone.now() + timedelta(days=1))
    sealings.decided(opens, second)
    assert COURT in by_court(ready)
    with acting(second.pk, second.name):
        assert COURT in record_page(second, young.pk).kept
        operations.lift_hold(laid, reason="The lawsuit is over", by=second)
    with acting(first.pk, first.name), pytest.raises(Refused, match=COURT):
        operations.propose_disposal(young, reason="Again", by=first)
    sealings.decided(sealings.unsealing(ready, order, first), second)
    seal()
    assert goes().rows["residents.SealingOrder"] == 3
    assert verify()[0] == []


def nothing_tells_of_it(world: World, laid: LegalHold) -> None:
    young = world.ada.resident
    for person in (*world.people.values(), world.second):  # type: ignore[attr-defined]
        with acting(person.pk, person.name):
            for model in (LegalHold, Disposal):
                assert not model.objects.filter(resident=young).exists(), (person, model)
                assert not model.history.filter(resident=young).exists(), (person, model)
            for call in ("retention_stands(%s)", "retention_obstacles(%s)"):
                assert ask(f"SELECT count(*) FROM {call}", [young.pk]) == 0, (person, call)
            assert ask("SELECT count(*) FROM retention_terms(%s)", young.pk) == 0, person
            assert ask("SELECT count(*) FROM disposals_done()") == 0, person
            assert (
                change((LegalHold, laid.pk), lifted_by_id=person.pk, lift_reason="over", lifted_at=timezone.now()) == 0
            )
            assert sql("UPDATE residents_disposal SET reason = 'x'") == 0, person
            assert not to_decide(person).exists(), person
            assert list(approvals(person, lambda rows: list(rows))) == [], person
    by = world.supervisor
    with refused_by("legal_hold_is_for_supervisors"), acting(by.pk, by.name):
        sql(
            "INSERT INTO residents_legalhold (id, resident_id, why, reference, note, laid_by_id, lift_reason)"
            " VALUES (gen_random_uuid(), %s, 'order', 'x', 'x', %s, '')",
            young.pk,
            by.pk,
        )
    with acting(by.pk, by.name):
        assert young.pk not in {row.pk for row in records_page(by, None).rows}
    page = browser(world, "supervisor")
    for url in (f"/audit/retention/young/{young.pk}/", f"/audit/holds/{laid.pk}/", f"/residents/{young.pk}/"):
        assert page.get(url).status_code == 404, url


def test_what_ties_a_record_to_one_that_is_kept_keeps_it_too(ready: World) -> None:
    """With Ada's record go her part in a report that names Cleo, and what says that she and Fay must not meet."""
    second, south = ready.second, another_supervisor(ready.south, "South Supervisor")  # type: ignore[attr-defined]
    laid = retention.hold(ready, ready.cleo.resident, ready.supervisor2)
    assert "legal hold" in stays()
    with acting(south.pk, south.name):
        operations.lift_hold(laid, reason="The lawsuit is over", by=south)
    retention.also_in(ready.ada.incident, ready.fay.resident)
    sealings.sealed(ready)
    assert "legal hold" in stays()
    with acting(second.pk, second.name):
        assert "court" not in record_page(second, ready.ada.resident.pk).kept  # nothing tells that a record is sealed


def of_owner(*statements: tuple[str, list[Any]]) -> str:
    """Which rule refuses these statements of the owner's, with all rules on; they are undone."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            for statement, values in statements:
                cursor.execute(statement, values)
        except DatabaseError as error:
            return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        finally:
            cursor.execute("ROLLBACK")
    return ""


def key_and_disposal(young: UUID) -> tuple[int, UUID]:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            f"SELECT history_id, d.id FROM {CASES} c, residents_disposal d WHERE c.resident_id = %s AND d.resident_id = %s",
            [young, young],
        )
        found: tuple[int, UUID] = cursor.fetchone()
        return found


def test_a_temporary_table_stands_for_none_that_the_rules_ask(ready: World) -> None:
    key, disposal = key_and_disposal(ready.ada.resident.pk)
    fake = (
        f'CREATE TEMPORARY TABLE {STUBS} ON COMMIT DROP AS SELECT %s::uuid AS disposal, %s AS "table", %s::bigint AS key,'
        " pg_current_xact_id()::text::bigint AS xid, transaction_timestamp() AS begun_at",
        [disposal, CASES, key],
    )
    assert of_owner(fake, (f"DELETE FROM {CASES} WHERE history_id = %s", [key])) == "history_is_kept"
    retention.hold(ready, ready.ada.resident)
    no_holds = ("CREATE TEMPORARY TABLE residents_legalhold (LIKE public.residents_legalhold) ON COMMIT DROP", [])
    assert of_owner(no_holds, (STUB, [disposal, CASES, key, b"x" * 32])) == "record_is_under_hold"


def test_one_record_that_goes_takes_no_other_disposal_with_it(ready: World) -> None:
    key, disposal = key_and_disposal(ready.ada.resident.pk)
    other = retention.proposed(ready, retention.old_record(ready))
    done = "UPDATE residents_disposal SET erased_at = now() WHERE id = %s"
    stub = (STUB, [disposal, CASES, key, b"x" * 32])
    named = ("SELECT set_config('app.actor_name', 'x', true)", [])
    assert of_owner(named, stub, (done, [other.pk])) == "disposal_is_for_supervisors"
    assert of_owner(named, stub, (done, [disposal])) == ""


def test_verify_names_rules_of_erasing_that_are_off_and_a_clock_that_was_put_back(ready: World) -> None:
    for name in ("of_now", "stubs_are_kept", "of_a_disposal"):
        with owner_connection() as owner, owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {STUBS} DISABLE TRIGGER {name}")
        assert any(f"its trigger {name} is missing" in each for each in found()), name
        with owner_connection() as owner, owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {STUBS} ENABLE ALWAYS TRIGGER {name}")
    assert found() == []
    retention.hold(ready, ready.ada.resident)
    seal()
    tables = (
        "residents_legalhold",
        "residents_historicallegalhold",
        "residents_disposal",
        "residents_historicaldisposal",
    )
    with as_attacker(*tables) as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM residents_legalhold")
        cursor.execute("DELETE FROM residents_legalhold")
        goes()
        cursor.execute("INSERT INTO residents_legalhold SELECT * FROM kept")
        for table in tables[2:]:
            cursor.execute(f"UPDATE {table} SET erased_at = decided_at WHERE erased_at IS NOT NULL")
    assert any("under a legal hold" in each for each in found())


def test_nobody_asks_of_a_code_whether_its_record_has_gone(ready: World) -> None:
    code = ready.ada.resident.code
    goes()
    by = ready.stranger
    with acting(by.pk, by.name):
        for asked in (f"^{code}$", code, f"{code[:-1]}.", ".*"):
            assert ask("SELECT disposals_last_number(%s)", asked) == 0, asked
        series, number = code.rsplit("-", 1)
        assert ask("SELECT disposals_last_number(%s)", series) == int(number)


def test_a_case_that_is_closed_late_counts_from_that_day(committed_world: World) -> None:
    """Also one in which nobody wrote for years before they gave an early day for its end."""
    world, by = committed_world, committed_world.supervisor
    retention.term(world)
    young: Resident = retention.old_record(world)
    tables = ("residents_case", "residents_historicalcase")
    with retention.behind_history(*tables) as cursor:
        retention.both(cursor, "residents", "case", "status = 'open', closed_on = NULL", "resident_id = %s", young.pk)
        cursor.execute(
            f"UPDATE {tables[1]} SET history_date = history_date - interval '15 years' WHERE resident_id = %s",
            [young.pk],
        )
    with acting(by.pk, by.name):
        case = young.cases.get()
        residents.close_case(case, on=case.opened_on + timedelta(days=10), by=by)
        page = record_page(by, young.pk)
        assert page.standing is not None
        assert page.standing.left_on >= world.today
        with pytest.raises(Refused, match="not over"):
            operations.propose_disposal(young, reason="x", by=by)


def test_a_home_that_is_said_to_be_elsewhere_shortens_nothing(committed_world: World) -> None:
    """The rows of homes are not guarded: anybody's plain SQL says another state."""
    world, young, home = committed_world, committed_world.ada.resident.pk, committed_world.cedar.facility
    retention.left_long_ago(young)
    tables = ("facilities_facility", "facilities_historicalfacility")
    with retention.behind_history(*tables) as cursor:
        retention.both(cursor, "facilities", "facility", "jurisdiction = 'FL'", "id = %s", home.pk)
    by = world.admin_cedar
    with acting(by.pk, by.name):
        assert sql("UPDATE facilities_facility SET jurisdiction = 'TX' WHERE id = %s", home.pk) == 1
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT source FROM retention_terms_of(ARRAY[%s]::uuid[])", [young])
        assert "fl-record-retention-5y" in {source for (source,) in cursor.fetchall()}


def test_whose_clearance_has_ended_is_shown_nothing_that_is_left_and_no_register(ready: World) -> None:
    by = ready.supervisor
    goes()
    sealings.sealed(ready)
    counts = "SELECT (SELECT count(*) FROM disposals_done()) + (SELECT count(*) FROM sealing_orders_shown())"
    with acting(by.pk, by.name):
        assert ask(counts) == 2
    with retention.behind_history("access_person") as cursor:
        cursor.execute("UPDATE access_person SET cleared = '{}' WHERE id = %s", [by.pk])
    with acting(by.pk, by.name):
        assert ask(counts) == 0
    with acting(by.pk, by.name), refused_by("agency_term_is_for_supervisors"):
        sql(
            "INSERT INTO compliance_agencyterm (id, months, why, proposed_by_id) VALUES (gen_random_uuid(), 12, 'x', %s)",
            by.pk,
        )


def test_under_a_disposal_go_no_holds_and_nothing_about_staff(ready: World) -> None:
    """As the owner, with all rules on: a stub with the right hash of a row that never goes with a record."""
    laid, table = retention.hold(ready, ready.cedar.facility), "residents_historicallegalhold"
    second = ready.second  # type: ignore[attr-defined]
    with acting(second.pk, second.name):
        operations.lift_hold(laid, reason="The lawsuit is over", by=second)
    seal()
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT keys[at], substring(hashes FROM (at - 1) * 32 + 1 FOR 32)"
            ' FROM audit_sealedrows, generate_subscripts(keys, 1) at WHERE "table" = %s',
            [table],
        )
        for key, held in cursor.fetchall():
            cursor.execute("BEGIN")
            cursor.execute(STUB, [key_and_disposal(ready.ada.resident.pk)[1], table, key, held])
            cursor.execute(f"DELETE FROM {table} WHERE history_id = %s", [key])
            cursor.execute("DELETE FROM residents_legalhold")
            cursor.execute("COMMIT")
    goes()
    assert any("took what never goes" in each for each in found())


def test_nobody_hangs_what_ends_a_record_on_another_one(ready: World) -> None:
    """The days of a record come from rows that stay its own."""
    by, ada, fay = ready.supervisor, ready.ada.resident, ready.fay.resident
    for table, rule in (
        ("residents_case", "history_is_kept"),
        ("residents_identity", "history_is_kept"),
        ("facilities_placement", "placement_keeps_resident_and_bed"),
    ):
        with refused_by(rule), acting(by.pk, by.name):
            sql(f"UPDATE {table} SET resident_id = %s WHERE resident_id = %s", fay.pk, ada.pk)
