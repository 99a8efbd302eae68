"""Who is shown a flag that hangs on no record, who tunes a rule, who reviews, and what of a review stays."""

from django.db import migrations

RULES = """
-- Flags of no young person and no home alone: for supervisors. Row security takes away what is about the acting person.
CREATE FUNCTION flags_of_the_agency() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role = 'supervisor') THEN
    RETURN QUERY SELECT id FROM compliance_flag WHERE scope = 'agency';
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION flags_of_the_agency() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flags_of_the_agency() TO placement_app;

-- Whether somebody may look at a flag: a supervisor who audits what it is about, neither the one it is about nor one who took part.
CREATE FUNCTION flag_is_for(wanted uuid, who uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM compliance_flag f JOIN access_person p ON p.id = who AND p.is_active AND p.role = 'supervisor'
    WHERE f.id = wanted AND f.person_id <> who AND who <> ALL (f.took_part)
      AND CASE f.scope
        WHEN 'young' THEN f.resident_id = ANY (access_granted(who, 'residents', ARRAY['view_audit'], audit_now()))
        WHEN 'home' THEN f.facility_id = ANY (access_granted(who, 'facilities', ARRAY['view_opened'], audit_now()))
        ELSE true END
      AND NOT EXISTS (SELECT FROM residents_incidenthiding h
                      WHERE h.incident_id = f.incident_id AND h.person_id = who AND h.ended_at IS NULL));
END $$;
REVOKE EXECUTE ON FUNCTION flag_is_for(uuid, uuid) FROM PUBLIC;

-- The supervisors who may look at a flag, for those who may themselves.
CREATE FUNCTION flag_reviewers(wanted uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, public AS $$
  SELECT p.id FROM access_person p
  WHERE p.role = 'supervisor' AND p.is_active AND flag_is_for(wanted, audit_actor()) AND flag_is_for(wanted, p.id)
$$;
REVOKE EXECUTE ON FUNCTION flag_reviewers(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flag_reviewers(uuid) TO placement_app;

-- The bounds of a number of a rule. Written anew after every migration, from the rules themselves.
CREATE FUNCTION flag_bounds(of_rule text, of_name text) RETURNS int4range
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$ SELECT NULL::int4range $$;
REVOKE EXECUTE ON FUNCTION flag_bounds(text, text) FROM PUBLIC;

CREATE FUNCTION flag_setting_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.set_at := audit_now();
  IF NOT EXISTS (SELECT FROM access_person WHERE id = NEW.set_by_id AND is_active AND role = 'supervisor') THEN
    PERFORM refuse('flag_setting_is_a_supervisors');
  ELSIF (NEW.value <@ flag_bounds(NEW.rule, NEW.name)) IS NOT TRUE THEN
    PERFORM refuse('flag_setting_is_within_bounds');
  ELSIF NEW.facility_id IS NOT NULL AND NEW.rule <> 'sample' THEN
    PERFORM refuse('flag_setting_of_a_home_is_its_sample');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION flag_setting_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT ON compliance_flagsetting FOR EACH ROW EXECUTE FUNCTION flag_setting_rules();
ALTER TABLE compliance_flagsetting ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION review_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  moment timestamptz := audit_now();
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.reviewed_at := moment;
    IF NEW.done_at IS NOT NULL OR NEW.done_by_id IS NOT NULL THEN
      PERFORM refuse('review_begins_with_what_was_found');
    ELSIF NOT flag_is_for(NEW.flag_id, NEW.reviewed_by_id) THEN
      PERFORM refuse('review_is_by_another_supervisor');
    ELSIF NEW.owner_id IS NOT NULL AND NOT flag_is_for(NEW.flag_id, NEW.owner_id) THEN
      PERFORM refuse('review_owner_may_look_at_it');
    ELSIF NEW.due_on IS NOT NULL AND (NEW.due_on < (moment - interval '1 day')::date OR NEW.due_on > (moment + interval '180 days')::date) THEN
      PERFORM refuse('review_due_day_is_ahead');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.done_at IS NOT NULL OR to_jsonb(NEW) - 'done_by_id' - 'done_at' - 'done_note'
      IS DISTINCT FROM to_jsonb(OLD) - 'done_by_id' - 'done_at' - 'done_note' THEN
    PERFORM refuse('review_is_kept');
  ELSIF NEW.done_by_id IS NOT NULL AND NOT flag_is_for(NEW.flag_id, NEW.done_by_id) THEN
    PERFORM refuse('review_is_by_another_supervisor');
  END IF;
  NEW.done_at := CASE WHEN NEW.done_by_id IS NOT NULL THEN moment END;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION review_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_review FOR EACH ROW EXECUTE FUNCTION review_rules();
ALTER TABLE compliance_review ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP FUNCTION review_rules() CASCADE;
DROP FUNCTION flag_setting_rules() CASCADE;
DROP FUNCTION flag_bounds(text, text);
DROP FUNCTION flag_reviewers(uuid);
DROP FUNCTION flag_is_for(uuid, uuid);
DROP FUNCTION flags_of_the_agency() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0080_flags"), ("facilities", "0221_own_shifts_say_nothing")]
    operations = [migrations.RunSQL(RULES, BACK)]
