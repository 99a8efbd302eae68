"""The time zone of a person is one that exists: with any other, no page could tell the person a time."""

from django.db import migrations

RULES = """
-- For one row, and for all rows of a statement at once: the list of the zones is slow to read. Those of the form need no list.
CREATE FUNCTION time_zone_is_known() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE known boolean;
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    IF NEW.time_zone IN (
        'America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles',
        'America/Anchorage', 'Pacific/Honolulu', 'America/Puerto_Rico') THEN
      RETURN NEW;
    END IF;
    known := NEW.time_zone IN (SELECT name FROM pg_timezone_names);
  ELSE
    known := NOT EXISTS (SELECT time_zone FROM new_rows EXCEPT SELECT name FROM pg_timezone_names);
  END IF;
  IF NOT known THEN
    RAISE EXCEPTION 'no such time zone' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_is_known';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER time_zone_first BEFORE INSERT ON access_person FOR EACH ROW EXECUTE FUNCTION time_zone_is_known();
CREATE TRIGGER time_zone BEFORE UPDATE ON access_person FOR EACH ROW
  WHEN (NEW.time_zone IS DISTINCT FROM OLD.time_zone) EXECUTE FUNCTION time_zone_is_known();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER time_zone_first;
ALTER TABLE access_person ENABLE ALWAYS TRIGGER time_zone;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_password_set_by_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
