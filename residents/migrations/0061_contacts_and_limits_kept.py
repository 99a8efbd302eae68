"""Who may be kept from whom, by whom and for how long; contacts that are not allowed become incidents, whatever writes."""

from django.db import migrations

RULES = """
DROP TRIGGER rules ON residents_contact;
DROP TRIGGER a_rules ON residents_contact;
CREATE OR REPLACE FUNCTION contact_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_contact := NEW;
  first residents_contact;
  given residents_restriction;
  place uuid;
  signed timestamptz;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    as_written.seen_by_id := OLD.seen_by_id;
    as_written.seen_at := OLD.seen_at;
    IF as_written IS DISTINCT FROM OLD OR NEW IS DISTINCT FROM OLD AND OLD.seen_by_id IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_kept';
    END IF;
    IF NEW.seen_by_id IS NOT NULL AND OLD.seen_by_id IS NULL THEN
      IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement'])) THEN
        RAISE EXCEPTION 'reader' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_read_by_the_supervisor';
      END IF;
      NEW.seen_at := audit_now();
    END IF;
    RETURN NEW;
  END IF;

  NEW.written_at := audit_now();
  NEW.late := NEW.written_at - NEW.happened_at > interval '30 minutes';
  NEW.seen_by_id := NULL;
  NEW.seen_at := NULL;
  NEW.permission := '';
  IF NEW.outside_person_id IS NOT NULL THEN
    SELECT permission INTO NEW.permission FROM residents_outsideperson
    WHERE id = NEW.outside_person_id AND resident_id = NEW.resident_id FOR SHARE;
    IF NEW.permission IS NULL THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_with_somebody_known';
    END IF;
  END IF;
  SELECT facility_id, signed_at INTO place, signed FROM facilities_shift WHERE id = NEW.shift_id FOR SHARE;
  IF NEW.shift_id IS NOT NULL AND place IS DISTINCT FROM NEW.facility_id THEN
    RAISE EXCEPTION 'place' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_of_the_shift_of_its_home';
  END IF;

  IF NEW.amends_id IS NOT NULL THEN
    SELECT * INTO first FROM residents_contact WHERE id = NEW.amends_id;
    IF first.amends_id IS NOT NULL
       OR (first.resident_id, first.kind, first.initiative, first.supervised, first.supervised_by, first.other_name)
          IS DISTINCT FROM (NEW.resident_id, NEW.kind, NEW.initiative, NEW.supervised, NEW.supervised_by, NEW.other_name)
       OR (first.outside_person_id, first.facility_id, first.shift_id, first.restriction_id, first.incident_id)
          IS DISTINCT FROM (NEW.outside_person_id, NEW.facility_id, NEW.shift_id, NEW.restriction_id, NEW.incident_id)
       OR NEW.outcome NOT IN (first.outcome, 'mistake') THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_amendment_is_of_one_contact';
    END IF;
    IF NEW.reason !~ '\\S' THEN
      RAISE EXCEPTION 'reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_amendment_has_a_reason';
    END IF;
    IF first.note ~ '\\S' AND NEW.note !~ '\\S' THEN
      RAISE EXCEPTION 'words' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_keeps_its_words';
    END IF;
    NEW.permission := first.permission;
    RETURN NEW;
  END IF;

  IF NEW.outcome = 'mistake' THEN
    RAISE EXCEPTION 'mistake' USING ERRCODE = 'check_violation', CONSTRAINT = 'mistake_is_an_amendment';
  END IF;
  IF NEW.facility_id IS NOT NULL THEN
    IF NOT lived_there(NEW.resident_id, NEW.facility_id, NEW.happened_at) THEN
      RAISE EXCEPTION 'where' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_of_who_lives_there';
    END IF;
    -- The shift that was signed for this time asks for a reason, whichever shift the contact names, or none.
    IF NEW.reason = '' AND (signed IS NOT NULL OR NOT EXISTS (
        SELECT FROM facilities_shift own
        WHERE own.id = NEW.shift_id AND own.signed_at IS NULL AND date_trunc('minute', own.starts_at) <= NEW.happened_at)
      AND EXISTS (
        SELECT FROM facilities_shift s
        WHERE s.facility_id = NEW.facility_id AND s.signed_at IS NOT NULL
          AND s.starts_at <= NEW.happened_at AND s.ends_at > NEW.happened_at)) THEN
      RAISE EXCEPTION 'signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_after_signing_has_a_reason';
    END IF;
  END IF;
  IF NEW.supervised AND NEW.supervised_by !~ '\\S' THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'supervision_names_who_was_present';
  END IF;
  IF NEW.permission = 'supervised' AND NEW.outcome = 'took_place' AND NOT NEW.supervised AND NEW.note !~ '\\S' THEN
    RAISE EXCEPTION 'words' USING ERRCODE = 'check_violation', CONSTRAINT = 'unsupervised_contact_has_words';
  END IF;
  IF (NEW.permission = 'prohibited' OR NEW.permission = '' AND NEW.initiative = 'other') AND NOT EXISTS (
      SELECT FROM residents_incident i JOIN residents_incidentresident named ON named.incident_id = i.id
      WHERE i.id = NEW.incident_id AND i.facility_id = NEW.facility_id AND named.resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'incident' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_not_allowed_is_an_incident';
  END IF;
  IF NEW.outcome = 'denied' AND NEW.permission IN ('allowed', 'supervised') THEN
    SELECT * INTO given FROM residents_restriction
    WHERE id = NEW.restriction_id AND resident_id = NEW.resident_id AND outside_person_id = NEW.outside_person_id
    FOR SHARE;
    IF given.id IS NULL
       OR given.decision = 'declined'
       OR given.decision = '' AND NEW.written_at > given.asked_at + interval '24 hours'
       OR given.decision = 'approved' AND NEW.happened_at >= given.ends_at THEN
      RAISE EXCEPTION 'limit' USING ERRCODE = 'check_violation', CONSTRAINT = 'denial_of_allowed_contact_has_its_limit';
    END IF;
  ELSIF NEW.restriction_id IS NOT NULL THEN
    RAISE EXCEPTION 'limit' USING ERRCODE = 'check_violation', CONSTRAINT = 'denial_of_allowed_contact_has_its_limit';
  END IF;
  IF NEW.outcome = 'denied' AND NEW.permission = '' AND NEW.note !~ '\\S' THEN
    RAISE EXCEPTION 'words' USING ERRCODE = 'check_violation', CONSTRAINT = 'denied_stranger_has_words';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_contact FOR EACH ROW EXECUTE FUNCTION contact_rules();
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER a_rules;

CREATE FUNCTION restriction_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_asked residents_restriction := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.asked_at := audit_now();
    IF NEW.decision <> '' THEN
      RAISE EXCEPTION 'decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_begins_undecided';
    END IF;
    IF NEW.outside_person_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM residents_outsideperson
        WHERE id = NEW.outside_person_id AND resident_id = NEW.resident_id AND permission <> 'prohibited') THEN
      RAISE EXCEPTION 'whom' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_is_of_an_allowed_contact';
    END IF;
    RETURN NEW;
  END IF;
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision = '' THEN
    as_asked.decision := OLD.decision;
    as_asked.decided_by_id := OLD.decided_by_id;
    as_asked.decided_at := OLD.decided_at;
    as_asked.decision_reason := OLD.decision_reason;
  END IF;
  IF as_asked IS DISTINCT FROM OLD OR OLD.decision <> '' AND NEW.ends_at > OLD.ends_at THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_is_kept';
  END IF;
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['accept_placement', 'approve_placement'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_is_decided_by_who_answers_for_it';
  END IF;
  IF OLD.decision = '' AND NEW.decision <> '' THEN
    NEW.decided_at := audit_now();
    IF EXISTS (SELECT FROM residents_contact WHERE restriction_id = NEW.id AND written_by_id = NEW.decided_by_id) THEN
      RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_decided_by_another';
    END IF;
  ELSIF NEW.ends_at < OLD.ends_at THEN
    NEW.ends_at := least(OLD.ends_at, greatest(NEW.ends_at, audit_now()));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_restriction FOR EACH ROW EXECUTE FUNCTION restriction_rules();
ALTER TABLE residents_restriction ENABLE ALWAYS TRIGGER rules;

-- A draft is written by whoever began it, and sent once; what is sent stays as it was.
CREATE OR REPLACE FUNCTION incident_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
      ('draft', 'reported'), ('reported', 'reviewed'), ('reviewed', 'closed')) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  IF (NEW.kind, NEW.severity, NEW.happened_at, NEW.seen, NEW.done, NEW.shift_id)
     IS DISTINCT FROM (OLD.kind, OLD.severity, OLD.happened_at, OLD.seen, OLD.done, OLD.shift_id)
     AND NOT (OLD.status = 'draft' AND OLD.reported_by_id = audit_actor()) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  RETURN NULL;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION incident_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('reported', 'reviewed'), ('reviewed', 'closed')) THEN
    RAISE EXCEPTION 'step' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_reviewed_then_closed';
  END IF;
  IF (NEW.kind, NEW.severity, NEW.happened_at, NEW.seen, NEW.done, NEW.shift_id)
     IS DISTINCT FROM (OLD.kind, OLD.severity, OLD.happened_at, OLD.seen, OLD.done, OLD.shift_id) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER rules ON residents_restriction;
DROP FUNCTION restriction_rules();
DROP TRIGGER a_rules ON residents_contact;
CREATE OR REPLACE FUNCTION contact_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_outsideperson WHERE id = NEW.outside_person_id AND resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_with_somebody_known';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_contact FOR EACH ROW EXECUTE FUNCTION contact_rules();
CREATE TRIGGER rules BEFORE UPDATE ON residents_contact FOR EACH ROW EXECUTE FUNCTION row_is_kept('contact_is_kept');
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0060_contacts_and_limits")]
    operations = [migrations.RunSQL(RULES, BACK)]
