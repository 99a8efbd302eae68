"""Allegations are hidden from whom they accuse, and from whom a supervisor names besides."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

NAMED_BEFORE = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'Hidden from whom it names', true);
WITH made AS (
  INSERT INTO residents_incidenthiding (id, incident_id, person_id, reason, hidden_by_id, hidden_at, ended_reason)
  SELECT DISTINCT ON (i.id, p.person_id) gen_random_uuid(), i.id, p.person_id, 'Named as accused', i.reported_by_id, audit_now(), ''
  FROM residents_incident i JOIN residents_incidentperson p ON p.incident_id = i.id
  WHERE i.kind = 'allegation' AND p.part = 'accused' AND p.person_id IS NOT NULL RETURNING *
)
INSERT INTO residents_historicalincidenthiding (id, incident_id, person_id, reason, hidden_by_id, hidden_at, ended_reason, history_date,
  history_type, history_change_reason, history_user_name, history_xid, history_db_user)
SELECT id, incident_id, person_id, reason, hidden_by_id, hidden_at, ended_reason, audit_now(), '+', 'Hidden from whom it names',
  'system: migrate', pg_current_xact_id()::text::bigint, session_user
FROM made;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
RULES = """
-- From the statement that names them on, and from that which makes it an allegation.
CREATE FUNCTION incident_hides() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE which uuid := CASE TG_TABLE_NAME WHEN 'residents_incident' THEN (to_jsonb(NEW) ->> 'id')::uuid
  ELSE (to_jsonb(NEW) ->> 'incident_id')::uuid END;
BEGIN
  INSERT INTO residents_incidenthiding (id, incident_id, person_id, reason, hidden_by_id, hidden_at, ended_reason)
  SELECT DISTINCT ON (p.person_id) gen_random_uuid(), i.id, p.person_id, 'Named as accused', coalesce(audit_actor(), i.reported_by_id),
    audit_now(), ''
  FROM residents_incident i JOIN residents_incidentperson p ON p.incident_id = i.id
  WHERE i.id = which AND i.kind = 'allegation' AND p.part = 'accused' AND p.person_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM residents_incidenthiding h WHERE h.incident_id = i.id AND h.person_id = p.person_id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION incident_hides() FROM PUBLIC;
CREATE TRIGGER hides AFTER INSERT OR UPDATE ON residents_incidentperson FOR EACH ROW
  WHEN (NEW.part = 'accused' AND NEW.person_id IS NOT NULL) EXECUTE FUNCTION incident_hides();
CREATE TRIGGER hides AFTER UPDATE OF kind ON residents_incident FOR EACH ROW
  WHEN (NEW.kind = 'allegation') EXECUTE FUNCTION incident_hides();
ALTER TABLE residents_incidentperson ENABLE ALWAYS TRIGGER hides;
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER hides;

-- As its caller: what the database writes when somebody is named is no supervisor's act.
CREATE FUNCTION incident_hiding_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE as_hidden residents_incidenthiding := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.hidden_at := audit_now();
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_hiding_is_kept';
    END IF;
  ELSE
    as_hidden.ended_by_id := OLD.ended_by_id;
    as_hidden.ended_at := OLD.ended_at;
    as_hidden.ended_reason := OLD.ended_reason;
    IF as_hidden IS DISTINCT FROM OLD OR OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_hiding_is_kept';
    END IF;
    IF NEW.ended_at IS NOT NULL THEN NEW.ended_at := audit_now(); END IF;
  END IF;
  IF NOT pg_has_role(current_user, 'placement_owner', 'MEMBER') THEN
    IF NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND role = 'supervisor' AND is_active) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_hidden_by_a_supervisor';
    END IF;
    IF NOT EXISTS (SELECT FROM residents_incident WHERE id = NEW.incident_id AND kind = 'allegation') THEN
      RAISE EXCEPTION 'kind' USING ERRCODE = 'check_violation', CONSTRAINT = 'only_an_allegation_is_hidden';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_incidenthiding FOR EACH ROW EXECUTE FUNCTION incident_hiding_rules();
