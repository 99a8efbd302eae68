"""Of an allegation nobody is told from whom it is hidden; where it names the administrator, the supervisors are."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION incident_tell(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
  cases uuid[];
  units uuid[];
  told uuid[];
  supervisors uuid[];
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = which;
  IF i.id IS NULL OR i.severity = 'low' OR i.status = 'closed' THEN RETURN; END IF;
  cases := ARRAY(SELECT c.id FROM residents_case c JOIN residents_incidentresident r ON r.resident_id = c.resident_id
    WHERE r.incident_id = which AND c.status = 'open');
  units := ARRAY(SELECT unit_id FROM residents_case WHERE id = ANY (cases));
  told := ARRAY(SELECT a.person_id FROM facilities_assignment a JOIN access_person p ON p.id = a.person_id
    WHERE a.facility_id = i.facility_id AND p.role = 'admin' AND p.is_active AND incident_may_be_told(which, p.id)
      AND a.starts_at <= audit_now() AND (a.ends_at IS NULL OR a.ends_at > audit_now()));
  IF i.severity = 'critical' OR told = '{}' OR i.kind = 'allegation' AND EXISTS (
      SELECT FROM residents_incidenthiding h JOIN access_person p ON p.id = h.person_id
      WHERE h.incident_id = which AND h.ended_at IS NULL AND p.role = 'admin') THEN
    supervisors := ARRAY(SELECT p.id FROM access_person p WHERE p.role = 'supervisor' AND p.is_active
      AND (units = '{}' OR p.unit_id = ANY (units)) AND incident_may_be_told(which, p.id));
    IF supervisors = '{}' THEN
      supervisors := ARRAY(SELECT p.id FROM access_person p WHERE p.role = 'supervisor' AND p.is_active
        AND incident_may_be_told(which, p.id));
    END IF;
    told := told || supervisors;
  END IF;
  IF i.severity = 'critical' THEN
    told := told || ARRAY(SELECT l.caseworker_id FROM residents_caseload l WHERE l.case_id = ANY (cases)
      AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now()));
  END IF;
  INSERT INTO residents_incidentnotice (id, incident_id, person_id, told_at)
  SELECT gen_random_uuid(), which, who, audit_now() FROM (SELECT DISTINCT unnest(told) AS who) them
  WHERE incident_may_be_told(which, who) ON CONFLICT DO NOTHING;
END $$;
CREATE OR REPLACE FUNCTION incident_may_be_told(which uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM residents_incident WHERE id = which AND reported_by_id = who)
    AND NOT EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = which AND person_id = who AND part = 'accused')
    AND NOT EXISTS (SELECT FROM residents_incidenthiding WHERE incident_id = which AND person_id = who AND ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM residents_incidentresident r WHERE r.incident_id = which AND r.resident_id IN (SELECT access_barred(who)));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0180_told_of_incidents"), ("residents", "0200_allegations_hidden")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
