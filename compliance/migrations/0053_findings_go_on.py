"""A finding goes on when its rule has another text, stays with the home in whose time it was, and is of the entry that was first written.

What is being done about it goes along. Whoever plans reads how the finding stands after whatever is judged at the same time.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

rights = import_module("residents.migrations.0111_rights_of_contact")
before = import_module("compliance.migrations.0048_who_may_write_what_was_done")

ACTION = rights.function(before.RULES, "corrective_action_rules")
NEW_ACTION = rights.changed(
    ACTION,
    (
        "  SELECT * INTO found FROM compliance_finding WHERE id = NEW.finding_id;\n",
        """  IF TG_OP = 'INSERT' THEN
    PERFORM FROM compliance_finding WHERE id = NEW.finding_id FOR SHARE;  -- one that goes on takes its plan along
  END IF;
  SELECT * INTO found FROM compliance_finding WHERE id = NEW.finding_id;
""",
    ),
    ("closed_why IN ('not asked', 'corrected')", "closed_why IN ('not asked', 'corrected', 'newer text')"),
    (
        """(NEW.finding_id, NEW.planned_by_id, NEW.planned_at)
        IS DISTINCT FROM (OLD.finding_id, OLD.planned_by_id, OLD.planned_at) THEN""",
        """(NEW.planned_by_id, NEW.planned_at) IS DISTINCT FROM (OLD.planned_by_id, OLD.planned_at)
        OR NEW.finding_id <> OLD.finding_id AND found.goes_on_from_id IS DISTINCT FROM OLD.finding_id THEN""",
    ),
)
FUNCTIONS = """
-- Whether the owner of a corrective action neither works in the home nor keeps the case any more, or may not sign in: for those
-- to whom the home, or the case, is open.
CREATE FUNCTION corrective_owner_left(action uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN (SELECT NOT EXISTS (SELECT FROM access_person p WHERE p.id = c.owner_id AND p.is_active
    AND (corrective_works_in(p.id, g.facility_id, ARRAY['staff', 'admin']) OR corrective_keeps_case(p.id, g.resident_id)))
  FROM compliance_correctiveaction c JOIN compliance_finding g ON g.id = c.finding_id
  WHERE c.id = action AND (g.facility_id IN (SELECT access_ids('facilities', '{view_beds}'))
    OR g.resident_id IN (SELECT access_ids('residents', '{keep_case}'))));
END $$;
REVOKE EXECUTE ON FUNCTION corrective_owner_left(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION corrective_owner_left(uuid) TO placement_app;

-- The codes of the young people of these findings, and when they left the home: for whoever runs it.
CREATE FUNCTION compliance_codes(findings uuid[]) RETURNS TABLE (id uuid, code text, left_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY SELECT g.id, r.code::text, (SELECT CASE WHEN bool_and(p.status = 'ended') THEN max(p.ends_at) END FROM facilities_placement p
    WHERE p.resident_id = g.resident_id AND p.facility_id = g.facility_id AND p.status IN ('active', 'ended'))
  FROM compliance_finding g JOIN residents_resident r ON r.id = g.resident_id
  WHERE g.id = ANY (findings) AND g.resident_id NOT IN (SELECT access_barred(audit_actor()))
    AND g.stays_with_home AND g.facility_id IN (SELECT access_ids('facilities', '{manage_facility}'));
END $$;
REVOKE EXECUTE ON FUNCTION compliance_codes(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION compliance_codes(uuid[]) TO placement_app;
"""
# The function that keeps the history of a model is written after all migrations; until then the general one knows the new columns.
KEPT = """
CREATE OR REPLACE TRIGGER history_update AFTER UPDATE ON compliance_finding REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION audit_record('compliance_historicalfinding', 'id');
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'Findings stay with their home and with the entry that was first written', true);
CREATE TEMPORARY TABLE written_first ON COMMIT DROP AS
  WITH RECURSIVE dose (id, first) AS (
    SELECT d.id, d.amends_id FROM residents_medicationdose d JOIN residents_medicationdose f ON f.id = d.amends_id
    WHERE f.amends_id IS NULL
    UNION ALL SELECT d.id, dose.first FROM residents_medicationdose d JOIN dose ON dose.id = d.amends_id
  )
  SELECT id, first FROM dose
  UNION ALL SELECT id, amends_id FROM residents_contact WHERE amends_id IS NOT NULL
  UNION ALL SELECT id, amends_id FROM residents_careentry WHERE amends_id IS NOT NULL AND kind = 'school'
  UNION ALL SELECT id, amends_id FROM facilities_exitcheck WHERE amends_id IS NOT NULL;
UPDATE compliance_finding g SET subject = n.first FROM (
  SELECT g.id, f.first, g.closed_at IS NULL AS open, row_number() OVER (
    PARTITION BY g.rule_id, g.facility_id, f.first, g.resident_id, g.closed_at IS NULL ORDER BY g.since, g.id) AS place
  FROM compliance_finding g JOIN written_first f ON f.id = g.subject
  WHERE g.closed_at IS NOT NULL OR NOT EXISTS (SELECT FROM compliance_finding k WHERE k.closed_at IS NULL AND k.rule_id = g.rule_id
    AND k.facility_id = g.facility_id AND k.subject = f.first AND k.resident_id IS NOT DISTINCT FROM g.resident_id)
) n WHERE n.id = g.id AND (n.place = 1 OR NOT n.open);
UPDATE compliance_obligation o SET subject = n.first FROM (
  SELECT o.id, f.first, row_number() OVER (
    PARTITION BY o.rule_id, f.first, o.resident_id, o.event_at ORDER BY o.opened_at, o.id) AS place
  FROM compliance_obligation o JOIN written_first f ON f.id = o.subject
  WHERE NOT EXISTS (SELECT FROM compliance_obligation k WHERE k.rule_id = o.rule_id AND k.subject = f.first
    AND k.resident_id IS NOT DISTINCT FROM o.resident_id AND k.event_at = o.event_at)
) n WHERE n.id = o.id AND n.place = 1;
UPDATE compliance_finding g SET stays_with_home = true
WHERE g.part <> 'share' AND EXISTS (
  SELECT FROM facilities_placement p CROSS JOIN LATERAL (
    SELECT CASE WHEN p.status = 'ended' THEN p.ends_at ELSE 'infinity' END AS ends_at) s
  WHERE p.resident_id = g.resident_id AND p.facility_id = g.facility_id AND p.status IN ('active', 'ended')
    AND (g.since BETWEEN p.starts_at AND s.ends_at OR (g.evidence ->> 'at')::timestamptz BETWEEN p.starts_at AND s.ends_at));
DROP TABLE written_first;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0048_who_may_write_what_was_done"),
        ("facilities", "0154_whom_an_inspection_hangs_on"),
        ("residents", "0146_days_that_come_next"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="goes_on_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="goes_on_as",
                to="compliance.finding",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="stays_with_home",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="historicalfinding",
            name="goes_on_from",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="compliance.finding",
            ),
        ),
        migrations.AddField(
            model_name="historicalfinding",
            name="stays_with_home",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="finding",
            name="closed_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("put right", "Put right"),
                    ("not asked", "No longer asked"),
                    ("corrected", "By corrective action"),
                    ("newer text", "Goes on under a newer text"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="historicalfinding",
            name="closed_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("put right", "Put right"),
                    ("not asked", "No longer asked"),
                    ("corrected", "By corrective action"),
                    ("newer text", "Goes on under a newer text"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("goes_on_from",), name="finding_goes_on_once"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stays_with_home", False),
                    models.Q(("resident__isnull", False), models.Q(("part", "share"), _negated=True)),
                    _connector="OR",
                ),
                name="finding_that_stays_is_of_a_stay",
            ),
        ),
        migrations.RunSQL(NEW_ACTION, ACTION),
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION compliance_codes(uuid[]); DROP FUNCTION corrective_owner_left(uuid);"
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
