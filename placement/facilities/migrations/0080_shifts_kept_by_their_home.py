"""Shifts are opened, signed, read, taken over and reviewed by who works in the home, at the time at which they do it."""

from django.db import migrations

RULES = r"""
CREATE OR REPLACE FUNCTION shift_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.signed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN PERFORM refuse('signed_shift_stays'); END IF;
    IF (NEW.facility_id, NEW.name, NEW.starts_at) IS DISTINCT FROM (OLD.facility_id, OLD.name, OLD.starts_at)
       OR NEW.ends_at > OLD.ends_at THEN
      PERFORM refuse('shift_keeps_its_time');
    END IF;
  END IF;
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('shift_is_kept_by_its_home');
  END IF;
  IF NEW.signed_by_id IS NULL THEN RETURN NEW; END IF;
  IF NOT EXISTS (SELECT FROM facilities_shiftstaff WHERE shift_id = NEW.id AND person_id = NEW.signed_by_id)
     AND (btrim(NEW.signing_reason) = '' OR NEW.ends_at > audit_now() OR NOT EXISTS (
            SELECT FROM facilities_assignment
            WHERE facility_id = NEW.facility_id AND person_id = NEW.signed_by_id AND role = 'admin'
              AND starts_at <= audit_now() AND (ends_at IS NULL OR ends_at > audit_now()))) THEN
    PERFORM refuse('shift_is_signed_by_staff_on_duty');
  END IF;
  IF NEW.signed_at IS NOT NULL THEN
    IF NEW.starts_at >= audit_now() THEN PERFORM refuse('shift_is_signed_after_its_start'); END IF;
    IF btrim(NEW.hand_off, E' \t\r\n\f\u00a0') = '' THEN PERFORM refuse('hand_off_says_something'); END IF;
    NEW.signed_at := audit_now();
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION after_the_shift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  shift facilities_shift;
  who uuid := (to_jsonb(NEW)->>TG_ARGV[0])::uuid;
BEGIN
  IF TG_OP = 'UPDATE' THEN PERFORM refuse('signed_after_the_shift_is_kept'); END IF;
  SELECT * INTO shift FROM facilities_shift WHERE id = NEW.shift_id FOR SHARE;
  IF shift.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('shift_is_kept_by_its_home');
  END IF;
  IF shift.signed_at IS NULL THEN PERFORM refuse('shift_is_signed_first'); END IF;
  IF TG_ARGV[1] = 'by another' THEN
    IF who = shift.signed_by_id OR EXISTS (SELECT FROM facilities_shiftstaff WHERE shift_id = NEW.shift_id AND person_id = who)
       OR EXISTS (SELECT FROM residents_careentry
                  WHERE facility_id = shift.facility_id AND written_by_id = who AND kind IN ('head_count', 'sleep')
                    AND happened_at >= shift.starts_at AND happened_at < shift.ends_at) THEN
      PERFORM refuse('looks_are_reviewed_by_another');
    END IF;
  ELSIF TG_ARGV[1] = 'by another hand' AND who = shift.signed_by_id THEN
    PERFORM refuse('duty_is_taken_over_by_another');
  END IF;
  RETURN NEW;
END $$;

-- What excuses a reason is the next shift, opened in the minute in which the one before was signed; no older one that nobody signed.
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
        AND s.starts_at <= NEW.happened_at AND s.ends_at > NEW.happened_at
        AND NOT EXISTS (
          SELECT FROM facilities_shift own
          WHERE own.id = NEW.shift_id AND own.signed_at IS NULL AND own.starts_at >= s.starts_at
            AND date_trunc('minute', own.starts_at) <= NEW.happened_at)) THEN
    PERFORM refuse('entry_after_signing_has_a_reason');
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0072_who_gives_medication"), ("residents", "0080_looks_keep_their_time")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
