"""What the catalog says: every tracked table has its triggers, always enabled; the application's role has its exact rights."""

import re

import pytest
from django.apps import apps
from django.db import connection

from compliance.queries.audit_kinds import GROUPS, audited_models
from placement.access.models import AccessLogEntry, AgencyUnit, FormKey, Session, SignInFailure
from placement.audit.history import Tracked, tracked_models
from placement.audit.install import SET_BY_MIGRATIONS, recorder
from placement.audit.models import ErasedRow, Seal, SealedRows
from placement.database import roles

TRACKED = tracked_models()
APPS = {"access", "residents", "facilities", "compliance", "audit", "ui", "demo"}
EXEMPT = {
    AccessLogEntry: "a log itself: written once, by the database, and never changed",
    ErasedRow: "what is left of a row that was erased: written once, by the owner, and sealed",
    FormKey: "a used one-time key; it says nothing about a person and needs no history",
    Seal: "made once, by the owner, over the history of everything else",
    SealedRows: "a part of a seal",
    Session: "a browser's session: it comes and goes with the sign-in, and is written by requests of nobody too",
    SignInFailure: "a count of the last minutes; nobody is signed in yet who could have done it",
}


def triggers(table: str) -> dict[str, tuple[str, str, str]]:
    """Name → (enabled, function, definition) of every trigger that is not PostgreSQL's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled::text, proname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
            " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        return {name: tuple(rest) for name, *rest in cursor.fetchall()}


def test_every_model_is_tracked_or_exempt() -> None:
    ours = {
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and not model.__name__.startswith("Historical") and model._meta.managed
    }
    assert ours - set(TRACKED) == EXEMPT.keys()
    assert all(issubclass(model, Tracked) for model in TRACKED)


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_triggers_stand_and_are_always_on(db: None, model: type) -> None:
    table, history = model._meta.db_table, model.history.model._meta.db_table
    found = triggers(table)
    for event in ("insert", "update", "delete"):
        enabled, function, definition = found[f"history_{event}"]
        assert (enabled, function) == ("A", recorder(model))
        assert f"AFTER {event.upper()} ON" in definition
        assert "FOR EACH STATEMENT" in definition
        assert f"'{history}', 'id'" in definition
    assert found["history_is_kept"][:2] == ("A", "audit_refuse")
    assert "BEFORE TRUNCATE ON" in found["history_is_kept"][2]
    if model.signatures if hasattr(model, "signatures") else ():
        enabled, function, definition = found["signatures"]
        assert (enabled, function) == ("A", "audit_signatures")
        assert all(f"'{column}'" in definition for column in model.signatures)
    assert {enabled for enabled, *_ in found.values()} == {"A"}
    kept = triggers(history)
    assert kept["history_is_kept"][:2] == ("A", "audit_refuse")
    for event in ("UPDATE", "DELETE", "TRUNCATE"):
        assert event in kept["history_is_kept"][2]
    assert kept["leaves_a_stub"][:2] == ("A", "audit_leaves_a_stub")


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_every_signature_is_a_column_of_a_person(model: type) -> None:
    for column in getattr(model, "signatures", ()):
        field = next(field for field in model._meta.concrete_fields if field.column == column)
        assert field.related_model._meta.label == "access.Person"


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_history_keeps_every_column_that_is_not_excluded(model: type) -> None:
    excluded = set(getattr(model, "history_excludes", ()))
    columns = {field.column for field in model._meta.concrete_fields if field.name not in excluded}
    assert columns <= {field.column for field in model.history.model._meta.concrete_fields}
    assert excluded <= {
        "password",
        "pin",
        "emergency_until",  # follows from emergency access, which has history
        "cleared",  # follows from credentials, which have history
        "sealed",  # history keeps the fingerprint of the sheet
        "digest",  # nobody has to know from history which address led to a calendar
        "words_digest",  # of the words by which whoever complained finds the answer
        "keys",  # of a sealed export, which its fingerprint covers
        "read_at",  # each reading has its line in the access log
        "asked",  # of a saved filter: names may stand in it, which go with it
    }


def differences(model: type) -> list[str]:
    """What is wrong with the columns that the function for ``model`` writes: those that the table and its history both have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(DISTINCT attname::text) FROM (SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND"
            " attnum > 0 AND NOT attisdropped INTERSECT SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass) both_have",
            [model._meta.db_table, model.history.model._meta.db_table],
        )
        columns = set(cursor.fetchone()[0])
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [recorder(model)])
        source = cursor.fetchone()[0]
    written = re.findall(r'INSERT INTO "(\w+)" \((.+?), history_date,.*?SELECT (.+?), moment,', source, re.DOTALL)
    compared = re.findall(r"ROW\((.+?)\) IS DISTINCT FROM ROW\((.+?)\)", source)
    lists = [("", into) for _, into, _ in written] + [("r.", given) for *_, given in written]
    lists += [("o.", compared[0][0]), ("r.", compared[0][1])]
    found = [[name.removeprefix(row).strip('"') for name in text.split(", ")] for row, text in lists]
    wrong = [f"{model._meta.label}: {sorted(columns ^ set(names))}" for names in found if set(names) != columns]
    if len(written) != 3 or len(compared) != 1 or any(names != found[0] for names in found):
        wrong.append(f"{model._meta.label}: not the same columns in the same order")
    if {table for table, *_ in written} != {model.history.model._meta.db_table}:
        wrong.append(f"{model._meta.label}: another table")
    return wrong


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_the_fixed_statements_write_the_columns_that_there_are(db: None, model: type) -> None:
    assert differences(model) == []


