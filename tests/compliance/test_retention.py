"""A record goes after its time, when two people agree and nothing keeps it; ``audit verify`` names whatever goes otherwise."""

import json
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import hypothesis
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from compliance import operations
from compliance.retention import going
from compliance.retention.erasing import Gone, Kept, erase, remove_files, waiting
from placement.audit.history import tracked_models
from placement.audit.seals import sealing
from placement.audit.seals.proof import WasErased, proof_of
from placement.audit.seals.sealing import seal
from placement.audit.seals.verifying import verify
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from placement.database.roles import as_owner, owner_connection
from residents.models import Resident
from tests import retention
from tests.attack.sql import refused_by, sql
from tests.audit.test_seals import here
from tests.bars import another_supervisor
from tests.world import World, browser

STUBS = "audit_erasedrow"
CASES = "residents_historicalcase"


@pytest.fixture
def ready(committed_world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which two supervisors have agreed that Ada's record goes, whose time is over; all of it is sealed."""
    settings.SEALS_DIR, settings.SEAL_KEY, settings.SEAL_PUBLIC_KEY = tmp_path / "outside", None, None
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(sealing, "snapshot", here)
    world, young = committed_world, committed_world.ada.resident
    retention.left_long_ago(young.pk)
    retention.also_in(world.ada.incident, world.cleo.resident)
    retention.term(world)
    world.second = another_supervisor(world.north)  # type: ignore[attr-defined]
    retention.decided(retention.proposed(world, young), world.second)  # type: ignore[attr-defined]
    browser(world, "supervisor").get(f"/residents/{young.pk}/")
    seal()
    return world


def goes() -> Gone:
    with as_owner():
        (disposal,) = waiting()
        return erase(disposal)


def stays() -> str:
    with as_owner(), pytest.raises(Kept) as kept:
        erase(waiting()[0])
    return str(kept.value)


def everything(young: UUID) -> dict[str, int]:
    """Table → in how many of its rows the id of a young person stands."""
    found = {}
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0', [str(young)])
            if number := cursor.fetchone()[0]:
                found[table] = number
    return found


def test_all_of_a_record_goes_and_only_stubs_are_left(ready: World) -> None:
    young, both = ready.ada.resident, ready.ada.incident
    stored = list(names_of_files(young.pk))
    before = everything(young.pk)
    assert len(before) > 60
    gone = goes()
    after = everything(young.pk)
    assert set(after) == {"access_accesslogentry", "residents_disposal", "residents_historicaldisposal"}
    assert after["access_accesslogentry"] == before["access_accesslogentry"]  # they say who looked
    with (
        owner_connection() as owner,
        owner.cursor() as cursor,
    ):  # an incident stays for the other one who is named in it
        cursor.execute(
            "SELECT array_agg(resident_id) FROM residents_incidentresident WHERE incident_id = %s", [both.pk]
        )
        assert cursor.fetchone()[0] == [ready.cleo.resident.pk]
        cursor.execute("SELECT count(*) FROM residents_historicalincident WHERE id = %s", [both.pk])
        assert cursor.fetchone()[0] > 0
    problems, checked = verify()
    assert problems == []
    assert (checked.erased, checked.disposals) == (gone.history, 1)
    with as_owner():
        assert (remove_files(), remove_files()) == (len(stored), 0)
    seal()
    assert verify()[0] == []
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert f"{gone.history} rows were erased by 1 disposals" in out.getvalue()
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f'SELECT key FROM {STUBS} WHERE "table" = %s LIMIT 1', [CASES])
        key = cursor.fetchone()[0]
    with pytest.raises(WasErased, match=young.code):
        proof_of(CASES, key)
    pages_after(ready, young.pk, young.code)


def names_of_files(young: UUID) -> Iterator[UUID]:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT stored_name FROM residents_document WHERE resident_id = %s", [young])
        for (name,) in cursor.fetchall():
            default_storage.save(name.hex, ContentFile(b"x")) if not default_storage.exists(name.hex) else None
            yield name


