"""A shift that nobody of those on duty has signed can be signed by the home's administrator, with the reason."""

from django.db import migrations, models

RULES = """
CREATE OR REPLACE FUNCTION shift_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.signed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN PERFORM refuse('signed_shift_stays'); END IF;
  IF NEW.signed_by_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM facilities_shiftstaff WHERE shift_id = NEW.id AND person_id = NEW.signed_by_id)
     AND (btrim(NEW.signing_reason) = '' OR NEW.ends_at > audit_now() OR NOT EXISTS (
            SELECT FROM facilities_assignment
            WHERE facility_id = NEW.facility_id AND person_id = NEW.signed_by_id AND role = 'admin'
              AND starts_at <= audit_now() AND (ends_at IS NULL OR ends_at > audit_now()))) THEN
    PERFORM refuse('shift_is_signed_by_staff_on_duty');
  END IF;
  RETURN NEW;
END $$;
"""
REASON = models.TextField("why somebody signed who was not on duty", blank=True, default="", max_length=1000)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0018_agreed_designation")]
    operations = [
        migrations.AddField("shift", "signing_reason", REASON),
        migrations.AddField("historicalshift", "signing_reason", REASON),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
