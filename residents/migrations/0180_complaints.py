"""Complaints that go around the house, the codes for them, and what became of them."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0171_rights_of_the_child_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=12, verbose_name="code of the young person"
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=9)),
                ("words_digest", models.CharField(editable=False, max_length=64)),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                (
                    "sender",
                    models.CharField(
                        choices=[
                            ("young", "The young person, with their code"),
                            ("advocate", "An advocate, with their code"),
                            ("unknown", "Somebody without a code that is right"),
                        ],
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(editable=False, max_length=2)),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "about",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("staff", "Somebody who works in the house"),
                                ("head", "Whoever runs the house"),
                                ("caseworker", "The caseworker"),
                                ("supervisor", "The caseworker's supervisor"),
                                ("young", "Another young person"),
                                ("rules", "A rule, the food, the room or the house itself"),
                                ("other", "Somebody or something else"),
                            ],
                            max_length=10,
                        ),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("who", models.TextField(blank=True, default="", editable=False, max_length=500)),
                ("happened", models.TextField(editable=False, max_length=10000)),
                ("since", models.TextField(blank=True, default="", editable=False, max_length=500)),
                ("danger", models.BooleanField(default=False, editable=False)),
                ("said_name", models.TextField(blank=True, default="", editable=False, max_length=160)),
                ("said_home", models.TextField(blank=True, default="", editable=False, max_length=160)),
                (
                    "linked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ComplaintCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("none", "No sign of payback"),
                            ("watch", "Not sure: look again after 60 days"),
                            ("follow_up", "Signs of payback: something is done about it"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="residents.complaint"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ComplaintCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "advocate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="residents.outsideperson",
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
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint_codes",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ComplaintDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("upheld", "It is right"),
                            ("partly", "It is right in part"),
                            ("not_upheld", "Not found to be so"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(max_length=10000)),
                (
                    "decided_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("agreed", models.BooleanField(editable=False, null=True)),
                ("second_at", models.DateTimeField(editable=False, null=True)),
                ("second_reason", models.TextField(blank=True, default="", editable=False, max_length=4000)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="residents.complaint"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["decided_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ComplaintNamed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "named_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named", to="residents.complaint"
                    ),
                ),
                (
                    "named_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["named_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ComplaintStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "What was found out (for us only)"),
                            ("reply", "Words for the sender"),
                            ("added", "Added by the sender"),
                            ("followed", "Follow-up done"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(max_length=10000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="residents.complaint"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalComplaint",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "code",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=12, verbose_name="code of the young person"
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=9)),
                ("form_key", models.UUIDField(editable=False)),
                (
                    "sender",
                    models.CharField(
                        choices=[
                            ("young", "The young person, with their code"),
                            ("advocate", "An advocate, with their code"),
                            ("unknown", "Somebody without a code that is right"),
                        ],
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(editable=False, max_length=2)),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "about",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("staff", "Somebody who works in the house"),
                                ("head", "Whoever runs the house"),
                                ("caseworker", "The caseworker"),
                                ("supervisor", "The caseworker's supervisor"),
                                ("young", "Another young person"),
                                ("rules", "A rule, the food, the room or the house itself"),
                                ("other", "Somebody or something else"),
                            ],
                            max_length=10,
                        ),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("who", models.TextField(blank=True, default="", editable=False, max_length=500)),
                ("happened", models.TextField(editable=False, max_length=10000)),
                ("since", models.TextField(blank=True, default="", editable=False, max_length=500)),
                ("danger", models.BooleanField(default=False, editable=False)),
                ("said_name", models.TextField(blank=True, default="", editable=False, max_length=160)),
                ("said_home", models.TextField(blank=True, default="", editable=False, max_length=160)),
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
                    "linked_by",
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
                    "resident",
                    models.ForeignKey(
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
            ],
            options={
                "verbose_name": "historical complaint",
                "verbose_name_plural": "historical complaints",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComplaintCheck",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("none", "No sign of payback"),
                            ("watch", "Not sure: look again after 60 days"),
                            ("follow_up", "Signs of payback: something is done about it"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(max_length=4000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "by",
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
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.complaint",
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
            ],
            options={
                "verbose_name": "historical complaint check",
                "verbose_name_plural": "historical complaint checks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComplaintCode",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "advocate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.outsideperson",
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
                    "made_by",
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
                "verbose_name": "historical complaint code",
                "verbose_name_plural": "historical complaint codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComplaintDecision",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("upheld", "It is right"),
                            ("partly", "It is right in part"),
                            ("not_upheld", "Not found to be so"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(max_length=10000)),
                (
                    "decided_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("agreed", models.BooleanField(editable=False, null=True)),
                ("second_at", models.DateTimeField(editable=False, null=True)),
                ("second_reason", models.TextField(blank=True, default="", editable=False, max_length=4000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.complaint",
                    ),
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
                    "second_by",
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
            ],
            options={
                "verbose_name": "historical complaint decision",
                "verbose_name_plural": "historical complaint decisions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComplaintNamed",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "named_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.complaint",
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
                    "named_by",
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
                "verbose_name": "historical complaint named",
                "verbose_name_plural": "historical complaint nameds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComplaintStep",
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
                            ("note", "What was found out (for us only)"),
                            ("reply", "Words for the sender"),
                            ("added", "Added by the sender"),
                            ("followed", "Follow-up done"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(max_length=10000)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "by",
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
                    "complaint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.complaint",
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
            ],
            options={
                "verbose_name": "historical complaint step",
                "verbose_name_plural": "historical complaint steps",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened__regex", "\\S")), name="complaint_says_what_happened"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S")), name="complaint_check_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="complaint_code_keeps_a_hash"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_code_end_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("resident", "advocate"),
                name="complaint_code_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__regex", "\\S")), name="complaint_answer_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed__isnull", True), ("agreed", True), _connector="OR"),
                fields=("complaint",),
                name="complaint_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by__isnull", True),
                    models.Q(("second_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="complaint_second_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed__isnull", True), ("second_at__isnull", True), ("second_by__isnull", True)),
                    models.Q(
                        ("agreed", True),
                        ("outcome", "not_upheld"),
                        ("second_at__isnull", False),
                        ("second_by__isnull", False),
                    ),
                    models.Q(
                        ("agreed", False),
                        ("outcome", "not_upheld"),
                        ("second_at__isnull", False),
                        ("second_by__isnull", False),
                        ("second_reason__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="complaint_second_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintnamed",
            constraint=models.UniqueConstraint(fields=("complaint", "person"), name="complaint_names_once"),
        ),
        migrations.AddConstraint(
            model_name="complaintstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S")), name="complaint_step_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", True), ("kind", "added")),
                    models.Q(models.Q(("kind", "added"), _negated=True), ("by__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_step_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaint",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_60b1b9_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaint",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_99ef2c_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintcheck",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_ba51d1_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintcheck",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_4de5f6_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintcode",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_4ccfb7_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintcode",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_2b015b_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintdecision",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_80fe37_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintdecision",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_57eca4_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintnamed",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_8852af_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintnamed",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_66ce99_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintstep",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_05d4d3_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalcomplaintstep",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_ef7770_brin"
            ),
        ),
    ]
