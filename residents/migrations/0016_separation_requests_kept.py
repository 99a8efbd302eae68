"""A separation that was asked for by code stays as it was asked, and is decided once, whatever writes."""

from django.db import migrations

RULES = """
CREATE FUNCTION separation_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_separationrequest := NEW;
BEGIN
  as_asked.status := OLD.status;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND (OLD.status <> 'waiting' OR NEW.status = 'waiting')) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'separation_request_is_kept';
  END IF;
  IF NEW.status <> OLD.status THEN NEW.decided_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON residents_separationrequest
  FOR EACH ROW EXECUTE FUNCTION separation_request_rules();
ALTER TABLE residents_separationrequest ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0015_separation_requests")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
