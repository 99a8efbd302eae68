"""Who is planned holds what the work needs on those days, works there, and rests; who was on duty when is kept."""

from django.db import migrations

RULES = """
CREATE FUNCTION credential_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_written facilities_credential := NEW;
BEGIN
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('credential_is_filed_by_the_home');
  END IF;
  IF TG_OP = 'UPDATE' THEN
    as_written.valid_to := OLD.valid_to;
    IF as_written IS DISTINCT FROM OLD
       OR NEW.valid_to IS DISTINCT FROM OLD.valid_to AND NOT coalesce(NEW.valid_to < coalesce(OLD.valid_to, 'infinity'), false)
    THEN
      PERFORM refuse('credential_is_kept');
    END IF;
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT FROM facilities_assignment
                 WHERE facility_id = NEW.facility_id AND person_id = NEW.person_id AND role IN ('staff', 'admin')
                   AND (ends_at IS NULL OR ends_at > audit_now())) THEN
    PERFORM refuse('credential_is_of_who_works_there');
  END IF;
  IF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document WHERE id = NEW.document_id AND facility_id = NEW.facility_id AND part = 'home') THEN
    PERFORM refuse('credential_paper_is_of_the_home');
  END IF;
  NEW.filed_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_credential FOR EACH ROW EXECUTE FUNCTION credential_rules();
ALTER TABLE facilities_credential ENABLE ALWAYS TRIGGER rules;

-- Whether somebody holds something on every day that a span touches, in the home's own time.
CREATE FUNCTION holds_credential(who uuid, what text, home uuid, begins timestamptz, ends timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (
    SELECT FROM facilities_facility f, generate_series(
      (begins AT TIME ZONE f.time_zone)::date, ((ends - interval '1 microsecond') AT TIME ZONE f.time_zone)::date, '1 day') day
    WHERE f.id = home AND NOT EXISTS (
      SELECT FROM facilities_credential c WHERE c.person_id = who AND c.kind = what
        AND c.valid_from <= day::date AND (c.valid_to IS NULL OR c.valid_to >= day::date)))
$$;
REVOKE EXECUTE ON FUNCTION holds_credential(uuid, text, uuid, timestamptz, timestamptz) FROM PUBLIC;

CREATE FUNCTION roster_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN PERFORM refuse('planned_shift_is_kept'); END IF;
  IF (CASE TG_OP WHEN 'DELETE' THEN OLD.facility_id ELSE NEW.facility_id END)
     NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) THEN
    PERFORM refuse('roster_is_planned_by_the_home');
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.starts_at <= audit_now() THEN PERFORM refuse('begun_shift_stays_planned'); END IF;
    RETURN OLD;
  END IF;
  NEW.planned_at := audit_now();
  IF NEW.ends_at <= NEW.starts_at THEN RETURN NEW; END IF;  -- a constraint of the table refuses it
  IF NEW.ends_at <= audit_now() THEN PERFORM refuse('planned_shift_is_ahead'); END IF;
  -- Locked, so that the next one who plans this person waits here and then counts this shift.
  PERFORM FROM access_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM facilities_assignment a JOIN access_person p ON p.id = a.person_id
                 WHERE a.facility_id = NEW.facility_id AND a.person_id = NEW.person_id AND a.role IN ('staff', 'admin')
                   AND p.is_active AND a.starts_at <= NEW.starts_at AND (a.ends_at IS NULL OR a.ends_at >= NEW.ends_at)) THEN
    PERFORM refuse('planned_where_they_work');
  END IF;
  IF NOT holds_credential(NEW.person_id, 'background', NEW.facility_id, NEW.starts_at, NEW.ends_at) THEN
    PERFORM refuse('planned_with_clearance');
  END IF;
  IF NOT holds_credential(NEW.person_id, 'first_aid', NEW.facility_id, NEW.starts_at, NEW.ends_at) THEN
    PERFORM refuse('planned_with_first_aid');
  END IF;
  IF NOT holds_credential(NEW.person_id, 'training', NEW.facility_id, NEW.starts_at, NEW.ends_at) THEN
    PERFORM refuse('planned_with_training');
  END IF;
  -- A break of less than an hour is none.
  IF NEW.awake AND interval '16 hours' < (
      SELECT upper(turn) - lower(turn) - interval '59:59.999999' FROM (
        SELECT unnest(range_agg(tstzrange(starts_at, ends_at + interval '59:59.999999'))) AS turn FROM (
          SELECT starts_at, ends_at FROM facilities_rosterentry WHERE person_id = NEW.person_id AND awake
            AND starts_at < NEW.ends_at + interval '2 days' AND ends_at > NEW.starts_at - interval '2 days'
          UNION ALL SELECT NEW.starts_at, NEW.ends_at) near) turns
      WHERE turn @> NEW.starts_at) THEN
    PERFORM refuse('awake_for_16_hours_in_a_row');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE OR DELETE ON facilities_rosterentry FOR EACH ROW EXECUTE FUNCTION roster_rules();
ALTER TABLE facilities_rosterentry ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION entry_has_newer(e residents_careentry) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM residents_careentry n
                 WHERE n.amends_id = coalesce(e.amends_id, e.id) AND n.written_at > e.written_at)
$$;
REVOKE EXECUTE ON FUNCTION entry_has_newer(residents_careentry) FROM PUBLIC;

-- How many young people are present in a home now, as its shift page counts them: not on a leave, not reported as missing and
-- not found since, and not seen at school by the newest look of the last eight hours. Looks count as their newest version says.
CREATE FUNCTION present_in(home uuid) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  moment timestamptz := audit_now();
  found integer;
BEGIN
  IF home NOT IN (SELECT access_ids('facilities', ARRAY['view_beds'])) THEN RETURN 0; END IF;
  SELECT count(*) INTO found FROM facilities_placement p
  WHERE p.facility_id = home AND p.status = 'active'
    AND NOT EXISTS (SELECT FROM facilities_leave l
                    WHERE l.placement_id = p.id AND l.starts_at <= moment AND l.ends_at > moment)
    AND NOT EXISTS (
      SELECT FROM residents_incidentresident r JOIN residents_incident i ON i.id = r.incident_id
      WHERE r.resident_id = p.resident_id AND i.facility_id = home AND i.kind = 'missing' AND i.status <> 'closed'
        AND NOT EXISTS (
          SELECT FROM residents_careentry e
          WHERE e.resident_id = p.resident_id AND e.kind IN ('head_count', 'sleep') AND e.happened_at > i.happened_at
            AND e.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake') AND NOT entry_has_newer(e)))
    AND coalesce((
      SELECT e.outcome FROM residents_careentry e
      WHERE e.resident_id = p.resident_id AND e.facility_id = home AND e.kind IN ('head_count', 'sleep')
        AND e.happened_at >= moment - interval '8 hours' AND e.outcome <> 'Written by mistake' AND NOT entry_has_newer(e)
        AND (e.outcome <> 'At school' OR e.happened_at >= greatest(p.starts_at, (
          SELECT max(l.ends_at) FROM facilities_leave l WHERE l.placement_id = p.id AND l.ends_at <= moment)))
      ORDER BY e.happened_at DESC, e.written_at DESC LIMIT 1), '') <> 'At school';
  RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION present_in(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION present_in(uuid) TO placement_app;

-- What is kept of a count is what the database counts, whatever was sent; the rule was worked out by whoever counted.
CREATE FUNCTION ratio_check_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.at := audit_now();
  SELECT present_in(facility_id) INTO NEW.young_people FROM facilities_shift WHERE id = NEW.shift_id;
  SELECT count(*) FILTER (WHERE awake), count(*) FILTER (WHERE NOT awake) INTO NEW.awake, NEW.asleep
  FROM facilities_shiftstaff WHERE shift_id = NEW.shift_id
    AND (came_at IS NULL OR came_at <= NEW.at) AND (left_at IS NULL OR left_at > NEW.at);
  RETURN NEW;
END $$;
CREATE TRIGGER a_counted BEFORE INSERT ON facilities_ratiocheck FOR EACH ROW EXECUTE FUNCTION ratio_check_rules();
CREATE TRIGGER b_kept BEFORE UPDATE ON facilities_ratiocheck FOR EACH ROW EXECUTE FUNCTION row_is_kept('ratio_check_is_kept');
CREATE TRIGGER word_occasion BEFORE INSERT ON facilities_ratiocheck
  FOR EACH ROW EXECUTE FUNCTION word_is_known('occasion', 'opened came left');
ALTER TABLE facilities_ratiocheck ENABLE ALWAYS TRIGGER a_counted;
ALTER TABLE facilities_ratiocheck ENABLE ALWAYS TRIGGER b_kept;
ALTER TABLE facilities_ratiocheck ENABLE ALWAYS TRIGGER word_occasion;

CREATE OR REPLACE FUNCTION duty_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written facilities_shiftstaff := NEW;
  whole facilities_shift;
BEGIN
  IF EXISTS (SELECT FROM facilities_shift WHERE signed_at IS NOT NULL
             AND id IN (NEW.shift_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.shift_id END)) THEN
    PERFORM refuse('signed_shift_stays');
  END IF;
  IF TG_OP = 'UPDATE' THEN
    as_written.left_at := OLD.left_at;
    IF as_written IS DISTINCT FROM OLD OR OLD.left_at IS NOT NULL AND NEW.left_at IS DISTINCT FROM OLD.left_at THEN
      PERFORM refuse('duty_is_kept');
    END IF;
  END IF;
  SELECT * INTO whole FROM facilities_shift WHERE id = NEW.shift_id;
  IF NEW.came_at < whole.starts_at OR NEW.left_at <= whole.starts_at
     OR greatest(NEW.came_at, NEW.left_at) > audit_now() + interval '1 minute' THEN
    PERFORM refuse('duty_is_within_the_shift');
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER word_kind BEFORE INSERT OR UPDATE OF kind ON facilities_licencecondition
  FOR EACH ROW EXECUTE FUNCTION word_is_known(
    'kind', 'no_admissions max_capacity min_age max_age per_adult awake_night text');
ALTER TABLE facilities_licencecondition ENABLE ALWAYS TRIGGER word_kind;
"""
NO_RULES = """
CREATE OR REPLACE TRIGGER word_kind BEFORE INSERT OR UPDATE OF kind ON facilities_licencecondition
  FOR EACH ROW EXECUTE FUNCTION word_is_known('kind', 'no_admissions max_capacity min_age max_age text');
ALTER TABLE facilities_licencecondition ENABLE ALWAYS TRIGGER word_kind;
CREATE OR REPLACE FUNCTION duty_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM facilities_shift WHERE signed_at IS NOT NULL
             AND id IN (NEW.shift_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.shift_id END)) THEN
    PERFORM refuse('signed_shift_stays');
  END IF;
  RETURN NEW;
END $$;
DROP FUNCTION ratio_check_rules() CASCADE;
DROP FUNCTION present_in(uuid);
DROP FUNCTION entry_has_newer(residents_careentry);
DROP TRIGGER b_kept ON facilities_ratiocheck;
DROP TRIGGER word_occasion ON facilities_ratiocheck;
DROP FUNCTION roster_rules() CASCADE;
DROP FUNCTION holds_credential(uuid, text, uuid, timestamptz, timestamptz);
DROP FUNCTION credential_rules() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0050_roster"), ("residents", "0029_sealed_documents_kept")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
