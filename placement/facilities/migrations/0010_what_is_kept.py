"""What was signed stays as it was signed: the decision about a placement, who was on duty, how a stay ended."""

from django.db import migrations

RULES = """
CREATE FUNCTION placement_signatures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.proposed_at <> OLD.proposed_at
     OR OLD.decided_by_id IS NOT NULL
        AND (NEW.decided_at, NEW.decision_reason) IS DISTINCT FROM (OLD.decided_at, OLD.decision_reason)
     OR OLD.safety_read_by_id IS NOT NULL AND NEW.safety_read_at IS DISTINCT FROM OLD.safety_read_at THEN
    PERFORM refuse('signature_stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_signatures BEFORE UPDATE ON facilities_placement FOR EACH ROW EXECUTE FUNCTION placement_signatures();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_signatures;

CREATE FUNCTION duty_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM facilities_shift WHERE signed_at IS NOT NULL
             AND id IN (NEW.shift_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.shift_id END)) THEN
    PERFORM refuse('signed_shift_stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_shiftstaff FOR EACH ROW EXECUTE FUNCTION duty_rules();
ALTER TABLE facilities_shiftstaff ENABLE ALWAYS TRIGGER rules;

CREATE TRIGGER b_rules BEFORE UPDATE ON facilities_discharge FOR EACH ROW EXECUTE FUNCTION row_is_kept('discharge_is_kept');
ALTER TABLE facilities_discharge ENABLE ALWAYS TRIGGER b_rules;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0009_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
