"""After every migration: history triggers on every tracked table, and exact rights for the application's role."""

from typing import Any

from django.db import connections, transaction

from placement.audit.history import tracked_models
from placement.database.roles import OWNER, grant_application_role

# What a right is called, and to which model it belongs: a change here would change every grant.
SET_BY_MIGRATIONS = (
    "auth_permission",
    "auth_group_permissions",
    "django_content_type",
    "guardian_userobjectpermission",
    "guardian_groupobjectpermission",
)


def after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Attach triggers, then grant. Runs as the owner; safe to run again."""
    connection: Any = connections[using]
    if connection.role != OWNER:  # a test's flush sends the signal too; the triggers and grants are still there
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        present = [model for model in tracked_models() if model._meta.db_table in tables]
        for model in present:
            cursor.execute(trigger_sql(model))
        history = [model.history.model._meta.db_table for model in present]
        kept = [model._meta.db_table for model in present if not model.deletable]
    with transaction.atomic(using=using), connection.cursor() as cursor:  # no moment with too many rights
        grant_application_role(connection, append_only=[*history, *SET_BY_MIGRATIONS])
        for table in kept:
            cursor.execute(f'REVOKE DELETE ON "{table}" FROM placement_app')
        if "access_accesslogentry" in tables:  # written by access_log() alone
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON access_accesslogentry FROM placement_app")
        if "auth_group" in tables:  # rights hang on the name of a group, and groups have no history
            cursor.execute("REVOKE UPDATE, DELETE ON auth_group FROM placement_app")


def trigger_sql(model: Any) -> str:
    """Return the SQL that (re)creates the history and signature triggers of ``model`` and shuts its history table."""
    table, history = model._meta.db_table, model.history.model._meta.db_table
    key = model._meta.pk.column
    parts = []
    for event, rows in [
        ("INSERT", "NEW TABLE AS new_rows"),
        ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("DELETE", "OLD TABLE AS old_rows"),
    ]:
        name = f"history_{event.lower()}"
        parts.append(
            f'CREATE OR REPLACE TRIGGER {name} AFTER {event} ON "{table}" REFERENCING {rows}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION audit_record('{history}', '{key}');"
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name};'
        )
    if model.signatures:
        columns = ", ".join(f"'{column}'" for column in model.signatures)
        parts.append(
            f'CREATE OR REPLACE TRIGGER signatures BEFORE INSERT OR UPDATE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION audit_signatures({columns});"
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER signatures;'
        )
    parts.append(
        f'CREATE OR REPLACE TRIGGER keeps_its_key BEFORE UPDATE OF "{key}" ON "{table}" FOR EACH ROW'
        f' WHEN (NEW."{key}" IS DISTINCT FROM OLD."{key}") EXECUTE FUNCTION audit_refuse();'
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER keeps_its_key;'
    )
    for target, events in [(table, "TRUNCATE"), (history, "UPDATE OR DELETE OR TRUNCATE")]:
        parts.append(
            f'CREATE OR REPLACE TRIGGER history_is_kept BEFORE {events} ON "{target}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();"
            f'ALTER TABLE "{target}" ENABLE ALWAYS TRIGGER history_is_kept;'
        )
    return "\n".join(parts)