def pages_after(world: World, young: UUID, code: str) -> None:
    """What is left is for the supervisors of the unit; for everybody else there is no such record, and nothing finds it."""
    for url in (f"/residents/{young}/", f"/audit/retention/young/{young}/"):
        for person, status in (("supervisor", 200), ("supervisor2", 404), ("caseworker", 404), ("admin_cedar", 404)):
            answer = browser(world, person).get(url)
            assert answer.status_code == status, (url, person)
            assert (code in answer.content.decode()) is (status == 200), (url, person)
    supervisor = browser(world, "supervisor")
    for url in (
        f"/residents/?q={code}",
        "/residents/",
        f"/audit/?resident={code}",
        "/audit/",
        "/audit/retention/",
        "/audit/review/",
        "/",
    ):
        page = supervisor.get(url, follow=True)
        assert page.status_code == 200, url
        assert str(young) not in page.content.decode(), url
    for person, shown in (("supervisor", True), ("supervisor2", False)):
        listed = browser(world, person).get("/audit/retention/?show=erased").content.decode()
        assert (code in listed) is shown, person
        assert (f"/audit/retention/young/{young}/" in listed) is shown, person
    assert browser(world, "caseworker").get("/audit/retention/?show=erased").status_code == 404
    for url in (f"/audit/as-of/residents/{young}/", f"/residents/{young}/history/", f"/audit/exports/young/{young}/"):
        assert supervisor.get(url).status_code == 404, url


@contextmanager
def as_attacker(*tables: str) -> Iterator[CursorWrapper]:
    with retention.behind_history(*tables) as cursor:
        yield cursor


def found() -> list[str]:
    return [f"{one.table} {one.row} {one.what}" for one in verify()[0]]


def test_whatever_goes_otherwise_is_named(ready: World) -> None:
    """As the owner: rows without a stub, stubs that are wrong, a stub that is taken away, and what comes back."""
    other = ready.bo.resident.pk if hasattr(ready, "bo") else ready.cleo.resident.pk
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"SELECT history_id FROM {CASES} WHERE resident_id = %s", [other])
        mine = cursor.fetchone()[0]
        cursor.execute(f"SELECT * FROM {CASES} WHERE resident_id = %s", [ready.ada.resident.pk])
        before = cursor.fetchall()
        cursor.execute("SELECT row_to_json(r)::text FROM residents_resident r WHERE id = %s", [ready.ada.resident.pk])
        live = cursor.fetchone()[0]
    goes()
    assert found() == []
    disposal = done_disposal()

    def tried(wrong: str, *statements: tuple[str, list[Any]], tables: tuple[str, ...] = (CASES, STUBS)) -> None:
        """The statements make verify say ``wrong``; afterwards all is as before."""
        with as_attacker(*tables) as cursor:
            cursor.execute("BEGIN")
            for statement, values in statements:
                cursor.execute(statement, values)
            cursor.execute("COMMIT")
        said = found()
        assert any(wrong in each for each in said), said

    stub = f'INSERT INTO {STUBS} (disposal, "table", key, hash, at, xid, begun_at) VALUES (%s, %s, %s, %s, now(), 1, now())'
    delete, take_away = (
        f"DELETE FROM {CASES} WHERE history_id = %s",
        f'DELETE FROM {STUBS} WHERE "table" = %s AND key = %s',
    )
    with as_attacker(CASES) as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {CASES} WHERE history_id = %s", [mine])
        cursor.execute(delete, [mine])
        assert any(each.startswith(f"{CASES} {mine} removed since seal") for each in found())
        cursor.execute(f"INSERT INTO {CASES} SELECT * FROM kept")
    assert found() == []
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT substring(hashes FROM (array_position(keys, %s::bigint) - 1) * 32 + 1 FOR 32) FROM audit_sealedrows"
            ' WHERE "table" = %s AND %s = ANY (keys)',
            [mine, CASES, mine],
        )
        right = bytes(cursor.fetchone()[0])
    tried("is there again", (stub, [disposal, CASES, mine, right]))
    tried(
        "does not hold the hash",
        (take_away, [CASES, mine]),
        (stub, [disposal, CASES, mine, b"x" * 32]),
        (delete, [mine]),
    )
    tried("names no disposal", (take_away, [CASES, mine]), (stub, [uuid4(), CASES, mine, right]))
    tried("never sealed", (stub, [disposal, CASES, 10**9, right]))
    tried(f"{CASES} {mine} removed", (take_away, [CASES, mine]), (take_away, [CASES, 10**9]))
    tried(
        "is there again",
        (f"INSERT INTO {CASES} VALUES ({', '.join(['%s'] * len(before[0]))})", list(before[0])),
    )
    tried(
        "residents_resident",
        ("INSERT INTO residents_resident SELECT * FROM json_populate_record(NULL::residents_resident, %s)", [live]),
        tables=("residents_resident",),
    )


