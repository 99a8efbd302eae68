"""Former values that supervisors propose to put back, and who proposes and answers them."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION value_proposal_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE as_proposed residents_valueproposal := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_audit']))
      OR NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND role = 'supervisor') THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_is_proposed_by_its_supervisor';
    ELSIF NEW.answer <> '' OR NEW.answered_by_id IS NOT NULL OR NEW.answered_at IS NOT NULL OR NEW.answer_reason <> '' THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_proposal_is_kept';
    END IF;
    NEW.proposed_at := audit_now();
    RETURN NEW;
  END IF;
  as_proposed.answer := OLD.answer;
  as_proposed.answered_by_id := OLD.answered_by_id;
  as_proposed.answered_at := OLD.answered_at;
  as_proposed.answer_reason := OLD.answer_reason;
  IF as_proposed IS DISTINCT FROM OLD OR OLD.answer <> '' THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_proposal_is_kept';
  ELSIF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['keep_case'])) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'value_is_put_back_by_who_keeps_the_case';
  END IF;
  NEW.answered_at := CASE WHEN NEW.answer = '' THEN NEW.answered_at ELSE audit_now() END;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION value_proposal_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_valueproposal FOR EACH ROW EXECUTE FUNCTION value_proposal_rules();
ALTER TABLE residents_valueproposal ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0263_sealing_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalValueProposal",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("record", models.CharField(max_length=60)),
                ("thing", models.UUIDField()),
                ("former", models.BigIntegerField()),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("why", models.TextField(max_length=1000)),
                (
                    "proposed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("taken", "Put back"), ("refused", "Refused")],
                        default="",
                        editable=False,
                        max_length=7,
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("answer_reason", models.TextField(blank=True, default="", editable=False, max_length=1000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
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
            ],
            options={
                "verbose_name": "historical value proposal",
                "verbose_name_plural": "historical value proposals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_f10471_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="residents_h_history_82ec7b_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ValueProposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record", models.CharField(max_length=60)),
                ("thing", models.UUIDField()),
                ("former", models.BigIntegerField()),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("why", models.TextField(max_length=1000)),
                (
                    "proposed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("taken", "Put back"), ("refused", "Refused")],
                        default="",
                        editable=False,
                        max_length=7,
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("answer_reason", models.TextField(blank=True, default="", editable=False, max_length=1000)),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="value_proposals",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["proposed_at", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "")), fields=["resident"], name="value_proposals_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("why__regex", "\\S")), name="value_proposal_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(("fields__len__gt", 0)), name="value_proposal_names_a_field"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")), fields=("thing",), name="value_proposed_once_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answer_reason", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                            ),
                            models.Q(
                                ("answer", "taken"), ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            models.Q(
                                ("answer", "refused"),
                                ("answer_reason__regex", "\\S"),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="value_proposal_answer_is_signed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, "DROP FUNCTION value_proposal_rules() CASCADE"),
    ]
