"""A report that somebody is missing names them: checked at the end of the act, as the names are written after the report."""

from django.db import migrations

RULES = """
CREATE FUNCTION missing_report_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  report uuid;
BEGIN
  IF TG_TABLE_NAME = 'residents_incident' THEN report := NEW.id; ELSE report := OLD.incident_id; END IF;
  IF EXISTS (SELECT FROM residents_incident WHERE id = report AND kind = 'missing')
     AND NOT EXISTS (SELECT FROM residents_incidentresident WHERE incident_id = report) THEN
    RAISE EXCEPTION 'nobody' USING ERRCODE = 'check_violation', CONSTRAINT = 'missing_report_names_somebody';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER missing_names AFTER INSERT ON residents_incident DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'missing') EXECUTE FUNCTION missing_report_rules();
CREATE CONSTRAINT TRIGGER missing_names AFTER UPDATE OR DELETE ON residents_incidentresident DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION missing_report_rules();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER missing_names;
ALTER TABLE residents_incidentresident ENABLE ALWAYS TRIGGER missing_names;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0011_true_times")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
