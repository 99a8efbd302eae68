"""A designation waits for a licence that changes at the same moment, as an admission does: each looked at the other as it was before."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION designation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  -- The home before the resident, in the order of an admission, so that neither waits for the other.
  PERFORM FROM facilities_facility WHERE id IN (
    SELECT facility_id FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active')
  FOR NO KEY UPDATE;
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  FOR living IN SELECT facility_id, ends_at FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' LOOP
    PERFORM check_population(NEW.resident_id, living.facility_id, audit_now(), lives_until(living.ends_at));
  END LOOP;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0014_who_lived_there")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
