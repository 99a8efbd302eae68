"""Lines about a missing episode are true when they are added: by whom, of whom, and a step after the return not before it."""

from django.db import migrations

RULES = """
CREATE FUNCTION episode_note_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
  whose uuid;
  after_return boolean := NEW.what IN ('medical', 'interview', 'screening', 'why', 'change');
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
  NEW.written_at := audit_now();
  IF i.kind <> 'missing' THEN
    RAISE EXCEPTION 'kind' USING ERRCODE = 'check_violation', CONSTRAINT = 'episode_note_is_of_a_missing_episode';
  END IF;
  IF i.status = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  END IF;
  IF NEW.part_id IS NOT NULL THEN
    SELECT resident_id INTO whose FROM residents_incidentpart WHERE id = NEW.part_id AND incident_id = NEW.incident_id;
    IF whose IS NULL THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'episode_note_is_of_its_incident';
    END IF;
  END IF;
  IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['report_incident', 'review_incident']))
     AND NOT (after_return AND whose IN (SELECT access_ids('residents', ARRAY['keep_case']))) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step_by_who_answers';
  END IF;
  IF after_return AND NOT EXISTS (
      SELECT FROM residents_careentry c
      WHERE c.resident_id = whose AND c.kind IN ('head_count', 'sleep') AND c.happened_at > i.happened_at
        AND c.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake')
        AND NOT EXISTS (SELECT FROM residents_careentry newer
                        WHERE newer.amends_id = coalesce(c.amends_id, c.id) AND newer.written_at > c.written_at)) THEN
    RAISE EXCEPTION 'early' USING ERRCODE = 'check_violation', CONSTRAINT = 'return_step_comes_after_the_return';
  END IF;
  IF NEW.what = 'interview' AND EXISTS (
      SELECT FROM facilities_assignment works JOIN access_person p ON p.id = works.person_id
      WHERE works.facility_id = i.facility_id AND works.starts_at <= NEW.at AND (works.ends_at IS NULL OR works.ends_at > NEW.at)
        AND lower(btrim(p.name)) = lower(btrim(NEW.who))) THEN
    RAISE EXCEPTION 'inside' USING ERRCODE = 'check_violation', CONSTRAINT = 'return_talk_is_by_somebody_outside';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION episode_note_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT ON residents_episodenote FOR EACH ROW EXECUTE FUNCTION episode_note_rules();
CREATE TRIGGER times BEFORE INSERT ON residents_episodenote FOR EACH ROW EXECUTE FUNCTION times_have_come('at');
ALTER TABLE residents_episodenote ENABLE ALWAYS TRIGGER rules;
ALTER TABLE residents_episodenote ENABLE ALWAYS TRIGGER times;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0206_missing_episodes")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION episode_note_rules() CASCADE")]
