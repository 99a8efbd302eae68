"""A pass is decided by somebody who answers for it and did not ask, becomes a leave, and ends with a return, whatever writes."""

from django.db import migrations

RULES = """
CREATE TRIGGER a_resident BEFORE INSERT OR UPDATE ON facilities_passrequest
  FOR EACH ROW EXECUTE FUNCTION resident_of_placement();
ALTER TABLE facilities_passrequest ENABLE ALWAYS TRIGGER a_resident;

CREATE FUNCTION pass_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_asked facilities_passrequest := NEW;
  stay text;
  home uuid;
  zone text;
BEGIN
  SELECT p.status, p.facility_id, f.time_zone INTO stay, home, zone
  FROM facilities_placement p JOIN facilities_facility f ON f.id = p.facility_id WHERE p.id = NEW.placement_id;
  IF TG_OP = 'INSERT' OR NEW.decision = 'approved' AND OLD.decision = '' THEN
    IF NEW.outside_person_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM residents_outsideperson
        WHERE id = NEW.outside_person_id AND resident_id = NEW.resident_id AND permission <> 'prohibited') THEN
      PERFORM refuse('pass_is_with_somebody_allowed');
    END IF;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.decision <> '' OR NEW.returned_at IS NOT NULL THEN PERFORM refuse('pass_begins_undecided'); END IF;
    IF stay <> 'active' THEN PERFORM refuse('pass_is_of_a_stay'); END IF;
    NEW.asked_at := audit_now();
    NEW.overnight := (NEW.starts_at AT TIME ZONE zone)::date < (NEW.ends_at AT TIME ZONE zone)::date;
    RETURN NEW;
  END IF;

  IF OLD.decision = '' THEN
    as_asked.decision := OLD.decision;
    as_asked.decided_by_id := OLD.decided_by_id;
    as_asked.decided_at := OLD.decided_at;
    as_asked.decision_reason := OLD.decision_reason;
    as_asked.leave_id := OLD.leave_id;
  END IF;
  IF OLD.returned_at IS NULL AND OLD.decision = 'approved' THEN
    as_asked.returned_at := OLD.returned_at;
    as_asked.return_by_id := OLD.return_by_id;
    as_asked.return_note := OLD.return_note;
  END IF;
  IF as_asked IS DISTINCT FROM OLD THEN PERFORM refuse('pass_is_kept'); END IF;
  IF OLD.decision = '' AND NEW.decision <> '' THEN
    NEW.decided_at := audit_now();
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement']))
       AND (NEW.overnight
            OR NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['accept_placement']))
            OR home NOT IN (SELECT access_ids('facilities', ARRAY['manage_facility']))) THEN
      PERFORM refuse('pass_is_decided_by_who_answers_for_it');
    END IF;
    IF NEW.decision = 'approved' AND NEW.leave_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM facilities_leave
        WHERE id = NEW.leave_id AND placement_id = NEW.placement_id
          AND starts_at = NEW.starts_at AND ends_at = NEW.ends_at) THEN
      PERFORM refuse('approved_pass_is_its_leave');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_passrequest FOR EACH ROW EXECUTE FUNCTION pass_rules();
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON facilities_passrequest
  FOR EACH ROW EXECUTE FUNCTION times_have_come('returned_at');
ALTER TABLE facilities_passrequest ENABLE ALWAYS TRIGGER b_rules;
ALTER TABLE facilities_passrequest ENABLE ALWAYS TRIGGER times;
"""
BACK = """
DROP TRIGGER times ON facilities_passrequest;
DROP TRIGGER b_rules ON facilities_passrequest;
DROP FUNCTION pass_rules();
DROP TRIGGER a_resident ON facilities_passrequest;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0060_passes")]
    operations = [migrations.RunSQL(RULES, BACK)]
