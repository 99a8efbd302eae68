"""A home serves one population only by a paper of that home that somebody else filed than the supervisor who confirms it."""

from django.db import migrations

RULES = """
-- The public file of the authority is taken over by a command, which is no person.
CREATE FUNCTION licence_is_exclusive() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF audit_actor() IS NULL OR NEW.population <> 'exclusive' THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND OLD.population = 'exclusive'
     AND NEW.population_document_id IS NOT DISTINCT FROM OLD.population_document_id
     AND NEW.population_confirmed_by_id IS NOT DISTINCT FROM OLD.population_confirmed_by_id THEN
    RETURN NEW;
  END IF;
  IF NEW.population_confirmed_by_id IS NOT NULL AND NEW.population_document_id IS NOT NULL
     AND NEW.population_confirmed_by_id = audit_actor()
     AND NOT has_paper(NEW.population_confirmed_by_id, NEW.population_document_id, NEW.facility_id) THEN
    PERFORM refuse('exclusive_population_has_paper');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exclusive BEFORE INSERT OR UPDATE ON facilities_licence FOR EACH ROW EXECUTE FUNCTION licence_is_exclusive();
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER exclusive;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0027_entry_place_by_index")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
