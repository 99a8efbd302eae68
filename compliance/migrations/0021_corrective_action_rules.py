"""Who plans, owns, does and verifies corrective action, and what of it stays as it was written."""

from django.db import migrations

RULES = r"""
-- Whether somebody works in a home (or runs it), keeps the case of a young person, or answers for either.
CREATE FUNCTION corrective_works_in(who uuid, home uuid, roles text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM facilities_assignment a WHERE a.person_id = who AND a.facility_id = home AND a.role = ANY (roles)
    AND a.starts_at <= audit_now() AND (a.ends_at IS NULL OR a.ends_at > audit_now()))
$$;
CREATE FUNCTION corrective_keeps_case(who uuid, young uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM residents_caseload l JOIN residents_case c ON c.id = l.case_id
    WHERE l.caseworker_id = who AND c.resident_id = young
    AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now()))
$$;
CREATE FUNCTION corrective_answers_for(who uuid, home uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM access_person WHERE id = who AND is_active AND (role = 'supervisor'
    OR role = 'admin' AND corrective_works_in(who, home, ARRAY['admin'])))
$$;
REVOKE EXECUTE ON FUNCTION corrective_works_in(uuid, uuid, text[]), corrective_keeps_case(uuid, uuid),
  corrective_answers_for(uuid, uuid) FROM PUBLIC;

CREATE FUNCTION corrective_action_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  found compliance_finding;
  moment timestamptz := audit_now();
  today date;
BEGIN
  SELECT * INTO found FROM compliance_finding WHERE id = NEW.finding_id;
  SELECT (moment AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = found.facility_id;

  IF TG_OP = 'INSERT' THEN
    NEW.planned_at := moment;
    IF NEW.done_at IS NOT NULL OR NEW.sent_back_at IS NOT NULL OR NEW.verified_at IS NOT NULL THEN
      PERFORM refuse('corrective_action_begins_as_a_plan');
    ELSIF found.closed_why IN ('not asked', 'corrected') THEN
      PERFORM refuse('corrective_action_is_about_what_failed');
    ELSIF NOT corrective_answers_for(NEW.planned_by_id, found.facility_id)
        AND NOT corrective_keeps_case(NEW.planned_by_id, found.resident_id) THEN
      PERFORM refuse('corrective_action_planned_by_who_answers');
    END IF;
  ELSE
    IF OLD.verified_at IS NOT NULL OR (NEW.finding_id, NEW.planned_by_id, NEW.planned_at)
        IS DISTINCT FROM (OLD.finding_id, OLD.planned_by_id, OLD.planned_at) THEN
      PERFORM refuse('corrective_action_is_kept');
    END IF;
    IF (NEW.cause, NEW.owner_id, NEW.due_on, NEW.changed_why) IS DISTINCT FROM
        (OLD.cause, OLD.owner_id, OLD.due_on, OLD.changed_why) THEN
      IF OLD.done_at IS NOT NULL THEN
        PERFORM refuse('corrective_action_is_kept');
      ELSIF NEW.changed_why !~ '\S' THEN
        PERFORM refuse('corrective_action_change_says_why');
      END IF;
    END IF;

    IF OLD.done_at IS NULL AND NEW.done_at IS NOT NULL THEN
      NEW.done_at := moment;
      IF NEW.owner_id IS DISTINCT FROM audit_actor() THEN
        PERFORM refuse('corrective_action_done_by_its_owner');
      ELSIF NOT EXISTS (SELECT FROM compliance_correctivestep WHERE action_id = NEW.id)
          OR EXISTS (SELECT FROM compliance_correctivestep WHERE action_id = NEW.id AND done_at IS NULL) THEN
        PERFORM refuse('corrective_action_done_step_by_step');
      END IF;
    ELSIF NEW.done_at IS NULL AND OLD.done_at IS NOT NULL THEN
      IF NEW.sent_back_at IS NOT DISTINCT FROM OLD.sent_back_at THEN
        PERFORM refuse('corrective_action_is_kept');
      END IF;
    ELSIF (NEW.done_at, NEW.done_note) IS DISTINCT FROM (OLD.done_at, OLD.done_note) THEN
      PERFORM refuse('corrective_action_is_kept');
    END IF;

    IF (NEW.sent_back_by_id, NEW.sent_back_at, NEW.sent_back_reason) IS DISTINCT FROM
        (OLD.sent_back_by_id, OLD.sent_back_at, OLD.sent_back_reason) THEN
      NEW.sent_back_at := moment;
      IF OLD.done_at IS NULL OR NEW.done_at IS NOT NULL THEN
        PERFORM refuse('corrective_action_sent_back_when_done');
      ELSIF NEW.sent_back_by_id IS DISTINCT FROM audit_actor() THEN
        PERFORM refuse('signature_is_own');
      ELSIF NEW.sent_back_by_id = NEW.owner_id OR NOT corrective_answers_for(NEW.sent_back_by_id, found.facility_id) THEN
        PERFORM refuse('corrective_action_judged_by_who_answers');
      END IF;
    END IF;

    IF NEW.verified_by_id IS NOT NULL OR NEW.verified_at IS NOT NULL THEN
      NEW.verified_at := moment;
      IF NOT corrective_answers_for(NEW.verified_by_id, found.facility_id) THEN
        PERFORM refuse('corrective_action_judged_by_who_answers');
      ELSIF EXISTS (SELECT FROM compliance_correctivestep WHERE action_id = NEW.id AND done_by_id = NEW.verified_by_id)
          OR EXISTS (SELECT FROM compliance_historicalcorrectiveaction h WHERE h.id = NEW.id AND h.owner_id = NEW.verified_by_id)
      THEN
        PERFORM refuse('corrective_action_verified_by_another');
      END IF;
    END IF;
  END IF;

  IF TG_OP = 'INSERT' OR NEW.due_on IS DISTINCT FROM OLD.due_on THEN
    IF NEW.due_on < today THEN PERFORM refuse('corrective_action_due_day_is_ahead'); END IF;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN
    IF NOT corrective_works_in(NEW.owner_id, found.facility_id, ARRAY['staff', 'admin'])
        AND NOT corrective_keeps_case(NEW.owner_id, found.resident_id) THEN
      PERFORM refuse('corrective_action_owner_is_of_the_home');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_correctiveaction
  FOR EACH ROW EXECUTE FUNCTION corrective_action_rules();
ALTER TABLE compliance_correctiveaction ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION corrective_step_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  action compliance_correctiveaction;
  found compliance_finding;
BEGIN
  -- Whoever says at the same time that all is done waits for this step, and sees it.
  SELECT * INTO action FROM compliance_correctiveaction WHERE id = NEW.action_id FOR SHARE;
  SELECT * INTO found FROM compliance_finding WHERE id = action.finding_id;
  IF action.done_at IS NOT NULL THEN
    PERFORM refuse('corrective_step_is_kept');
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.done_by_id IS NOT NULL OR NEW.done_at IS NOT NULL THEN
      PERFORM refuse('corrective_step_begins_open');
    ELSIF NOT corrective_answers_for(audit_actor(), found.facility_id)
        AND NOT corrective_keeps_case(audit_actor(), found.resident_id) THEN
      PERFORM refuse('corrective_action_planned_by_who_answers');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.done_by_id IS NOT NULL OR (NEW.action_id, NEW.number, NEW.what) IS DISTINCT FROM (OLD.action_id, OLD.number, OLD.what) THEN
    PERFORM refuse('corrective_step_is_kept');
  END IF;
  NEW.done_at := CASE WHEN NEW.done_by_id IS NOT NULL THEN audit_now() END;
  IF NEW.done_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM access_person WHERE id = NEW.done_by_id
      AND role IN ('caseworker', 'staff', 'admin', 'clinician', 'supervisor')) THEN
    PERFORM refuse('corrective_step_is_done_by_who_works_there');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (SELECT FROM residents_document d WHERE d.id = NEW.document_id
      AND (d.resident_id = found.resident_id OR found.resident_id IS NULL AND d.facility_id = found.facility_id)) THEN
    PERFORM refuse('corrective_step_file_is_of_the_record');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_correctivestep
  FOR EACH ROW EXECUTE FUNCTION corrective_step_rules();
ALTER TABLE compliance_correctivestep ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP TRIGGER rules ON compliance_correctivestep; DROP FUNCTION corrective_step_rules();
DROP TRIGGER rules ON compliance_correctiveaction; DROP FUNCTION corrective_action_rules();
DROP FUNCTION corrective_answers_for(uuid, uuid), corrective_keeps_case(uuid, uuid), corrective_works_in(uuid, uuid, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0020_corrective_action")]
    operations = [migrations.RunSQL(RULES, BACK)]
