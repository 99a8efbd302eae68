"""What is decided about an allegation: protective steps, and the outcome for both sides, without which it is not closed."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

RULES = """
-- Who answers for the home decides, and nobody who is named in it; what was decided stays, and ends once.
CREATE FUNCTION allegation_decision_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
BEGIN
  SELECT * INTO i FROM residents_incident WHERE id = NEW.incident_id FOR NO KEY UPDATE;
  IF i.kind IS DISTINCT FROM 'allegation' OR i.status = 'draft' THEN
    RAISE EXCEPTION 'kind' USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_about_a_sent_allegation';
  END IF;
  IF TG_OP = 'INSERT' AND i.status = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_incident_stays';
  END IF;
  IF i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['review_incident']))
     OR EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = i.id AND person_id = audit_actor()) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'allegation_decided_by_who_answers';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION allegation_decision_rules() FROM PUBLIC;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_protectivestep FOR EACH ROW EXECUTE FUNCTION allegation_decision_rules();
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_allegationoutcome FOR EACH ROW EXECUTE FUNCTION allegation_decision_rules();
ALTER TABLE residents_protectivestep ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_allegationoutcome ENABLE ALWAYS TRIGGER a_rules;

CREATE FUNCTION protective_step_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_decided residents_protectivestep := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.decided_at := audit_now();
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'protective_step_is_kept';
    END IF;
    RETURN NEW;
  END IF;
  as_decided.ended_by_id := OLD.ended_by_id;
  as_decided.ended_at := OLD.ended_at;
  as_decided.ended_reason := OLD.ended_reason;
  IF as_decided IS DISTINCT FROM OLD OR OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'protective_step_is_kept';
  END IF;
  IF NEW.ended_at IS NOT NULL THEN NEW.ended_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON residents_protectivestep FOR EACH ROW EXECUTE FUNCTION protective_step_rules();
ALTER TABLE residents_protectivestep ENABLE ALWAYS TRIGGER b_rules;

CREATE FUNCTION outcome_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_found residents_allegationoutcome := NEW;
BEGIN
  IF NEW.found_on > (audit_now() + interval '14 hours')::date OR NEW.young_told_on > (audit_now() + interval '14 hours')::date
     OR NEW.accused_told_on > (audit_now() + interval '14 hours')::date THEN
    RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_is_not_in_the_future';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := audit_now();
    RETURN NEW;
  END IF;
  IF OLD.young_told_on IS NULL THEN
    as_found.young_told_on := OLD.young_told_on;
    as_found.young_told := OLD.young_told;
  END IF;
  IF OLD.accused_told_on IS NULL THEN
    as_found.accused_told_on := OLD.accused_told_on;
    as_found.accused_told := OLD.accused_told;
  END IF;
  IF as_found IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'outcome_is_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON residents_allegationoutcome FOR EACH ROW EXECUTE FUNCTION outcome_rules();
ALTER TABLE residents_allegationoutcome ENABLE ALWAYS TRIGGER b_rules;

-- An allegation is closed when both sides know what was found.
CREATE FUNCTION allegation_closing_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM residents_incident WHERE id = NEW.incident_id AND kind = 'allegation' AND status = 'filed')
     AND NOT EXISTS (SELECT FROM residents_allegationoutcome WHERE incident_id = NEW.incident_id
       AND young_told_on IS NOT NULL AND accused_told_on IS NOT NULL) THEN
    RAISE EXCEPTION 'open' USING ERRCODE = 'check_violation', CONSTRAINT = 'allegation_closed_with_its_outcome';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION allegation_closing_rules() FROM PUBLIC;
