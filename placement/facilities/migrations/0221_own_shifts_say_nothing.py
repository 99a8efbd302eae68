"""Who plans and is kept away is not told by the refusal of their own shift: it is planned, and the supervisors see that at once."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION roster_is_kept_away(home uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN who IS DISTINCT FROM audit_actor() AND home IN (SELECT access_ids('facilities', ARRAY['review_incident'])) AND EXISTS (
    SELECT FROM residents_incidentperson p JOIN residents_incident i ON i.id = p.incident_id AND i.facility_id = home
    JOIN residents_protectivestep s ON s.incident_id = i.id AND s.kind = 'roster' AND s.taken AND s.ended_at IS NULL
    WHERE p.person_id = who AND p.part = 'accused');
END $$;

CREATE OR REPLACE FUNCTION roster_keeps_away() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.person_id IS DISTINCT FROM audit_actor() AND EXISTS (SELECT FROM residents_incidentperson p
      JOIN residents_incident i ON i.id = p.incident_id AND i.facility_id = NEW.facility_id
      JOIN residents_protectivestep s ON s.incident_id = i.id AND s.kind = 'roster' AND s.taken AND s.ended_at IS NULL
      WHERE p.person_id = NEW.person_id AND p.part = 'accused') THEN
    RAISE EXCEPTION 'away' USING ERRCODE = 'check_violation', CONSTRAINT = 'planned_person_is_not_to_be_planned';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0220_log_says_what_was_opened")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
