"""Who files hours of training and asks for references, and that both stay as they were written."""

from django.db import migrations

RULES = """
-- Whether somebody works in a home, or runs it, now or soon.
CREATE FUNCTION staff_works_in(who uuid, home uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM facilities_assignment WHERE facility_id = home AND person_id = who AND role IN ('staff', 'admin')
    AND (ends_at IS NULL OR ends_at > audit_now()))
$$;
REVOKE EXECUTE ON FUNCTION staff_works_in(uuid, uuid) FROM PUBLIC;

CREATE FUNCTION training_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written facilities_training := NEW;
  today date;
BEGIN
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('training_is_filed_by_the_home');
  END IF;
  as_written.withdrawn_by_id := NULL;
  as_written.withdrawn_at := NULL;
  as_written.withdrawn_reason := '';
  IF TG_OP = 'UPDATE' THEN
    IF as_written IS DISTINCT FROM OLD THEN PERFORM refuse('training_is_kept'); END IF;
    IF NEW.withdrawn_by_id IS NOT NULL THEN NEW.withdrawn_at := audit_now(); END IF;
    RETURN NEW;
  END IF;
  SELECT (audit_now() AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = NEW.facility_id;
  IF as_written IS DISTINCT FROM NEW THEN
    PERFORM refuse('training_is_kept');
  ELSIF NOT staff_works_in(NEW.person_id, NEW.facility_id) THEN
    PERFORM refuse('training_is_of_who_works_there');
  ELSIF NEW.held_on > today THEN
    PERFORM refuse('training_has_been');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document WHERE id = NEW.document_id AND facility_id = NEW.facility_id AND part = 'home') THEN
    PERFORM refuse('training_paper_is_of_the_home');
  END IF;
  NEW.filed_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_training FOR EACH ROW EXECUTE FUNCTION training_rules();
ALTER TABLE facilities_training ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION reference_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written facilities_staffreference := NEW;
  today date;
BEGIN
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('reference_is_asked_by_the_home');
  END IF;
  SELECT (audit_now() AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = NEW.facility_id;
  IF TG_OP = 'INSERT' THEN
    IF NEW.result <> '' THEN
      PERFORM refuse('reference_begins_unanswered');
    ELSIF NOT staff_works_in(NEW.person_id, NEW.facility_id) THEN
      PERFORM refuse('reference_is_of_who_works_there');
    ELSIF NEW.asked_on > today THEN
      PERFORM refuse('reference_was_asked');
    END IF;
    RETURN NEW;
  END IF;
  as_written.result := '';
  as_written.answered_on := NULL;
  as_written.answered_by_id := NULL;
  IF as_written IS DISTINCT FROM OLD THEN
    PERFORM refuse('reference_is_kept');
  ELSIF NEW.answered_on > today OR NEW.answered_on < NEW.asked_on THEN
    PERFORM refuse('reference_was_answered_after');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_staffreference
  FOR EACH ROW EXECUTE FUNCTION reference_rules();
ALTER TABLE facilities_staffreference ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION reference_text_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_written facilities_referencetext := NEW;
BEGIN
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('reference_is_asked_by_the_home');
  ELSIF TG_OP = 'UPDATE' THEN
    as_written.said := '';
    IF as_written IS DISTINCT FROM OLD THEN PERFORM refuse('reference_is_kept'); END IF;
  ELSIF NOT EXISTS (SELECT FROM facilities_staffreference r WHERE r.id = NEW.reference_id AND r.person_id = NEW.person_id
      AND r.facility_id = NEW.facility_id) THEN
    PERFORM refuse('reference_text_is_of_its_reference');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_referencetext
  FOR EACH ROW EXECUTE FUNCTION reference_text_rules();
ALTER TABLE facilities_referencetext ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP TRIGGER rules ON facilities_referencetext; DROP FUNCTION reference_text_rules();
DROP TRIGGER rules ON facilities_staffreference; DROP FUNCTION reference_rules();
DROP TRIGGER rules ON facilities_training; DROP FUNCTION training_rules();
DROP FUNCTION staff_works_in(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0142_staff_files")]
    operations = [migrations.RunSQL(RULES, BACK)]
