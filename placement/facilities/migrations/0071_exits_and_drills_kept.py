"""Exits are tried and drills are written down by people on shift, at the database's own time, and stay as they were written."""

from django.db import migrations

RULES = """
-- The shift is locked, so that it is not signed between this look at it and the end of the transaction.
CREATE FUNCTION exit_check_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  way facilities_exit;
  duty facilities_shift;
  first facilities_exitcheck;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN PERFORM refuse('exit_check_is_kept'); END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO way FROM facilities_exit WHERE id = NEW.exit_id;
  NEW.facility_id := way.facility_id;
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('exit_is_checked_on_shift');
  END IF;
  SELECT * INTO duty FROM facilities_shift WHERE id = NEW.shift_id FOR SHARE;
  NEW.written_at := audit_now();
  IF NEW.amends_id IS NOT NULL THEN
    SELECT * INTO first FROM facilities_exitcheck WHERE id = NEW.amends_id;
    IF (first.exit_id, first.shift_id) IS DISTINCT FROM (NEW.exit_id, NEW.shift_id) OR first.amends_id IS NOT NULL THEN
      PERFORM refuse('exit_amendment_is_of_one_check');
    END IF;
    NEW.checked_at := first.checked_at;
    way.has_alarm := first.alarm_works IS NOT NULL;
  ELSE
    NEW.checked_at := NEW.written_at;
    IF duty.signed_at IS NOT NULL THEN PERFORM refuse('exit_check_after_signing_is_an_amendment'); END IF;
    IF duty.facility_id <> NEW.facility_id OR duty.id IS DISTINCT FROM (
        SELECT id FROM facilities_shift WHERE facility_id = NEW.facility_id AND starts_at <= NEW.checked_at
        ORDER BY starts_at DESC LIMIT 1) THEN
      PERFORM refuse('exit_is_checked_in_its_shift');
    END IF;
  END IF;
  IF way.has_alarm <> (NEW.alarm_works IS NOT NULL) THEN PERFORM refuse('alarm_is_tried_where_there_is_one'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_exitcheck FOR EACH ROW EXECUTE FUNCTION exit_check_rules();
ALTER TABLE facilities_exitcheck ENABLE ALWAYS TRIGGER b_rules;

CREATE FUNCTION drill_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN PERFORM refuse('drill_is_kept'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('drill_is_written_by_the_home');
  END IF;
  IF EXISTS (SELECT FROM facilities_shift WHERE id = NEW.shift_id AND facility_id <> NEW.facility_id) THEN
    PERFORM refuse('drill_stays_in_its_home');
  END IF;
  NEW.written_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_drill FOR EACH ROW EXECUTE FUNCTION drill_rules();
ALTER TABLE facilities_drill ENABLE ALWAYS TRIGGER b_rules;

-- Who took part is written together with the drill. Five minutes: so long may the transaction take.
CREATE FUNCTION drill_part_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE drill facilities_drill;
BEGIN
  SELECT * INTO drill FROM facilities_drill WHERE id = NEW.drill_id;
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN PERFORM refuse('drill_is_kept'); END IF;
    RETURN NEW;
  END IF;
  IF drill.written_by_id IS DISTINCT FROM audit_actor() OR drill.written_at < audit_now() - interval '5 minutes' THEN
    PERFORM refuse('drill_is_kept');
  END IF;
  IF TG_TABLE_NAME = 'facilities_drillyoung' THEN
    IF NOT lived_there(NEW.resident_id, drill.facility_id, drill.held_at) THEN PERFORM refuse('drill_is_of_who_lives_there'); END IF;
    IF drill.all_out AND NOT NEW.got_out THEN PERFORM refuse('drill_says_whether_all_were_out'); END IF;
  ELSIF NOT EXISTS (
      SELECT FROM facilities_assignment
      WHERE person_id = NEW.person_id AND facility_id = drill.facility_id AND role IN ('staff', 'admin')
        AND starts_at <= drill.held_at AND (ends_at IS NULL OR ends_at > drill.held_at)) THEN
    PERFORM refuse('drill_is_of_who_works_there');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_drillyoung FOR EACH ROW EXECUTE FUNCTION drill_part_rules();
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_drillstaff FOR EACH ROW EXECUTE FUNCTION drill_part_rules();
ALTER TABLE facilities_drillyoung ENABLE ALWAYS TRIGGER b_rules;
ALTER TABLE facilities_drillstaff ENABLE ALWAYS TRIGGER b_rules;
"""
NO_RULES = """
DROP FUNCTION exit_check_rules() CASCADE;
DROP FUNCTION drill_rules() CASCADE;
DROP FUNCTION drill_part_rules() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0070_exits_and_drills")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
