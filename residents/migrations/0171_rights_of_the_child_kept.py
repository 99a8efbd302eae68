"""Intrusive measures are judged by somebody else and end; what was written, read out or judged stays; limits are lifted."""

from importlib import import_module

from django.db import migrations

wider = import_module("residents.migrations.0111_rights_of_contact")
DECIDED = wider.NEW_DECIDED
LIFTED = wider.changed(
    DECIDED,
    (
        "  as_asked.ends_at := OLD.ends_at;\n",
        """  as_asked.ends_at := OLD.ends_at;
  IF OLD.lifted_at IS NULL THEN
    as_asked.lifted_by_id := OLD.lifted_by_id;
    as_asked.lifted_at := OLD.lifted_at;
  END IF;
""",
    ),
    (
        "  ELSIF NEW.ends_at < OLD.ends_at THEN\n",
        """    NEW.lifted_by_id := NULL;
    NEW.lifted_at := NULL;
  ELSIF NEW.ends_at < OLD.ends_at THEN
""",
    ),
    (
        "    NEW.ends_at := least(OLD.ends_at, greatest(NEW.ends_at, audit_now()));\n  END IF;\n",
        """    NEW.ends_at := least(OLD.ends_at, greatest(NEW.ends_at, audit_now()));
  END IF;
  IF NEW.lifted_by_id IS NOT NULL AND OLD.lifted_by_id IS NULL THEN
    IF NEW.decision <> 'approved' OR NEW.ends_at > audit_now() THEN PERFORM refuse('restriction_is_lifted_when_it_is_over'); END IF;
    NEW.lifted_at := audit_now();
  END IF;
""",
    ),
    (
        "      RAISE EXCEPTION 'decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_begins_undecided';\n    END IF;\n",
        """      RAISE EXCEPTION 'decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_begins_undecided';
    END IF;
    NEW.lifted_by_id := NULL;
    NEW.lifted_at := NULL;
""",
    ),
)
RULES = """
CREATE FUNCTION measure_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_intrusivemeasure := NEW;
  first residents_intrusivemeasure;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.written_at := audit_now();
    NEW.review_by := NEW.written_at + interval '24 hours';
    IF NEW.decision <> '' OR NEW.decided_by_id IS NOT NULL OR NEW.ended_by_id IS NOT NULL OR NEW.ends_at IS NOT NULL THEN
      PERFORM refuse('measure_begins_unjudged');
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care']))
       OR NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
      PERFORM refuse('measure_is_written_by_who_works_there');
    END IF;
    IF NEW.shift_id IS NOT NULL AND NEW.facility_id <> (SELECT facility_id FROM facilities_shift WHERE id = NEW.shift_id) THEN
      PERFORM refuse('measure_is_of_a_shift_of_its_home');
    END IF;
    IF NEW.amends_id IS NULL THEN
      IF NOT lived_there(NEW.resident_id, NEW.facility_id, NEW.happened_at) THEN
        PERFORM refuse('measure_is_of_who_lives_there');
      END IF;
      RETURN NEW;
    END IF;
    SELECT * INTO first FROM residents_intrusivemeasure WHERE id = NEW.amends_id;
    IF first.amends_id IS NOT NULL
       OR (first.resident_id, first.facility_id, first.shift_id, first.kind, first.done_by_id, first.happened_at, first.lasts)
          IS DISTINCT FROM (NEW.resident_id, NEW.facility_id, NEW.shift_id, NEW.kind, NEW.done_by_id, NEW.happened_at, NEW.lasts) THEN
      PERFORM refuse('measure_amendment_is_of_one_measure');
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.decision = '' THEN
    as_written.decision := OLD.decision;
    as_written.decided_by_id := OLD.decided_by_id;
    as_written.decided_at := OLD.decided_at;
    as_written.decision_reason := OLD.decision_reason;
    as_written.ends_at := OLD.ends_at;
  END IF;
  IF OLD.ended_by_id IS NULL THEN
    as_written.ended_by_id := OLD.ended_by_id;
    as_written.ended_at := OLD.ended_at;
  END IF;
  IF as_written IS DISTINCT FROM OLD THEN PERFORM refuse('measure_is_kept'); END IF;
  IF NEW.decision <> '' AND OLD.decision = '' THEN
    NEW.decided_at := audit_now();
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['accept_placement', 'approve_placement'])) THEN
      PERFORM refuse('measure_is_judged_by_who_answers_for_it');
    END IF;
    IF EXISTS (SELECT FROM residents_intrusivemeasure WHERE amends_id = NEW.id AND written_by_id = NEW.decided_by_id) THEN
      PERFORM refuse('measure_judged_by_another');
    END IF;
  END IF;
  IF NEW.ended_by_id IS NOT NULL AND OLD.ended_by_id IS NULL THEN
    NEW.ended_at := audit_now();
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care', 'accept_placement', 'approve_placement'])) THEN
      PERFORM refuse('measure_is_written_by_who_works_there');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_intrusivemeasure FOR EACH ROW EXECUTE FUNCTION measure_rules();
CREATE TRIGGER times BEFORE INSERT ON residents_intrusivemeasure FOR EACH ROW EXECUTE FUNCTION times_have_come('happened_at');
ALTER TABLE residents_intrusivemeasure ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_intrusivemeasure ENABLE ALWAYS TRIGGER times;

CREATE FUNCTION rights_notice_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.given_at := audit_now();
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care', 'keep_case'])) THEN
    PERFORM refuse('rights_are_read_out_by_who_cares');
  END IF;
  IF NEW.facility_id IS NOT NULL AND NOT lived_there(NEW.resident_id, NEW.facility_id, audit_now()) THEN
    PERFORM refuse('rights_are_read_out_where_they_live');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_rightsnotice FOR EACH ROW EXECUTE FUNCTION rights_notice_rules();
CREATE TRIGGER rules BEFORE UPDATE ON residents_rightsnotice FOR EACH ROW EXECUTE FUNCTION row_is_kept('rights_notice_is_kept');
ALTER TABLE residents_rightsnotice ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_rightsnotice ENABLE ALWAYS TRIGGER rules;
"""
BACK = """
DROP FUNCTION rights_notice_rules() CASCADE;
DROP TRIGGER rules ON residents_rightsnotice;
DROP FUNCTION measure_rules() CASCADE;
DROP TRIGGER times ON residents_intrusivemeasure;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0170_rights_of_the_child")]
    operations = [migrations.RunSQL(LIFTED + RULES, BACK + DECIDED)]
