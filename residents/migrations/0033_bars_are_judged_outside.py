"""A bar is judged once, by whom the database names, and lifted without a judgement only by the supervisors of its unit."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION conflict_of_interest_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  as_declared residents_conflictofinterest := NEW;
  judged boolean;
  lifted boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.judged_by_id IS NOT NULL THEN
      RAISE EXCEPTION 'judged' USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_judged_from_outside';
    END IF;
    NEW.starts_at := audit_now();
    RETURN NEW;
  END IF;
  as_declared.ends_at := OLD.ends_at;
  as_declared.ended_by_id := OLD.ended_by_id;
  as_declared.end_reason := OLD.end_reason;
  as_declared.judgement := OLD.judgement;
  as_declared.judged_by_id := OLD.judged_by_id;
  as_declared.judged_at := OLD.judged_at;
  as_declared.judgement_reason := OLD.judgement_reason;
  lifted := (NEW.ends_at, NEW.ended_by_id, NEW.end_reason) IS DISTINCT FROM (OLD.ends_at, OLD.ended_by_id, OLD.end_reason);
  judged := (NEW.judgement, NEW.judged_by_id, NEW.judged_at, NEW.judgement_reason)
    IS DISTINCT FROM (OLD.judgement, OLD.judged_by_id, OLD.judged_at, OLD.judgement_reason);
  IF as_declared IS DISTINCT FROM OLD OR lifted AND OLD.ends_at IS NOT NULL OR judged AND OLD.judgement <> '' THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_is_kept';
  END IF;
  IF judged AND NEW.id NOT IN (SELECT bar.id FROM access_bars_to_judge(audit_actor()) bar) THEN
    RAISE EXCEPTION 'judged' USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_judged_from_outside';
  END IF;
  IF lifted AND NOT (judged AND NEW.judgement = 'lifted')
    AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['assign_team'])) THEN
    RAISE EXCEPTION 'lifted' USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_lifted_in_its_unit';
  END IF;
  IF NEW.ends_at IS NOT NULL AND OLD.ends_at IS NULL THEN NEW.ends_at := audit_now(); END IF;
  IF NEW.judged_at IS NOT NULL AND OLD.judged_at IS NULL THEN NEW.judged_at := audit_now(); END IF;
  RETURN NEW;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION conflict_of_interest_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_declared residents_conflictofinterest := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.starts_at := audit_now();
    RETURN NEW;
  END IF;
  as_declared.ends_at := OLD.ends_at;
  as_declared.ended_by_id := OLD.ended_by_id;
  as_declared.end_reason := OLD.end_reason;
  IF as_declared IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.ends_at IS NOT NULL) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'conflict_is_kept';
  END IF;
  IF NEW.ends_at IS NOT NULL AND OLD.ends_at IS NULL THEN NEW.ends_at := audit_now(); END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0032_bars_are_judged")]
    operations = [migrations.RunSQL(RULES, BACK)]
