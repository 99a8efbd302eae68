"""Invariants 6 and 7 as the application's role meets them: no actor, no write; history only grows, by the trigger alone."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from placement.access.models import AccessLogEntry, FormKey, Session, SignInFailure
from placement.audit.history import tracked_models
from placement.audit.install import before_migrate, recorder
from placement.audit.models import ErasedRow, Seal, SealedRows
from placement.database import roles
from placement.database.context import acting
from placement.facilities.models import FacilityGroupPermission, FacilityUserPermission
from tests.attack.sql import ask, change, denied, fingerprint, insert, refused, refused_by, sql
from tests.attack.test_every_rule import impose, inspect
from tests.every.filled import fill
from tests.world import World

TRACKED = tracked_models()
HISTORY = [model.history.model for model in TRACKED]


def test_no_actor_no_write(world: World) -> None:
    with refused("actor_is_named"):
        change(world.north, name="Nobody did this")
    with refused("actor_is_named"):
        sql("INSERT INTO access_agencyunit (id, name) VALUES (gen_random_uuid(), 'East unit')")
    with refused("actor_is_named"):
        sql("DELETE FROM access_membership")
    for setting in ("app.actor_name", "app.actor"):
        sql("SELECT set_config(%s, '', true)", setting)
    with refused("actor_is_named"):
        change(world.north, name="Nobody did this")
    with acting(world.caseworker.pk, world.caseworker.name):
        assert change(world.north, name="Somebody did") == 1


def test_no_actor_no_write_in_any_table_also_while_columns_change(committed_world: World) -> None:
    """By the owner's login, which alone may delete everywhere."""
    world = committed_world
    fill(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        impose(world, 16)
        inspect(world)
        right = {"user_id": world.stranger.pk, "permission_id": FacilityGroupPermission.objects.first().permission_id}
        insert(FacilityUserPermission, content_object_id=world.cedar.facility.pk, grant=uuid4(), **right)
    with roles.as_owner():
        sql("ALTER TABLE facilities_referral DISABLE TRIGGER rules")  # it keeps what was sent
        sql("ALTER TABLE facilities_rosterentry DISABLE TRIGGER rules")  # it keeps what others planned
        for table in ("incidentperson", "incidentpart", "restraint", "incidentinjury", "incidentfile"):
            sql(f"ALTER TABLE residents_{table} DISABLE TRIGGER a_kept")  # it keeps what was sent
        sql("ALTER TABLE residents_incidentresident DISABLE TRIGGER rules")  # so does this
        before = fingerprint()
        for _ in range(2):
            for model in TRACKED:
                with refused_by("actor_is_named"):
                    assert sql(f"DELETE FROM {model._meta.db_table}"), model
            before_migrate(plan=["any"])
        assert fingerprint() == before


def test_the_actor_ends_with_the_transaction(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        change(world.north, name="Somebody did")
    with refused("actor_is_named"):
        change(world.north, name="Nobody did this")


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model._meta.db_table)
def test_history_is_only_read(world: World, model: type) -> None:
    table = model._meta.db_table
    with acting(world.supervisor.pk, world.supervisor.name):
        for statement in (
            f"UPDATE {table} SET history_user_name = 'Somebody else'",
            f"UPDATE {table} SET history_date = now() - interval '1 year'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"TRUNCATE {table} CASCADE",
            f"INSERT INTO {table} (history_date, history_type, history_user_name, history_xid, history_db_user)"
            " VALUES (now(), '~', 'Somebody', 1, 'x')",
            f"SELECT * FROM {table} FOR UPDATE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table}",
        ):
            with pytest.raises(DatabaseError) as caught, transaction.atomic():
                sql(statement)
            assert caught.value.__cause__.pgcode == "42501", statement


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.db_table)
def test_nobody_gets_past_the_triggers(world: World, model: type) -> None:
    table = model._meta.db_table
    statements = [
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} DISABLE TRIGGER history_update",
        f"ALTER TABLE {table} ENABLE REPLICA TRIGGER history_update",
        f"DROP TRIGGER history_update ON {table}",
        f"CREATE RULE quiet AS ON UPDATE TO {table} DO INSTEAD NOTHING",
        f"ALTER TABLE {table} ADD COLUMN mine integer",
        f"TRUNCATE {table} CASCADE",
        f"DROP TABLE {table} CASCADE",
    ]
    if not getattr(model, "deletable", False):
        statements.append(f"DELETE FROM {table}")
    with acting(world.supervisor.pk, world.supervisor.name):
        for statement in statements:
            with pytest.raises(DatabaseError) as caught, transaction.atomic():
                sql(statement)
            assert caught.value.__cause__.pgcode == "42501", statement


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET LOCAL session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "UPDATE pg_trigger SET tgenabled = 'D'",
        "DROP FUNCTION audit_record() CASCADE",
        "DROP FUNCTION audit_record_residents_resident() CASCADE",
        "CREATE OR REPLACE FUNCTION audit_record_residents_resident() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "GRANT EXECUTE ON FUNCTION audit_record_residents_resident() TO placement_app",
        "CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "ALTER FUNCTION audit_record() RENAME TO mine",
        "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM residents_historicalresident'",
        "CREATE TABLE mine (number integer)",
        "SELECT setval('residents_incident_number_seq', 1)",
        "SELECT setval('facilities_referral_number_seq', 1)",
        "SET ROLE placement_owner",
    ],
)
def test_the_role_may_not(world: World, statement: str) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), denied():
        sql(statement)


