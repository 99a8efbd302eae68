"""Who makes an inspection binder, of which days, and how many in a day; time and role are the database's own."""

from django.db import migrations

RULES = """
-- It counts what the acting person may not read: every binder of the last 24 hours. One binder of a home is made at a time.
CREATE FUNCTION binder_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.made_at := audit_now();
  SELECT role INTO NEW.made_as FROM access_person WHERE id = NEW.made_by_id;
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['change_facility', 'inspect'])) THEN
    PERFORM refuse('binder_is_made_by_who_inspects');
  ELSIF NEW.until > (SELECT (NEW.made_at AT TIME ZONE time_zone)::date FROM facilities_facility WHERE id = NEW.facility_id) THEN
    PERFORM refuse('binder_is_of_days_that_came');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('binders of ' || NEW.made_by_id));
  PERFORM pg_advisory_xact_lock(hashtext('binders of ' || NEW.facility_id));
  IF (SELECT count(*) FROM compliance_binder
      WHERE made_by_id = NEW.made_by_id AND made_at > NEW.made_at - interval '24 hours') >= 10
    OR (SELECT count(*) FROM compliance_binder
        WHERE facility_id = NEW.facility_id AND made_at > NEW.made_at - interval '24 hours') >= 20 THEN
    PERFORM refuse('binders_of_a_day_are_few');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION binder_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT ON compliance_binder FOR EACH ROW EXECUTE FUNCTION binder_rules();
ALTER TABLE compliance_binder ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0044_binder"), ("access", "0050_cleared")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION binder_rules() CASCADE;")]
