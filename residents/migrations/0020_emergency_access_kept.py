"""Emergency access has the database's own times, and is ended and judged once; so is a request for access. Both are kept."""

from django.db import migrations

RULES = """
CREATE FUNCTION emergency_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_used residents_breakglass := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.starts_at := audit_now();
    NEW.ends_at := NEW.starts_at + interval '2 hours';
    RETURN NEW;
  END IF;
  as_used.ended_at := OLD.ended_at;
  as_used.judgement := OLD.judgement;
  as_used.judged_by_id := OLD.judged_by_id;
  as_used.judged_at := OLD.judged_at;
  as_used.judgement_reason := OLD.judgement_reason;
  IF as_used IS DISTINCT FROM OLD
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    OR (OLD.judgement <> '' AND (NEW.judgement, NEW.judged_by_id, NEW.judged_at, NEW.judgement_reason)
        IS DISTINCT FROM (OLD.judgement, OLD.judged_by_id, OLD.judged_at, OLD.judgement_reason)) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_is_kept';
  END IF;
  IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN NEW.ended_at := audit_now(); END IF;
  IF OLD.judged_at IS NULL AND NEW.judged_at IS NOT NULL THEN NEW.judged_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_breakglass
  FOR EACH ROW EXECUTE FUNCTION emergency_rules();
ALTER TABLE residents_breakglass ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  as_asked.ends_at := OLD.ends_at;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON residents_accessrequest
  FOR EACH ROW EXECUTE FUNCTION access_request_rules();
ALTER TABLE residents_accessrequest ENABLE ALWAYS TRIGGER rules;
"""

BACK = "DROP FUNCTION emergency_rules() CASCADE; DROP FUNCTION access_request_rules() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("residents", "0019_emergency_access")]
    operations = [migrations.RunSQL(RULES, BACK)]
