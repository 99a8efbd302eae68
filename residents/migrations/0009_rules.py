"""Rules of the residents app that hold whatever writes: times of care entries, incident numbers, designations."""

from django.db import migrations

RULES = """
CREATE SEQUENCE residents_incident_number_seq;
GRANT USAGE ON SEQUENCE residents_incident_number_seq TO placement_app;

CREATE FUNCTION care_entry_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  place uuid;
  signed timestamptz;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.resident_id <> OLD.resident_id OR NEW.written_at <> OLD.written_at OR NEW.facility_id <> OLD.facility_id
       OR NEW.amends_id IS DISTINCT FROM OLD.amends_id OR NEW.shift_id IS DISTINCT FROM OLD.shift_id THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_entry_stays_in_its_place';
    END IF;
    SELECT signed_at INTO signed FROM facilities_shift WHERE id = OLD.shift_id FOR SHARE;
    IF signed IS NOT NULL OR (OLD.shift_id IS NULL AND OLD.written_at < audit_now() - interval '24 hours') THEN
      RAISE EXCEPTION 'signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_entry_is_amended';
    END IF;
  ELSE
    NEW.written_at := audit_now();
    SELECT facility_id, signed_at INTO place, signed FROM facilities_shift WHERE id = NEW.shift_id FOR SHARE;
    IF place IS NOT NULL AND place <> NEW.facility_id THEN
      RAISE EXCEPTION 'place' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_entry_stays_in_its_place';
    END IF;
    IF signed IS NOT NULL AND NEW.reason = '' THEN
      RAISE EXCEPTION 'signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_after_signing_has_a_reason';
    END IF;
    IF NEW.amends_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM residents_careentry WHERE id = NEW.amends_id AND resident_id = NEW.resident_id
          AND facility_id = NEW.facility_id) THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_is_of_the_same_resident';
    END IF;
  END IF;
  NEW.late := NEW.written_at - NEW.happened_at > interval '30 minutes';
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_careentry FOR EACH ROW EXECUTE FUNCTION care_entry_rules();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION incident_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.number := nextval('residents_incident_number_seq');
    NEW.reported_at := audit_now();
  ELSIF OLD.status = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  ELSIF NEW.number <> OLD.number OR NEW.reported_at <> OLD.reported_at OR NEW.facility_id <> OLD.facility_id THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  IF NEW.status = 'reviewed' AND (NEW.reviewed_by_id IS NULL OR NEW.reviewed_at IS NULL) THEN
    RAISE EXCEPTION 'unsigned' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_review_is_signed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_incident FOR EACH ROW EXECUTE FUNCTION incident_rules();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION row_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON residents_populationdesignation
  FOR EACH ROW EXECUTE FUNCTION row_is_kept('designation_is_kept');
CREATE TRIGGER rules BEFORE UPDATE ON residents_document FOR EACH ROW EXECUTE FUNCTION row_is_kept('document_is_kept');
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER rules;
ALTER TABLE residents_document ENABLE ALWAYS TRIGGER rules;

-- The population that is confirmed now: the newest designation, if it is a confirmed one.
CREATE FUNCTION confirmed_population(resident uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN stage = 'confirmed' THEN population END FROM residents_populationdesignation
  WHERE resident_id = resident ORDER BY decided_at DESC, id DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_initial"), ("audit", "0001_functions")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
