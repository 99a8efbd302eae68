"""Where a home is becomes one encrypted text; who was shown it, and why, is kept; letters go to another address."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION address_shown_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN PERFORM refuse('address_shown_is_kept'); END IF;
  NEW.shown_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON facilities_addressshown FOR EACH ROW EXECUTE FUNCTION address_shown_is_kept();
ALTER TABLE facilities_addressshown ENABLE ALWAYS TRIGGER kept;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0029_right_to_change_homes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="facility",
            name="letters_to",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="address for letters"
            ),
        ),
        migrations.AddField(
            model_name="facilityaddress",
            name="encrypted",
            field=models.BinaryField(default=bytes, verbose_name="address, encrypted"),
        ),
        migrations.AddField(
            model_name="historicalfacility",
            name="letters_to",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="address for letters"
            ),
        ),
        migrations.AddField(
            model_name="historicalfacilityaddress",
            name="encrypted",
            field=models.BinaryField(default=bytes, verbose_name="address, encrypted"),
        ),
        migrations.CreateModel(
            name="AddressShown",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("travel", "I am going there, or bringing someone"),
                            ("emergency", "Police, fire or ambulance need it now"),
                            ("letter", "A court or an authority must have it"),
                            ("check", "I check whether it is right"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("shown_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_shown",
                        to="facilities.facility",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-shown_at", "-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["facility", "-shown_at"], name="address_shown_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["travel", "emergency", "letter", "check", "other"])),
                        name="address_shown_for_a_known_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")), name="address_shown_for_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAddressShown",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("travel", "I am going there, or bringing someone"),
                            ("emergency", "Police, fire or ambulance need it now"),
                            ("letter", "A court or an authority must have it"),
                            ("check", "I check whether it is right"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("shown_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="facilities.facility",
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
            ],
            options={
                "verbose_name": "historical address shown",
                "verbose_name_plural": "historical address showns",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="facilities__id_d91504_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="facilities__history_9360eb_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(RULES, "DROP FUNCTION address_shown_is_kept() CASCADE"),
    ]
