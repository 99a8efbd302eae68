"""The clinical notes alone can be asked for, too, of the clinicians on the team, and be opened for at most 90 days."""

import datetime

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision <> '' AND as_asked IS NOT DISTINCT FROM OLD AND OLD.ends_at > audit_now() AND NEW.ends_at < OLD.ends_at THEN
    -- Access to a part may end with the asker's own work, which may be still to come.
    NEW.ends_at := CASE NEW.asked_for WHEN 'record' THEN audit_now() ELSE greatest(NEW.ends_at, audit_now()) END;
    RETURN NEW;
  END IF;
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  IF NEW.decision <> '' AND OLD.decision = '' AND NEW.asked_for = 'clinical'
    AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['write_clinical'])) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_is_given_by_who_answers_for_it';
  END IF;
  RETURN NEW;
END $$;
"""
# The policies ask for the column that goes.
BACK = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename, policyname FROM pg_policies
      WHERE tablename IN ('residents_accessrequest', 'residents_historicalaccessrequest') LOOP
    EXECUTE format('DROP POLICY %I ON %I', one.policyname, one.tablename);
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION access_request_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_asked residents_accessrequest := NEW;
BEGIN
  as_asked.ends_at := OLD.ends_at;
  IF OLD.decision <> '' AND as_asked IS NOT DISTINCT FROM OLD AND OLD.ends_at > audit_now() AND NEW.ends_at < OLD.ends_at THEN
    NEW.ends_at := audit_now();
    RETURN NEW;
  END IF;
  as_asked.decision := OLD.decision;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.decision_reason := OLD.decision_reason;
  IF as_asked IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.decision <> '') THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_is_kept';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0032_openings_of_homes"),
        ("residents", "0026_clinical_notes_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="access_request_waits_once",
        ),
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="access_decision_is_signed",
        ),
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="access_ends_within_a_week",
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="asked_for",
            field=models.CharField(
                choices=[("record", "The record"), ("clinical", "The clinical notes")],
                default="record",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="historicalaccessrequest",
            name="asked_for",
            field=models.CharField(
                choices=[("record", "The record"), ("clinical", "The clinical notes")],
                default="record",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("care", "Granted: care profile and care log"),
                    ("summary", "Granted: care profile, care log and summary of the case"),
                    ("clinical", "Granted: clinical notes"),
                    ("refused", "Refused"),
                ],
                default="",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="historicalaccessrequest",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("care", "Granted: care profile and care log"),
                    ("summary", "Granted: care profile, care log and summary of the case"),
                    ("clinical", "Granted: clinical notes"),
                    ("refused", "Refused"),
                ],
                default="",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("asker", "resident", "asked_for"),
                name="access_request_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("decision", ""),
                        ("decision_reason", ""),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision__in", ["care", "summary", "clinical"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "refused"),
                        models.Q(("decision_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="access_decision_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision__in", ["", "refused"]),
                    models.Q(("asked_for", "record"), ("decision__in", ["care", "summary"])),
                    models.Q(("asked_for", "clinical"), ("decision", "clinical")),
                    _connector="OR",
                ),
                name="access_decision_is_of_what_was_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__in", ["", "refused"]), ("ends_at__isnull", True)),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision__in", ("care", "summary")),
                        ("ends_at__gt", models.F("decided_at")),
                        ("ends_at__isnull", False),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("decided_at"), "+", models.Value(datetime.timedelta(days=7))
                            ),
                        ),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decision__in", ("clinical",)),
                        ("ends_at__gt", models.F("decided_at")),
                        ("ends_at__isnull", False),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("decided_at"), "+", models.Value(datetime.timedelta(days=90))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="access_ends_in_time",
            ),
        ),
        migrations.RunSQL(RULES, BACK),
    ]
