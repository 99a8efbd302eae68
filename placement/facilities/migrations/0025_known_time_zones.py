"""The time zone of a home is one that exists: with any other, no page of the home could tell a time."""

from django.db import migrations

RULES = """
CREATE TRIGGER time_zone_first AFTER INSERT ON facilities_facility
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION time_zone_is_known();
CREATE TRIGGER time_zone BEFORE UPDATE ON facilities_facility FOR EACH ROW
  WHEN (NEW.time_zone IS DISTINCT FROM OLD.time_zone) EXECUTE FUNCTION time_zone_is_known();
ALTER TABLE facilities_facility ENABLE ALWAYS TRIGGER time_zone_first;
ALTER TABLE facilities_facility ENABLE ALWAYS TRIGGER time_zone;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0024_read_as_it_is"), ("access", "0015_known_time_zones")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
