"""Searches and other intrusive measures, that the rights were read out, and that a limit which is over is lifted."""

import datetime
import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0154_whom_an_inspection_hangs_on"),
        ("residents", "0161_incident_chain"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalIntrusiveMeasure",
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
                            ("person", "Search of the person"),
                            ("room", "Room check or search of the room"),
                            ("belongings", "Search of belongings"),
                            ("phone", "Phone or device taken, or looked into"),
                            ("post", "Letter or parcel opened"),
                            ("test", "Test for drugs or alcohol"),
                            ("watched", "Camera, sensor or other watching"),
                            ("shut_out", "Kept from a room, or a door locked"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.TextField(max_length=2000)),
                ("done", models.TextField(max_length=2000, verbose_name="what was done")),
                ("found", models.TextField(blank=True, default="", max_length=2000, verbose_name="what was found")),
                ("witness", models.CharField(blank=True, default="", max_length=160, verbose_name="who saw it")),
                ("told", models.BooleanField(verbose_name="the young person was told why, and that they can complain")),
                ("why_not_told", models.TextField(blank=True, default="", max_length=1000)),
                ("happened_at", models.DateTimeField()),
                ("lasts", models.BooleanField(default=False, verbose_name="it goes on")),
                ("mistake", models.BooleanField(default=False, verbose_name="written by mistake")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "review_by",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "reason",
                    models.TextField(blank=True, default="", max_length=1000, verbose_name="reason for the amendment"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "It was right"), ("declined", "It was not right")],
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=2000)),
                ("ends_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical intrusive measure",
                "verbose_name_plural": "historical intrusive measures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRightsNotice",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("jurisdiction", models.CharField(max_length=8)),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("arrival", "The young person has just come"),
                            ("again", "It is time again"),
                            ("asked", "The young person has asked"),
                            ("changed", "A right or a name has changed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(max_length=60, verbose_name="the young person's language")),
                ("text_language", models.CharField(max_length=8, verbose_name="language of the text")),
                (
                    "interpreter",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="who interpreted"),
                ),
                ("text", models.TextField(max_length=20000, verbose_name="what was read out")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("signed", "Signs that they have heard it and have got a copy"),
                            ("refused", "Does not want to sign"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "signed_as",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="name or initials"),
                ),
                (
                    "said",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="what the young person said or asked"
                    ),
                ),
                ("copy_given", models.BooleanField(default=False, verbose_name="the young person has got a copy")),
                (
                    "given_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical rights notice",
                "verbose_name_plural": "historical rights notices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IntrusiveMeasure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Search of the person"),
                            ("room", "Room check or search of the room"),
                            ("belongings", "Search of belongings"),
                            ("phone", "Phone or device taken, or looked into"),
                            ("post", "Letter or parcel opened"),
                            ("test", "Test for drugs or alcohol"),
                            ("watched", "Camera, sensor or other watching"),
                            ("shut_out", "Kept from a room, or a door locked"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.TextField(max_length=2000)),
                ("done", models.TextField(max_length=2000, verbose_name="what was done")),
                ("found", models.TextField(blank=True, default="", max_length=2000, verbose_name="what was found")),
                ("witness", models.CharField(blank=True, default="", max_length=160, verbose_name="who saw it")),
                ("told", models.BooleanField(verbose_name="the young person was told why, and that they can complain")),
                ("why_not_told", models.TextField(blank=True, default="", max_length=1000)),
                ("happened_at", models.DateTimeField()),
                ("lasts", models.BooleanField(default=False, verbose_name="it goes on")),
                ("mistake", models.BooleanField(default=False, verbose_name="written by mistake")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "review_by",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "reason",
                    models.TextField(blank=True, default="", max_length=1000, verbose_name="reason for the amendment"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "It was right"), ("declined", "It was not right")],
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=2000)),
                ("ends_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["-happened_at"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RightsNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("jurisdiction", models.CharField(max_length=8)),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("arrival", "The young person has just come"),
                            ("again", "It is time again"),
                            ("asked", "The young person has asked"),
                            ("changed", "A right or a name has changed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(max_length=60, verbose_name="the young person's language")),
                ("text_language", models.CharField(max_length=8, verbose_name="language of the text")),
                (
                    "interpreter",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="who interpreted"),
                ),
                ("text", models.TextField(max_length=20000, verbose_name="what was read out")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("signed", "Signs that they have heard it and have got a copy"),
                            ("refused", "Does not want to sign"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "signed_as",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="name or initials"),
                ),
                (
                    "said",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="what the young person said or asked"
                    ),
                ),
                ("copy_given", models.BooleanField(default=False, verbose_name="the young person has got a copy")),
                (
                    "given_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["-given_at"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="historicalrestriction",
            name="lifted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="historicalrestriction",
            name="lifted_by",
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
            model_name="restriction",
            name="lifted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="restriction",
            name="lifted_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(("decision", "approved"), ("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="restriction_lifting_is_signed",
            ),
        ),
        migrations.AddField(
            model_name="historicalintrusivemeasure",
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
            model_name="historicalintrusivemeasure",
            name="done_by",
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
            model_name="historicalintrusivemeasure",
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
            model_name="historicalintrusivemeasure",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="facilities.facility",
            ),
        ),
        migrations.AddField(
            model_name="historicalintrusivemeasure",
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
            model_name="historicalintrusivemeasure",
            name="resident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.resident",
            ),
        ),
        migrations.AddField(
            model_name="historicalintrusivemeasure",
            name="shift",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="facilities.shift",
            ),
        ),
        migrations.AddField(
            model_name="historicalintrusivemeasure",
            name="written_by",
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
            model_name="historicalrightsnotice",
            name="explained_by",
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
            model_name="historicalrightsnotice",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="facilities.facility",
            ),
        ),
        migrations.AddField(
            model_name="historicalrightsnotice",
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
            model_name="historicalrightsnotice",
            name="resident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.resident",
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amendments",
                to="residents.intrusivemeasure",
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
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
            model_name="intrusivemeasure",
            name="done_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
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
            model_name="intrusivemeasure",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facilities.facility"
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="residents.resident"
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
            name="shift",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.shift",
            ),
        ),
        migrations.AddField(
            model_name="intrusivemeasure",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalintrusivemeasure",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.intrusivemeasure",
            ),
        ),
        migrations.AddField(
            model_name="rightsnotice",
            name="explained_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rightsnotice",
            name="facility",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facilities.facility",
            ),
        ),
        migrations.AddField(
            model_name="rightsnotice",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rights_notices", to="residents.resident"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalrightsnotice",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_0bec70_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalrightsnotice",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_6f2f33_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="intrusivemeasure",
            index=models.Index(fields=["resident", "-happened_at"], name="residents_i_residen_e4a7a3_idx"),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__regex", "\\S"), ("why__regex", "\\S")), name="measure_says_what_and_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["person", "test"]), _negated=True),
                    ("witness__regex", "\\S"),
                    _connector="OR",
                ),
                name="measure_on_the_body_is_witnessed",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told", True), ("why_not_told", "")),
                    models.Q(("told", False), ("why_not_told__regex", "\\S")),
                    _connector="OR",
                ),
                name="measure_says_why_not_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lasts", False), ("kind__in", ["phone", "watched", "shut_out", "belongings"]), _connector="OR"
                ),
                name="measure_that_can_last",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amends__isnull", True), ("mistake", False), ("reason", "")),
                    models.Q(("amends__isnull", False), ("reason__regex", "\\S")),
                    _connector="OR",
                ),
                name="measure_amendment_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(
                        models.Q(("decided_by", models.F("done_by")), _negated=True),
                        models.Q(("decided_by", models.F("written_by")), _negated=True),
                        ("amends__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="measure_judged_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("decision", ""),
                        ("decision_reason", ""),
                    ),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("decision", "approved")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "declined"),
                        ("decision_reason__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="measure_judgement_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__isnull", True),
                    models.Q(
                        ("decision", "approved"),
                        ("ends_at__gte", models.F("decided_at")),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("decided_at"), "+", models.Value(datetime.timedelta(days=3))
                            ),
                        ),
                        ("lasts", True),
                    ),
                    _connector="OR",
                ),
                name="measure_ends_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="intrusivemeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("lasts", True)),
                    _connector="OR",
                ),
                name="measure_end_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalintrusivemeasure",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_a79263_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalintrusivemeasure",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_b5cc9b_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="rightsnotice",
            index=models.Index(fields=["resident", "-given_at"], name="residents_r_residen_f87f6a_idx"),
        ),
        migrations.AddConstraint(
            model_name="rightsnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__regex", "\\S"), ("text__regex", "\\S")),
                name="rights_notice_says_what_was_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "signed"), ("signed_as__regex", "\\S")),
                    models.Q(("answer", "refused"), ("signed_as", "")),
                    _connector="OR",
                ),
                name="rights_notice_is_signed_or_refused",
            ),
        ),
    ]
