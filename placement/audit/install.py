"""After every migration: history triggers on every tracked table, and exact rights for the application's role.

History is written by a function per table, with fixed statements. ``audit_record`` looks up the columns and makes its statement
anew each time, which takes four times as long: it is for the time of a migration, in which columns change.
"""

from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import truncate_name

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


# Of every tracked table and its history: the columns that both have.
COLUMNS = """
    SELECT array_agg(quote_ident(mine.attname) ORDER BY mine.attnum) FROM pg_attribute mine
    JOIN pg_attribute theirs ON theirs.attrelid = %s::regclass AND theirs.attname = mine.attname
    WHERE mine.attrelid = %s::regclass AND mine.attnum > 0 AND NOT mine.attisdropped AND NOT theirs.attisdropped
"""
FIXED_TRIGGERS = r"""
    SELECT replace(pg_get_triggerdef(t.oid), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
        format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tgrelid::regclass, tgname), tgfoid::regproc::text
    FROM pg_trigger t JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname LIKE 'audit\_record\_%' AND NOT tgisinternal ORDER BY tgrelid, tgname
"""


def before_migrate(using: str = "default", plan: Any = (), **kwargs: Any) -> None:
    """Let ``audit_record`` write history while columns change. Runs as the owner; safe to run again, and to stop half-way."""
    connection: Any = connections[using]
    if connection.role != OWNER or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute(FIXED_TRIGGERS)
        found = cursor.fetchall()
        for trigger, always, function in found:
            cursor.execute(f"{trigger.replace(f'{function}(', 'audit_record(')}; {always}")
        for function in sorted({function for *_, function in found}):
            cursor.execute(f"DROP FUNCTION {function}()")


def after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Attach triggers, then grant. Runs as the owner; safe to run again."""
    connection: Any = connections[using]
    if connection.role != OWNER:  # a test's flush sends the signal too; the triggers and grants are still there
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        present = [model for model in tracked_models() if model._meta.db_table in tables]
        for model in present:
            cursor.execute(COLUMNS, [model.history.model._meta.db_table, model._meta.db_table])
            cursor.execute(recording_function(model, cursor.fetchone()[0]))
            cursor.execute(trigger_sql(model))
        history = [model.history.model._meta.db_table for model in present]
        withheld = {model: [*model.withheld, *([] if model.deletable else ["DELETE"])] for model in present}
    with transaction.atomic(using=using), connection.cursor() as cursor:  # no moment with too many rights
        grant_application_role(connection, append_only=[*history, *SET_BY_MIGRATIONS])
        for model, rights in withheld.items():
            if rights:
                cursor.execute(f'REVOKE {", ".join(rights)} ON "{model._meta.db_table}" FROM placement_app')
        if "audit_seal" in tables:  # the owner's: how many rows of which table there are tells what row security hides
            cursor.execute("REVOKE ALL ON audit_seal, audit_sealedrows FROM placement_app")
            cursor.execute("GRANT SELECT (number, made_at) ON audit_seal TO placement_app")
        if "audit_erasedrow" in tables:  # the owner's
            cursor.execute("REVOKE ALL ON audit_erasedrow FROM placement_app")
        if "access_accesslogentry" in tables:  # written by access_log() alone
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON access_accesslogentry FROM placement_app")
        if "auth_group" in tables:  # rights hang on the name of a group, and groups have no history
            cursor.execute("REVOKE UPDATE, DELETE ON auth_group FROM placement_app")


def trigger_sql(model: Any) -> str:
    """Return the SQL that (re)creates the history and signature triggers of ``model`` and shuts its history table."""
    table, history = model._meta.db_table, model.history.model._meta.db_table
    function, key = recorder(model), model._meta.pk.column
    parts = []
    for event, rows in [
        ("INSERT", "NEW TABLE AS new_rows"),
        ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("DELETE", "OLD TABLE AS old_rows"),
    ]:
        name = f"history_{event.lower()}"
        parts.append(
            f'CREATE OR REPLACE TRIGGER {name} AFTER {event} ON "{table}" REFERENCING {rows}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}('{history}', '{key}');"
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
        f'CREATE OR REPLACE TRIGGER leaves_a_stub AFTER DELETE ON "{history}" REFERENCING OLD TABLE AS old_rows'
        f" FOR EACH STATEMENT EXECUTE FUNCTION audit_leaves_a_stub();"
        f'ALTER TABLE "{history}" ENABLE ALWAYS TRIGGER leaves_a_stub;'
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


def recorder(model: Any) -> str:
    """Return the name of the function that writes the history of ``model``."""
    return truncate_name(f"audit_record_{model._meta.db_table}", 63)


def recording_function(model: Any, columns: list[str]) -> str:
    """Return the SQL of the function that does for ``model`` what ``audit_record`` does, with ``columns`` (quoted) fixed.

    A connection keeps the plan of its first change for all later ones. Were that the change of one row, it would be a loop, in
    which a change of many rows compares each with each: so there are no loops.
    """
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in "or")
    key = f'"{model._meta.pk.column}"'
    told = f"""INSERT INTO "{model.history.model._meta.db_table}" ({", ".join(columns)}, history_date, history_type,
      history_change_reason, history_user_id, history_user_name, history_act, history_request_id, history_xid, history_db_user)
    SELECT {new}, moment, '{{}}', reason, actor, coalesce(who, ''), act, request, pg_current_xact_id()::text::bigint, session_user
    FROM {{}} r"""
    return rf"""
CREATE OR REPLACE FUNCTION {recorder(model)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_nestloop = off AS $$
#variable_conflict use_variable
DECLARE
  moment timestamptz := audit_now();
  actor uuid := audit_actor();
  who text := nullif(btrim(current_setting('app.actor_name', true), E' \t\r\n'), '');
  reason text := nullif(current_setting('app.reason', true), '');
  act text := nullif(current_setting('app.act', true), '');
  request text := nullif(current_setting('app.request', true), '');
  written bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    {told.format("+", "new_rows")};
  ELSIF TG_OP = 'DELETE' THEN
    IF audit_erasing() THEN RETURN NULL; END IF;  -- a row that says what was erased would keep it
    {told.format("-", "old_rows")};
  ELSE
    {told.format("~", "new_rows")} LEFT JOIN old_rows o ON o.{key} = r.{key}
    WHERE o.{key} IS NULL OR ROW({old}) IS DISTINCT FROM ROW({new});
  END IF;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written > 0 THEN PERFORM audit_rules_see_what_was_saved(); END IF;
  IF written > 0 AND who IS NULL THEN
    RAISE EXCEPTION 'a change needs a named person or command' USING ERRCODE = 'check_violation', CONSTRAINT = 'actor_is_named';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION {recorder(model)}() FROM PUBLIC;"""