def test_a_disposal_that_was_not_in_order_covers_nothing(ready: World) -> None:
    """As the owner, behind the rules: one person alone, and a record under hold."""
    goes()
    assert found() == []
    disposal, young = done_disposal(), ready.ada.resident.pk
    with as_attacker("residents_disposal", "residents_historicaldisposal") as cursor:
        cursor.execute("ALTER TABLE residents_disposal DROP CONSTRAINT disposal_needs_two_people")
        cursor.execute("UPDATE residents_disposal SET decided_by_id = proposed_by_id WHERE id = %s", [disposal])
    assert any("two people did not agree" in each for each in found())
    with as_attacker("residents_disposal") as cursor:
        cursor.execute(
            "UPDATE residents_disposal d SET decided_by_id = h.decided_by_id FROM residents_historicaldisposal h"
            " WHERE h.id = d.id AND h.decided_by_id IS NOT NULL"
        )
    assert found() == []
    with as_attacker("residents_legalhold", "residents_historicallegalhold") as cursor:
        cursor.execute(
            "INSERT INTO residents_historicallegalhold (id, resident_id, why, reference, note, laid_by_id, laid_at, lift_reason,"
            " history_date, history_type, history_user_name, history_xid, history_db_user)"
            " VALUES (%s, %s, 'order', 'x', 'x', %s, '2020-01-01Z', '', now(), '+', 'x', 1, 'x')",
            [uuid4(), young, ready.supervisor.pk],
        )
    assert any("under a legal hold" in each for each in found())


def test_what_keeps_a_record_keeps_it_also_when_two_people_have_agreed(ready: World) -> None:
    young = ready.ada.resident
    before = everything(young.pk)
    for about in (young, ready.cedar.facility):
        laid = retention.hold(ready, about)
        assert "legal hold" in stays()
        with acting(ready.supervisor2.pk, ready.supervisor2.name), pytest.raises(Exception):  # noqa: B017 - who does not see it
            operations.lift_hold(laid, reason="x", by=ready.supervisor) if about is young else operations.lift_hold(
                laid, reason=" ", by=ready.supervisor2
            )
        by = ready.second  # type: ignore[attr-defined]
        with acting(by.pk, by.name):
            operations.lift_hold(laid, reason="The lawsuit is over", by=by)
    tables = ("residents_case", "residents_historicalcase", "residents_incident", "compliance_agencyterm")
    for table, change, back, sentence in (
        (
            "residents_case",
            "status = 'open', closed_on = NULL",
            "status = 'closed', closed_on = opened_on + 30",
            "lives in a home",
        ),
        ("residents_case", "closed_on = current_date", "closed_on = opened_on + 30", "is not over"),
        ("compliance_agencyterm", "confirmed_at = NULL, confirmed_by_id = NULL", "", "No rule says"),
    ):
        with as_attacker(*tables) as cursor:
            of = "WHERE resident_id = %s" if table != "compliance_agencyterm" else "WHERE %s IS NOT NULL"
            cursor.execute(f"UPDATE {table} SET {change} {of}", [young.pk])
        assert sentence in stays(), table
        if back:
            with as_attacker(*tables) as cursor:
                cursor.execute(f"UPDATE {table} SET {back} {of}", [young.pk])
    after = everything(young.pk)
    assert {table: after[table] for table in before if "hold" not in table} == {
        table: number for table, number in before.items() if "hold" not in table
    }


