"""A plan of looks begins when it is decided, lasts 31 days at most, stays as it was decided, and can only end earlier."""

from django.db import migrations

RULES = """
CREATE FUNCTION look_plan_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_decided residents_lookplan := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.starts_at := audit_now();
    IF NEW.ends_at > NEW.starts_at + interval '31 days' THEN PERFORM refuse('look_plan_is_reviewed_in_time'); END IF;
    IF NEW.ended_by_id IS NOT NULL THEN PERFORM refuse('look_plan_is_kept'); END IF;
    RETURN NEW;
  END IF;
  as_decided.ends_at := OLD.ends_at;
  as_decided.ended_by_id := OLD.ended_by_id;
  as_decided.end_reason := OLD.end_reason;
  IF as_decided IS DISTINCT FROM OLD
     OR NEW IS DISTINCT FROM OLD AND (OLD.ended_by_id IS NOT NULL OR NEW.ended_by_id IS NULL OR OLD.ends_at <= audit_now()) THEN
    PERFORM refuse('look_plan_is_kept');
  END IF;
  IF NEW.ended_by_id IS NOT NULL AND OLD.ended_by_id IS NULL THEN
    NEW.ends_at := greatest(audit_now(), OLD.starts_at + interval '1 microsecond');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_lookplan FOR EACH ROW EXECUTE FUNCTION look_plan_rules();
ALTER TABLE residents_lookplan ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP TRIGGER rules ON residents_lookplan;
DROP FUNCTION look_plan_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0038_look_plan")]
    operations = [migrations.RunSQL(RULES, BACK)]
