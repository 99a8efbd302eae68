"""Records open to who works in homes only while the clearance lasts; who counts as an adult works there, and in one home.

``access_person.cleared`` is worked out here, by the database alone: from the clearances that were filed, in the time of the home
where each was filed. Before the first of them nothing is asked, so that nobody is shut out by the filing of a later one.
"""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("placement.facilities.migrations.0051_roster_rules").RULES


def before(name: str) -> str:
    """Return the statement that made the function ``name`` anew until now."""
    begins = BEFORE.index(f"FUNCTION {name}(")
    return "CREATE OR REPLACE " + BEFORE[begins : BEFORE.index("END $$;", begins) + 7]


CLEARED = """
CREATE FUNCTION cleared_times(who uuid, as_role text) RETURNS tstzrange[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN as_role IN ('staff', 'admin') AND count(*) > 0
    THEN ARRAY(SELECT unnest(range_agg(held) + tstzmultirange(tstzrange(NULL, min(lower(held)))))) END
  FROM (
    SELECT tstzrange(c.valid_from::timestamp AT TIME ZONE f.time_zone, (c.valid_to + 1)::timestamp AT TIME ZONE f.time_zone) AS held
    FROM facilities_credential c JOIN facilities_facility f ON f.id = c.facility_id
    WHERE c.person_id = who AND c.kind = 'background') clearances
$$;
REVOKE EXECUTE ON FUNCTION cleared_times(uuid, text) FROM PUBLIC;

CREATE FUNCTION person_is_cleared() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.cleared := cleared_times(NEW.id, NEW.role);
  RETURN NEW;
END $$;
CREATE TRIGGER b_cleared BEFORE INSERT OR UPDATE OF role, cleared ON access_person
  FOR EACH ROW EXECUTE FUNCTION person_is_cleared();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER b_cleared;

-- The person is locked first, so that of two clearances filed at once the later one counts both.
CREATE FUNCTION clearance_opens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM access_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
  UPDATE access_person SET cleared = cleared_times(id, role) WHERE id = NEW.person_id;
  RETURN NULL;
END $$;
CREATE TRIGGER opens AFTER INSERT OR UPDATE ON facilities_credential
  FOR EACH ROW WHEN (NEW.kind = 'background') EXECUTE FUNCTION clearance_opens();
ALTER TABLE facilities_credential ENABLE ALWAYS TRIGGER opens;

CREATE FUNCTION is_cleared(who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT cleared IS NULL OR moment <@ ANY (cleared) FROM access_person WHERE id = who
$$;
REVOKE EXECUTE ON FUNCTION is_cleared(uuid, timestamptz) FROM PUBLIC;

-- History does not keep this column, so nothing of it is written there; nobody acts here.
UPDATE access_person SET cleared = NULL WHERE id IN (SELECT person_id FROM facilities_credential WHERE kind = 'background');
"""

