"""A change needs a named person or command: blanks are no name."""

from django.db import migrations

FUNCTIONS = """
-- One history row per changed row, whatever path wrote it. Arguments: history table, key column.
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  kept text[];
  key text := quote_ident(TG_ARGV[1]);
  source text;
  kind text;
  written bigint;
  who text := nullif(btrim(current_setting('app.actor_name', true), E' \\t\\r\\n'), '');
BEGIN
  SELECT array_agg(quote_ident(mine.attname) ORDER BY mine.attnum) INTO kept
  FROM pg_attribute mine
  JOIN pg_attribute theirs ON theirs.attrelid = TG_ARGV[0]::regclass AND theirs.attname = mine.attname
  WHERE mine.attrelid = TG_RELID AND mine.attnum > 0 AND NOT mine.attisdropped AND NOT theirs.attisdropped;

  IF TG_OP = 'INSERT' THEN
    kind := '+'; source := 'new_rows r';
  ELSIF TG_OP = 'DELETE' THEN
    kind := '-'; source := 'old_rows r';
  ELSE
    kind := '~';
    source := format(
      'new_rows r LEFT JOIN old_rows o ON o.%1$s = r.%1$s WHERE o.%1$s IS NULL OR ROW(%2$s) IS DISTINCT FROM ROW(%3$s)',
      key,
      (SELECT string_agg('o.' || c, ',') FROM unnest(kept) c),
      (SELECT string_agg('r.' || c, ',') FROM unnest(kept) c));
  END IF;

  EXECUTE format(
    'INSERT INTO %1$s (%2$s, history_date, history_type, history_change_reason, history_user_id, history_user_name,
                       history_act, history_request_id, history_xid, history_db_user)
     SELECT %3$s, $1, $2, $3, $4, coalesce($5, ''''), $6, $7, pg_current_xact_id()::text::bigint, session_user FROM %4$s',
    quote_ident(TG_ARGV[0]),
    array_to_string(kept, ','),
    (SELECT string_agg('r.' || c, ',') FROM unnest(kept) c),
    source)
  USING audit_now(), kind, nullif(current_setting('app.reason', true), ''), audit_actor(), who,
        nullif(current_setting('app.act', true), ''), nullif(current_setting('app.request', true), '');
  GET DIAGNOSTICS written = ROW_COUNT;

  IF written > 0 AND who IS NULL THEN
    RAISE EXCEPTION 'a change needs a named person or command' USING ERRCODE = 'check_violation', CONSTRAINT = 'actor_is_named';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_functions")]
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
