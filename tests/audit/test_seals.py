"""Whatever the owner of the database does to history, access log or seals, ``audit verify`` names it; and nothing else does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations import DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from compliance.queries.audit import newest_seal
from placement.access.models import AgencyUnit
from placement.audit.check_proof import check
from placement.audit.seals import keys, sealing, tree
from placement.audit.seals.proof import NotSealed, proof_of
from placement.audit.seals.sealing import Open, Snapshot, _still_open, seal
from placement.audit.seals.verifying import verify
from placement.database.context import acting_as_system
from placement.database.roles import owner_connection
from tests.world import World, browser

UNITS = "access_historicalagencyunit"
LOG = "access_accesslogentry"
SWAPPED = "residents_historicalcareentry"


@pytest.fixture
def sealed_world(committed_world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with some of everything in history and access log, under one seal, which is copied outside."""
    settings.SEALS_DIR, settings.SEAL_KEY, settings.SEAL_PUBLIC_KEY = tmp_path / "outside", None, None
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(sealing, "snapshot", here)
    change_units("one", "two", "three")
    browser(committed_world, "caseworker").get(f"/residents/{committed_world.ada.resident.pk}/")
    seal()
    return committed_world


def public_text() -> str:
    return "".join(keys.in_pem(key) for key in keys.public_keys())


def here(cursor: CursorWrapper, real: Any = sealing.snapshot) -> Snapshot:
    """The snapshot without the transactions of tests that run in other databases of the server, of which a seal takes account."""
    whole: Snapshot = real(cursor)
    cursor.execute(
        "SELECT transactionid::text::bigint FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE locktype = 'transactionid' AND granted AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    of_others = {number for (number,) in cursor.fetchall()}
    return whole._replace(running=[number for number in whole.running if number in of_others])


def change_units(*names: str) -> None:
    with acting_as_system("tests"):
        for name in names:
            AgencyUnit.objects.create(name=name)


@contextmanager
def as_owner() -> Iterator[CursorWrapper]:
    """The owner of the database at work, with what keeps history out of the way."""
    with owner_connection() as owner, owner.cursor() as cursor:
        for table in (UNITS, LOG, "audit_seal", "audit_sealedrows"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table, name in (
            (UNITS, "history_is_kept"),
            (UNITS, "leaves_a_stub"),
            ("audit_seal", "seals_are_kept"),
            ("audit_sealedrows", "seals_are_kept"),
        ):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def some_keys(cursor: CursorWrapper, table: str, key: str) -> list[int]:
    """The keys of the last three sealed rows of a table, rising."""
    cursor.execute(f"SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT 3")
    return sorted(found for (found,) in cursor.fetchall())


def found() -> list[str]:
    """What verify says of rows, in short."""
    return [f"{one.table} {one.row} {one.what.split()[0]}" for one in verify()[0]]


def test_what_was_sealed_and_left_alone_is_green(sealed_world: World) -> None:
    problems, checked = verify()
    assert problems == []
    assert (checked.seals, checked.unsealed, checked.outside) == (1, 0, 1)
    assert checked.rows > 500
    change_units("four")
    assert seal().number == 2
    assert seal().number == 3  # of nothing
    assert verify() == ([], checked._replace(seals=3, rows=checked.rows + 1, outside=3))


def test_rows_that_were_changed_removed_or_swapped_are_named_each(sealed_world: World) -> None:
    with as_owner() as cursor:
        first, second, _ = some_keys(cursor, UNITS, "history_id")
        cursor.execute(f"UPDATE {UNITS} SET history_user_name = 'X' WHERE history_id IN (%s, %s)", [first, second])
        gone = some_keys(cursor, LOG, "id")[0]
        cursor.execute(f"DELETE FROM {LOG} WHERE id = %s", [gone])
        one, other = some_keys(cursor, SWAPPED, "history_id")[-2:]
        cursor.execute(f"ALTER TABLE {SWAPPED} DISABLE TRIGGER USER")
        for old, new in ((one, -1), (other, one), (-1, other)):
            cursor.execute(f"UPDATE {SWAPPED} SET history_id = %s WHERE history_id = %s", [new, old])
        for name in ("history_is_kept", "leaves_a_stub"):
            cursor.execute(f"ALTER TABLE {SWAPPED} ENABLE ALWAYS TRIGGER {name}")
    assert found() == [f"{LOG} {gone} removed", f"{UNITS} {first} changed", f"{SWAPPED} {one} changed"]


def test_a_row_that_was_put_in_is_named(sealed_world: World) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'history_id'))", [UNITS])
        gap = cursor.fetchone()[0]  # of a transaction that rolled back
    for name in ("four", "five", "six"):
        change_units(name)
        seal()  # the third closes what was open at the first
    with as_owner() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied AS SELECT * FROM {UNITS} ORDER BY history_id DESC LIMIT 1")
        cursor.execute("UPDATE copied SET history_id = %s, history_date = history_date - interval '1 hour'", [gap])
        cursor.execute(f"INSERT INTO {UNITS} SELECT * FROM copied")
    assert found() == [f"{UNITS} {gap} put"]