DUTY = """
CREATE OR REPLACE FUNCTION duty_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written facilities_shiftstaff := NEW;
  whole facilities_shift;
  begins timestamptz;
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
  IF whole.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('shift_is_kept_by_its_home');
  END IF;
  IF NEW.came_at < whole.starts_at OR NEW.left_at <= whole.starts_at
     OR greatest(NEW.came_at, NEW.left_at) > audit_now() + interval '1 minute' THEN
    PERFORM refuse('duty_is_within_the_shift');
  END IF;
  IF TG_OP = 'UPDATE' OR NEW.left_at <= NEW.came_at THEN RETURN NEW; END IF;  -- a constraint of the table refuses the second
  begins := coalesce(NEW.came_at, whole.starts_at);
  -- Locked, so that the next one who puts this person on duty waits here and then sees this.
  PERFORM FROM access_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM facilities_assignment
                 WHERE facility_id = whole.facility_id AND person_id = NEW.person_id AND role IN ('staff', 'admin')
                   AND starts_at < greatest(whole.ends_at, begins + interval '1 minute')
                   AND (ends_at IS NULL OR ends_at > begins)) THEN
    PERFORM refuse('on_duty_where_they_work');
  END IF;
  IF NOT is_cleared(NEW.person_id, begins)
     OR begins <= audit_now() AND NEW.left_at IS NULL AND NOT is_cleared(NEW.person_id, audit_now()) THEN
    PERFORM refuse('on_duty_with_clearance');
  END IF;
  IF EXISTS (SELECT FROM facilities_shiftstaff other JOIN facilities_shift there ON there.id = other.shift_id
             WHERE other.person_id = NEW.person_id AND there.facility_id <> whole.facility_id
               AND coalesce(other.came_at, there.starts_at)
                 < coalesce(NEW.left_at, greatest(whole.ends_at, begins + interval '1 minute'))
               AND coalesce(other.left_at, greatest(there.ends_at, other.came_at + interval '1 minute')) > begins) THEN
    PERFORM refuse('on_duty_in_one_home');
  END IF;
  RETURN NEW;
END $$;

-- What is kept of a count is what the database counts, whatever was sent. The rule was worked out by whoever counted; that nobody
-- is too few where fewer adults are there than it asks for is not taken from them.
CREATE OR REPLACE FUNCTION ratio_check_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE whole facilities_shift;
BEGIN
  NEW.at := audit_now();
  SELECT * INTO whole FROM facilities_shift WHERE id = NEW.shift_id;
  IF whole.signed_at IS NOT NULL OR whole.starts_at > NEW.at
     OR whole.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('ratio_is_counted_on_shift');
  END IF;
  NEW.young_people := present_in(whole.facility_id);
  SELECT count(*) FILTER (WHERE awake), count(*) FILTER (WHERE NOT awake) INTO NEW.awake, NEW.asleep
  FROM facilities_shiftstaff WHERE shift_id = NEW.shift_id
    AND (came_at IS NULL OR came_at <= NEW.at) AND (left_at IS NULL OR left_at > NEW.at);
  IF NEW.young_people > 0 THEN NEW.required := greatest(NEW.required, 1); END IF;
  NEW.missing := CASE
    WHEN NEW.awake >= NEW.required THEN 0
    WHEN NEW.asleep_ok = 0 AND NEW.awake = 0 THEN greatest(NEW.missing, NEW.required - NEW.asleep, 1)
    ELSE greatest(NEW.missing, NEW.required - NEW.awake - NEW.asleep) END;
  RETURN NEW;
END $$;
"""

CREDENTIALS = before("credential_rules").replace(
    "  NEW.filed_at := audit_now();",
    """  IF NOT (isfinite(NEW.valid_from) AND isfinite(coalesce(NEW.valid_to, NEW.valid_from))) THEN
    PERFORM refuse('credential_dates_are_days');
  END IF;
  NEW.filed_at := audit_now();""",
)

EXITS = """
CREATE FUNCTION exit_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN PERFORM refuse('exit_is_kept'); END IF;
  ELSIF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility'])) AND audit_actor() IS NOT NULL THEN
    PERFORM refuse('exit_is_added_by_the_home');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_exit FOR EACH ROW EXECUTE FUNCTION exit_rules();
ALTER TABLE facilities_exit ENABLE ALWAYS TRIGGER b_rules;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0081_hand_off_lines"),
        ("access", "0050_cleared"),
        ("residents", "0071_wording_ignored_kept"),
    ]
    operations = [
        migrations.RunSQL(
            CLEARED,
            """DROP FUNCTION is_cleared(uuid, timestamptz); DROP FUNCTION clearance_opens() CASCADE;
            DROP FUNCTION person_is_cleared() CASCADE; DROP FUNCTION cleared_times(uuid, text);""",
        ),
        migrations.RunSQL(DUTY, before("duty_rules") + before("ratio_check_rules")),
        migrations.RunSQL(CREDENTIALS, before("credential_rules")),
        migrations.RunSQL(EXITS, "DROP FUNCTION exit_rules() CASCADE"),
    ]
