"""A confirmed population goes on counting until a second person has agreed to change it, whatever writes."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION confirmed_population(resident uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN stage = 'confirmed' THEN population END FROM residents_populationdesignation
  WHERE resident_id = resident AND standing IN ('counts', 'agreed') ORDER BY decided_at DESC, id DESC LIMIT 1
$$;

CREATE FUNCTION designation_standing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE confirmed text;
BEGIN
  -- The home before the resident, in the order of an admission; then no two designations are written side by side.
  PERFORM FROM facilities_facility WHERE id IN (
    SELECT facility_id FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active')
  FOR NO KEY UPDATE;
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  confirmed := confirmed_population(NEW.resident_id);
  NEW.standing := CASE WHEN confirmed IS NULL OR (NEW.population = confirmed AND NEW.stage = 'confirmed')
                       THEN 'counts' ELSE 'waiting' END;
  NEW.reviewed_by_id := NULL;
  NEW.reviewed_at := NULL;
  NEW.review_reason := '';
  RETURN NEW;
END $$;
CREATE TRIGGER a_standing BEFORE INSERT ON residents_populationdesignation
  FOR EACH ROW EXECUTE FUNCTION designation_standing();
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER a_standing;

CREATE FUNCTION designation_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_written residents_populationdesignation := NEW;
BEGIN
  as_written.standing := OLD.standing;
  as_written.reviewed_by_id := OLD.reviewed_by_id;
  as_written.reviewed_at := OLD.reviewed_at;
  as_written.review_reason := OLD.review_reason;
  IF as_written IS DISTINCT FROM OLD
     OR (NEW IS DISTINCT FROM OLD AND (OLD.standing <> 'waiting' OR NEW.standing NOT IN ('agreed', 'declined'))) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'designation_is_kept';
  END IF;
  IF NEW.standing <> OLD.standing THEN NEW.reviewed_at := audit_now(); END IF;
  RETURN NEW;
END $$;
DROP TRIGGER rules ON residents_populationdesignation;
CREATE TRIGGER rules BEFORE UPDATE ON residents_populationdesignation FOR EACH ROW EXECUTE FUNCTION designation_review();
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0013_designation_standing")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
