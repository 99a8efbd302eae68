"""Who writes down what an authority cited and how it is put right, and what of it stays as it was written."""

from django.db import migrations

RULES = r"""
CREATE FUNCTION citation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written compliance_citation := NEW;
  visit facilities_outsideinspection;
  today date;
BEGIN
  SELECT * INTO visit FROM facilities_outsideinspection WHERE id = NEW.inspection_id;
  SELECT (audit_now() AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = visit.facility_id;
  IF NOT corrective_answers_for(audit_actor(), visit.facility_id) THEN
    PERFORM refuse('citation_is_written_by_the_home');
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := audit_now();
    IF NEW.ended_as <> '' THEN
      PERFORM refuse('citation_begins_open');
    ELSIF visit.visited_on IS NULL THEN
      PERFORM refuse('citation_is_of_one_visit');
    ELSIF NEW.correct_by < visit.visited_on THEN
      PERFORM refuse('citation_is_corrected_after_the_visit');
    END IF;
    RETURN NEW;
  END IF;
  as_written.ended_as := OLD.ended_as;
  as_written.ended_on := OLD.ended_on;
  as_written.ended_note := OLD.ended_note;
  as_written.ended_by_id := OLD.ended_by_id;
  as_written.ended_at := OLD.ended_at;
  IF OLD.ended_as <> '' OR as_written IS DISTINCT FROM OLD THEN
    PERFORM refuse('citation_is_kept');
  ELSIF NEW.ended_on > today OR NEW.ended_on < visit.visited_on THEN
    PERFORM refuse('citation_ends_after_the_visit');
  END IF;
  IF NEW.ended_as <> '' THEN NEW.ended_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_citation FOR EACH ROW EXECUTE FUNCTION citation_rules();
ALTER TABLE compliance_citation ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION correction_plan_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  cited compliance_citation;
  visit facilities_outsideinspection;
  today date;
BEGIN
  -- Whoever ends the citation at the same time waits for this plan, or this plan for them.
  SELECT * INTO cited FROM compliance_citation WHERE id = NEW.citation_id FOR SHARE;
  SELECT * INTO visit FROM facilities_outsideinspection WHERE id = cited.inspection_id;
  SELECT (audit_now() AT TIME ZONE time_zone)::date INTO today FROM facilities_facility WHERE id = visit.facility_id;
  IF NOT corrective_answers_for(audit_actor(), visit.facility_id) THEN
    PERFORM refuse('citation_is_written_by_the_home');
  ELSIF cited.ended_as <> '' THEN
    PERFORM refuse('correction_plan_is_of_an_open_citation');
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := audit_now();
    IF NEW.sent_on IS NOT NULL OR NEW.outcome <> '' OR NEW.done_on IS NOT NULL THEN
      PERFORM refuse('correction_plan_begins_as_a_plan');
    ELSIF NOT corrective_works_in(NEW.owner_id, visit.facility_id, ARRAY['admin']) THEN
      PERFORM refuse('correction_plan_owner_runs_the_home');
    ELSIF NEW.due_on < visit.visited_on THEN
      PERFORM refuse('correction_plan_follows_the_visit');
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.citation_id, NEW.what, NEW.owner_id, NEW.due_on, NEW.written_by_id, NEW.written_at)
      IS DISTINCT FROM (OLD.id, OLD.citation_id, OLD.what, OLD.owner_id, OLD.due_on, OLD.written_by_id, OLD.written_at)
      OR OLD.outcome IN ('refused', 'replaced')
      OR OLD.sent_on IS NOT NULL AND NEW.sent_on IS DISTINCT FROM OLD.sent_on
      OR OLD.done_on IS NOT NULL AND (NEW.done_on, NEW.done_note) IS DISTINCT FROM (OLD.done_on, OLD.done_note)
      OR OLD.outcome <> '' AND (NEW.outcome, NEW.outcome_on, NEW.outcome_note)
        IS DISTINCT FROM (OLD.outcome, OLD.outcome_on, OLD.outcome_note) THEN
    PERFORM refuse('correction_plan_is_kept');
  ELSIF greatest(NEW.sent_on, NEW.outcome_on, NEW.done_on) > today
      OR least(NEW.sent_on, NEW.outcome_on, NEW.done_on) < visit.visited_on THEN
    PERFORM refuse('correction_day_has_come');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_correctionplan
  FOR EACH ROW EXECUTE FUNCTION correction_plan_rules();
ALTER TABLE compliance_correctionplan ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP TRIGGER rules ON compliance_correctionplan; DROP FUNCTION correction_plan_rules();
DROP TRIGGER rules ON compliance_citation; DROP FUNCTION citation_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0030_citations"), ("facilities", "0141_recorded_inspections_kept")]
    operations = [migrations.RunSQL(RULES, BACK)]