@pytest.mark.parametrize(("table", "moment"), [(UNITS, "history_date"), (LOG, "at")])
@pytest.mark.parametrize("ago", ["3 hours", "-10 minutes"])
def test_a_row_that_was_put_in_at_the_end_with_another_time_is_named(
    sealed_world: World, table: str, moment: str, ago: str
) -> None:
    key = "id" if table == LOG else "history_id"
    with as_owner() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied AS SELECT * FROM {table} ORDER BY {key} DESC LIMIT 1")
        cursor.execute(
            f"UPDATE copied SET {key} = nextval(pg_get_serial_sequence(%s, %s)), {moment} = {moment} - %s::interval"
            f" RETURNING {key}",
            [table, key, ago],
        )
        put_in = cursor.fetchone()[0]
        cursor.execute(f"INSERT INTO {table} SELECT * FROM copied")
    seal()
    assert found() == [f"{table} {put_in} was"]


def test_a_tail_that_was_cut_off_is_named(sealed_world: World) -> None:
    change_units("four")
    seal()
    with as_owner() as cursor:
        key = some_keys(cursor, UNITS, "history_id")[-1]
        cursor.execute(f"DELETE FROM {UNITS} WHERE history_id = %s", [key])
        cursor.execute("DELETE FROM audit_sealedrows WHERE seal_id = 2")
        cursor.execute("DELETE FROM audit_seal WHERE number = 2")
    said = found()
    assert said[0] == "audit_seal 2 the"  # the outside folder has it
    assert [each for each in said if each.startswith("access_agencyunit") and each.endswith("put")]


def test_a_record_that_was_changed_while_its_trigger_was_off_is_named(sealed_world: World) -> None:
    unit = AgencyUnit.objects.get(name="two")
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE access_agencyunit DISABLE TRIGGER history_update")
        cursor.execute("UPDATE access_agencyunit SET name = 'Another' WHERE id = %s", [unit.pk])
        assert found() == ["access_agencyunit  its", f"access_agencyunit {unit.pk} changed"]
        cursor.execute("ALTER TABLE access_agencyunit ENABLE ALWAYS TRIGGER history_update")
    assert found() == [f"access_agencyunit {unit.pk} changed"]


def test_a_seal_that_was_replaced_is_named(sealed_world: World, settings: Any, tmp_path: Path) -> None:
    ours = public_text()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_sealedrows; DELETE FROM audit_seal")
        first = some_keys(cursor, UNITS, "history_id")[0]
        cursor.execute(f"UPDATE {UNITS} SET history_user_name = 'Somebody else' WHERE history_id = %s", [first])
    settings.DATA_DIR, settings.SEALS_DIR = tmp_path / "theirs", tmp_path / "their-outside"
    settings.SEAL_KEY = tmp_path / "their.pem"
    settings.SEAL_KEY.write_text(keys._new_key())
    seal()
    settings.SEAL_PUBLIC_KEY, settings.SEALS_DIR = tmp_path / "ours.pem", tmp_path / "outside"
    settings.SEAL_PUBLIC_KEY.write_text(ours)
    assert found()[:2] == ["audit_seal 1 this", "audit_seal 1 this"]  # another than outside, and another key
    settings.SEALS_DIR = tmp_path / "nowhere"
    assert found() == ["audit_seal 1 this"]
    assert verify()[1].outside is None


def test_seals_of_a_key_that_was_replaced_still_stand(sealed_world: World, settings: Any, tmp_path: Path) -> None:
    old = public_text()
    settings.SEAL_KEY = tmp_path / "new.pem"
    settings.SEAL_KEY.write_text(keys._new_key())
    seal()
    both = old + public_text()
    settings.SEAL_PUBLIC_KEY = tmp_path / "both.pem"
    settings.SEAL_PUBLIC_KEY.write_text(both)
    assert found() == []
    settings.SEAL_PUBLIC_KEY.write_text(old)
    assert found() == ["audit_seal 2 this"]


