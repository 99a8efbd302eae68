"""Who records a visit of an authority, and that it stays as it was recorded."""

from django.db import migrations

RULES = """
CREATE FUNCTION inspection_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE today date;
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.recorded_by_id IS NOT NULL OR NEW.recorded_by_id IS NOT NULL) THEN
    PERFORM refuse('inspection_is_kept');
  ELSIF NEW.recorded_by_id IS NULL THEN
    RETURN NEW;
  ELSIF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('inspection_is_recorded_by_the_home');
  END IF;
  SELECT (audit_now() AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = NEW.facility_id;
  IF NEW.visited_on > today THEN
    PERFORM refuse('inspection_has_been');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document WHERE id = NEW.document_id AND facility_id = NEW.facility_id AND part = 'home') THEN
    PERFORM refuse('inspection_paper_is_of_the_home');
  END IF;
  NEW.recorded_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_outsideinspection
  FOR EACH ROW EXECUTE FUNCTION inspection_rules();
ALTER TABLE facilities_outsideinspection ENABLE ALWAYS TRIGGER rules;
"""
BACK = "DROP TRIGGER rules ON facilities_outsideinspection; DROP FUNCTION inspection_rules();"


class Migration(migrations.Migration):
    dependencies = [("facilities", "0140_recorded_inspections")]
    operations = [migrations.RunSQL(RULES, BACK)]
