"""Look for the entry that another one amends by its key, because looking through all entries made each new one slower."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION care_entry_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.happened_at = OLD.happened_at THEN RETURN NEW; END IF;
  ELSIF NEW.amends_id IS NOT NULL AND EXISTS (
      SELECT FROM residents_careentry
      WHERE (id = NEW.amends_id OR amends_id = NEW.amends_id) AND happened_at = NEW.happened_at) THEN
    RETURN NEW;  -- an amendment that leaves the time as it was
  END IF;
  IF NOT lived_there(NEW.resident_id, NEW.facility_id, NEW.happened_at) THEN
    PERFORM refuse('care_is_for_who_lives_there');
  END IF;
  -- The shift that was signed for this time asks for a reason, whichever shift the entry names, or none.
  IF NEW.reason = '' AND NEW.amends_id IS NULL AND EXISTS (
      SELECT FROM facilities_shift s
      WHERE s.facility_id = NEW.facility_id AND s.signed_at IS NOT NULL
        AND s.starts_at <= NEW.happened_at AND s.ends_at > NEW.happened_at)
     AND NOT EXISTS (
      SELECT FROM facilities_shift own
      WHERE own.id = NEW.shift_id AND own.signed_at IS NULL AND date_trunc('minute', own.starts_at) <= NEW.happened_at) THEN
    PERFORM refuse('entry_after_signing_has_a_reason');
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0026_fire_clearance_at_arrival")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
