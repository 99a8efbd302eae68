"""Who is kept away from a home while an allegation is looked into is not planned there; the plan does not say why."""

from django.db import migrations

RULES = """
-- Whether somebody is not to be planned in a home for now: for who plans there, and without why.
CREATE FUNCTION roster_is_kept_away(home uuid, who uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN home IN (SELECT access_ids('facilities', ARRAY['review_incident'])) AND EXISTS (
    SELECT FROM residents_incidentperson p JOIN residents_incident i ON i.id = p.incident_id AND i.facility_id = home
    JOIN residents_protectivestep s ON s.incident_id = i.id AND s.kind = 'roster' AND s.taken AND s.ended_at IS NULL
    WHERE p.person_id = who AND p.part = 'accused');
END $$;
REVOKE EXECUTE ON FUNCTION roster_is_kept_away(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster_is_kept_away(uuid, uuid) TO placement_app;

CREATE FUNCTION roster_keeps_away() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM residents_incidentperson p
      JOIN residents_incident i ON i.id = p.incident_id AND i.facility_id = NEW.facility_id
      JOIN residents_protectivestep s ON s.incident_id = i.id AND s.kind = 'roster' AND s.taken AND s.ended_at IS NULL
      WHERE p.person_id = NEW.person_id AND p.part = 'accused') THEN
    RAISE EXCEPTION 'away' USING ERRCODE = 'check_violation', CONSTRAINT = 'planned_person_is_not_to_be_planned';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION roster_keeps_away() FROM PUBLIC;
CREATE TRIGGER keeps_away BEFORE INSERT OR UPDATE ON facilities_rosterentry FOR EACH ROW EXECUTE FUNCTION roster_keeps_away();
ALTER TABLE facilities_rosterentry ENABLE ALWAYS TRIGGER keeps_away;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0200_told_of_allegations"), ("residents", "0201_allegations_decided")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
