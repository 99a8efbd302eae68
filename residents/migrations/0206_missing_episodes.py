"""Notes about a missing episode: what is known, what was done to find the young person, and the steps after the return."""

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
        ("residents", "0201_allegations_decided"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EpisodeNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("worn", "What they wear"),
                            ("risk", "What could happen to them"),
                            ("device", "Phone or other device"),
                            ("places", "Where they could be"),
                            ("people", "Whom they could be with"),
                            ("house", "House searched"),
                            ("garden", "Garden searched"),
                            ("phoned", "Their phone called"),
                            ("drove", "Driven around"),
                            ("asked", "Neighbors, friends or school asked"),
                            ("police", "Police called"),
                            ("other", "Something else done"),
                            ("leads", "Leads the search"),
                            ("medical", "Medical check offered"),
                            ("interview", "Talk with somebody from outside the house"),
                            ("screening", "Screening for exploitation"),
                            ("why", "Why they left, in their own words"),
                            ("change", "What will change"),
                        ],
                        max_length=9,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=120)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("said", models.TextField(blank=True, default="", max_length=4000)),
                ("number", models.CharField(blank=True, default="", max_length=60)),
                (
                    "ticks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("young", "Younger than 13"),
                                ("medicine", "Needs medicine"),
                                ("self_harm", "Could hurt themselves"),
                                ("threatened", "Threatened or contacted by an exploiter"),
                                ("pregnant", "Pregnant"),
                                ("cold", "Without coat or shoes for this weather"),
                                ("own_phone", "Has a phone or another device with them"),
                                ("number_known", "We know its number"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="episode_notes",
                        to="residents.incident",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="episode_notes",
                        to="residents.incidentpart",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-written_at", "-id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("part__isnull", True),
                                (
                                    "what__in",
                                    ["house", "garden", "phoned", "drove", "asked", "police", "other", "leads"],
                                ),
                            ),
                            models.Q(
                                ("part__isnull", False),
                                (
                                    "what__in",
                                    [
                                        "worn",
                                        "risk",
                                        "device",
                                        "places",
                                        "people",
                                        "medical",
                                        "interview",
                                        "screening",
                                        "why",
                                        "change",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="episode_note_is_of_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("who__regex", "\\S"),
                            models.Q(
                                ("part__isnull", True), ("said__regex", "\\S"), ("ticks__len__gt", 0), _connector="OR"
                            ),
                        ),
                        name="episode_note_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ticks__contained_by",
                                [
                                    "young",
                                    "medicine",
                                    "self_harm",
                                    "threatened",
                                    "pregnant",
                                    "cold",
                                    "own_phone",
                                    "number_known",
                                ],
                            )
                        ),
                        name="episode_note_ticks_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEpisodeNote",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("worn", "What they wear"),
                            ("risk", "What could happen to them"),
                            ("device", "Phone or other device"),
                            ("places", "Where they could be"),
                            ("people", "Whom they could be with"),
                            ("house", "House searched"),
                            ("garden", "Garden searched"),
                            ("phoned", "Their phone called"),
                            ("drove", "Driven around"),
                            ("asked", "Neighbors, friends or school asked"),
                            ("police", "Police called"),
                            ("other", "Something else done"),
                            ("leads", "Leads the search"),
                            ("medical", "Medical check offered"),
                            ("interview", "Talk with somebody from outside the house"),
                            ("screening", "Screening for exploitation"),
                            ("why", "Why they left, in their own words"),
                            ("change", "What will change"),
                        ],
                        max_length=9,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=120)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("said", models.TextField(blank=True, default="", max_length=4000)),
                ("number", models.CharField(blank=True, default="", max_length=60)),
                (
                    "ticks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("young", "Younger than 13"),
                                ("medicine", "Needs medicine"),
                                ("self_harm", "Could hurt themselves"),
                                ("threatened", "Threatened or contacted by an exploiter"),
                                ("pregnant", "Pregnant"),
                                ("cold", "Without coat or shoes for this weather"),
                                ("own_phone", "Has a phone or another device with them"),
                                ("number_known", "We know its number"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
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
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.incident",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="residents.incidentpart",
                    ),
                ),
                (
                    "written_by",
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
                "verbose_name": "historical episode note",
                "verbose_name_plural": "historical episode notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_44245e_idx"),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["history_date"], name="residents_h_history_ee489a_brin"
                    ),
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
