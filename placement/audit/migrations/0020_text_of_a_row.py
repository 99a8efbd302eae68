"""The text of a row as seals hash it, whatever the session's settings are, with the rights of whoever asks."""

from django.db import migrations

# The same settings as ``placement.audit.seals.rows.SAME_TEXT``, which a test compares.
TEXT = """
CREATE FUNCTION audit_sealed_text(of_table text, given record) RETURNS text LANGUAGE plpgsql STABLE SECURITY INVOKER
SET search_path = pg_catalog, public SET TimeZone = 'UTC' SET DateStyle = 'ISO, MDY' SET IntervalStyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' AS $$
BEGIN
  RETURN of_table || given::text;
END $$;
REVOKE EXECUTE ON FUNCTION audit_sealed_text(text, record) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_sealed_text(text, record) TO placement_app;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_seals")]
    operations = [migrations.RunSQL(TEXT, "DROP FUNCTION audit_sealed_text(text, record);")]
