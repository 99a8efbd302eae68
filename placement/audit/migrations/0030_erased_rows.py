"""What is left of a row of history that was erased after its time: a stub, without which the database lets none go."""

from django.db import migrations, models

ERASING = """
-- Whether this transaction erases: it has written stubs, which only the owner can, and only where the tables above agree.
-- pg_temp stands last in the search path: else a temporary table of the owner's would stand for the stubs.
CREATE FUNCTION audit_erasing() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM audit_erasedrow
    WHERE xid = pg_current_xact_id_if_assigned()::text::bigint AND begun_at = transaction_timestamp());
END $$;

CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME ~ '^[a-z]+_historical' AND public.audit_erasing() THEN
    RETURN NULL;  -- what goes is looked at by leaves_a_stub
  END IF;
  RAISE EXCEPTION 'history is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
END $$;

CREATE FUNCTION audit_leaves_a_stub() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM old_rows o WHERE NOT EXISTS (
      SELECT FROM audit_erasedrow e WHERE e."table" = TG_TABLE_NAME AND e.key = o.history_id
        AND e.xid = pg_current_xact_id()::text::bigint AND e.begun_at = transaction_timestamp())) THEN
    RAISE EXCEPTION 'history is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION audit_leaves_a_stub() FROM PUBLIC;

-- A stub is of this transaction, whatever was asked for.
CREATE FUNCTION audit_stub_is_of_now() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.at := clock_timestamp();
  NEW.xid := pg_current_xact_id()::text::bigint;
  NEW.begun_at := transaction_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER of_now BEFORE INSERT ON audit_erasedrow FOR EACH ROW EXECUTE FUNCTION audit_stub_is_of_now();
ALTER TABLE audit_erasedrow ENABLE ALWAYS TRIGGER of_now;
CREATE TRIGGER stubs_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_erasedrow
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_erasedrow ENABLE ALWAYS TRIGGER stubs_are_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0020_text_of_a_row")]
    operations = [
        migrations.CreateModel(
            name="ErasedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("disposal", models.UUIDField()),
                ("table", models.CharField(max_length=63)),
                ("key", models.BigIntegerField()),
                ("hash", models.BinaryField()),
                ("at", models.DateTimeField(editable=False)),
                ("xid", models.BigIntegerField(db_index=True, editable=False)),
                ("begun_at", models.DateTimeField(editable=False)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            "erasedrow", models.UniqueConstraint(fields=["table", "key"], name="a_row_is_erased_once")
        ),
        migrations.RunSQL(ERASING, migrations.RunSQL.noop),
    ]