def test_functions_of_the_owner_do_nothing_for_a_caller(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        for function in ("audit_record", "audit_refuse", "audit_signatures", "placement_rules", "placement_steps"):
            with (
                pytest.raises(DatabaseError, match="trigger functions can only be called as triggers"),
                transaction.atomic(),
            ):
                sql(f"SELECT {function}()")


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.db_table)
def test_nobody_may_call_what_writes_history(world: World, model: type) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), denied():
        sql(f"SELECT {recorder(model)}()")


@pytest.mark.parametrize("name", ["", " ", "\t\n "])
def test_a_blank_is_no_name(world: World, name: str) -> None:
    sql("SELECT set_config('app.actor_name', %s, true)", name)
    with refused("actor_is_named"):
        change(world.north, name="Somebody")


def test_the_clock_of_history_cannot_be_told(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        sql("SELECT set_config('app.clock', '2020-01-01T00:00:00+00:00', true)")
        change(world.ada.resident, preferred_name="Ada again")
        sql("SELECT set_config('app.clock', '', true)")
    newest = world.ada.resident.history.first()
    assert newest.preferred_name == "Ada again"
    assert newest.history_date >= world.now


def test_the_name_of_the_database_login_is_kept_beside_the_actor(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        change(world.ada.resident, preferred_name="Ada again")
    assert world.ada.resident.history.first().history_db_user == ask("SELECT session_user")


def test_even_the_owner_meets_a_trigger(committed_world: World) -> None:
    before = fingerprint()
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        for statement in (
            "UPDATE residents_historicalresident SET preferred_name = 'x'",
            "DELETE FROM residents_historicalresident",
            "TRUNCATE residents_historicalresident",
            "TRUNCATE residents_resident CASCADE",
        ):
            with pytest.raises(DatabaseError) as caught:
                cursor.execute(statement)
            assert caught.value.__cause__.diag.constraint_name == "history_is_kept", statement
    assert fingerprint() == before


def test_form_keys_and_failures_to_sign_in_are_the_only_rows_that_need_no_actor(world: World) -> None:
    """Groups are Django's own; of our own tables only these, sessions and the access log have no history."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    ours = {
        table for table in tables if table.split("_")[0] in {"access", "residents", "facilities", "compliance", "audit"}
    }
    tracked = {model._meta.db_table for model in [*TRACKED, *HISTORY]}
    log = AccessLogEntry._meta.db_table  # written by a function of the database, which asks who acts
    secret = "compliance_draw"  # the owner's: the application may do nothing with it
    written = {FormKey._meta.db_table, SignInFailure._meta.db_table, Session._meta.db_table, log}
    seals = {Seal._meta.db_table, SealedRows._meta.db_table, ErasedRow._meta.db_table}  # by the owner, of what is there
    assert ours - tracked == written | seals | {secret}
    assert ask(f"SELECT count(*) FROM {secret}") == 0
    with denied():
        sql(f"INSERT INTO {secret} VALUES ('x')")
