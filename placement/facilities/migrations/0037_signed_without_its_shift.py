"""An entry that was written before anybody opened the shift of its time is signed with that shift, too."""

from django.db import migrations

RULES = """
CREATE FUNCTION care_entry_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE covering facilities_shift;
BEGIN
  FOR covering IN
    SELECT * FROM facilities_shift
    WHERE facility_id = OLD.facility_id AND date_trunc('minute', starts_at) <= OLD.happened_at AND ends_at > OLD.happened_at
    FOR SHARE
  LOOP
    IF covering.signed_at IS NOT NULL THEN PERFORM refuse('signed_entry_is_amended'); END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER z_signed BEFORE UPDATE ON residents_careentry FOR EACH ROW
  WHEN (OLD.shift_id IS NULL) EXECUTE FUNCTION care_entry_signed();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER z_signed;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0036_rights_found_by_whole_index")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION care_entry_signed() CASCADE")]
