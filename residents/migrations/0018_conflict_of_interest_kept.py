"""A conflict of interest starts when it is written, stays as it was declared, and is lifted once, whatever writes."""

from django.db import migrations

RULES = """
CREATE FUNCTION conflict_of_interest_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_conflictofinterest
  FOR EACH ROW EXECUTE FUNCTION conflict_of_interest_rules();
ALTER TABLE residents_conflictofinterest ENABLE ALWAYS TRIGGER rules;
"""

# The policies and functions are made after every migration, and would ask for a table that is gone.
BACK = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_policies WHERE policyname = 'barred' LOOP
    EXECUTE format('DROP POLICY barred ON %I', one.tablename);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS made FROM pg_proc WHERE proname ~ '^(barred_|access_barred$)' LOOP
    EXECUTE 'DROP FUNCTION ' || one.made;
  END LOOP;
END $$;
DROP FUNCTION conflict_of_interest_rules() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0017_conflict_of_interest")]
    operations = [migrations.RunSQL(RULES, BACK)]
