"""What caseworkers are told when a court seals a record, or opens it again."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

TELLS = """
-- Who has the case is told that a record was sealed, or is open again: in the same transaction, by the code alone. Nobody who is
-- barred from the record is told.
CREATE FUNCTION sealing_tells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO residents_sealingnotice (id, record_id, person_id, code, said, until, told_at)
    SELECT gen_random_uuid(), NEW.record_id, told.caseworker_id, told.code,
      CASE WHEN NEW.kind = 'seal' THEN 'sealed' ELSE 'open' END, NEW.until, NEW.decided_at
    FROM (
      SELECT DISTINCT l.caseworker_id, r.id, r.code FROM residents_sealedrecord s
      JOIN residents_resident r ON r.id = s.resident_id JOIN residents_case c ON c.resident_id = r.id
      JOIN residents_caseload l ON l.case_id = c.id
      WHERE s.id = NEW.record_id AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now())) told
    WHERE told.id NOT IN (SELECT access_conflicts(told.caseworker_id));
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION sealing_tells() FROM PUBLIC;
CREATE TRIGGER tells AFTER UPDATE ON residents_sealingorder
  FOR EACH ROW WHEN (OLD.decision = '' AND NEW.decision = 'confirmed') EXECUTE FUNCTION sealing_tells();
ALTER TABLE residents_sealingorder ENABLE ALWAYS TRIGGER tells;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0262_disposal_decided_outside"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSealingNotice",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("code", models.CharField(max_length=12)),
                (
                    "said",
                    models.CharField(
                        choices=[("sealed", "A court has sealed this record"), ("open", "This record is open again")],
                        max_length=6,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
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
                    "person",
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
                    "record",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.sealedrecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical sealing notice",
                "verbose_name_plural": "historical sealing notices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_76e720_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="residents_h_history_646186_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SealingNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=12)),
                (
                    "said",
                    models.CharField(
                        choices=[("sealed", "A court has sealed this record"), ("open", "This record is open again")],
                        max_length=6,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="residents.sealedrecord"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "told_at"], name="sealing_notices_of_a_person")],
            },
        ),
        migrations.RunSQL(TELLS, "DROP FUNCTION sealing_tells() CASCADE"),
    ]
