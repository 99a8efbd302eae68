"""The time zone of a person is one that exists: with any other, no page could tell the person a time."""

from django.db import migrations

RULES = """
-- For a changed row, and for all new rows of a statement at once. The list of all zones takes long to read, so it is read
-- only for a zone that the forms do not offer.
CREATE FUNCTION time_zone_is_known() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE asked text[];
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    asked := ARRAY[NEW.time_zone];
  ELSE
    SELECT array_agg(DISTINCT time_zone::text) INTO asked FROM new_rows;
  END IF;
  IF NOT asked <@ ARRAY[
      'America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles',
      'America/Anchorage', 'Pacific/Honolulu', 'America/Puerto_Rico']
     AND EXISTS (SELECT unnest(asked) EXCEPT SELECT name FROM pg_timezone_names) THEN
    RAISE EXCEPTION 'no such time zone' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_zone_is_known';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER time_zone_first AFTER INSERT ON access_person
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION time_zone_is_known();
CREATE TRIGGER time_zone BEFORE UPDATE ON access_person FOR EACH ROW
  WHEN (NEW.time_zone IS DISTINCT FROM OLD.time_zone) EXECUTE FUNCTION time_zone_is_known();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER time_zone_first;
ALTER TABLE access_person ENABLE ALWAYS TRIGGER time_zone;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_password_set_by_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
