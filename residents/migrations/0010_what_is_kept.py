"""Rules of the residents app that hold whatever writes: what was reported, logged or decided stays as it was written."""

from django.db import migrations

RULES = """
CREATE FUNCTION incident_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('reported', 'reviewed'), ('reviewed', 'closed')) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  IF (NEW.kind, NEW.severity, NEW.happened_at, NEW.seen, NEW.done, NEW.shift_id)
     IS DISTINCT FROM (OLD.kind, OLD.severity, OLD.happened_at, OLD.seen, OLD.done, OLD.shift_id) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER steps AFTER UPDATE ON residents_incident FOR EACH ROW EXECUTE FUNCTION incident_steps();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER steps;

-- Who was involved belongs to the report: it ends with the closing of the incident, as the rest does.
CREATE FUNCTION involved_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM residents_incident WHERE status = 'closed'
             AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.incident_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.incident_id END)) THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentresident
  FOR EACH ROW EXECUTE FUNCTION involved_rules();
ALTER TABLE residents_incidentresident ENABLE ALWAYS TRIGGER rules;

CREATE TRIGGER rules BEFORE UPDATE ON residents_contact FOR EACH ROW EXECUTE FUNCTION row_is_kept('contact_is_kept');
CREATE TRIGGER rules BEFORE UPDATE ON residents_harmevent FOR EACH ROW EXECUTE FUNCTION row_is_kept('harm_event_is_kept');
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER rules;
ALTER TABLE residents_harmevent ENABLE ALWAYS TRIGGER rules;

-- The newest designation counts, so one from the future would count for ever.
CREATE FUNCTION designation_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.decided_at > audit_now() + interval '5 minutes' THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'designation_is_not_in_the_future';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER time BEFORE INSERT ON residents_populationdesignation FOR EACH ROW EXECUTE FUNCTION designation_time();
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER time;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0009_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
