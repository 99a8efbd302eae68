"""Rules of the residents app that hold whatever writes: no fact from the future, and no assessment written over."""

from django.db import migrations

RULES = """
-- Columns with a time (arguments) that a writer gives: not from the future; five minutes for a clock that is ahead.
CREATE FUNCTION times_have_come() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  name text;
  told timestamptz;
BEGIN
  FOREACH name IN ARRAY TG_ARGV LOOP
    told := (to_jsonb(NEW) ->> name)::timestamptz;
    IF told > audit_now() + interval '5 minutes'
       AND (TG_OP = 'INSERT' OR told IS DISTINCT FROM (to_jsonb(OLD) ->> name)::timestamptz) THEN
      RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_has_come';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON residents_contact
  FOR EACH ROW EXECUTE FUNCTION times_have_come('happened_at', 'written_at');
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON residents_levelassessment
  FOR EACH ROW EXECUTE FUNCTION times_have_come('written_at');
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON residents_incident
  FOR EACH ROW EXECUTE FUNCTION times_have_come('reviewed_at', 'closed_at');
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER times;
ALTER TABLE residents_levelassessment ENABLE ALWAYS TRIGGER times;
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER times;

-- Columns with a day: today is the latest day that it is anywhere, as the record does not know where the writer is.
CREATE FUNCTION latest_day() RETURNS date LANGUAGE sql VOLATILE SET search_path = pg_catalog, public AS $$
  SELECT ((audit_now() AT TIME ZONE 'UTC') + interval '14 hours')::date
$$;

CREATE FUNCTION birth_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.birth_date > latest_day() THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'birth_date_is_not_in_the_future';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE OF birth_date ON residents_identity
  FOR EACH ROW EXECUTE FUNCTION birth_rules();
ALTER TABLE residents_identity ENABLE ALWAYS TRIGGER rules;

-- The newest assessment counts, so one from the future would count for ever, and one written over would leave no trace in the record.
CREATE FUNCTION assessment_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.assessed_on > latest_day() THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_is_not_in_the_future';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT ON residents_levelassessment FOR EACH ROW EXECUTE FUNCTION assessment_rules();
CREATE TRIGGER kept BEFORE UPDATE ON residents_levelassessment
  FOR EACH ROW EXECUTE FUNCTION row_is_kept('assessment_is_kept');
ALTER TABLE residents_levelassessment ENABLE ALWAYS TRIGGER rules;
ALTER TABLE residents_levelassessment ENABLE ALWAYS TRIGGER kept;

CREATE FUNCTION harm_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.happened_on > latest_day() THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'harm_is_not_in_the_future';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_harmevent FOR EACH ROW EXECUTE FUNCTION harm_rules();
ALTER TABLE residents_harmevent ENABLE ALWAYS TRIGGER a_rules;

CREATE FUNCTION contact_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_outsideperson WHERE id = NEW.outside_person_id AND resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_is_with_somebody_known';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_contact FOR EACH ROW EXECUTE FUNCTION contact_rules();
ALTER TABLE residents_contact ENABLE ALWAYS TRIGGER a_rules;

-- The time beside a signature stays with the signature.
CREATE FUNCTION incident_signatures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_stays';
END $$;
CREATE TRIGGER c_signatures BEFORE UPDATE ON residents_incident FOR EACH ROW
  WHEN (OLD.reviewed_by_id IS NOT NULL AND NEW.reviewed_at IS DISTINCT FROM OLD.reviewed_at)
  EXECUTE FUNCTION incident_signatures();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER c_signatures;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0011_assessments_written_at")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