CREATE TRIGGER z_closing BEFORE INSERT ON residents_incidentstep FOR EACH ROW
  WHEN (NEW.what = 'closed') EXECUTE FUNCTION allegation_closing_rules();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER z_closing;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0200_allegations_hidden"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AllegationOutcome",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("yes", "Substantiated: it happened"),
                            ("no", "Not substantiated: it did not happen"),
                            ("unclear", "Inconclusive: nobody can tell"),
                            ("withdrawn", "Withdrawn by whoever said it"),
                        ],
                        max_length=9,
                        verbose_name="what was found",
                    ),
                ),
                ("authority", models.CharField(max_length=200, verbose_name="who found it")),
                ("found_on", models.DateField()),
                ("based_on", models.TextField(max_length=4000, verbose_name="on what it rests")),
                ("for_young", models.TextField(max_length=4000, verbose_name="what follows for the young person")),
                (
                    "for_accused",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing changes"),
                            ("return", "Back to work"),
                            ("training", "Training or supervision"),
                            ("away", "Works elsewhere, or lives elsewhere"),
                            ("ended", "Dismissed, or the placement with them has ended"),
                            ("support", "Support, for a young person"),
                        ],
                        max_length=8,
                        verbose_name="what follows for whoever is accused",
                    ),
                ),
                (
                    "for_accused_note",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="in words"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("young_told_on", models.DateField(blank=True, null=True)),
                (
                    "young_told",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="who told them, or why not"),
                ),
                ("accused_told_on", models.DateField(blank=True, null=True)),
                (
                    "accused_told",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="who told them, or why not"),
                ),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="residents.incident"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("authority__regex", "\\S"), ("based_on__regex", "\\S"), ("for_young__regex", "\\S")
                        ),
                        name="outcome_says_who_on_what_and_what_follows",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("young_told", ""), ("young_told_on__isnull", True)),
                                models.Q(("young_told__regex", "\\S"), ("young_told_on__isnull", False)),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("accused_told", ""), ("accused_told_on__isnull", True)),
                                models.Q(("accused_told__regex", "\\S"), ("accused_told_on__isnull", False)),
                                _connector="OR",
                            ),
                        ),
                        name="outcome_is_told_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAllegationOutcome",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("yes", "Substantiated: it happened"),
                            ("no", "Not substantiated: it did not happen"),
                            ("unclear", "Inconclusive: nobody can tell"),
                            ("withdrawn", "Withdrawn by whoever said it"),
                        ],
                        max_length=9,
                        verbose_name="what was found",
                    ),
                ),
                ("authority", models.CharField(max_length=200, verbose_name="who found it")),
                ("found_on", models.DateField()),
                ("based_on", models.TextField(max_length=4000, verbose_name="on what it rests")),
                ("for_young", models.TextField(max_length=4000, verbose_name="what follows for the young person")),
                (
                    "for_accused",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing changes"),
                            ("return", "Back to work"),
                            ("training", "Training or supervision"),
                            ("away", "Works elsewhere, or lives elsewhere"),
                            ("ended", "Dismissed, or the placement with them has ended"),
                            ("support", "Support, for a young person"),
                        ],
                        max_length=8,
                        verbose_name="what follows for whoever is accused",
                    ),
                ),
                (
                    "for_accused_note",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="in words"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("young_told_on", models.DateField(blank=True, null=True)),
                (
                    "young_told",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="who told them, or why not"),
                ),
                ("accused_told_on", models.DateField(blank=True, null=True)),
                (
                    "accused_told",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="who told them, or why not"),
                ),
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
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.incident",
                    ),
                ),
                (
                    "recorded_by",
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
            ],
            options={
                "verbose_name": "historical allegation outcome",
                "verbose_name_plural": "historical allegation outcomes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_d38dc6_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="residents_h_history_c614ee_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProtectiveStep",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roster", "Whoever is accused is not planned to work in the home"),
                            ("record", "The young person's record is closed to them"),
                            ("contact", "No contact between them, or only with somebody else there"),
                            ("support", "Somebody whom the young person trusts stays close"),
                            ("doctor", "A doctor or nurse looks after the young person"),
                        ],
                        max_length=8,
                    ),
                ),
                ("taken", models.BooleanField()),
                ("note", models.CharField(max_length=1000, verbose_name="what exactly, or why not")),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "decided_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("ended_reason", models.CharField(blank=True, default="", max_length=1000, verbose_name="why it ends")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "decided_by",
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
                    "ended_by",
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
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.incident",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical protective step",
                "verbose_name_plural": "historical protective steps",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_23bd92_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="residents_h_history_29e4b1_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProtectiveStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roster", "Whoever is accused is not planned to work in the home"),
                            ("record", "The young person's record is closed to them"),
                            ("contact", "No contact between them, or only with somebody else there"),
                            ("support", "Somebody whom the young person trusts stays close"),
                            ("doctor", "A doctor or nurse looks after the young person"),
                        ],
                        max_length=8,
                    ),
                ),
                ("taken", models.BooleanField()),
                ("note", models.CharField(max_length=1000, verbose_name="what exactly, or why not")),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "decided_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("ended_reason", models.CharField(blank=True, default="", max_length=1000, verbose_name="why it ends")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="protective_steps",
                        to="residents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ["decided_at", "kind", "id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("incident", "kind"), name="protective_step_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note__regex", "\\S")), name="protective_step_says_what_or_why_not"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken", False), ("review_on__isnull", False), _connector="OR"),
                        name="protective_step_is_reviewed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_reason", "")),
                            models.Q(
                                ("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_reason__regex", "\\S")
                            ),
                            _connector="OR",
                        ),
                        name="protective_step_ends_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
