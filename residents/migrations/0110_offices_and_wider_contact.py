"""Offices whose contact is never limited, other names, and a second person before contact is allowed that was not."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0110_withdrawn_passes"),
        ("residents", "0091_medication_limits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "permission",
                    models.CharField(
                        choices=[
                            ("allowed", "Allowed"),
                            ("supervised", "Allowed with somebody present"),
                            ("prohibited", "Not allowed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "office",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lawyer", "Lawyer of the young person"),
                            ("advocate", "Advocate or guardian whom the court has appointed"),
                            ("caseworker", "Caseworker or probation officer"),
                            ("ombudsman", "Ombudsperson, licensing, or an independent visitor"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("order", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.TextField(max_length=1000)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("agreed", "Agreed"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        default="",
                        editable=False,
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=1000)),
            ],
            options={
                "ordering": ["-asked_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalContactChange",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "permission",
                    models.CharField(
                        choices=[
                            ("allowed", "Allowed"),
                            ("supervised", "Allowed with somebody present"),
                            ("prohibited", "Not allowed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "office",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lawyer", "Lawyer of the young person"),
                            ("advocate", "Advocate or guardian whom the court has appointed"),
                            ("caseworker", "Caseworker or probation officer"),
                            ("ombudsman", "Ombudsperson, licensing, or an independent visitor"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("order", models.CharField(blank=True, default="", max_length=200)),
                ("reason", models.TextField(max_length=1000)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("agreed", "Agreed"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        default="",
                        editable=False,
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=1000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical contact change",
                "verbose_name_plural": "historical contact changes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="historicaloutsideperson",
            name="office",
            field=models.CharField(
                blank=True,
                choices=[
                    ("lawyer", "Lawyer of the young person"),
                    ("advocate", "Advocate or guardian whom the court has appointed"),
                    ("caseworker", "Caseworker or probation officer"),
                    ("ombudsman", "Ombudsperson, licensing, or an independent visitor"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="historicaloutsideperson",
            name="other_names",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="other names they use"),
        ),
        migrations.AddField(
            model_name="outsideperson",
            name="office",
            field=models.CharField(
                blank=True,
                choices=[
                    ("lawyer", "Lawyer of the young person"),
                    ("advocate", "Advocate or guardian whom the court has appointed"),
                    ("caseworker", "Caseworker or probation officer"),
                    ("ombudsman", "Ombudsperson, licensing, or an independent visitor"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="outsideperson",
            name="other_names",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="other names they use"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "draft"), _negated=True), ("kind", "exploiter"), _connector="OR"
                ),
                name="only_a_contact_begins_a_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("office", ""), ("permission", "allowed"), _connector="OR"), name="office_is_allowed"
            ),
        ),
        migrations.AddField(
            model_name="contactchange",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contactchange",
            name="decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactchange",
            name="outside_person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="residents.outsideperson"
            ),
        ),
        migrations.AddField(
            model_name="contactchange",
            name="resident",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_changes",
                to="residents.resident",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactchange",
            name="asked_by",
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
            model_name="historicalcontactchange",
            name="decided_by",
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
            model_name="historicalcontactchange",
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
            model_name="historicalcontactchange",
            name="outside_person",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.outsideperson",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactchange",
            name="resident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.resident",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="wider_contact_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("permission", "prohibited"), _negated=True), ("order__regex", "\\S"), _connector="OR"
                ),
                name="asked_prohibition_names_its_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("office", ""), ("permission", "allowed"), _connector="OR"),
                name="asked_office_is_allowed",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", "withdrawn"),
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="wider_contact_is_agreed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
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
                        ("decision__in", ["agreed", "withdrawn"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "declined"),
                        ("decision_reason__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="wider_contact_decision_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")), fields=("outside_person",), name="wider_contact_waits_once"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcontactchange",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_f89beb_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcontactchange",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_ab7c09_brin"
            ),
        ),
    ]
