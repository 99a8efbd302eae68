"""A pass is asked and decided before it starts, of somebody who is here, with nobody who is not allowed; a leave never grows."""

from importlib import import_module

from django.db import migrations

passes = import_module("placement.facilities.migrations.0061_passes_kept").RULES
start = passes.index("CREATE FUNCTION pass_rules")
PASS = passes[start : passes.index("END $$;", start) + len("END $$;\n")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
CHANGES = [
    # Row security refuses who may not see the young person: they learn nothing from these rules.
    (
        "  zone text;\n",
        """  zone text;
  seen boolean := NEW.resident_id IN (SELECT access_ids('residents', ARRAY['view_care_profile']));
""",
    ),
    (
        """ AND permission <> 'prohibited') THEN
      PERFORM refuse('pass_is_with_somebody_allowed');
    END IF;
""",
        """ AND permission <> 'prohibited')
       OR seen AND (name_is_barred(NEW.resident_id, works_in(home), NEW.company)
                    OR name_is_barred(NEW.resident_id, works_in(home), NEW."where")) THEN
      PERFORM refuse('pass_is_with_somebody_allowed');
    END IF;
    IF seen AND is_missing(NEW.resident_id, home) THEN PERFORM refuse('pass_is_of_somebody_who_is_here'); END IF;
    -- An absence that has begun is not made a pass afterwards.
    IF NEW.starts_at < audit_now() - interval '1 hour' OR NEW.ends_at <= audit_now() THEN
      PERFORM refuse('pass_comes_before_it_starts');
    END IF;
""",
    ),
    (
        "    NEW.asked_at := audit_now();\n    NEW.overnight := (NEW.starts_at AT TIME ZONE zone)::date < (NEW.ends_at AT TIME ZONE zone)::date;\n",
        """    IF NEW.withdrawn_at IS NOT NULL THEN PERFORM refuse('pass_begins_undecided'); END IF;
    IF NEW.company !~ '\\S' AND EXISTS (
        SELECT FROM residents_outsideperson WHERE id = NEW.outside_person_id AND permission = 'supervised') THEN
      PERFORM refuse('supervised_pass_names_who_goes_along');
    END IF;
    NEW.asked_at := audit_now();
    NEW.overnight := (NEW.starts_at AT TIME ZONE zone)::date < (NEW.ends_at AT TIME ZONE zone)::date
      OR (NEW.starts_at AT TIME ZONE zone)::time < '05:00';
""",
    ),
    (
        "  IF as_asked IS DISTINCT FROM OLD THEN PERFORM refuse('pass_is_kept'); END IF;\n",
        """  IF OLD.withdrawn_at IS NULL THEN
    as_asked.withdrawn_at := OLD.withdrawn_at;
    as_asked.withdrawn_by_id := OLD.withdrawn_by_id;
    as_asked.withdrawn_why := OLD.withdrawn_why;
  END IF;
  IF as_asked IS DISTINCT FROM OLD OR OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    PERFORM refuse('pass_is_kept');
  END IF;
  IF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL THEN
    NEW.withdrawn_at := audit_now();
    IF NEW.decision <> OLD.decision OR OLD.decision = 'declined'
       OR OLD.decision = 'approved' AND OLD.starts_at <= audit_now() THEN
      PERFORM refuse('pass_is_withdrawn_before_it_starts');
    END IF;
    UPDATE facilities_leave SET ends_at = starts_at WHERE id = NEW.leave_id;
  END IF;
""",
    ),
]
NEW_PASS = PASS
for old, new in CHANGES:
    if NEW_PASS.count(old) != 1:
        raise ValueError(old)
    NEW_PASS = NEW_PASS.replace(old, new)

LEAVE = """
DROP TRIGGER b_rules ON facilities_leave;
CREATE OR REPLACE FUNCTION leave_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  home uuid;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.placement_id, NEW.kind, NEW.starts_at, NEW."where", NEW.approved_by_id)
       <> (OLD.placement_id, OLD.kind, OLD.starts_at, OLD."where", OLD.approved_by_id) OR NEW.ends_at > OLD.ends_at THEN
      PERFORM refuse('leave_is_kept');
    END IF;
    IF NEW.ends_at = NEW.starts_at AND pg_trigger_depth() < 2 THEN  -- only a pass that is withdrawn takes its leave back
      PERFORM refuse('leave_ends_after_start');
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement', 'accept_placement'])) THEN
    PERFORM refuse('leave_is_granted_by_who_answers_for_it');
  END IF;
  IF NEW.ends_at = NEW.starts_at THEN PERFORM refuse('leave_ends_after_start'); END IF;
  SELECT p.facility_id INTO home FROM facilities_placement p
  WHERE p.id = NEW.placement_id AND p.status = 'active'
    AND p.starts_at <= NEW.starts_at AND (p.ends_at IS NULL OR p.ends_at >= NEW.ends_at);
  IF home IS NULL THEN PERFORM refuse('leave_is_within_the_stay'); END IF;
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement']))
     AND home NOT IN (SELECT access_ids('facilities', ARRAY['manage_facility'])) THEN
    PERFORM refuse('leave_is_granted_by_who_answers_for_it');
  END IF;
  -- Where somebody wants to go, another person has asked for.
  IF NEW.kind IN ('visit', 'outing') AND NOT EXISTS (
      SELECT FROM facilities_passrequest
      WHERE placement_id = NEW.placement_id AND starts_at = NEW.starts_at AND ends_at = NEW.ends_at
        AND decision = '' AND withdrawn_at IS NULL AND asked_by_id <> NEW.approved_by_id) THEN
    PERFORM refuse('outing_is_asked_for_as_a_pass');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_leave FOR EACH ROW EXECUTE FUNCTION leave_rules();
ALTER TABLE facilities_leave ENABLE ALWAYS TRIGGER b_rules;

-- Reported by the home as missing, and not seen since.
CREATE FUNCTION is_missing(who uuid, home uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM residents_incident i JOIN residents_incidentresident named ON named.incident_id = i.id
    WHERE named.resident_id = who AND i.facility_id = home AND i.kind = 'missing' AND i.status <> 'closed'
      AND NOT EXISTS (
        SELECT FROM residents_careentry look
        WHERE look.resident_id = who AND look.happened_at > i.happened_at AND look.kind IN ('head_count', 'sleep')
          AND look.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake')
          AND NOT EXISTS (SELECT FROM residents_careentry newer
                          WHERE newer.amends_id = coalesce(look.amends_id, look.id) AND newer.written_at > look.written_at)));
END $$;
REVOKE EXECUTE ON FUNCTION is_missing(uuid, uuid) FROM PUBLIC;
"""
OLD_LEAVE = """
DROP FUNCTION is_missing(uuid, uuid);
DROP TRIGGER b_rules ON facilities_leave;
CREATE OR REPLACE FUNCTION leave_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM facilities_placement p WHERE p.id = NEW.placement_id AND p.status = 'active'
                 AND p.starts_at <= NEW.starts_at AND (p.ends_at IS NULL OR p.ends_at >= NEW.ends_at)) THEN
    PERFORM refuse('leave_is_within_the_stay');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE OF placement_id, starts_at, ends_at ON facilities_leave
  FOR EACH ROW EXECUTE FUNCTION leave_rules();
ALTER TABLE facilities_leave ENABLE ALWAYS TRIGGER b_rules;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0110_withdrawn_passes"), ("residents", "0111_rights_of_contact")]
    operations = [migrations.RunSQL(LEAVE + NEW_PASS, PASS + OLD_LEAVE)]
