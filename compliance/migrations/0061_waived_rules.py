"""What a waiver may name: rules of the state of the home that are kept here. A finding may be closed by one."""

from django.db import migrations, models

WHY = [
    ("put right", "Put right"),
    ("not asked", "No longer asked"),
    ("corrected", "By corrective action"),
    ("newer text", "Goes on under a newer text"),
    ("waived", "Waived by the authority"),
]
RULES = """
CREATE FUNCTION waiver_names_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM unnest(NEW.rules) AS named (rule) WHERE named.rule IS NULL OR NOT EXISTS (
        SELECT FROM compliance_ruleversion v JOIN facilities_licence l ON l.id = NEW.licence_id
        JOIN facilities_facility f ON f.id = l.facility_id
        WHERE v.rule = named.rule AND v.jurisdiction = 'US-' || f.jurisdiction)) THEN
    PERFORM refuse('waiver_is_of_rules_of_the_state');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION waiver_names_rules() FROM PUBLIC;
CREATE TRIGGER names_rules BEFORE INSERT OR UPDATE ON facilities_waiver FOR EACH ROW
  WHEN (NEW.rules <> '{}') EXECUTE FUNCTION waiver_names_rules();
ALTER TABLE facilities_waiver ENABLE ALWAYS TRIGGER names_rules;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0060_files_of_binders_are_rationed"),
        ("facilities", "0170_waivers_of_rules"),
    ]
    operations = [
        migrations.AlterField("finding", "closed_why", models.CharField(blank=True, choices=WHY, max_length=12)),
        migrations.AlterField(
            "historicalfinding", "closed_why", models.CharField(blank=True, choices=WHY, max_length=12)
        ),
        migrations.RunSQL(RULES, "DROP FUNCTION waiver_names_rules() CASCADE;"),
    ]
