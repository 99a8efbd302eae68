"""A care entry is changed by its writer alone, and a look says for ever how, and when, somebody looked."""

from django.db import migrations

RULES = """
CREATE FUNCTION care_entry_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  IF NEW.written_by_id = OLD.written_by_id AND OLD.written_by_id IS DISTINCT FROM audit_actor() THEN
    RAISE EXCEPTION 'another' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_is_changed_by_its_writer';
  END IF;
  IF 'head_count' IN (OLD.kind, NEW.kind) OR 'sleep' IN (OLD.kind, NEW.kind) THEN
    IF (NEW.kind, NEW.how, NEW.opened_at, NEW.happened_at) IS DISTINCT FROM (OLD.kind, OLD.how, OLD.opened_at, OLD.happened_at) THEN
      RAISE EXCEPTION 'look' USING ERRCODE = 'check_violation', CONSTRAINT = 'look_keeps_its_time';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER zz_kept BEFORE UPDATE ON residents_careentry FOR EACH ROW EXECUTE FUNCTION care_entry_kept();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER zz_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0071_wording_ignored_kept")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION care_entry_kept() CASCADE")]