def test_a_row_that_is_not_sealed_or_not_as_it_was_sealed_stops_all_of_it(ready: World) -> None:
    young = ready.ada.resident
    with as_owner(), acting_as_system("tests"):
        Resident.objects.filter(pk=young.pk).update(plan_of_the_day="Another")
    assert "not sealed yet" in stays()
    seal()
    with as_attacker(CASES) as cursor:
        cursor.execute(f"UPDATE {CASES} SET summary = 'Another' WHERE resident_id = %s", [young.pk])
    assert "not as it was sealed" in stays()


def test_the_command_tries_says_and_does_it(ready: World) -> None:
    said = []
    assert "would go" in words("--dry-run") and "nothing was changed" in words("--dry-run")
    for options in (["--dry-run"], [], []):
        out = StringIO()
        call_command("retention", "--json", *options, stdout=out)
        said.append(json.loads(out.getvalue()))
    tried, done, again = said
    assert tried["disposals"] == done["disposals"]
    assert done["disposals"][0]["code"] == ready.ada.resident.code
    assert done["disposals"][0]["history"] > 100
    assert again["disposals"] == []
    assert words() == "No record waits to go: two supervisors have agreed to none in the last 30 days.\n"


def words(*options: str) -> str:
    out = StringIO()
    call_command("retention", *options, stdout=out)
    return out.getvalue()


def done_disposal() -> UUID:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_disposal WHERE erased_at IS NOT NULL")
        return cursor.fetchone()[0]


def test_the_application_gets_nothing_erased_by_hand(ready: World) -> None:
    """Plain SQL under the application's role, with every setting that it can make."""
    young, disposal = ready.ada.resident.pk, agreed_disposal(ready)
    before = everything(young)
    by = ready.supervisor
    attacks: list[tuple[str, list[Any]]] = [
        (f"DELETE FROM {CASES} WHERE resident_id = %s", [young]),
        ("DELETE FROM residents_case WHERE resident_id = %s", [young]),
        (f'INSERT INTO {STUBS} (disposal, "table", key, hash) VALUES (%s, %s, 1, %s)', [disposal, CASES, b"x" * 32]),
        (f"SELECT * FROM {STUBS}", []),
        (f"TRUNCATE {STUBS}", []),
        ("SET LOCAL session_replication_role = replica", []),
        (f"ALTER TABLE {CASES} DISABLE TRIGGER ALL", []),
        ("SET LOCAL ROLE placement_owner", []),
        ("SELECT retention_obstacle(%s)", [young]),
        ("SELECT * FROM retention_terms_of(ARRAY[%s]::uuid[])", [young]),
        ("CREATE OR REPLACE FUNCTION audit_erasing() RETURNS boolean LANGUAGE sql AS 'SELECT true'", []),
    ]
    for statement, values in attacks:
        with acting(by.pk, by.name), pytest.raises(DatabaseError) as caught, transaction.atomic():
            for name in ("app.erasing", "app.disposal", "app.act", "app.actor_name"):
                sql("SELECT set_config(%s, %s, true)", name, str(disposal))
            sql(statement, *values)
        assert caught.value.__cause__.pgcode == "42501", statement
    with acting(by.pk, by.name):
        for change in (
            "erased_at = now()",
            "reason = 'x'",
            "homes = '{}'",
            "free_on = '2000-01-01'",
            "files = '{}', decision = 'x'",
        ):
            with refused_by("disposal_is_kept"):
                sql(f"UPDATE residents_disposal SET {change} WHERE id = %s", disposal)
        with pytest.raises(DatabaseError), transaction.atomic():
            sql("DELETE FROM residents_disposal WHERE id = %s", disposal)
    assert everything(young) == before


