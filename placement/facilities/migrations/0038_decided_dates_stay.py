"""A placement is decided for its dates: only the arrival itself may come at another time than was planned."""

from django.db import migrations

RULES = """
CREATE FUNCTION placement_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.ends_at IS DISTINCT FROM OLD.ends_at OR NEW.status <> 'active' AND NEW.starts_at <> OLD.starts_at THEN
    PERFORM refuse('placement_keeps_its_dates');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER z_dates BEFORE UPDATE ON facilities_placement FOR EACH ROW
  WHEN (OLD.status IN ('proposed', 'approved')) EXECUTE FUNCTION placement_dates();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER z_dates;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0037_signed_without_its_shift")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION placement_dates() CASCADE")]
