"""The rules ask what others have saved until now: a transaction that can't see it changes nothing."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION audit_rules_see_what_was_saved() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'sees only what was there' USING ERRCODE = 'check_violation', CONSTRAINT = 'rules_see_what_was_saved';
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_installed_anew")]
    # Stays on the way back: what writes history calls it, and is made anew after every migration.
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
