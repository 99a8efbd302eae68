"""The chain of an incident: sent, reviewed, filed, closed, each by somebody else; what was sent stays as it was, whatever writes."""

from django.db import migrations

# Who signed before there were steps took those steps then.
BEFORE = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'Written down before each step was kept', true);
DROP TRIGGER rules ON residents_incident;
UPDATE residents_incident SET sent_at = reported_at WHERE status <> 'draft';
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_incident FOR EACH ROW EXECUTE FUNCTION incident_rules();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER rules;
WITH signed AS (
  SELECT id AS incident_id, 1 AS number, 'sent' AS what, reported_by_id AS by_id, reported_at AS at, '' AS comment
  FROM residents_incident WHERE status <> 'draft'
  UNION ALL
  SELECT id, 2, 'reviewed', reviewed_by_id, reviewed_at, '' FROM residents_incident
  WHERE reviewed_by_id IS NOT NULL AND reviewed_at IS NOT NULL
  UNION ALL
  SELECT id, 3, 'closed', closed_by_id, closed_at, closing_note FROM residents_incident
  WHERE closed_by_id IS NOT NULL AND closed_at IS NOT NULL
), made AS (
  INSERT INTO residents_incidentstep (id, incident_id, number, what, by_id, at, comment, reason)
  SELECT gen_random_uuid(), incident_id, number, what, by_id, at, comment, '' FROM signed RETURNING *
)
INSERT INTO residents_historicalincidentstep (id, incident_id, number, what, by_id, at, comment, reason, history_date,
  history_type, history_change_reason, history_user_name, history_xid, history_db_user)
SELECT id, incident_id, number, what, by_id, at, comment, reason, audit_now(), '+', 'Written down before each step was kept',
  'system: migrate', pg_current_xact_id()::text::bigint, session_user
FROM made;
WITH made AS (
  INSERT INTO residents_incidentpart (id, incident_id, resident_id, role, about)
  SELECT gen_random_uuid(), incident_id, resident_id, 'involved', '' FROM residents_incidentresident RETURNING *
)
INSERT INTO residents_historicalincidentpart (id, incident_id, resident_id, role, about, history_date,
  history_type, history_change_reason, history_user_name, history_xid, history_db_user)
SELECT id, incident_id, resident_id, role, about, audit_now(), '+', 'A part for each who is named',
  'system: migrate', pg_current_xact_id()::text::bigint, session_user
