"""That somebody kept a wording is written at the database's own time, and stays."""

from django.db import migrations

RULES = """
CREATE FUNCTION wording_ignored_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'ignored_wording_is_kept';
    END IF;
    RETURN NEW;
  END IF;
  NEW.kept_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_wordingignored
  FOR EACH ROW EXECUTE FUNCTION wording_ignored_rules();
ALTER TABLE residents_wordingignored ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0070_wording_ignored")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION wording_ignored_rules() CASCADE;")]
