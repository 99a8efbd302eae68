"""Incidents in full: what was thought, what each kind asks, the steps, the people, and a part of its own for each young person."""

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
        ("residents", "0146_days_that_come_next"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalIncidentDebrief",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("held_at", models.DateTimeField()),
                ("led_by", models.CharField(max_length=120, verbose_name="who led it")),
                ("declined", models.BooleanField(default=False, verbose_name="they did not want to talk")),
                ("said", models.TextField(max_length=10000, verbose_name="what was said, or why not")),
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
            ],
            options={
                "verbose_name": "historical incident debrief",
                "verbose_name_plural": "historical incident debriefs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentFile",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident file",
                "verbose_name_plural": "historical incident files",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentFollowUp",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("what", models.CharField(max_length=500, verbose_name="what is to be done")),
                ("due_on", models.DateField()),
                ("set_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("done_at", models.DateTimeField(editable=False, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=1000, verbose_name="what came of it"
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident follow up",
                "verbose_name_plural": "historical incident follow ups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentInjury",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("region", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bruise", "Bruise"),
                            ("cut", "Cut or graze"),
                            ("burn", "Burn"),
                            ("bite", "Bite"),
                            ("swelling", "Swelling"),
                            ("pain", "Pain, nothing to see"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "size_cm",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="size in cm"
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident injury",
                "verbose_name_plural": "historical incident injurys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentNotice",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("told_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("opened_at", models.DateTimeField(editable=False, null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident notice",
                "verbose_name_plural": "historical incident notices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentPart",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("involved", "Was there"),
                            ("hurt", "Was hurt, or harmed"),
                            ("said", "Told it"),
                            ("accused", "Is said to have done it"),
                            ("saw", "Saw or heard it"),
                            ("helped", "Helped"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="what concerns this young person alone"
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident part",
                "verbose_name_plural": "historical incident parts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentPerson",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("staff", "Works in the home"),
                            ("foster", "Foster parent"),
                            ("relative", "Relative"),
                            ("police", "Police officer"),
                            ("medical", "Doctor, nurse or ambulance"),
                            ("school", "School"),
                            ("stranger", "Somebody from outside"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("witness", "Saw or heard it"),
                            ("helped", "Helped"),
                            ("hurt", "Was hurt"),
                            ("accused", "Is said to have done it"),
                            ("called", "Was called"),
                        ],
                        max_length=8,
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident person",
                "verbose_name_plural": "historical incident persons",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncidentStep",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("number", models.IntegerField(default=0, editable=False)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("returned", "Returned to be corrected"),
                            ("reviewed", "Reviewed"),
                            ("filed", "Filed"),
                            ("amended", "Amended"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("comment", models.TextField(blank=True, default="", max_length=10000)),
                ("reason", models.TextField(blank=True, default="", max_length=1000)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical incident step",
                "verbose_name_plural": "historical incident steps",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRestraint",
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
                            ("hold", "Held by one or more adults"),
                            ("escort", "Led away by the arm"),
                            ("seclusion", "Kept alone in a room"),
                            ("other", "Another way"),
                        ],
                        max_length=9,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("held_by", models.CharField(max_length=200, verbose_name="who held or watched")),
                ("why", models.TextField(max_length=2000, verbose_name="the danger at that moment")),
                ("tried", models.TextField(max_length=2000, verbose_name="what was tried before")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical restraint",
                "verbose_name_plural": "historical restraints",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRestraintCheck",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("at", models.DateTimeField()),
                ("checked_by", models.CharField(max_length=120, verbose_name="who looked")),
                ("how", models.CharField(max_length=1000, verbose_name="how they were")),
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
            ],
            options={
                "verbose_name": "historical restraint check",
                "verbose_name_plural": "historical restraint checks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IncidentDebrief",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("held_at", models.DateTimeField()),
                ("led_by", models.CharField(max_length=120, verbose_name="who led it")),
                ("declined", models.BooleanField(default=False, verbose_name="they did not want to talk")),
                ("said", models.TextField(max_length=10000, verbose_name="what was said, or why not")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["held_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentFollowUp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=500, verbose_name="what is to be done")),
                ("due_on", models.DateField()),
                ("set_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("done_at", models.DateTimeField(editable=False, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=1000, verbose_name="what came of it"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentInjury",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("region", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bruise", "Bruise"),
                            ("cut", "Cut or graze"),
                            ("burn", "Burn"),
                            ("bite", "Bite"),
                            ("swelling", "Swelling"),
                            ("pain", "Pain, nothing to see"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "size_cm",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="size in cm"
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "ordering": ["region", "id"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("told_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("opened_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["told_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentPart",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("involved", "Was there"),
                            ("hurt", "Was hurt, or harmed"),
                            ("said", "Told it"),
                            ("accused", "Is said to have done it"),
                            ("saw", "Saw or heard it"),
                            ("helped", "Helped"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="what concerns this young person alone"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentPerson",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("staff", "Works in the home"),
                            ("foster", "Foster parent"),
                            ("relative", "Relative"),
                            ("police", "Police officer"),
                            ("medical", "Doctor, nurse or ambulance"),
                            ("school", "School"),
                            ("stranger", "Somebody from outside"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("witness", "Saw or heard it"),
                            ("helped", "Helped"),
                            ("hurt", "Was hurt"),
                            ("accused", "Is said to have done it"),
                            ("called", "Was called"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
            options={
                "ordering": ["part", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IncidentStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.IntegerField(default=0, editable=False)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("returned", "Returned to be corrected"),
                            ("reviewed", "Reviewed"),
                            ("filed", "Filed"),
                            ("amended", "Amended"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("comment", models.TextField(blank=True, default="", max_length=10000)),
                ("reason", models.TextField(blank=True, default="", max_length=1000)),
            ],
            options={
                "ordering": ["number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Restraint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hold", "Held by one or more adults"),
                            ("escort", "Led away by the arm"),
                            ("seclusion", "Kept alone in a room"),
                            ("other", "Another way"),
                        ],
                        max_length=9,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("held_by", models.CharField(max_length=200, verbose_name="who held or watched")),
                ("why", models.TextField(max_length=2000, verbose_name="the danger at that moment")),
                ("tried", models.TextField(max_length=2000, verbose_name="what was tried before")),
            ],
            options={
                "ordering": ["started_at", "id"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RestraintCheck",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("checked_by", models.CharField(max_length=120, verbose_name="who looked")),
                ("how", models.CharField(max_length=1000, verbose_name="how they were")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="incident",
            name="only_a_contact_begins_a_draft",
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="answers",
            field=models.JSONField(
                blank=True,
                db_default=django.db.models.expressions.RawSQL("'{}'::jsonb", ()),
                default=dict,
                verbose_name="what its kind asks",
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="filed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="filed_by",
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
            model_name="historicalincident",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="thought",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=4000, verbose_name="what is thought or supposed"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="answers",
            field=models.JSONField(
                blank=True,
                db_default=django.db.models.expressions.RawSQL("'{}'::jsonb", ()),
                default=dict,
                verbose_name="what its kind asks",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="filed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="filed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="thought",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=4000, verbose_name="what is thought or supposed"
            ),
        ),
        migrations.AlterField(
            model_name="historicalincident",
            name="kind",
            field=models.CharField(
                choices=[
                    ("missing", "Young person missing"),
                    ("injury", "Injury"),
                    ("restraint", "Restraint or seclusion"),
                    ("allegation", "Allegation"),
                    ("self_harm", "Self-harm"),
                    ("medication", "Medication error"),
                    ("exploiter", "Contact by an exploiter or recruiter"),
                    ("police", "Police called or came"),
                    ("property", "Property damage"),
                    ("death", "Death"),
                    ("other", "Something else"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="historicalincident",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("reported", "Reported"),
                    ("returned", "Returned to be corrected"),
                    ("reviewed", "Reviewed"),
                    ("filed", "Filed"),
                    ("closed", "Closed"),
                ],
                default="reported",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="kind",
            field=models.CharField(
                choices=[
                    ("missing", "Young person missing"),
                    ("injury", "Injury"),
                    ("restraint", "Restraint or seclusion"),
                    ("allegation", "Allegation"),
                    ("self_harm", "Self-harm"),
                    ("medication", "Medication error"),
                    ("exploiter", "Contact by an exploiter or recruiter"),
                    ("police", "Police called or came"),
                    ("property", "Property damage"),
                    ("death", "Death"),
                    ("other", "Something else"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("reported", "Reported"),
                    ("returned", "Returned to be corrected"),
                    ("reviewed", "Reviewed"),
                    ("filed", "Filed"),
                    ("closed", "Closed"),
                ],
                default="reported",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("filed_by__isnull", True),
                    models.Q(
                        models.Q(("filed_by", models.F("reported_by")), _negated=True),
                        models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("filed_by", models.F("reviewed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="incident_filed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_by__isnull", True),
                    ("filed_by__isnull", True),
                    models.Q(("closed_by", models.F("filed_by")), _negated=True),
                    _connector="OR",
                ),
                name="incident_closed_by_another_than_filed",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentdebrief",
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
            model_name="historicalincidentdebrief",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentdebrief",
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
            model_name="historicalincidentfile",
            name="document",
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
            model_name="historicalincidentfile",
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
            model_name="historicalincidentfollowup",
            name="done_by",
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
            model_name="historicalincidentfollowup",
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
            model_name="historicalincidentfollowup",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentfollowup",
            name="owner",
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
            model_name="historicalincidentfollowup",
            name="set_by",
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
            model_name="historicalincidentinjury",
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
            model_name="historicalincidentnotice",
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
            model_name="historicalincidentnotice",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentnotice",
            name="person",
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
            model_name="historicalincidentpart",
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
            model_name="historicalincidentpart",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentpart",
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
            model_name="historicalincidentperson",
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
            model_name="historicalincidentperson",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalincidentperson",
            name="person",
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
            model_name="historicalincidentstep",
            name="by",
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
            model_name="historicalincidentstep",
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
            model_name="historicalincidentstep",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="historicalrestraint",
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
            model_name="historicalrestraintcheck",
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
            model_name="historicalrestraintcheck",
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
            model_name="incidentdebrief",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="debriefs", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentdebrief",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentfile",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="residents.document"
            ),
        ),
        migrations.AddField(
            model_name="incidentfollowup",
            name="done_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidentfollowup",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentfollowup",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentfollowup",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentnotice",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentnotice",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentpart",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentpart",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="residents.resident"
            ),
        ),
        migrations.AddField(
            model_name="incidentinjury",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="injuries", to="residents.incidentpart"
            ),
        ),
        migrations.AddField(
            model_name="incidentfile",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="residents.incidentpart"
            ),
        ),
        migrations.AddField(
            model_name="incidentdebrief",
            name="part",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="debriefs",
                to="residents.incidentpart",
            ),
        ),
        migrations.AddField(
            model_name="historicalrestraint",
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
            model_name="historicalincidentinjury",
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
            model_name="historicalincidentfile",
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
            model_name="historicalincidentdebrief",
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
            model_name="incidentperson",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="people", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="incidentperson",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidentstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentstep",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="residents.incident"
            ),
        ),
        migrations.AddField(
            model_name="restraint",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="restraints", to="residents.incidentpart"
            ),
        ),
        migrations.AddField(
            model_name="historicalrestraintcheck",
            name="restraint",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.restraint",
            ),
        ),
        migrations.AddField(
            model_name="restraintcheck",
            name="restraint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="residents.restraint"
            ),
        ),
        migrations.AddField(
            model_name="restraintcheck",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentfollowup",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_a3135e_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentfollowup",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_f80086_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentnotice",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_453895_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentnotice",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_c05b02_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentpart",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_3be7e9_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentpart",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_a49c39_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentperson",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_fb0246_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentperson",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_b85b73_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentstep",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_e0e03e_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentstep",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_94d493_brin"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentfollowup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True), ("outcome", "")),
                    models.Q(
                        ("done_at__isnull", False), ("done_by__isnull", False), models.Q(("outcome", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="follow_up_done_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentnotice",
            index=models.Index(
                condition=models.Q(("opened_at__isnull", True)), fields=["person"], name="notices_not_opened"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentnotice",
            constraint=models.UniqueConstraint(fields=("incident", "person"), name="told_of_incident_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentpart",
            constraint=models.UniqueConstraint(fields=("incident", "resident"), name="part_in_incident_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentinjury",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("size_cm__isnull", True), models.Q(("size_cm__gt", 0), ("size_cm__lte", 200)), _connector="OR"
                ),
                name="injury_has_a_size",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalrestraint",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_18b089_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalrestraint",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_ab4372_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentinjury",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_82da6f_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentinjury",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_585667_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentfile",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_8341fc_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentfile",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_7df2c1_brin"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalincidentdebrief",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_f579b1_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalincidentdebrief",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_36fb3c_brin"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("person__isnull", False)),
                    models.Q(("person__isnull", True), models.Q(("name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="person_in_incident_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.UniqueConstraint(fields=("incident", "person", "part"), name="person_in_incident_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.UniqueConstraint(fields=("incident", "number"), name="incident_step_once"),
        ),
        migrations.AddConstraint(
            model_name="restraint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="restraint_ends_after_start",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalrestraintcheck",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_fca2c8_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalrestraintcheck",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_33748f_brin"
            ),
        ),
    ]
