"""Nobody arrives in a home without a fire clearance on that day, as the match demands it of every home."""

from django.db import migrations

RULES = """
CREATE FUNCTION placement_fire() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
      SELECT FROM facilities_fireclearance c JOIN facilities_facility f ON f.id = c.facility_id
      WHERE f.id = NEW.facility_id
        AND (NEW.starts_at AT TIME ZONE f.time_zone)::date BETWEEN c.valid_from AND c.valid_to) THEN
    PERFORM refuse('fire_clearance_is_in_force');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER c_fire AFTER UPDATE ON facilities_placement FOR EACH ROW
  WHEN (NEW.status = 'active' AND OLD.status <> 'active') EXECUTE FUNCTION placement_fire();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_fire;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0025_known_time_zones")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
