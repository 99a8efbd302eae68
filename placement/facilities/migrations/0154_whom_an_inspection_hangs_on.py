"""An inspector comes and goes by the word of the agency, and what a licensing file counts is written by its import alone."""

from django.db import migrations

RULES = """
-- Whoever runs a home that is inspected neither names the inspector nor ends or lengthens the visit.
CREATE FUNCTION inspector_is_named() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF (NEW.role = 'inspector' OR TG_OP = 'UPDATE' AND OLD.role = 'inspector') AND audit_actor() IS NOT NULL
      AND NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role = 'supervisor') THEN
    PERFORM refuse('inspector_is_named_by_the_agency');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION inspector_is_named() FROM PUBLIC;
CREATE TRIGGER inspector_is_named BEFORE INSERT OR UPDATE ON facilities_assignment FOR EACH ROW EXECUTE FUNCTION inspector_is_named();
ALTER TABLE facilities_assignment ENABLE ALWAYS TRIGGER inspector_is_named;

CREATE FUNCTION counted_by_the_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF audit_actor() IS NOT NULL THEN PERFORM refuse('inspection_of_a_file_comes_from_it'); END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION counted_by_the_file() FROM PUBLIC;
CREATE TRIGGER counted_by_the_file BEFORE INSERT OR UPDATE ON facilities_outsideinspection
  FOR EACH ROW WHEN (NEW.recorded_by_id IS NULL) EXECUTE FUNCTION counted_by_the_file();
ALTER TABLE facilities_outsideinspection ENABLE ALWAYS TRIGGER counted_by_the_file;
"""
BACK = "DROP FUNCTION counted_by_the_file() CASCADE; DROP FUNCTION inspector_is_named() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("facilities", "0151_inspectors_come_for_a_time")]
    operations = [migrations.RunSQL(RULES, BACK)]