def test_hashes_that_were_changed_with_their_row_do_not_give_the_root(sealed_world: World) -> None:
    with as_owner() as cursor:
        cursor.execute('SELECT id, place FROM audit_sealedrows WHERE "table" = %s', [UNITS])
        part, place = cursor.fetchone()
        cursor.execute(
            "UPDATE audit_sealedrows SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) WHERE id = %s", [part]
        )
    assert found() == [f"audit_sealedrows 1/{place} the"]


def test_parts_of_a_seal_that_were_changed_do_not_give_its_root(sealed_world: World) -> None:
    for change in ("replace(parts, 'history_id', 'other')", "'[]'", "'[[]]'", "'{'"):
        with as_owner() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kept AS SELECT parts FROM audit_seal")
            cursor.execute(f"UPDATE audit_seal SET parts = {change}")
            said = found()
            cursor.execute("UPDATE audit_seal SET parts = (SELECT parts FROM kept); DROP TABLE kept")
        assert said[0] == "audit_seal 1 what"
    assert found() == []


def test_another_database_in_its_place_is_named(sealed_world: World) -> None:
    """With everything sealed anew by the same key, as an older backup would be that was sealed after it came back."""
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_sealedrows; DELETE FROM audit_seal")
    seal()
    assert found() == ["audit_seal 1 this"]


def test_a_slow_transaction_across_a_seal_and_one_that_rolls_back_are_innocent(sealed_world: World) -> None:
    with owner_connection() as slow, slow.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('app.actor_name', 'slow', true)")
        cursor.execute("INSERT INTO access_agencyunit (id, name) VALUES (gen_random_uuid(), 'slow')")
        with pytest.raises(RuntimeError), transaction.atomic():
            change_units("goes back")
            raise RuntimeError
        change_units("four")
        seal()
        change_units("five")
        seal()
        cursor.execute("COMMIT")
    assert found() == []  # it is in the open
    made = seal()
    assert sum(json.loads(part)["count"] for part in json.loads(made.parts)) == 1  # the slow one
    for _ in range(3):
        made = seal()
    assert json.loads(made.parts) == []  # nothing is open any more
    assert found() == []


def test_a_new_column_a_vacuum_and_a_move_to_another_cluster_are_innocent(
    sealed_world: World, monkeypatch: Any
) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {UNITS} ADD COLUMN later text NOT NULL DEFAULT 'x'")
        cursor.execute(f"VACUUM FULL {UNITS}")
    monkeypatch.setattr(sealing, "snapshot", lambda cursor: Snapshot("another", 6, [], timezone.now()))
    for name in ("four", "five"):
        change_units(name)
        seal()
    assert found() == []


def test_a_column_that_is_gone_is_named(sealed_world: World) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {UNITS} RENAME COLUMN history_request_id TO other")
    assert [str(one) for one in verify()[0] if one.table == UNITS] == [
        f"{UNITS}: seal 1 covers what is gone: history_request_id"
    ]


def test_no_migration_takes_away_what_seals_have_hashed() -> None:
    """Of a column that is renamed or dropped no seal can be checked: add another beside it."""
    begun = {
        "access": 59,
        "audit": 5,
        "compliance": 67,
        "facilities": 221,
        "residents": 223,
    }  # what seals have never seen
    away = (RemoveField, RenameField, DeleteModel, RenameModel)
    found = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in begun and int(name[:4]) > begun[app]
        for operation in migration.operations
        if isinstance(operation, away) and "historical" in str(operation.deconstruct()[2]).lower()
    ]
    assert found == []