ALTER TABLE residents_incidenthiding ENABLE ALWAYS TRIGGER rules;

-- Whoever is accused corrects no report about it, also where they wrote it: it is reviewed as it stands.
CREATE FUNCTION allegation_step_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM residents_incident i JOIN residents_incidenthiding h ON h.incident_id = i.id AND h.person_id = i.reported_by_id
      WHERE i.id = NEW.incident_id AND i.kind = 'allegation' AND h.ended_at IS NULL) THEN
    RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'allegation_is_not_returned_to_the_accused';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION allegation_step_rules() FROM PUBLIC;
CREATE TRIGGER returned BEFORE INSERT ON residents_incidentstep FOR EACH ROW
  WHEN (NEW.what = 'returned') EXECUTE FUNCTION allegation_step_rules();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER returned;

-- Who was in it stays as it was sent; what somebody is said to have done, who reviews it corrects, with a reason.
CREATE FUNCTION incident_person_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  i residents_incident;
  as_sent residents_incidentperson := NEW;
BEGIN
  IF TG_OP = 'UPDATE' AND NOT incident_is_written_on(OLD.incident_id) THEN
    as_sent.part := OLD.part;
    SELECT * INTO i FROM residents_incident WHERE id = OLD.incident_id;
    IF as_sent IS DISTINCT FROM OLD OR i.kind <> 'allegation' OR i.status = 'closed' THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
    END IF;
    IF i.reported_by_id = audit_actor() OR i.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['review_incident']))
       OR EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = i.id AND person_id = audit_actor()) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'accusation_corrected_by_who_reviews';
    END IF;
    IF coalesce(current_setting('app.reason', true), '') !~ '\\S' THEN
      RAISE EXCEPTION 'why' USING ERRCODE = 'check_violation', CONSTRAINT = 'accusation_correction_says_why';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP <> 'INSERT' AND NOT incident_is_written_on(OLD.incident_id)
     OR TG_OP <> 'DELETE' AND NOT incident_is_written_on(NEW.incident_id) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_keeps_its_report';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE EXECUTE ON FUNCTION incident_person_rules() FROM PUBLIC;
DROP TRIGGER a_kept ON residents_incidentperson;
CREATE TRIGGER a_kept BEFORE INSERT OR UPDATE OR DELETE ON residents_incidentperson
  FOR EACH ROW EXECUTE FUNCTION incident_person_rules();
ALTER TABLE residents_incidentperson ENABLE ALWAYS TRIGGER a_kept;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0180_told_of_incidents"),
        ("residents", "0190_traces_of_exploiters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalIncidentHiding",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("reason", models.CharField(max_length=1000, verbose_name="why")),
                (
                    "hidden_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "ended_reason",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="why it is shown again"),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident hiding",
                "verbose_name_plural": "historical incident hidings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IncidentHiding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=1000, verbose_name="why")),
                (
                    "hidden_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "ended_reason",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="why it is shown again"),
                ),
            ],
            options={
                "ordering": ["hidden_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("kind", "allegation"), ("status", "draft")),
                fields=["reported_by"],
                name="allegations_in_draft",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidenthiding",
            name="ended_by",
            field=models.ForeignKey(
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
        migrations.AddField(
            model_name="historicalincidenthiding",
            name="hidden_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincidenthiding",
            name="history_user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincidenthiding",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidenthiding",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidenthiding",
            name="ended_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidenthiding",
            name="hidden_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidenthiding",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hidings", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidenthiding",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidenthiding",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_6337ac_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidenthiding",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_bee4ba_brin"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenthiding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("person", "incident"), name="incident_hidden_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenthiding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_reason", "")),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("ended_reason__regex", "\\S")),
                    _connector="OR",
                ),
                name="incident_hiding_ends_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenthiding",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="incident_hiding_says_why"
            ),
        ),
        migrations.RunSQL(NAMED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
