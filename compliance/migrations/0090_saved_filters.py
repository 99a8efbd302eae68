"""Filters of the audit list that a person keeps under a name."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0081_flags_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSavedFilter",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
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
            ],
            options={
                "verbose_name": "historical saved filter",
                "verbose_name_plural": "historical saved filters",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="compliance__id_983d16_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="compliance__history_8cd909_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("asked", models.JSONField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="saved_filter_has_a_name"),
                    models.UniqueConstraint(fields=("person", "name"), name="saved_filter_named_once"),
                ],
            },
        ),
    ]
