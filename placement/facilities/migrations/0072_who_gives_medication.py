"""Medication is given by who works in the home and holds a medication credential and a clearance on that day."""

from django.db import migrations

WHO = """
CREATE OR REPLACE FUNCTION may_administer(who uuid, home uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE day date := (SELECT (moment AT TIME ZONE time_zone)::date FROM facilities_facility WHERE id = home);
BEGIN
  RETURN EXISTS (SELECT FROM facilities_assignment
                 WHERE person_id = who AND facility_id = home AND role IN ('staff', 'admin')
                   AND starts_at <= moment AND (ends_at IS NULL OR ends_at > moment))
    AND 2 = (SELECT count(DISTINCT kind) FROM facilities_credential
             WHERE person_id = who AND kind IN ('background', 'medication')
               AND valid_from <= day AND (valid_to IS NULL OR valid_to >= day));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0071_exits_and_drills_kept"), ("residents", "0041_medication_rules")]
    operations = [migrations.RunSQL(WHO, migrations.RunSQL.noop)]
