"""Agreeing to a changed designation is held against the home where the young person lives, as a new designation is."""

from django.db import migrations

RULES = """
CREATE TRIGGER homes_agreed AFTER UPDATE ON residents_populationdesignation FOR EACH ROW
  WHEN (NEW.standing = 'agreed' AND OLD.standing <> 'agreed') EXECUTE FUNCTION designation_rules();
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER homes_agreed;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0017_case_stays_open"), ("residents", "0014_designation_second_person")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
