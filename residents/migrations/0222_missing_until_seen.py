"""A report of somebody missing is not closed before they are seen, or have left the home; who works there is known by name."""

from django.db import migrations

RULES = """
-- Closing it ends that they are missing, on every page and for every clock.
CREATE FUNCTION missing_closing_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM residents_incident i JOIN residents_incidentresident r ON r.incident_id = i.id
      JOIN facilities_placement p ON p.resident_id = r.resident_id AND p.facility_id = i.facility_id AND p.status = 'active'
      WHERE i.id = NEW.incident_id AND i.kind = 'missing' AND NOT EXISTS (
        SELECT FROM residents_careentry c
        WHERE c.resident_id = r.resident_id AND c.kind IN ('head_count', 'sleep')
          AND c.happened_at >= i.happened_at + interval '1 minute'
          AND (c.happened_at > i.reported_at OR c.amends_id IS NULL AND c.written_at > i.reported_at)
          AND c.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake')
          AND NOT EXISTS (SELECT FROM residents_careentry newer
                          WHERE newer.amends_id = coalesce(c.amends_id, c.id) AND newer.written_at > c.written_at))) THEN
    PERFORM refuse('missing_report_closed_after_the_return');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION missing_closing_rules() FROM PUBLIC;
CREATE TRIGGER z_missing BEFORE INSERT ON residents_incidentstep FOR EACH ROW
  WHEN (NEW.what = 'closed') EXECUTE FUNCTION missing_closing_rules();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER z_missing;

-- Who works in the home holds no talk after a return, however their name is written.
CREATE FUNCTION return_talk_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM residents_incident i JOIN facilities_assignment works ON works.facility_id = i.facility_id
      JOIN access_person p ON p.id = works.person_id
      WHERE i.id = NEW.incident_id AND works.starts_at <= NEW.at AND (works.ends_at IS NULL OR works.ends_at > NEW.at)
        AND names_meet(NEW.who, p.name)) THEN
    PERFORM refuse('return_talk_is_by_somebody_outside');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION return_talk_rules() FROM PUBLIC;
CREATE TRIGGER talk BEFORE INSERT ON residents_episodenote FOR EACH ROW
  WHEN (NEW.what = 'interview') EXECUTE FUNCTION return_talk_rules();
ALTER TABLE residents_episodenote ENABLE ALWAYS TRIGGER talk;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0221_whoever_a_complaint_calls")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
