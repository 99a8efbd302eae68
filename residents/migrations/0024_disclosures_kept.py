"""What is shared outside has a basis that holds at that moment, by somebody who may read it; it is kept, with its end.

Sharing is a right of its own: of the caseworker, and of the supervisors of the unit. It is given to those of the cases that exist.
"""

from django.db import migrations

RULES = """
CREATE FUNCTION consent_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_given residents_consent := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := audit_now();
    IF NEW.withdrawn_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_is_kept';
    END IF;
    RETURN NEW;
  END IF;
  as_given.withdrawn_at := OLD.withdrawn_at;
  as_given.withdrawn_by_id := OLD.withdrawn_by_id;
  as_given.withdrawn_reason := OLD.withdrawn_reason;
  IF as_given IS DISTINCT FROM OLD OR (OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_is_kept';
  END IF;
  IF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL THEN NEW.withdrawn_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_consent FOR EACH ROW EXECUTE FUNCTION consent_rules();
ALTER TABLE residents_consent ENABLE ALWAYS TRIGGER rules;

-- It reads what the acting person may not: every sheet that they made in the last day.
CREATE FUNCTION disclosure_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  as_made residents_disclosure := NEW;
  allowing residents_consent;
  field text;
  of_part text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.disclosed_at := audit_now();
    IF NEW.recalled_at IS NOT NULL OR NEW.answer <> '' THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_is_kept';
    END IF;
    IF NEW.until < (NEW.disclosed_at AT TIME ZONE 'UTC')::date - 1 THEN
      RAISE EXCEPTION 'over' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_ends';
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['disclose'])) THEN
      RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_is_of_what_is_open';
    END IF;
    FOREACH field IN ARRAY NEW.fields LOOP
      of_part := CASE split_part(field, '.', 1) WHEN 'care' THEN 'view_care_profile' WHEN 'identity' THEN 'view_identity'
        WHEN 'case' THEN 'view_case' WHEN 'exploitation' THEN 'view_exploitation' ELSE '' END;
      IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY[of_part])) THEN
        RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_is_of_what_is_open';
      END IF;
    END LOOP;
    IF NEW.consent_id IS NOT NULL THEN
      SELECT * INTO allowing FROM residents_consent WHERE id = NEW.consent_id FOR NO KEY UPDATE;
      IF allowing.resident_id IS DISTINCT FROM NEW.resident_id OR allowing.withdrawn_at IS NOT NULL
        OR allowing.ends_at <= NEW.disclosed_at OR lower(allowing.recipient) <> lower(NEW.recipient)
        OR EXISTS (SELECT FROM unnest(NEW.fields) AS name WHERE split_part(name, '.', 1) <> ALL (allowing.parts)) THEN
        RAISE EXCEPTION 'not allowed' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_is_within_its_consent';
      END IF;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('disclosures of ' || NEW.disclosed_by_id));
    IF (SELECT count(DISTINCT resident_id) FROM residents_disclosure
        WHERE disclosed_by_id = NEW.disclosed_by_id AND disclosed_at > NEW.disclosed_at - interval '24 hours'
          AND resident_id <> NEW.resident_id) >= 10 THEN
      RAISE EXCEPTION 'too many' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosures_of_a_day_are_few';
    END IF;
    RETURN NEW;
  END IF;
  as_made.recalled_at := OLD.recalled_at;
  as_made.recalled_by_id := OLD.recalled_by_id;
  as_made.recall_reason := OLD.recall_reason;
  as_made.answer := OLD.answer;
  as_made.answered_at := OLD.answered_at;
  as_made.answered_by_id := OLD.answered_by_id;
  as_made.answer_note := OLD.answer_note;
  IF as_made IS DISTINCT FROM OLD
    OR (OLD.recalled_at IS NOT NULL AND (NEW.recalled_at, NEW.recalled_by_id, NEW.recall_reason)
        IS DISTINCT FROM (OLD.recalled_at, OLD.recalled_by_id, OLD.recall_reason))
    OR (OLD.answer <> '' AND (NEW.answer, NEW.answered_at, NEW.answered_by_id, NEW.answer_note)
        IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id, OLD.answer_note)) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_is_kept';
  END IF;
  IF OLD.recalled_at IS NULL AND NEW.recalled_at IS NOT NULL THEN NEW.recalled_at := audit_now(); END IF;
  IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL THEN NEW.answered_at := audit_now(); END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION disclosure_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_disclosure
  FOR EACH ROW EXECUTE FUNCTION disclosure_rules();
ALTER TABLE residents_disclosure ENABLE ALWAYS TRIGGER rules;
CREATE INDEX disclosure_of_a_day ON residents_disclosure (disclosed_by_id, disclosed_at);
"""
NO_RULES = (
    "DROP INDEX disclosure_of_a_day; DROP FUNCTION disclosure_rules() CASCADE; DROP FUNCTION consent_rules() CASCADE;"
)

RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'sharing outside became a right of its own', true);

INSERT INTO auth_permission (name, content_type_id, codename)
SELECT 'Share parts of the record with somebody outside, and see what was shared', kind.id, 'disclose'
FROM django_content_type kind WHERE kind.app_label = 'residents' AND kind.model = 'resident'
ON CONFLICT (content_type_id, codename) DO NOTHING;

CREATE TEMP TABLE disclosing AS
SELECT right_.id FROM auth_permission right_ JOIN django_content_type kind ON kind.id = right_.content_type_id
WHERE right_.codename = 'disclose' AND kind.app_label = 'residents' AND kind.model = 'resident';

INSERT INTO residents_residentgrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), unit.id, disclosing.id, of_unit.resident_id, of_unit.id, now()
FROM residents_case of_unit JOIN auth_group unit ON unit.name = 'unit/' || of_unit.unit_id || '/supervisor' CROSS JOIN disclosing;

INSERT INTO residents_residentuserpermission (id, user_id, permission_id, content_object_id, "grant", starts_at, ends_at)
SELECT gen_random_uuid(), work.caseworker_id, disclosing.id, of_case.resident_id, work.id, work.starts_at, work.ends_at
FROM residents_caseload work JOIN residents_case of_case ON of_case.id = work.case_id CROSS JOIN disclosing
WHERE EXISTS (SELECT FROM residents_residentuserpermission held WHERE held."grant" = work.id);

DROP TABLE disclosing;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
NO_RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'sharing outside became a right of its own', true);
DELETE FROM residents_residentgrouppermission mine USING auth_permission right_
WHERE right_.id = mine.permission_id AND right_.codename = 'disclose';
DELETE FROM residents_residentuserpermission mine USING auth_permission right_
WHERE right_.id = mine.permission_id AND right_.codename = 'disclose';
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0023_disclosures"), ("access", "0026_pin")]
    operations = [migrations.RunSQL(RULES, NO_RULES), migrations.RunSQL(RIGHT, NO_RIGHT)]
