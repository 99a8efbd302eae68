"""What a system administrator proposes for an account, and what a second person has decided about it."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import placement.audit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0026_pin"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("open", "Open a new account"),
                            ("change", "Change role or unit"),
                            ("reopen", "Open a closed account again"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("caseworker", "Caseworker"),
                            ("staff", "Facility staff"),
                            ("admin", "Facility administrator"),
                            ("clinician", "Clinician"),
                            ("supervisor", "Supervisor"),
                            ("inspector", "Licensing inspector"),
                            ("sysadmin", "System administrator"),
                            ("none", "No role yet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(max_length=4000)),
                ("proposed_at", models.DateTimeField(default=placement.audit.clock.now, editable=False)),
                ("ends_at", models.DateTimeField(default=placement.audit.clock.now, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decided_in", models.BigIntegerField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=4000)),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_changes",
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
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agencyunit"
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["-proposed_at", "id"], name="account_change_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["open", "change", "reopen"]),
                            (
                                "role__in",
                                [
                                    "caseworker",
                                    "staff",
                                    "admin",
                                    "clinician",
                                    "supervisor",
                                    "inspector",
                                    "sysadmin",
                                    "none",
                                ],
                            ),
                        ),
                        name="account_change_is_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "supervisor"), _negated=True), ("unit__isnull", False), _connector="OR"
                        ),
                        name="proposed_supervisor_has_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="account_change_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("person")), _negated=True),
                        name="account_change_is_for_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", models.F("proposed_by")), ("status", "withdrawn")),
                            ("decided_by__isnull", True),
                            models.Q(
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                                models.Q(("status", "withdrawn"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="account_change_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decided_in__isnull", True),
                                ("decision_reason", ""),
                                ("status", "waiting"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_in__isnull", False),
                                ("status__in", ["confirmed", "refused", "withdrawn"]),
                                models.Q(("decision_reason", ""), ("status", "refused"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="account_change_is_signed",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status", "waiting")),
                        expressions=[
                            ("person", "="),
                            (
                                models.Func(
                                    "proposed_at",
                                    "ends_at",
                                    function="tstzrange",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="account_change_waits_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAccountChange",
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
                            ("open", "Open a new account"),
                            ("change", "Change role or unit"),
                            ("reopen", "Open a closed account again"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("caseworker", "Caseworker"),
                            ("staff", "Facility staff"),
                            ("admin", "Facility administrator"),
                            ("clinician", "Clinician"),
                            ("supervisor", "Supervisor"),
                            ("inspector", "Licensing inspector"),
                            ("sysadmin", "System administrator"),
                            ("none", "No role yet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(max_length=4000)),
                ("proposed_at", models.DateTimeField(default=placement.audit.clock.now, editable=False)),
                ("ends_at", models.DateTimeField(default=placement.audit.clock.now, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decided_in", models.BigIntegerField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=4000)),
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
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="access.agencyunit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical account change",
                "verbose_name_plural": "historical account changes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="access_hist_id_7bf671_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="access_hist_history_6f0ad2_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