FROM made;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
RULES = """
-- Whether the acting person may write on the report: its reporter, while it is a draft or returned, and in the act that sends it at once.
CREATE FUNCTION incident_is_written_on(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM residents_incident i
    WHERE i.id = which AND (i.status IN ('draft', 'returned') AND i.reported_by_id = audit_actor() OR i.status = 'reported' AND EXISTS (
      SELECT FROM residents_historicalincident h
      WHERE h.id = i.id AND h.history_type = '+' AND h.status = 'reported' AND h.history_xid = pg_current_xact_id()::text::bigint)))
$$;
REVOKE EXECUTE ON FUNCTION incident_is_written_on(uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION incident_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.number := nextval('residents_incident_number_seq');
    NEW.reported_at := audit_now();
    NEW.sent_at := CASE WHEN NEW.status <> 'draft' THEN NEW.reported_at END;
  ELSIF OLD.status = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  ELSIF NEW.number <> OLD.number OR NEW.reported_at <> OLD.reported_at OR NEW.facility_id <> OLD.facility_id THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  ELSIF OLD.status IN ('draft', 'returned') AND OLD.reported_by_id = audit_actor()
     AND split_part(NEW.seen, E'\\n', 1) <> split_part(OLD.seen, E'\\n', 1)
     AND EXISTS (SELECT FROM residents_contact WHERE incident_id = OLD.id) THEN
    RAISE EXCEPTION 'facts' USING ERRCODE = 'check_violation', CONSTRAINT = 'draft_keeps_its_facts';
  END IF;
  IF NEW.status = 'reviewed' AND (NEW.reviewed_by_id IS NULL OR NEW.reviewed_at IS NULL) THEN
    RAISE EXCEPTION 'unsigned' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_review_is_signed';
  END IF;
  IF jsonb_typeof(NEW.answers) <> 'object' THEN
    RAISE EXCEPTION 'answers' USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_are_by_name';
  END IF;
  RETURN NEW;
END $$;

-- As its caller: where it stands is written by the steps, and by nobody else.
CREATE OR REPLACE FUNCTION incident_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, 'placement_owner', 'MEMBER')
     AND (NEW.status, NEW.sent_at, NEW.reviewed_by_id, NEW.reviewed_at, NEW.filed_by_id, NEW.filed_at, NEW.closed_by_id, NEW.closed_at,
          NEW.closing_note)
       IS DISTINCT FROM (OLD.status, OLD.sent_at, OLD.reviewed_by_id, OLD.reviewed_at, OLD.filed_by_id, OLD.filed_at, OLD.closed_by_id,
          OLD.closed_at, OLD.closing_note) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  IF (NEW.kind, NEW.severity, NEW.happened_at, NEW.seen, NEW.thought, NEW.done, NEW.answers, NEW.shift_id)
     IS DISTINCT FROM (OLD.kind, OLD.severity, OLD.happened_at, OLD.seen, OLD.thought, OLD.done, OLD.answers, OLD.shift_id)
     AND NOT (OLD.status IN ('draft', 'returned') AND OLD.reported_by_id = audit_actor()) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION incident_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, 'placement_owner', 'MEMBER') AND (NEW.status NOT IN ('draft', 'reported')
     OR num_nonnulls(NEW.reviewed_by_id, NEW.reviewed_at, NEW.filed_by_id, NEW.filed_at, NEW.closed_by_id, NEW.closed_at) > 0) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER begins AFTER INSERT ON residents_incident FOR EACH ROW EXECUTE FUNCTION incident_begins();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER begins;
-- What is reported at once is sent at once.
CREATE FUNCTION incident_sent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO residents_incidentstep (id, incident_id, number, what, by_id, at, comment, reason)
  VALUES (gen_random_uuid(), NEW.id, 1, 'sent', NEW.reported_by_id, NEW.reported_at, '', '');
  RETURN NULL;
END $$;
CREATE TRIGGER sent AFTER INSERT ON residents_incident FOR EACH ROW WHEN (NEW.status = 'reported') EXECUTE FUNCTION incident_sent();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER sent;
DROP TRIGGER c_signatures ON residents_incident;
DROP FUNCTION incident_signatures();

CREATE FUNCTION incident_step_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
  actor uuid := audit_actor();
  supervises boolean := EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND role = 'supervisor' AND is_active);
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
  NEW.at := audit_now();
  SELECT coalesce(max(number), 0) + 1 INTO NEW.number FROM residents_incidentstep WHERE incident_id = NEW.incident_id;
  IF i.status = 'reported' AND NEW.what = 'sent' AND NEW.number = 1 THEN RETURN NEW; END IF;
  IF (i.status, NEW.what) NOT IN (
      ('draft', 'sent'), ('returned', 'sent'), ('reported', 'reviewed'), ('reported', 'returned'), ('reviewed', 'filed'),
      ('reviewed', 'returned'), ('filed', 'closed'), ('filed', 'amended'), ('closed', 'amended')) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  IF NEW.what IN ('sent', 'amended') THEN
    IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['report_incident', 'review_incident'])) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_by_who_answers';
    END IF;
  ELSE
    IF i.reported_by_id = actor THEN
      IF NEW.what = 'filed' THEN
        RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_filed_by_another';
      ELSIF NEW.what = 'closed' THEN
        RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_closed_by_another';
      END IF;
      RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_review_by_another';
    END IF;
    IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['review_incident'])) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_by_who_answers';
    END IF;
    IF EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = i.id AND person_id = actor) THEN
      RAISE EXCEPTION 'named' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_names_its_reader';
    END IF;
    IF i.status = 'reviewed' AND NOT supervises THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_filed_by_a_supervisor';
    END IF;
  END IF;
  IF NEW.what IN ('returned', 'closed', 'amended') AND NEW.comment !~ '\\S' OR NEW.what = 'amended' AND NEW.reason !~ '\\S' THEN
    RAISE EXCEPTION 'why' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_says_why';
  END IF;
  IF NEW.what = 'closed' AND EXISTS (SELECT FROM residents_incidentfollowup WHERE incident_id = i.id AND done_at IS NULL) THEN
    RAISE EXCEPTION 'open' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_waits_for_its_follow_up';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_step_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT ON residents_incidentstep FOR EACH ROW EXECUTE FUNCTION incident_step_rules();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION incident_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE residents_incident SET
    status = CASE NEW.what WHEN 'sent' THEN 'reported' ELSE NEW.what END,
    sent_at = coalesce(sent_at, NEW.at),
    reviewed_by_id = CASE NEW.what WHEN 'reviewed' THEN NEW.by_id WHEN 'returned' THEN NULL ELSE reviewed_by_id END,
    reviewed_at = CASE NEW.what WHEN 'reviewed' THEN NEW.at WHEN 'returned' THEN NULL ELSE reviewed_at END,
    filed_by_id = CASE NEW.what WHEN 'filed' THEN NEW.by_id ELSE filed_by_id END,
    filed_at = CASE NEW.what WHEN 'filed' THEN NEW.at ELSE filed_at END,
    closed_by_id = CASE NEW.what WHEN 'closed' THEN NEW.by_id ELSE closed_by_id END,
    closed_at = CASE NEW.what WHEN 'closed' THEN NEW.at ELSE closed_at END,
    closing_note = CASE NEW.what WHEN 'closed' THEN left(NEW.comment, 4000) ELSE closing_note END
  WHERE id = NEW.incident_id AND NOT (NEW.what = 'sent' AND status = 'reported');
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION incident_moves() FROM PUBLIC;
CREATE TRIGGER moves AFTER INSERT ON residents_incidentstep FOR EACH ROW
  WHEN (NEW.what <> 'amended') EXECUTE FUNCTION incident_moves();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER moves;

-- Who was involved, what concerns each and where they were hurt are part of the report, and stay with it.
CREATE OR REPLACE FUNCTION involved_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  before uuid := CASE WHEN TG_OP <> 'INSERT' THEN OLD.incident_id END;
  after uuid := CASE WHEN TG_OP <> 'DELETE' THEN NEW.incident_id END;
BEGIN
  IF EXISTS (SELECT FROM residents_incident WHERE status = 'closed' AND id IN (before, after)) THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  END IF;
  IF TG_OP <> 'INSERT' AND EXISTS (
      SELECT FROM residents_contact WHERE incident_id = OLD.incident_id AND resident_id = OLD.resident_id)
     AND (TG_OP = 'DELETE' OR (NEW.incident_id, NEW.resident_id) <> (OLD.incident_id, OLD.resident_id)) THEN
    RAISE EXCEPTION 'named' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_of_a_contact_names_whose_it_was';
  END IF;
  IF NOT (incident_is_written_on(coalesce(before, after)) AND incident_is_written_on(coalesce(after, before))) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (NEW.incident_id, NEW.resident_id) <> (OLD.incident_id, OLD.resident_id) THEN
    IF EXISTS (
        SELECT FROM residents_incidentpart p WHERE p.incident_id = OLD.incident_id AND p.resident_id = OLD.resident_id AND (
          p.about <> '' OR EXISTS (SELECT FROM residents_restraint WHERE part_id = p.id)
          OR EXISTS (SELECT FROM residents_incidentinjury WHERE part_id = p.id)
          OR EXISTS (SELECT FROM residents_incidentfile WHERE part_id = p.id)
          OR EXISTS (SELECT FROM residents_incidentdebrief WHERE part_id = p.id))) THEN
      RAISE EXCEPTION 'named' USING ERRCODE = 'check_violation', CONSTRAINT = 'part_is_of_who_is_named';
    END IF;
    DELETE FROM residents_incidentpart WHERE incident_id = OLD.incident_id AND resident_id = OLD.resident_id;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- A part for each who is named, which is empty at first.
CREATE FUNCTION involved_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO residents_incidentpart (id, incident_id, resident_id, role, about)
  VALUES (gen_random_uuid(), NEW.incident_id, NEW.resident_id, 'involved', '') ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION involved_part() FROM PUBLIC;
CREATE TRIGGER part AFTER INSERT OR UPDATE ON residents_incidentresident FOR EACH ROW EXECUTE FUNCTION involved_part();
ALTER TABLE residents_incidentresident ENABLE ALWAYS TRIGGER part;
CREATE CONSTRAINT TRIGGER missing_names_after AFTER UPDATE OF kind ON residents_incident DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'missing') EXECUTE FUNCTION missing_report_rules();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER missing_names_after;

-- Argument: how a row leads to its incident.
CREATE FUNCTION incident_detail_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  rows_ jsonb[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)] WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
    ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END;
  each_ jsonb;
  whole uuid;
BEGIN
  FOREACH each_ IN ARRAY rows_ LOOP
    whole := CASE WHEN TG_ARGV[0] = 'incident' THEN (each_ ->> 'incident_id')::uuid
      ELSE (SELECT incident_id FROM residents_incidentpart WHERE id = (each_ ->> 'part_id')::uuid) END;
    IF NOT incident_is_written_on(whole) THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE EXECUTE ON FUNCTION incident_detail_rules() FROM PUBLIC;
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentperson
  FOR EACH ROW EXECUTE FUNCTION incident_detail_rules('incident');
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentpart
  FOR EACH ROW EXECUTE FUNCTION incident_detail_rules('incident');
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_restraint
  FOR EACH ROW EXECUTE FUNCTION incident_detail_rules('part');
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentinjury
  FOR EACH ROW EXECUTE FUNCTION incident_detail_rules('part');
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentfile
  FOR EACH ROW EXECUTE FUNCTION incident_detail_rules('part');
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON residents_restraint
  FOR EACH ROW EXECUTE FUNCTION times_have_come('started_at', 'ended_at');
ALTER TABLE residents_incidentperson ENABLE ALWAYS TRIGGER a_kept;
ALTER TABLE residents_incidentpart ENABLE ALWAYS TRIGGER a_kept;
ALTER TABLE residents_restraint ENABLE ALWAYS TRIGGER a_kept;
ALTER TABLE residents_incidentinjury ENABLE ALWAYS TRIGGER a_kept;
ALTER TABLE residents_incidentfile ENABLE ALWAYS TRIGGER a_kept;
ALTER TABLE residents_restraint ENABLE ALWAYS TRIGGER times;

CREATE FUNCTION incident_part_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_incidentresident WHERE incident_id = NEW.incident_id AND resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'part_is_of_who_is_named';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_part_rules() FROM PUBLIC;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON residents_incidentpart FOR EACH ROW EXECUTE FUNCTION incident_part_rules();
ALTER TABLE residents_incidentpart ENABLE ALWAYS TRIGGER b_rules;

CREATE FUNCTION incident_file_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_incidentpart p JOIN residents_document d ON d.resident_id = p.resident_id
                 WHERE p.id = NEW.part_id AND d.id = NEW.document_id AND d.part = 'care') THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'file_is_of_its_part';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_file_rules() FROM PUBLIC;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON residents_incidentfile FOR EACH ROW EXECUTE FUNCTION incident_file_rules();
ALTER TABLE residents_incidentfile ENABLE ALWAYS TRIGGER b_rules;

-- Checks are added while the restraint lasts and until the incident is filed; their times lie within it.
CREATE FUNCTION restraint_check_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  held residents_restraint;
  i residents_incident;
BEGIN
  SELECT * INTO held FROM residents_restraint WHERE id = NEW.restraint_id;
  SELECT whole.* INTO i FROM residents_incident whole JOIN residents_incidentpart p ON p.incident_id = whole.id WHERE p.id = held.part_id;
  NEW.written_at := audit_now();
  IF i.status IN ('reviewed', 'filed', 'closed') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['report_incident'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_by_who_answers';
  END IF;
  IF NEW.at < held.started_at OR NEW.at > coalesce(held.ended_at, audit_now() + interval '5 minutes') THEN
    RAISE EXCEPTION 'time' USING ERRCODE = 'check_violation', CONSTRAINT = 'check_is_during_the_restraint';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION restraint_check_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT ON residents_restraintcheck FOR EACH ROW EXECUTE FUNCTION restraint_check_rules();
ALTER TABLE residents_restraintcheck ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION incident_after_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
  IF i.status = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  END IF;
  IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['report_incident', 'review_incident'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_by_who_answers';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_after_rules() FROM PUBLIC;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_incidentfollowup FOR EACH ROW EXECUTE FUNCTION incident_after_rules();
CREATE TRIGGER a_rules BEFORE INSERT ON residents_incidentdebrief FOR EACH ROW EXECUTE FUNCTION incident_after_rules();
CREATE TRIGGER times BEFORE INSERT ON residents_incidentdebrief FOR EACH ROW EXECUTE FUNCTION times_have_come('held_at');
ALTER TABLE residents_incidentfollowup ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_incidentdebrief ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_incidentdebrief ENABLE ALWAYS TRIGGER times;

CREATE FUNCTION follow_up_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_set residents_incidentfollowup := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.set_at := audit_now();
    IF NEW.done_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'follow_up_is_kept';
    END IF;
    RETURN NEW;
  END IF;
  as_set.done_by_id := OLD.done_by_id;
  as_set.done_at := OLD.done_at;
  as_set.outcome := OLD.outcome;
  IF as_set IS DISTINCT FROM OLD OR OLD.done_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'follow_up_is_kept';
  END IF;
  IF NEW.done_at IS NOT NULL THEN NEW.done_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON residents_incidentfollowup FOR EACH ROW EXECUTE FUNCTION follow_up_rules();
ALTER TABLE residents_incidentfollowup ENABLE ALWAYS TRIGGER b_rules;

CREATE FUNCTION debrief_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.written_at := audit_now();
  IF NEW.part_id IS NOT NULL AND NOT EXISTS (SELECT FROM residents_incidentpart WHERE id = NEW.part_id AND incident_id = NEW.incident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'debrief_is_of_its_incident';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION debrief_rules() FROM PUBLIC;
CREATE TRIGGER b_rules BEFORE INSERT ON residents_incidentdebrief FOR EACH ROW EXECUTE FUNCTION debrief_rules();
ALTER TABLE residents_incidentdebrief ENABLE ALWAYS TRIGGER b_rules;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0160_incidents_in_full")]
    operations = [migrations.RunSQL(BEFORE, migrations.RunSQL.noop), migrations.RunSQL(RULES, migrations.RunSQL.noop)]
