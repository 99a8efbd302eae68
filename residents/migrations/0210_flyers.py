"""Flyers about missing young people, to whom they were given, and which pictures may stand on one."""

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
        ("facilities", "0201_kept_off_the_roster"),
        ("residents", "0207_episode_notes_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Flyer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("age", models.CharField(blank=True, default="", max_length=20)),
                ("height", models.CharField(blank=True, default="", max_length=60)),
                ("build", models.CharField(blank=True, default="", max_length=60)),
                ("hair", models.CharField(blank=True, default="", max_length=60)),
                ("worn", models.CharField(blank=True, default="", max_length=300, verbose_name="what they wear")),
                ("since", models.DateField(verbose_name="missing since")),
                ("last_seen", models.CharField(blank=True, default="", max_length=200)),
                ("police", models.CharField(max_length=160, verbose_name="police to call")),
                (
                    "case_number",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="police case number"),
                ),
                (
                    "drafted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "released",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("photo", "Photo"),
                                ("name", "Name"),
                                ("age", "Age"),
                                ("height", "Height"),
                                ("build", "Build"),
                                ("hair", "Hair"),
                                ("worn", "Wears"),
                                ("since", "Missing since"),
                                ("last_seen", "Last seen"),
                                ("police", "Police to call"),
                                ("case_number", "Police case number"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
                ("recalled_at", models.DateTimeField(editable=False, null=True)),
                ("recall_reason", models.CharField(blank=True, default="", editable=False, max_length=1000)),
            ],
            options={
                "ordering": ["-drafted_at", "-id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FlyerRelease",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("recipient", models.CharField(max_length=160, verbose_name="who got it")),
                (
                    "released_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("told_at", models.DateTimeField(editable=False, null=True, verbose_name="told to take it down")),
            ],
            options={
                "ordering": ["released_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalFlyer",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("name", models.CharField(max_length=80)),
                ("age", models.CharField(blank=True, default="", max_length=20)),
                ("height", models.CharField(blank=True, default="", max_length=60)),
                ("build", models.CharField(blank=True, default="", max_length=60)),
                ("hair", models.CharField(blank=True, default="", max_length=60)),
                ("worn", models.CharField(blank=True, default="", max_length=300, verbose_name="what they wear")),
                ("since", models.DateField(verbose_name="missing since")),
                ("last_seen", models.CharField(blank=True, default="", max_length=200)),
                ("police", models.CharField(max_length=160, verbose_name="police to call")),
                (
                    "case_number",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="police case number"),
                ),
                (
                    "drafted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "released",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("photo", "Photo"),
                                ("name", "Name"),
                                ("age", "Age"),
                                ("height", "Height"),
                                ("build", "Build"),
                                ("hair", "Hair"),
                                ("worn", "Wears"),
                                ("since", "Missing since"),
                                ("last_seen", "Last seen"),
                                ("police", "Police to call"),
                                ("case_number", "Police case number"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
                ("recalled_at", models.DateTimeField(editable=False, null=True)),
                ("recall_reason", models.CharField(blank=True, default="", editable=False, max_length=1000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical flyer",
                "verbose_name_plural": "historical flyers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalFlyerRelease",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("recipient", models.CharField(max_length=160, verbose_name="who got it")),
                (
                    "released_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("told_at", models.DateTimeField(editable=False, null=True, verbose_name="told to take it down")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical flyer release",
                "verbose_name_plural": "historical flyer releases",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="document",
            name="for_flyer",
            field=models.BooleanField(db_default=False, default=False, verbose_name="may stand on a flyer"),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="for_flyer",
            field=models.BooleanField(db_default=False, default=False, verbose_name="may stand on a flyer"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("for_flyer", False),
                    models.Q(("content_type__in", ["image/jpeg", "image/png"]), ("part", "care")),
                    _connector="OR",
                ),
                name="flyer_shows_a_picture_of_the_care_part",
            ),
        ),
        migrations.AddField(
            model_name="flyer",
            name="approved_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="flyer",
            name="drafted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="flyer",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="flyers", to="residents.incidentpart"
            ),
        ),
        migrations.AddField(
            model_name="flyer",
            name="photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="residents.document",
            ),
        ),
        migrations.AddField(
            model_name="flyer",
            name="recalled_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="flyerrelease",
            name="disclosure",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="residents.disclosure"
            ),
        ),
        migrations.AddField(
            model_name="flyerrelease",
            name="flyer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="residents.flyer"
            ),
        ),
        migrations.AddField(
            model_name="flyerrelease",
            name="released_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="flyerrelease",
            name="told_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalflyer",
            name="approved_by",
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
            model_name="historicalflyer",
            name="drafted_by",
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
            model_name="historicalflyer",
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
            model_name="historicalflyer",
            name="part",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incidentpart",
            ),
        ),
        migrations.AddField(
            model_name="historicalflyer",
            name="photo",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.document",
            ),
        ),
        migrations.AddField(
            model_name="historicalflyer",
            name="recalled_by",
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
            model_name="historicalflyerrelease",
            name="disclosure",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="historicalflyerrelease",
            name="flyer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.flyer",
            ),
        ),
        migrations.AddField(
            model_name="historicalflyerrelease",
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
            model_name="historicalflyerrelease",
            name="released_by",
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
            model_name="historicalflyerrelease",
            name="told_by",
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
        migrations.AddConstraint(
            model_name="flyer",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S"), ("police__regex", "\\S")),
                name="flyer_says_whom_and_whom_to_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="flyer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="flyer_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="flyer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True), ("released", [])),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        (
                            "released__contained_by",
                            [
                                "photo",
                                "name",
                                "age",
                                "height",
                                "build",
                                "hair",
                                "worn",
                                "since",
                                "last_seen",
                                "police",
                                "case_number",
                            ],
                        ),
                        ("released__len__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="flyer_approval_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="flyer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recall_reason", ""), ("recalled_at__isnull", True), ("recalled_by__isnull", True)),
                    models.Q(
                        ("recall_reason__regex", "\\S"), ("recalled_at__isnull", False), ("recalled_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="flyer_recall_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="flyerrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipient__regex", "\\S")), name="flyer_release_says_to_whom"
            ),
        ),
        migrations.AddConstraint(
            model_name="flyerrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at__isnull", True), ("told_by__isnull", True)),
                    models.Q(("told_at__isnull", False), ("told_by__isnull", False)),
                    _connector="OR",
                ),
                name="flyer_told_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalflyer",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_39ef9b_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalflyer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_d415db_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalflyerrelease",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_872203_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalflyerrelease",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_ddac89_brin"
            ),
        ),
    ]
