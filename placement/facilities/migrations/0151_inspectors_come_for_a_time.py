"""An inspector comes for 31 days at most, and to one home at a time. What was longer before stays as it was written."""

import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

RULES = """
-- Two visits at once are one too many. The person is locked, so that two that begin at the same moment see each other.
CREATE FUNCTION inspector_visits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.person_id, NEW.facility_id, NEW.role) = (OLD.person_id, OLD.facility_id, OLD.role)
      AND tstzrange(NEW.starts_at, NEW.ends_at) <@ tstzrange(OLD.starts_at, OLD.ends_at) THEN
    RETURN NEW;
  END IF;
  PERFORM FROM access_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM facilities_assignment other
             WHERE other.person_id = NEW.person_id AND other.role = 'inspector' AND other.facility_id <> NEW.facility_id
               AND other.id <> NEW.id
               AND tstzrange(other.starts_at, other.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)) THEN
    PERFORM refuse('inspector_in_one_home');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION inspector_visits() FROM PUBLIC;
CREATE TRIGGER inspector_visits BEFORE INSERT OR UPDATE ON facilities_assignment FOR EACH ROW
  WHEN (NEW.role = 'inspector' AND (NEW.ends_at IS NULL OR NEW.ends_at > NEW.starts_at)) EXECUTE FUNCTION inspector_visits();
ALTER TABLE facilities_assignment ENABLE ALWAYS TRIGGER inspector_visits;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0150_visits_of_inspectors_end")]
    operations = [
        AddConstraintNotValid(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "inspector"), _negated=True),
                    models.Q(
                        ("ends_at__isnull", False),
                        ("ends_at__lte", models.F("starts_at") + datetime.timedelta(days=31)),
                    ),
                    _connector="OR",
                ),
                name="inspector_comes_for_a_time",
            ),
        ),
        migrations.RunSQL(RULES, "DROP FUNCTION inspector_visits() CASCADE;"),
    ]
