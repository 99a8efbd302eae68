"""A discharge is proposed by the caseworker, stays as it was proposed, and is written by somebody else, whatever writes."""

from django.db import migrations

RULES = """
CREATE TRIGGER a_resident BEFORE INSERT OR UPDATE ON facilities_dischargeproposal
  FOR EACH ROW EXECUTE FUNCTION resident_of_placement();
ALTER TABLE facilities_dischargeproposal ENABLE ALWAYS TRIGGER a_resident;

-- The stay is locked, so that it does not end between this look at it and the end of the transaction.
CREATE FUNCTION discharge_proposal_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_proposed facilities_dischargeproposal := NEW;
  stay text;
BEGIN
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['propose_placement'])) THEN
    PERFORM refuse('discharge_is_proposed_by_the_caseworker');
  END IF;
  SELECT status INTO stay FROM facilities_placement WHERE id = NEW.placement_id FOR SHARE;
  IF TG_OP = 'INSERT' THEN
    IF stay <> 'active' THEN PERFORM refuse('discharge_is_proposed_during_the_stay'); END IF;
    NEW.proposed_at := audit_now();
    RETURN NEW;
  END IF;
  as_proposed.withdrawn_by_id := OLD.withdrawn_by_id;
  as_proposed.withdrawn_at := OLD.withdrawn_at;
  as_proposed.withdrawn_why := OLD.withdrawn_why;
  IF as_proposed IS DISTINCT FROM OLD
     OR NEW IS DISTINCT FROM OLD AND (OLD.withdrawn_at IS NOT NULL OR stay <> 'active') THEN
    PERFORM refuse('discharge_proposal_is_kept');
  END IF;
  IF NEW.withdrawn_by_id IS DISTINCT FROM OLD.withdrawn_by_id THEN NEW.withdrawn_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_dischargeproposal
  FOR EACH ROW EXECUTE FUNCTION discharge_proposal_rules();
ALTER TABLE facilities_dischargeproposal ENABLE ALWAYS TRIGGER b_rules;

-- The proposal that waits is the one that the discharge carries out, so nobody passes by the rule by leaving it out.
CREATE FUNCTION discharge_of_proposal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  proposer uuid;
BEGIN
  SELECT id, proposed_by_id INTO NEW.proposal_id, proposer FROM facilities_dischargeproposal
  WHERE placement_id = NEW.placement_id AND withdrawn_at IS NULL;
  IF proposer = NEW.written_by_id THEN PERFORM refuse('discharge_is_written_by_another'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_proposal BEFORE INSERT ON facilities_discharge FOR EACH ROW EXECUTE FUNCTION discharge_of_proposal();
ALTER TABLE facilities_discharge ENABLE ALWAYS TRIGGER b_proposal;
"""
NO_RULES = """
DROP TRIGGER b_proposal ON facilities_discharge;
DROP FUNCTION discharge_of_proposal();
DROP TRIGGER b_rules ON facilities_dischargeproposal;
DROP FUNCTION discharge_proposal_rules();
DROP TRIGGER a_resident ON facilities_dischargeproposal;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0040_discharge_proposal")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