def test_the_owner_gets_nothing_erased_without_two_people_and_a_stub_for_each_row(ready: World) -> None:
    """Plain SQL as the owner, with all rules on."""
    young = ready.ada.resident.pk
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_disposal")
        disposal = cursor.fetchone()[0]
        cursor.execute(f"SELECT history_id FROM {CASES} WHERE resident_id = %s", [young])
        key = cursor.fetchone()[0]
        stub = f'INSERT INTO {STUBS} (disposal, "table", key, hash) VALUES (%s, %s, %s, %s)'
        good = (stub, [disposal, CASES, key, b"x" * 32])
        for name, statements in {
            "history_is_kept": [
                [(f"DELETE FROM {CASES} WHERE history_id = %s", [key])],
                [good, (f"DELETE FROM {CASES} WHERE resident_id IS NOT NULL", [])],  # more than the stub
                [good, ("DELETE FROM residents_historicalidentity", [])],
                [good, (f"UPDATE {CASES} SET summary = ''", [])],
                [good, ("DELETE FROM access_accesslogentry", [])],
                [good, ("DELETE FROM audit_seal", [])],
                [good, (f"DELETE FROM {STUBS}", [])],
            ],
            "disposal_is_approved_when_it_is_done": [[(stub, [uuid4(), CASES, key, b"x" * 32])]],
        }.items():
            for tried in statements:
                cursor.execute("BEGIN")
                with pytest.raises(DatabaseError) as caught:
                    for statement, values in tried:
                        cursor.execute(statement, values)
                cursor.execute("ROLLBACK")
                assert caught.value.__cause__.diag.constraint_name == name, tried


def agreed_disposal(world: World) -> UUID:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_disposal WHERE resident_id = %s", [world.ada.resident.pk])
        return cursor.fetchone()[0]


def test_nobody_lets_a_record_go_alone(ready: World) -> None:
    """One supervisor gets rid of nothing: not by deciding, not by lifting, not by setting a time."""
    by, term = ready.supervisor, retention.propose_term(ready)
    with acting(by.pk, by.name):
        with pytest.raises(Refused, match="Another supervisor"):
            operations.confirm_agency_term(term, by=by)
        with pytest.raises(Refused, match="proposed already"):
            operations.propose_disposal(ready.ada.resident, reason="Again", by=by)
    laid = retention.hold(ready, ready.ada.resident)
    with acting(by.pk, by.name), pytest.raises(Refused, match="Another supervisor"):
        operations.lift_hold(laid, reason="I think so", by=by)
    second = ready.second  # type: ignore[attr-defined]
    with acting(second.pk, second.name):
        operations.lift_hold(laid, reason="The lawsuit is over", by=second)


@given(
    from_day=st.dates(date(1990, 1, 1), date(2060, 12, 31))
    | st.sampled_from([date(2024, 2, 29), date(2023, 2, 28), date(2025, 8, 31)]),
    months=st.integers(0, 600),
)
@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_term_is_never_shorter_than_it_says(db: None, from_day: date, months: int) -> None:
    """The last day on which it is kept is the same day of the month, or the last one of a shorter month; then it may go."""
    (free,) = free_on((from_day, months))
    year, month = divmod(from_day.year * 12 + from_day.month - 1 + months, 12)
    last = date(year, month + 1, min(from_day.day, monthrange(year, month + 1)[1]))
    assert last < free <= last + timedelta(days=4)
    if from_day.day < 28:
        assert free == last + timedelta(days=1)
    assert free_on((from_day, months + 1))[0] >= free
    assert free_on((from_day + timedelta(days=1), months))[0] >= free


def free_on(*asked: tuple[date, int]) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT retention_free_on(a, b, 0) FROM unnest(%s::date[], %s::integer[]) AS asked (a, b)",
            [[day for day, _ in asked], [months for _, months in asked]],
        )
        return [day for (day,) in cursor.fetchall()]


def test_every_kind_of_record_says_what_becomes_of_it() -> None:
    """Whoever adds a model decides: whether its rows go with a young person, by which of its columns, or why they stay."""
    labels = {model._meta.label for model in tracked_models()}
    assert set(going.GOES) & set(going.STAYS) == set()
    assert set(going.GOES) | set(going.STAYS) == labels
    for model in tracked_models():
        named = {
            one.name
            for one in model._meta.concrete_fields
            if one.is_relation and one.related_model._meta.label == "residents.Resident" and one.db_constraint
        }
        assert named <= set(going.GOES.get(model._meta.label, ())), model
    for label, names in going.GOES.items():
        for name in names:
            target = apps.get_model(label)._meta.get_field(name).related_model._meta.label
            assert target in going.GOES or target in {"residents.Resident", "residents.Incident"}, (label, name)