def test_a_column_that_came_or_went_by_hand_is_noticed(transactional_db: None) -> None:
    unit, history = AgencyUnit._meta.db_table, AgencyUnit.history.model._meta.db_table
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {unit} ADD COLUMN motto text")
        assert differences(AgencyUnit) == []
        cursor.execute(f"ALTER TABLE {history} ADD COLUMN motto text")
        assert differences(AgencyUnit) == ["access.AgencyUnit: ['motto']"] * 8
        cursor.execute(f"ALTER TABLE {history} DROP COLUMN motto, DROP COLUMN name")
        assert differences(AgencyUnit) == ["access.AgencyUnit: ['name']"] * 8


# Functions of the database write them, or the owner.
BY_FUNCTIONS = {
    "compliance_finding",
    "compliance_firstday",
    "compliance_flag",
    "compliance_holiday",
    "compliance_monthtotals",
    "compliance_obligation",
    "compliance_ruleversion",
    "facilities_handoffline",
}


def test_rights_of_the_application_role(db: None) -> None:
    history = {model.history.model._meta.db_table for model in TRACKED}
    deletable = {model._meta.db_table for model in TRACKED if getattr(model, "deletable", False)}
    tracked = {model._meta.db_table for model in TRACKED}
    withheld = {model._meta.db_table: set(model.withheld) for model in TRACKED}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, array(SELECT p FROM unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',"
            " 'TRIGGER']) p WHERE has_table_privilege('placement_app', pg_class.oid, p)) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
        )
        found = {table: set(rights) for table, rights in cursor.fetchall()}
    for table, rights in found.items():
        if table in history | {
            "access_accesslogentry",
            "django_migrations",
            *SET_BY_MIGRATIONS,
        }:
            assert rights == {"SELECT"}, table
        elif table in ("audit_seal", "audit_sealedrows", "audit_erasedrow"):  # of the first, two columns
            assert rights == set(), table
        elif table in ("auth_group", "compliance_binder", "compliance_flagsetting"):
            assert rights == {"SELECT", "INSERT"}
        elif table == "access_unusualaccess":
            assert rights == {"SELECT", "UPDATE"}
        elif table in BY_FUNCTIONS:
            assert rights == {"SELECT"}
        elif table in tracked - deletable:
            assert rights == {"SELECT", "INSERT", "UPDATE"} - withheld[table], table
        else:
            assert rights == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


def test_functions_with_the_owners_rights_have_a_fixed_search_path(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, coalesce(proconfig, '{}') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        found = dict(cursor.fetchall())
    assert found.keys() >= {recorder(model) for model in TRACKED}
    # pg_temp last where the owner's own temporary tables are kept out too; the application's role can make none.
    fixed = {"search_path=pg_catalog, public", "search_path=pg_catalog, public, pg_temp"}
    assert {name for name, config in found.items() if not fixed & {*config}} == set()


def test_history_has_a_64_bit_key_and_few_indexes(db: None) -> None:
    for model in TRACKED:
        table = model.history.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass", [table])
            assert cursor.fetchone()[0] <= 3, table
            cursor.execute(
                "SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'history_id'",
                [table],
            )
            assert cursor.fetchone() == ("bigint",)


def test_what_says_who_may_see_what_is_not_for_everybody(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('placement_app', oid, 'EXECUTE'),"
            " 0::oid IN (SELECT grantee FROM aclexplode(coalesce(proacl, acldefault('f', proowner))))"
            " FROM pg_proc WHERE proname IN ('access_barred', 'access_granted', 'access_ids') ORDER BY proname"
        )
        names = ("access_barred", "access_granted", "access_ids")
        assert cursor.fetchall() == [(name, True, False) for name in names]
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname = ANY(%s)"
            " AND 0::oid IN (SELECT grantee FROM aclexplode(coalesce(proacl, acldefault('f', proowner))))",
            [[recorder(model) for model in TRACKED]],
        )
        assert cursor.fetchall() == []


def test_each_audited_kind_stands_under_one_heading() -> None:
    under = [label for kinds in GROUPS.values() for label in kinds]
    assert sorted(under) == sorted(audited_models())
