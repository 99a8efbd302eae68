"""Who records, confirms and ends the sealing of a record, when it has to wait, and who is shown the register."""

from django.db import migrations

from placement.database.functions import changed_function

RULES = """
CREATE SEQUENCE residents_sealing_number;

-- Whether there is another supervisor of the unit than ``but`` who may decide about this record. For functions alone.
CREATE FUNCTION sealing_has_another(of_unit uuid, young uuid, but uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT FROM access_person p WHERE p.role = 'supervisor' AND p.is_active AND p.unit_id = of_unit AND p.id <> but
    AND young NOT IN (SELECT access_conflicts(p.id)));
END $$;
REVOKE EXECUTE ON FUNCTION sealing_has_another(uuid, uuid, uuid) FROM PUBLIC;

-- Whether the acting person is a supervisor who decides about this order to lift or to open: of the unit, and of any other where the
-- unit has nobody else than who recorded it. For functions alone.
CREATE FUNCTION sealing_is_mine(o residents_sealingorder, young uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT FROM access_person p WHERE p.id = audit_actor() AND p.role = 'supervisor' AND p.is_active
    AND (p.cleared IS NULL OR audit_now() <@ ANY (p.cleared))
    AND young NOT IN (SELECT access_conflicts(p.id))
    AND (p.unit_id = o.unit_id OR o.kind <> 'seal' AND o.decision = '' AND p.id <> o.recorded_by_id
      AND NOT sealing_has_another(o.unit_id, young, o.recorded_by_id)));
END $$;
REVOKE EXECUTE ON FUNCTION sealing_is_mine(residents_sealingorder, uuid) FROM PUBLIC;

-- The orders that the acting person is shown: a supervisor those of the unit; of a record that is not sealed, whoever keeps its case;
-- and all orders of a record of which one waits for somebody from outside the unit.
CREATE FUNCTION sealing_orders_shown() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public AS $$
DECLARE
  kept uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active) THEN RETURN; END IF;
  kept := ARRAY(SELECT access_ids('residents', ARRAY['keep_case', 'assign_team']));
  RETURN QUERY
    SELECT o.id FROM residents_sealingorder o JOIN residents_sealedrecord r ON r.id = o.record_id
    WHERE r.resident_id = ANY (kept) OR EXISTS (
      SELECT FROM residents_sealingorder one WHERE one.record_id = o.record_id AND sealing_is_mine(one, r.resident_id));
END $$;
REVOKE EXECUTE ON FUNCTION sealing_orders_shown() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing_orders_shown() TO placement_app;

-- Staff must be able to care for whoever lives in a home, is on the way to one, or is missing. For functions alone.
CREATE FUNCTION check_sealing_waits(young uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM residents_resident WHERE id = young FOR UPDATE;  -- nobody writes about them meanwhile
  IF EXISTS (SELECT FROM residents_incidentresident r WHERE r.resident_id = young AND missing_by(r.incident_id, young)) THEN
    RAISE EXCEPTION 'missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_waits_until_they_are_found';
  ELSIF EXISTS (SELECT FROM facilities_placement WHERE resident_id = young AND status IN ('proposed', 'approved', 'active')) THEN
    RAISE EXCEPTION 'placed' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_waits_until_the_stay_is_over';
  ELSIF EXISTS (SELECT FROM facilities_referral WHERE resident_id = young AND status IN ('open', 'proposed')) THEN
    RAISE EXCEPTION 'referred' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_waits_for_the_referral';
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION check_sealing_waits(uuid) FROM PUBLIC;

CREATE FUNCTION sealing_order_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  as_recorded residents_sealingorder := NEW;
  seal residents_sealingorder;
  young uuid := (SELECT resident_id FROM residents_sealedrecord WHERE id = NEW.record_id);
  kept uuid[];
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;  -- the order to seal, when another one was confirmed: see below
  IF NEW.ordered_on > latest_day() THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_order_is_not_in_the_future';
  END IF;
  SELECT * INTO seal FROM residents_sealingorder WHERE record_id = NEW.record_id AND kind = 'seal' FOR UPDATE;
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := audit_now();
    IF NEW.decision <> '' OR NEW.lifted_at IS NOT NULL OR NEW.open_until IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_order_is_kept';
    END IF;
    IF NEW.kind = 'seal' THEN
      kept := ARRAY(SELECT access_ids('residents', ARRAY['keep_case', 'assign_team']));
      IF (young = ANY (kept)) IS NOT TRUE THEN
        RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_is_recorded_by_who_keeps_the_case';
      END IF;
      PERFORM check_sealing_waits(young);
      IF EXISTS (SELECT FROM residents_sealingorder o JOIN residents_sealedrecord r ON r.id = o.record_id
                 WHERE r.resident_id = young AND o.kind = 'seal' AND o.record_id <> NEW.record_id
                   AND (o.decision = '' OR o.decision = 'confirmed' AND o.lifted_at IS NULL)) THEN
        RAISE EXCEPTION 'twice' USING ERRCODE = 'check_violation', CONSTRAINT = 'record_is_sealed_once';
      END IF;
      NEW.number := nextval('residents_sealing_number');
      SELECT unit_id INTO NEW.unit_id FROM residents_case WHERE resident_id = young ORDER BY status DESC, opened_on DESC, id LIMIT 1;
      IF NOT sealing_has_another(NEW.unit_id, young, NEW.recorded_by_id) THEN
        RAISE EXCEPTION 'alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_needs_a_second_supervisor';
      END IF;
      RETURN NEW;
    END IF;
    NEW.number := seal.number;
    NEW.unit_id := seal.unit_id;
    IF seal.decision IS DISTINCT FROM 'confirmed' OR seal.lifted_at IS NOT NULL THEN
      RAISE EXCEPTION 'open' USING ERRCODE = 'check_violation', CONSTRAINT = 'unsealing_is_of_a_sealed_record';
    ELSIF NOT sealing_is_mine(seal, young) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'unsealing_is_of_its_unit';
    ELSIF NEW.until <= audit_now() THEN
      RAISE EXCEPTION 'over' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_opens_until_later';
    END IF;
    RETURN NEW;
  END IF;
  as_recorded.decision := OLD.decision;
  as_recorded.decided_by_id := OLD.decided_by_id;
  as_recorded.decided_at := OLD.decided_at;
  as_recorded.decision_reason := OLD.decision_reason;
  IF as_recorded IS DISTINCT FROM OLD OR OLD.decision <> '' AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_order_is_kept';
  ELSIF NEW.decision = '' THEN
    RETURN NEW;
  END IF;
  NEW.decided_at := audit_now();
  IF NEW.kind = 'seal' THEN
    IF young NOT IN (SELECT access_ids('residents', ARRAY['assign_team'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_is_decided_by_the_supervisor';
    END IF;
    IF NEW.decision = 'confirmed' THEN PERFORM check_sealing_waits(young); END IF;
    RETURN NEW;
  END IF;
  IF NOT sealing_is_mine(OLD, young) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'unsealing_is_of_its_unit';
  ELSIF NEW.decision = 'confirmed' AND NEW.until <= audit_now() THEN
    RAISE EXCEPTION 'over' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_opens_until_later';
  ELSIF NEW.decision = 'confirmed' THEN
    UPDATE residents_sealingorder SET
      lifted_at = CASE WHEN NEW.kind = 'lift' THEN NEW.decided_at END,
      open_until = CASE WHEN NEW.kind = 'open' THEN NEW.until ELSE open_until END
    WHERE id = seal.id;
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION sealing_order_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_sealingorder FOR EACH ROW EXECUTE FUNCTION sealing_order_rules();
ALTER TABLE residents_sealingorder ENABLE ALWAYS TRIGGER rules;

-- What an order says stands beside the order, in the same transaction; its document is one of the record.
CREATE FUNCTION sealed_record_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.document_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document WHERE id = NEW.document_id AND resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealing_names_a_document_of_the_record';
  ELSIF NOT EXISTS (SELECT FROM residents_sealingorder WHERE record_id = NEW.id AND kind = 'seal') THEN
    RAISE EXCEPTION 'alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_record_has_its_order';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION sealed_record_rules() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER rules AFTER INSERT ON residents_sealedrecord DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION sealed_record_rules();
ALTER TABLE residents_sealedrecord ENABLE ALWAYS TRIGGER rules;
"""
# The policies and functions are made after every migration, and would ask for tables that are gone.
BACK = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename, policyname FROM pg_policies
             WHERE policyname IN ('barred', 'sealed') OR policyname <> 'owner' AND tablename ~ '^residents_(historical)?seal(ed|ing)' LOOP
    EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS made FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             AND proname ~ '^(barred_|sealed_(residents|facilities|compliance)_|access_(barred|sealed|records_sealed|incidents_closed|conflicts)$)' LOOP
    EXECUTE format('DROP FUNCTION %s', one.made);
  END LOOP;
