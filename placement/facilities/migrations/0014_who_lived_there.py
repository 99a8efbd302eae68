"""Care entries and incidents are about young people who lived in that home then, and a signed time says why it is added to."""

from django.db import migrations

RULES = """
-- Five minutes: pages show whole minutes, and the time of an arrival or a departure may be typed in the next one.
CREATE FUNCTION lived_there(who uuid, home uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM facilities_placement
                 WHERE resident_id = who AND facility_id = home AND status IN ('active', 'ended')
                   AND starts_at <= moment + interval '5 minutes'
                   AND (status = 'active' OR ends_at >= moment - interval '5 minutes'))
$$;
REVOKE EXECUTE ON FUNCTION lived_there(uuid, uuid, timestamptz) FROM PUBLIC;

CREATE FUNCTION care_entry_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.happened_at = OLD.happened_at THEN RETURN NEW; END IF;
  ELSIF EXISTS (SELECT FROM residents_careentry WHERE NEW.amends_id IN (id, amends_id) AND happened_at = NEW.happened_at) THEN
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
CREATE TRIGGER z_place BEFORE INSERT OR UPDATE ON residents_careentry FOR EACH ROW EXECUTE FUNCTION care_entry_place();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER z_place;

CREATE FUNCTION involved_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.incident_id, NEW.resident_id) = (OLD.incident_id, OLD.resident_id) THEN RETURN NEW; END IF;
  IF EXISTS (SELECT FROM residents_incident i
             WHERE i.id = NEW.incident_id AND NOT lived_there(NEW.resident_id, i.facility_id, i.happened_at)) THEN
    PERFORM refuse('incident_is_of_who_lives_there');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER z_place BEFORE INSERT OR UPDATE ON residents_incidentresident FOR EACH ROW EXECUTE FUNCTION involved_place();
ALTER TABLE residents_incidentresident ENABLE ALWAYS TRIGGER z_place;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0013_stays_to_come"), ("residents", "0011_true_times")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
