"""Rules that a blank, an unknown word or an empty place in a list would have passed by."""

from django.db import migrations

RULES = """
-- A blank is no reason: it becomes empty text, which the constraints refuse.
CREATE FUNCTION blank_is_empty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  name text;
  given jsonb := to_jsonb(NEW);
BEGIN
  FOREACH name IN ARRAY TG_ARGV LOOP
    IF given ->> name <> '' AND btrim(given ->> name, E' \\t\\r\\n\\f\\u00a0') = '' THEN
      NEW := jsonb_populate_record(NEW, jsonb_build_object(name, ''));
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON residents_careentry
  FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION blank_is_empty('reason');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON residents_populationdesignation
  FOR EACH ROW EXECUTE FUNCTION blank_is_empty('basis');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON residents_incident
  FOR EACH ROW WHEN (NEW.closing_note <> '') EXECUTE FUNCTION blank_is_empty('closing_note');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON facilities_override
  FOR EACH ROW EXECUTE FUNCTION blank_is_empty('reason');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON facilities_warningsignature
  FOR EACH ROW EXECUTE FUNCTION blank_is_empty('reason');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON facilities_placementdecision
  FOR EACH ROW EXECUTE FUNCTION blank_is_empty('reason');
CREATE TRIGGER a_blank BEFORE INSERT OR UPDATE ON facilities_placement
  FOR EACH ROW WHEN (NEW.end_reason <> '') EXECUTE FUNCTION blank_is_empty('end_reason');
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE facilities_override ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE facilities_warningsignature ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE facilities_placementdecision ENABLE ALWAYS TRIGGER a_blank;
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER a_blank;

-- The words that the invariants compare with. Arguments: column, allowed words separated by blanks; a list, each of it.
CREATE FUNCTION word_is_known() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  given jsonb := to_jsonb(NEW) -> TG_ARGV[0];
  allowed jsonb := to_jsonb(string_to_array(TG_ARGV[1], ' '));
BEGIN
  IF NOT allowed @> given THEN PERFORM refuse('word_is_known'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER word_kind BEFORE INSERT OR UPDATE OF kind ON facilities_facility
  FOR EACH ROW EXECUTE FUNCTION word_is_known('kind', 'residential shelter foster');
CREATE TRIGGER word_population BEFORE INSERT OR UPDATE OF population ON facilities_licence
  FOR EACH ROW EXECUTE FUNCTION word_is_known('population', 'exclusive general shelter foster');
CREATE TRIGGER word_status BEFORE INSERT OR UPDATE OF status ON facilities_licence
  FOR EACH ROW EXECUTE FUNCTION word_is_known('status', 'licensed pending probation inactive closed');
CREATE TRIGGER word_sexes BEFORE INSERT OR UPDATE OF sexes ON facilities_licence
  FOR EACH ROW EXECUTE FUNCTION word_is_known('sexes', 'female male nonbinary');
CREATE TRIGGER word_kind BEFORE INSERT OR UPDATE OF kind ON facilities_override
  FOR EACH ROW EXECUTE FUNCTION word_is_known('kind', 'population foster');
CREATE TRIGGER word_status BEFORE INSERT OR UPDATE OF status ON facilities_override
  FOR EACH ROW EXECUTE FUNCTION word_is_known('status', 'proposed approved declined');
CREATE TRIGGER word_population BEFORE INSERT ON residents_populationdesignation
  FOR EACH ROW EXECUTE FUNCTION word_is_known('population', 'trafficked general runaway street');
CREATE TRIGGER word_stage BEFORE INSERT ON residents_populationdesignation
  FOR EACH ROW EXECUTE FUNCTION word_is_known('stage', 'screened suspected confirmed');
CREATE TRIGGER word_kind BEFORE INSERT OR UPDATE OF kind ON facilities_licencecondition
  FOR EACH ROW EXECUTE FUNCTION word_is_known('kind', 'no_admissions max_capacity min_age max_age text');
ALTER TABLE facilities_facility ENABLE ALWAYS TRIGGER word_kind;
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER word_population;
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER word_status;
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER word_sexes;
ALTER TABLE facilities_override ENABLE ALWAYS TRIGGER word_kind;
ALTER TABLE facilities_override ENABLE ALWAYS TRIGGER word_status;
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER word_population;
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER word_stage;
ALTER TABLE facilities_licencecondition ENABLE ALWAYS TRIGGER word_kind;

-- A level that is NULL would make "is among the levels" neither true nor false, and so refuse nobody.
CREATE FUNCTION levels_are_known() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT NEW.levels <@ ARRAY[1, 2, 3, 4, 5]::smallint[] OR array_position(NEW.levels, NULL) IS NOT NULL THEN
    PERFORM refuse('word_is_known');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER word_levels BEFORE INSERT OR UPDATE OF levels ON facilities_licence FOR EACH ROW EXECUTE FUNCTION levels_are_known();
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER word_levels;

-- After the decision a stay keeps the record on which it rests; the exception may be renewed.
CREATE FUNCTION placement_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse('placement_keeps_its_ground');
  RETURN NULL;
END $$;
CREATE TRIGGER c_ground BEFORE UPDATE ON facilities_placement FOR EACH ROW
  WHEN (OLD.status <> 'proposed' AND (NEW.referral_id, NEW.decision_id) IS DISTINCT FROM (OLD.referral_id, OLD.decision_id))
  EXECUTE FUNCTION placement_ground();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_ground;

-- An amendment is of the shift of what it amends: without a shift it could be written over after the signing.
CREATE FUNCTION amendment_shift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  SELECT shift_id INTO NEW.shift_id FROM residents_careentry WHERE id = NEW.amends_id;
  RETURN NEW;
END $$;
CREATE TRIGGER z_shift BEFORE INSERT ON residents_careentry FOR EACH ROW WHEN (NEW.amends_id IS NOT NULL) EXECUTE FUNCTION amendment_shift();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER z_shift;

CREATE FUNCTION incident_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM facilities_shift WHERE id = NEW.shift_id AND facility_id <> NEW.facility_id) THEN
    PERFORM refuse('incident_is_of_one_home');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER z_place BEFORE INSERT ON residents_incident FOR EACH ROW WHEN (NEW.shift_id IS NOT NULL) EXECUTE FUNCTION incident_place();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER z_place;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0015_designation_waits")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