END $$;
DROP FUNCTION sealed_record_rules() CASCADE;
DROP FUNCTION sealing_order_rules() CASCADE;
DROP FUNCTION check_sealing_waits(uuid);
DROP FUNCTION sealing_orders_shown();
DROP FUNCTION sealing_is_mine(residents_sealingorder, uuid);
DROP FUNCTION sealing_has_another(uuid, uuid, uuid);
DROP FUNCTION IF EXISTS record_was_sealed(uuid, timestamptz);
DROP SEQUENCE residents_sealing_number;
"""
# Of a sealed record no complaint is read, answered or counted. What comes by a code of it is a complaint of somebody unknown: so
# supervisors read it, who could do nothing with one that hangs on a sealed record.
CHANGES = {
    "complaint_of(text, text, text)": (
        "WHERE c.number = its_number",
        "WHERE (c.resident_id IN (SELECT access_records_sealed())) IS NOT TRUE AND c.number = its_number",
    ),
    "complaints_nobody_reads()": (
        "    WHERE NOT EXISTS (SELECT FROM residents_complaintdecision d",
        "    WHERE (c.resident_id IN (SELECT access_records_sealed())) IS NOT TRUE AND NOT EXISTS (SELECT FROM residents_complaintdecision d",
    ),
    "complaint_send(text, uuid, text, text, jsonb)": (
        "WHERE digest = code_digest AND ended_at IS NULL;",
        "WHERE digest = code_digest AND ended_at IS NULL\n    AND resident_id NOT IN (SELECT access_records_sealed());",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("residents", "0260_sealed_records")]
    operations = [
        migrations.RunSQL(RULES, BACK),
        *(
            migrations.RunSQL(changed_function(name, (old, new)), changed_function(name, (new, old)))
            for name, (old, new) in CHANGES.items()
        ),
    ]
