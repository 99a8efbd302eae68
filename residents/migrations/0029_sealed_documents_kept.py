"""A court's order seals a document, another one lifts the seal, by a supervisor who did not seal it; both stay as written.

Reading what is sealed is a right of its own. It is given to the supervisors of the cases that exist.
"""

from django.db import migrations

RULES = """
-- It reads what the acting person may not: whose document it is.
CREATE FUNCTION document_seal_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_sealed residents_documentseal := NEW;
BEGIN
  IF NEW.ordered_on > latest_day() OR NEW.lift_ordered_on > latest_day() THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_order_is_not_in_the_future';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.sealed_at := audit_now();
    IF NEW.lifted_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_is_kept';
    END IF;
    IF NOT EXISTS (SELECT FROM residents_document WHERE id = NEW.document_id AND resident_id = NEW.resident_id) THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_is_of_a_document_of_the_record';
    END IF;
    RETURN NEW;
  END IF;
  as_sealed.lift_order_number := OLD.lift_order_number;
  as_sealed.lift_court := OLD.lift_court;
  as_sealed.lift_ordered_on := OLD.lift_ordered_on;
  as_sealed.lifted_by_id := OLD.lifted_by_id;
  as_sealed.lifted_at := OLD.lifted_at;
  IF as_sealed IS DISTINCT FROM OLD OR (OLD.lifted_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_is_kept';
  END IF;
  IF NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL THEN
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['assign_team'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_is_lifted_by_the_supervisor';
    END IF;
    NEW.lifted_at := audit_now();
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION document_seal_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_documentseal
  FOR EACH ROW EXECUTE FUNCTION document_seal_rules();
ALTER TABLE residents_documentseal ENABLE ALWAYS TRIGGER rules;

CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision <> '' AND as_asked IS NOT DISTINCT FROM OLD AND OLD.ends_at > audit_now() AND NEW.ends_at < OLD.ends_at THEN
    -- Access to a part may end with the asker's own work, which may be still to come.
    NEW.ends_at := CASE NEW.asked_for WHEN 'record' THEN audit_now() ELSE greatest(NEW.ends_at, audit_now()) END;
    RETURN NEW;
  END IF;
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  IF NEW.decision <> '' AND OLD.decision = '' AND NEW.asked_for <> 'record' AND NEW.resident_id NOT IN (
      SELECT access_ids('residents', ARRAY[CASE NEW.asked_for WHEN 'clinical' THEN 'write_clinical' ELSE 'assign_team' END])) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_is_given_by_who_answers_for_it';
  END IF;
  RETURN NEW;
END $$;
"""
# The policies and functions are made after every migration, and would ask for a table that is gone.
BACK = """
DROP FUNCTION document_seal_rules() CASCADE;
DROP POLICY IF EXISTS sealed ON residents_document;
DROP POLICY IF EXISTS sealed ON residents_historicaldocument;
DROP FUNCTION IF EXISTS access_sealed();
DROP FUNCTION IF EXISTS access_sealed_of(uuid);

CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision <> '' AND as_asked IS NOT DISTINCT FROM OLD AND OLD.ends_at > audit_now() AND NEW.ends_at < OLD.ends_at THEN
    -- Access to a part may end with the asker's own work, which may be still to come.
    NEW.ends_at := CASE NEW.asked_for WHEN 'record' THEN audit_now() ELSE greatest(NEW.ends_at, audit_now()) END;
    RETURN NEW;
  END IF;
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  IF NEW.decision <> '' AND OLD.decision = '' AND NEW.asked_for = 'clinical'
    AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['write_clinical'])) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_is_given_by_who_answers_for_it';
  END IF;
  RETURN NEW;
END $$;
"""

RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'reading what a court has sealed became a right of its own', true);

INSERT INTO auth_permission (name, content_type_id, codename)
SELECT 'See documents that a court has sealed', kind.id, 'view_sealed'
FROM django_content_type kind WHERE kind.app_label = 'residents' AND kind.model = 'resident'
ON CONFLICT (content_type_id, codename) DO NOTHING;

INSERT INTO residents_residentgrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), unit.id, right_.id, of_unit.resident_id, of_unit.id, now()
FROM residents_case of_unit JOIN auth_group unit ON unit.name = 'unit/' || of_unit.unit_id || '/supervisor'
JOIN django_content_type kind ON kind.app_label = 'residents' AND kind.model = 'resident'
JOIN auth_permission right_ ON right_.content_type_id = kind.id AND right_.codename = 'view_sealed';

SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
NO_RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'reading what a court has sealed became a right of its own', true);
DELETE FROM residents_residentgrouppermission mine USING auth_permission right_
WHERE right_.id = mine.permission_id AND right_.codename = 'view_sealed';
DELETE FROM residents_residentuserpermission mine USING auth_permission right_
WHERE right_.id = mine.permission_id AND right_.codename = 'view_sealed';
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0028_sealed_documents")]
    operations = [migrations.RunSQL(RULES, BACK), migrations.RunSQL(RIGHT, NO_RIGHT)]
