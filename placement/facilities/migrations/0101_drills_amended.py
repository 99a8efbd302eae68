"""A drill is amended beside its first text, belongs to the shift in which it was held, and is not dated back by months."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

BEFORE = importlib.import_module("placement.facilities.migrations.0071_exits_and_drills_kept").RULES
RULES = """
CREATE OR REPLACE FUNCTION drill_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE first facilities_drill;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN PERFORM refuse('drill_is_kept'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    PERFORM refuse('drill_is_written_by_the_home');
  END IF;
  NEW.written_at := audit_now();
  IF NEW.amends_id IS NOT NULL THEN
    SELECT * INTO first FROM facilities_drill WHERE id = NEW.amends_id;
    IF first.facility_id <> NEW.facility_id OR first.amends_id IS NOT NULL THEN
      PERFORM refuse('drill_amendment_is_of_one_drill');
    END IF;
    NEW.kind := first.kind;
    NEW.held_at := first.held_at;
    NEW.shift_id := first.shift_id;
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM facilities_shift WHERE id = NEW.shift_id AND facility_id <> NEW.facility_id) THEN
    PERFORM refuse('drill_stays_in_its_home');
  END IF;
  IF NEW.shift_id IS NOT NULL AND NEW.shift_id IS DISTINCT FROM (
      SELECT id FROM facilities_shift WHERE facility_id = NEW.facility_id AND starts_at <= NEW.held_at
      ORDER BY starts_at DESC LIMIT 1) THEN
    PERFORM refuse('drill_is_of_its_shift');
  END IF;
  IF NEW.held_at < NEW.written_at - interval '31 days' THEN PERFORM refuse('drill_is_written_within_31_days'); END IF;
  RETURN NEW;
END $$;
"""
AMENDS = models.ForeignKey(
    blank=True,
    null=True,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="amendments",
    to="facilities.drill",
)
IN_HISTORY = models.ForeignKey(
    blank=True,
    db_constraint=False,
    db_index=False,
    null=True,
    on_delete=django.db.models.deletion.DO_NOTHING,
    related_name="+",
    to="facilities.drill",
)
REASON = {
    "verbose_name": "reason for the amendment",
    "blank": True,
    "default": "",
    "db_default": "",
    "max_length": 1000,
}
BEGINS = BEFORE.index("FUNCTION drill_rules(")


class Migration(migrations.Migration):
    dependencies = [("facilities", "0100_clearance_opens")]
    operations = [
        migrations.AddField("drill", "amends", AMENDS),
        migrations.AddField("historicaldrill", "amends", IN_HISTORY),
        migrations.AddField("drill", "reason", models.TextField(**REASON)),
        migrations.AddField("historicaldrill", "reason", models.TextField(**REASON)),
        migrations.AddConstraint(
            "drill",
            models.CheckConstraint(
                condition=models.Q(amends__isnull=True, reason="")
                | models.Q(amends__isnull=False, reason__regex=r"\S"),
                name="drill_amendment_has_a_reason",
            ),
        ),
        migrations.RunSQL(RULES, "CREATE OR REPLACE " + BEFORE[BEGINS : BEFORE.index("END $$;", BEGINS) + 7]),
    ]
