"""Database functions of the audit app: the clock, the writer of history rows, refusal, and signatures."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

FUNCTIONS = """
-- The time of an act. Only the owner's login may set another time (demo data); everybody else gets the real clock.
CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, public AS $$
DECLARE told text := nullif(current_setting('app.clock', true), '');
BEGIN
  IF told IS NULL OR NOT pg_has_role(session_user, 'placement_owner', 'MEMBER') THEN
    RETURN clock_timestamp();
  END IF;
  RETURN told::timestamptz + (clock_timestamp() - transaction_timestamp());
END $$;

CREATE OR REPLACE FUNCTION audit_actor() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public AS $$
  SELECT nullif(current_setting('app.actor', true), '')::uuid
$$;

-- One history row per changed row, whatever path wrote it. Arguments: history table, key column.
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  kept text[];
  key text := quote_ident(TG_ARGV[1]);
  source text;
  kind text;
  written bigint;
  who text := nullif(current_setting('app.actor_name', true), '');
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

CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'history is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
END $$;

-- Signature columns (arguments): set only to the acting person, and never changed once set.
CREATE OR REPLACE FUNCTION audit_signatures() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
  name text;
  before text;
  after text;
BEGIN
  FOREACH name IN ARRAY TG_ARGV LOOP
    after := to_jsonb(NEW) ->> name;
    before := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ->> name END;
    IF after IS DISTINCT FROM before THEN
      IF before IS NOT NULL THEN
        RAISE EXCEPTION 'a signature stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_stays';
      ELSIF after::uuid IS DISTINCT FROM audit_actor() THEN
        RAISE EXCEPTION 'nobody signs for another' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_is_own';
      END IF;
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
"""

REMOVE = """
DROP FUNCTION audit_signatures(); DROP FUNCTION audit_refuse(); DROP FUNCTION audit_record();
DROP FUNCTION audit_actor(); DROP FUNCTION audit_now();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("access", "0001_initial"), ("residents", "0001_initial"), ("facilities", "0001_initial")]
    operations = [BtreeGistExtension(), migrations.RunSQL(FUNCTIONS, REMOVE)]