def test_the_application_knows_until_when_it_is_sealed_and_nothing_else(sealed_world: World) -> None:
    assert newest_seal().number == 1
    for statement in (
        "UPDATE audit_seal SET digest = ''",
        "DELETE FROM audit_seal",
        "INSERT INTO audit_seal SELECT 2, made_at, head, digest, signature, parts FROM audit_seal",
        "DELETE FROM audit_sealedrows",
        "SELECT head FROM audit_seal",
        "SELECT parts FROM audit_seal",
        "SELECT * FROM audit_sealedrows",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    for table in ("audit_seal", "audit_sealedrows"):
        with owner_connection() as owner, owner.cursor() as cursor, pytest.raises(DatabaseError, match="kept"):
            cursor.execute(f"DELETE FROM {table}")


def test_one_row_is_proven_without_the_product(sealed_world: World, tmp_path: Path) -> None:
    with as_owner() as cursor:
        key = some_keys(cursor, UNITS, "history_id")[1]
    file, public = tmp_path / "proof.json", tmp_path / "key.pem"
    public.write_text(public_text())
    call_command("audit", "prove", UNITS, str(key), str(file), stdout=StringIO())
    script = Path(django_settings.BASE_DIR) / "placement/audit/check_proof.py"
    ran = [sys.executable, "-I", str(script), str(file), str(public)]
    said = subprocess.run(ran, capture_output=True, text=True, check=True).stdout
    assert "Seal 1 of" in said and "two" in said
    proof = json.loads(file.read_text())
    for changed in (
        proof | {"text": proof["text"].replace("two", "one")},
        proof | {"head": proof["head"].replace("1", "2")},
        proof | {"part": proof["part"].replace(UNITS, LOG)},
        proof | {"part": proof["part"].replace(json.loads(proof["part"])["root"], "0" * 64)},
        proof | {"path": proof["path"][:-1]},
        proof | {"path_of_part": proof["path_of_part"][:-1]},
    ):
        with pytest.raises(ValueError, match="seal"):
            check(changed, public.read_text())
    with pytest.raises(NotSealed):
        proof_of(UNITS, 10**9)
    with pytest.raises(NotSealed):
        proof_of("pg_authid", 1)


def test_the_commands_say_it_in_words_and_in_json(sealed_world: World, settings: Any) -> None:
    out = StringIO()
    call_command("audit", "seal", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["number"], said["rows"], len(said["digest"])) == (2, 0, 64)
    out = StringIO()
    call_command("audit", "verify", "--from", "2020-01-01T00:00Z", "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"] == []
    with as_owner() as cursor:
        key = some_keys(cursor, UNITS, "history_id")[0]
        cursor.execute(f"DELETE FROM {UNITS} WHERE history_id = %s", [key])
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines()[0] == f"{UNITS} {key}: removed since seal 1"
    (settings.SEALS_DIR / "1.json").write_text("no seal")
    with pytest.raises(CommandError, match="not the copy of a seal"):
        call_command("audit", "verify")
    with pytest.raises(CommandError, match="time with its zone"):
        call_command("audit", "verify", "--from", "yesterday")


def test_production_does_not_seal_without_a_key(db: None, settings: Any) -> None:
    settings.DEMO, settings.SEAL_KEY = False, None
    with pytest.raises(CommandError, match="PLACEMENT_SEAL_KEY"):
        call_command("audit", "seal")
    settings.SEAL_KEY = "/nowhere/at-all"
    with pytest.raises(CommandError, match="can't be read"):
        call_command("audit", "seal")


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_every_path_leads_to_the_root(leaves: list[bytes]) -> None:
    root = tree.root_of(b"".join(leaves))
    for place, leaf in enumerate(leaves):
        node = leaf
        for side, beside in tree.path_of(b"".join(leaves), place):
            node = sha256(b"\x01" + (beside + node if side == "left" else node + beside)).digest()
        assert node == root


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.sampled_from([1, 2, 4, 8]))
def test_a_tree_that_grows_has_the_root_of_all_its_leaves(leaves: list[bytes], block: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tree, "BLOCK", block)
        growing = tree.Growing()
        for leaf in leaves:
            growing.add(leaf)
        assert growing.root == tree.root_of(b"".join(leaves))


@given(
    st.sets(st.integers(1, 40)),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 8), st.one_of(st.none(), st.integers(1, 9))), max_size=4),
    st.integers(1, 9),
)
def test_what_stays_open_is_what_did_not_come_and_may_still_come(
    came: set[int], ranges: list[tuple[int, int, int | None]], oldest: int
) -> None:
    opened = tuple(Open(first, first + more, until) for first, more, until in ranges)
    left = list(_still_open(opened, sorted(came), Snapshot("", 9, [oldest], timezone.now())))
    expected = [
        key
        for first, last, until in opened
        if until is None or until > oldest
        for key in range(first, last + 1)
        if key not in came
    ]
    assert [key for one in left for key in range(one.first, one.last + 1)] == expected
    assert all(one.until is not None for one in left)
