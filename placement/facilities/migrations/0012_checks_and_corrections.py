"""A look after leaving stays as it was written, and a referral is corrected only until a home is proposed."""

from django.db import migrations

RULES = """
CREATE FUNCTION after_care_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  left_at timestamptz;
  zone text;
BEGIN
  SELECT p.ends_at, f.time_zone INTO left_at, zone
  FROM facilities_discharge d
  JOIN facilities_placement p ON p.id = d.placement_id
  JOIN facilities_facility f ON f.id = p.facility_id
  WHERE d.id = NEW.discharge_id;
  IF NEW.checked_at > audit_now() + interval '5 minutes' THEN PERFORM refuse('after_care_check_is_not_in_the_future'); END IF;
  IF NEW.checked_at < date_trunc('minute', left_at) THEN PERFORM refuse('after_care_check_is_after_leaving'); END IF;
  IF NEW.next_check_on <= (NEW.checked_at AT TIME ZONE zone)::date THEN PERFORM refuse('next_check_is_later'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON facilities_aftercarecheck FOR EACH ROW EXECUTE FUNCTION after_care_rules();
ALTER TABLE facilities_aftercarecheck ENABLE ALWAYS TRIGGER a_rules;
CREATE TRIGGER b_rules BEFORE UPDATE ON facilities_aftercarecheck FOR EACH ROW EXECUTE FUNCTION row_is_kept('after_care_check_is_kept');
ALTER TABLE facilities_aftercarecheck ENABLE ALWAYS TRIGGER b_rules;

CREATE OR REPLACE FUNCTION referral_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN PERFORM refuse('sent_referral_is_kept'); END IF;
    RETURN OLD;
  ELSIF TG_OP = 'INSERT' THEN
    NEW.number := nextval('facilities_referral_number_seq');
  ELSIF NEW.number <> OLD.number OR NEW.resident_id <> OLD.resident_id THEN
    PERFORM refuse('referral_keeps_its_resident');
  ELSIF NEW.status = 'draft' AND OLD.status <> 'draft' THEN
    PERFORM refuse('sent_referral_is_kept');
  ELSIF OLD.status <> 'draft'
        AND (NEW.urgency, NEW.reason, NEW.needs, NEW.wishes, NEW.needed_from, NEW.expected_until, NEW.level)
            IS DISTINCT FROM
            (OLD.urgency, OLD.reason, OLD.needs, OLD.wishes, OLD.needed_from, OLD.expected_until, OLD.level)
        AND (OLD.status <> 'open' OR EXISTS (
               SELECT FROM facilities_placement
               WHERE referral_id = OLD.id AND status IN ('proposed', 'approved', 'active', 'ended'))) THEN
    PERFORM refuse('proposed_referral_stays');
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0011_after_care_check")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
