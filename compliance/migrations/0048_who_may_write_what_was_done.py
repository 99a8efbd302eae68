"""Proofs and steps are written by who may do what is asked; a plan is changed by who answers, and verified by nobody who had a part.

The database's ``compliance_may_file`` says who may: it is written after every migration from ``compliance.parts``. A finding is
kept for each home: whoever moves takes along what is asked, not what a home has failed.
"""

from django.db import migrations, models

RULES = r"""
-- Whether somebody has planned or owned a corrective action, changed its plan, or added or done one of its steps. By the rows of
-- history, as far as whoever asks is shown them.
CREATE FUNCTION corrective_worked_on(action uuid, who uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM (
      SELECT h.owner_id, h.history_user_id, (h.cause, h.owner_id, h.due_on, h.changed_why) IS DISTINCT FROM
        (lag(h.cause) OVER told, lag(h.owner_id) OVER told, lag(h.due_on) OVER told, lag(h.changed_why) OVER told) AS planned
      FROM compliance_historicalcorrectiveaction h WHERE h.id = action WINDOW told AS (ORDER BY h.history_id)
    ) h WHERE h.owner_id = who OR h.planned AND h.history_user_id = who
  ) OR EXISTS (
    SELECT FROM compliance_correctivestep s WHERE s.action_id = action AND (s.done_by_id = who OR EXISTS (
      SELECT FROM compliance_historicalcorrectivestep h
      WHERE h.id = s.id AND h.history_type = '+' AND h.history_user_id = who))
  )
$$;
REVOKE EXECUTE ON FUNCTION corrective_worked_on(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION corrective_worked_on(uuid, uuid) TO placement_app;

CREATE OR REPLACE FUNCTION corrective_action_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
      ELSIF NOT corrective_answers_for(audit_actor(), found.facility_id)
          AND NOT corrective_keeps_case(audit_actor(), found.resident_id) THEN
        PERFORM refuse('corrective_action_planned_by_who_answers');
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
      ELSIF corrective_worked_on(NEW.id, NEW.verified_by_id) THEN
        PERFORM refuse('corrective_action_verified_by_another');
      END IF;
    END IF;
  END IF;

  IF TG_OP = 'INSERT' OR NEW.due_on IS DISTINCT FROM OLD.due_on THEN
    IF NEW.due_on < today THEN
      PERFORM refuse('corrective_action_due_day_is_ahead');
    ELSIF NEW.due_on > today + interval '2 years' THEN
      PERFORM refuse('corrective_action_due_day_is_in_reach');
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN
    IF NOT corrective_works_in(NEW.owner_id, found.facility_id, ARRAY['staff', 'admin'])
        AND NOT corrective_keeps_case(NEW.owner_id, found.resident_id) THEN
      PERFORM refuse('corrective_action_owner_is_of_the_home');
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION corrective_step_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
  IF NEW.done_by_id IS NOT NULL AND NEW.done_by_id <> action.owner_id
      AND NOT compliance_may_file(found.part, found.facility_id, found.resident_id) THEN
    PERFORM refuse('corrective_step_is_done_by_who_works_there');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (SELECT FROM residents_document d WHERE d.id = NEW.document_id
      AND (d.resident_id = found.resident_id OR found.resident_id IS NULL AND d.facility_id = found.facility_id)) THEN
    PERFORM refuse('corrective_step_file_is_of_the_record');
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION proof_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked compliance_obligation;
  law compliance_ruleversion;
  moment timestamptz := audit_now();
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - 'withdrawn_by_id' - 'withdrawn_at' - 'withdrawn_reason'
        IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_by_id' - 'withdrawn_at' - 'withdrawn_reason' THEN
      PERFORM refuse('proof_is_kept');
    END IF;
    SELECT * INTO asked FROM compliance_obligation WHERE id = NEW.obligation_id;
    IF NEW.withdrawn_by_id IS NOT NULL AND NOT compliance_may_file(asked.part, asked.facility_id, asked.resident_id) THEN
      PERFORM refuse('proof_is_filed_by_who_does_it');
    END IF;
    NEW.withdrawn_at := CASE WHEN NEW.withdrawn_by_id IS NOT NULL THEN moment END;
    RETURN NEW;
  END IF;
  NEW.written_at := moment;
  SELECT * INTO asked FROM compliance_obligation WHERE id = NEW.obligation_id;
  SELECT * INTO law FROM compliance_ruleversion WHERE id = asked.rule_id;
  IF NEW.withdrawn_by_id IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
    PERFORM refuse('proof_is_kept');
  ELSIF NOT compliance_may_file(asked.part, asked.facility_id, asked.resident_id) THEN
    PERFORM refuse('proof_is_filed_by_who_does_it');
  ELSIF NEW.item > cardinality(law.proofs) OR NEW.item < 1 THEN
    PERFORM refuse('proof_is_of_an_item');
  ELSIF asked.ended_at IS NOT NULL THEN
    PERFORM refuse('proof_is_of_what_is_asked');
  ELSIF NEW.done_at > moment THEN
    PERFORM refuse('proof_is_not_in_the_future');
  ELSIF law.kind IN ('deadline_after_event', 'recurring') AND NEW.done_at < asked.event_at THEN
    PERFORM refuse('proof_comes_after_its_event');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document d WHERE d.id = NEW.document_id
        AND (d.resident_id = asked.resident_id OR asked.resident_id IS NULL AND d.facility_id = asked.facility_id)) THEN
    PERFORM refuse('proof_file_is_of_the_record');
  END IF;
  RETURN NEW;
END $$;
"""
BACK = r"""
CREATE OR REPLACE FUNCTION corrective_action_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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

CREATE OR REPLACE FUNCTION corrective_step_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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

CREATE OR REPLACE FUNCTION proof_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked compliance_obligation;
  law compliance_ruleversion;
  moment timestamptz := audit_now();
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - 'withdrawn_by_id' - 'withdrawn_at' - 'withdrawn_reason'
        IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_by_id' - 'withdrawn_at' - 'withdrawn_reason' THEN
      PERFORM refuse('proof_is_kept');
    END IF;
    NEW.withdrawn_at := CASE WHEN NEW.withdrawn_by_id IS NOT NULL THEN moment END;
    RETURN NEW;
  END IF;
  NEW.written_at := moment;
  SELECT * INTO asked FROM compliance_obligation WHERE id = NEW.obligation_id;
  SELECT * INTO law FROM compliance_ruleversion WHERE id = asked.rule_id;
  IF NEW.withdrawn_by_id IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
    PERFORM refuse('proof_is_kept');
  ELSIF NOT EXISTS (SELECT FROM access_person WHERE id = NEW.written_by_id
                    AND role IN ('caseworker', 'staff', 'admin', 'clinician', 'supervisor')) THEN
    PERFORM refuse('proof_is_filed_by_who_does_it');
  ELSIF NEW.item > cardinality(law.proofs) OR NEW.item < 1 THEN
    PERFORM refuse('proof_is_of_an_item');
  ELSIF asked.ended_at IS NOT NULL THEN
    PERFORM refuse('proof_is_of_what_is_asked');
  ELSIF NEW.done_at > moment THEN
    PERFORM refuse('proof_is_not_in_the_future');
  ELSIF law.kind IN ('deadline_after_event', 'recurring') AND NEW.done_at < asked.event_at THEN
    PERFORM refuse('proof_comes_after_its_event');
  ELSIF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document d WHERE d.id = NEW.document_id
        AND (d.resident_id = asked.resident_id OR asked.resident_id IS NULL AND d.facility_id = asked.facility_id)) THEN
    PERFORM refuse('proof_file_is_of_the_record');
  END IF;
  RETURN NEW;
END $$;
DROP FUNCTION corrective_worked_on(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0045_binders_kept")]
    operations = [
        migrations.RunSQL(RULES, BACK),
        migrations.RemoveConstraint(model_name="finding", name="one_open_finding"),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("rule", "facility", "subject", "resident"),
                name="one_open_finding",
                nulls_distinct=False,
            ),
        ),
    ]
