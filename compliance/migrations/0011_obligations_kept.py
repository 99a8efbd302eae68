"""What a rule asks stays as it was loaded; a proof is filed by who does what is asked, stays as written, and is withdrawn once."""

from django.db import migrations

RULES = r"""
CREATE FUNCTION rule_version_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (NEW.rule, NEW.version, NEW.valid_from, NEW.jurisdiction, NEW.kind, NEW.parameters)
      IS DISTINCT FROM (OLD.rule, OLD.version, OLD.valid_from, OLD.jurisdiction, OLD.kind, OLD.parameters) THEN
    PERFORM refuse('rule_version_is_kept');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON compliance_ruleversion FOR EACH ROW EXECUTE FUNCTION rule_version_rules();
ALTER TABLE compliance_ruleversion ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION proof_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
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
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_proof FOR EACH ROW EXECUTE FUNCTION proof_rules();
ALTER TABLE compliance_proof ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP TRIGGER rules ON compliance_proof; DROP FUNCTION proof_rules();
DROP TRIGGER rules ON compliance_ruleversion; DROP FUNCTION rule_version_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_obligations")]
    operations = [migrations.RunSQL(RULES, BACK)]
