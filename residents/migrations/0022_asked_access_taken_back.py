"""Access that was asked for and given may end earlier than was decided: now, by the database's clock, and for good."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision <> '' AND as_asked IS NOT DISTINCT FROM OLD AND OLD.ends_at > audit_now() AND NEW.ends_at < OLD.ends_at THEN
    NEW.ends_at := audit_now();
    RETURN NEW;
  END IF;
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  RETURN NEW;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0021_find_rights_by_grant")]
    operations = [migrations.RunSQL(RULES, BACK)]
