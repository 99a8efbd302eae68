"""What a hand-off keeps of each young person goes from the shift's row, which everybody in the home reads, to rows of their own."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# History names the command: who signed the shift did not write these rows, but what they say is from that signature.
MOVE = """
WITH told AS (
  SELECT s.id AS shift_id, line ->> 'resident' AS resident, line ->> 'what' AS said, '' AS left_open
  FROM facilities_shift s, jsonb_array_elements(s.summary) line
  UNION ALL
  SELECT s.id, line ->> 'resident', '', line ->> 'what' FROM facilities_shift s, jsonb_array_elements(s.left_open) line
), made AS (
  INSERT INTO facilities_handoffline (id, shift_id, resident_id, said, left_open, lost)
  SELECT gen_random_uuid(), shift_id, r.id, max(said), max(left_open),
    max(left_open) LIKE 'missing since %' OR max(left_open) LIKE 'not found at %'
  FROM told JOIN residents_resident r ON r.id::text = told.resident
  GROUP BY shift_id, r.id HAVING max(said) <> '' OR max(left_open) <> ''
  RETURNING *
)
INSERT INTO facilities_historicalhandoffline (id, shift_id, resident_id, said, left_open, lost, history_date, history_type,
  history_change_reason, history_user_name, history_xid, history_db_user)
SELECT id, shift_id, resident_id, said, left_open, lost, audit_now(), '+', 'Moved out of the row of the shift',
  'system: migrate', pg_current_xact_id()::text::bigint, session_user
FROM made;
SET CONSTRAINTS ALL IMMEDIATE;
"""
RULES = """
-- All lines of a hand-off at once, in the transaction in which the acting person signs the shift, also of those from whose
-- records the signer is barred; and only of young people who lived in the home.
CREATE FUNCTION keep_hand_off_lines(of_shift uuid, lines jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE signed facilities_shift;
BEGIN
  SELECT * INTO signed FROM facilities_shift WHERE id = of_shift;
  IF signed.signed_by_id IS DISTINCT FROM audit_actor() OR audit_actor() IS NULL
     OR EXISTS (SELECT FROM facilities_handoffline WHERE shift_id = of_shift) OR NOT EXISTS (
      SELECT FROM facilities_historicalshift WHERE id = of_shift AND signed_at = signed.signed_at
        AND history_xid = pg_current_xact_id()::text::bigint) THEN
    PERFORM refuse('hand_off_lines_come_with_the_signature');
  END IF;
  IF EXISTS (
      SELECT FROM jsonb_array_elements(lines) line WHERE NOT EXISTS (
        SELECT FROM facilities_placement stay
        WHERE stay.resident_id = (line ->> 'resident')::uuid AND stay.facility_id = signed.facility_id
          AND stay.status IN ('active', 'ended') AND stay.starts_at <= audit_now()
          AND (stay.status = 'active' OR stay.ends_at >= signed.starts_at - interval '5 minutes'))) THEN
    PERFORM refuse('hand_off_line_is_of_who_lived_there');
  END IF;
  INSERT INTO facilities_handoffline (id, shift_id, resident_id, said, left_open, lost)
  SELECT gen_random_uuid(), of_shift, (line ->> 'resident')::uuid, line ->> 'said', line ->> 'left_open',
    (line ->> 'lost')::boolean
  FROM jsonb_array_elements(lines) line;
END $$;
REVOKE EXECUTE ON FUNCTION keep_hand_off_lines(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_hand_off_lines(uuid, jsonb) TO placement_app;

CREATE OR REPLACE TRIGGER word_occasion BEFORE INSERT ON facilities_ratiocheck
  FOR EACH ROW EXECUTE FUNCTION word_is_known('occasion', 'opened came left signed');
ALTER TABLE facilities_ratiocheck ENABLE ALWAYS TRIGGER word_occasion;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0080_shifts_kept_by_their_home"),
        ("residents", "0080_looks_keep_their_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOffLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("said", models.TextField(blank=True, verbose_name="what the entries say")),
                ("left_open", models.TextField(blank=True, verbose_name="what was open at the hand-off")),
                ("lost", models.BooleanField(default=False, verbose_name="nobody knew where they were")),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="residents.resident"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="facilities.shift"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("shift", "resident"), name="hand_off_has_one_line_of_each"),
                    models.CheckConstraint(
                        condition=models.Q(("left_open", ""), ("said", ""), _negated=True),
                        name="hand_off_line_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalHandOffLine",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("said", models.TextField(blank=True, verbose_name="what the entries say")),
                ("left_open", models.TextField(blank=True, verbose_name="what was open at the hand-off")),
                ("lost", models.BooleanField(default=False, verbose_name="nobody knew where they were")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="facilities.shift",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical hand off line",
                "verbose_name_plural": "historical hand off lines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="facilities__id_675285_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="facilities__history_501df9_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="historicalshift",
            name="left_open",
        ),
        migrations.RemoveField(
            model_name="historicalshift",
            name="summary",
        ),
        migrations.RemoveField(
            model_name="shift",
            name="left_open",
        ),
        migrations.RemoveField(
            model_name="shift",
            name="summary",
        ),
        migrations.AlterField(
            model_name="historicalratiocheck",
            name="occasion",
            field=models.CharField(
                choices=[
                    ("opened", "Shift opened"),
                    ("came", "Somebody came on duty"),
                    ("left", "Somebody went off duty"),
                    ("signed", "Shift signed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="ratiocheck",
            name="occasion",
            field=models.CharField(
                choices=[
                    ("opened", "Shift opened"),
                    ("came", "Somebody came on duty"),
                    ("left", "Somebody went off duty"),
                    ("signed", "Shift signed"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunSQL(RULES, "DROP FUNCTION keep_hand_off_lines(uuid, jsonb)"),
    ]
