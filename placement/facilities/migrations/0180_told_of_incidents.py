"""Who is told of an incident at once: of a serious one the home's administrators, of a critical one also who answers for the cases."""

from django.db import migrations

RULES = """
-- Without an administrator who could be told, the supervisors are. Never who wrote it, who is said to have done it, and who is barred.
CREATE FUNCTION incident_tell(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
  cases uuid[];
  units uuid[];
  told uuid[];
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = which;
  IF i.id IS NULL OR i.severity = 'low' OR i.status = 'closed' THEN RETURN; END IF;
  cases := ARRAY(SELECT c.id FROM residents_case c JOIN residents_incidentresident r ON r.resident_id = c.resident_id
    WHERE r.incident_id = which AND c.status = 'open');
  units := ARRAY(SELECT unit_id FROM residents_case WHERE id = ANY (cases));
  told := ARRAY(SELECT a.person_id FROM facilities_assignment a JOIN access_person p ON p.id = a.person_id
    WHERE a.facility_id = i.facility_id AND p.role = 'admin' AND p.is_active AND incident_may_be_told(which, p.id)
      AND a.starts_at <= audit_now() AND (a.ends_at IS NULL OR a.ends_at > audit_now()));
  IF i.severity = 'critical' OR told = '{}' THEN
    told := told || ARRAY(SELECT p.id FROM access_person p WHERE p.role = 'supervisor' AND p.is_active
      AND (units = '{}' OR p.unit_id = ANY (units)));
  END IF;
  IF i.severity = 'critical' THEN
    told := told || ARRAY(SELECT l.caseworker_id FROM residents_caseload l WHERE l.case_id = ANY (cases)
      AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now()));
  END IF;
  INSERT INTO residents_incidentnotice (id, incident_id, person_id, told_at)
  SELECT gen_random_uuid(), which, who, audit_now() FROM (SELECT DISTINCT unnest(told) AS who) them
  WHERE incident_may_be_told(which, who) ON CONFLICT DO NOTHING;
END $$;
CREATE FUNCTION incident_may_be_told(which uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM residents_incident WHERE id = which AND reported_by_id = who)
    AND NOT EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = which AND person_id = who AND part = 'accused')
    AND NOT EXISTS (SELECT FROM residents_incidentresident r WHERE r.incident_id = which AND r.resident_id IN (SELECT access_barred(who)));
END $$;
-- The acting person has opened what they were told of.
CREATE FUNCTION incident_opened(which uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  UPDATE residents_incidentnotice SET opened_at = audit_now()
  WHERE incident_id = which AND person_id = audit_actor() AND opened_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION incident_tell(uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION incident_may_be_told(uuid, uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION incident_opened(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION incident_tell(uuid) TO placement_app;
GRANT EXECUTE ON FUNCTION incident_opened(uuid) TO placement_app;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0170_waivers_of_rules"), ("residents", "0161_incident_chain")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
