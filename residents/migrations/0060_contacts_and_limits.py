"""A contact says who wished it, what became of it and where it was logged; limits on rights, which somebody else decides."""

import datetime
import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# In the rows as they are, also in history: no trigger is asked, and no row says that it was changed.
INITIATIVE = "".join(
    f"""
ALTER TABLE residents_{table} RENAME COLUMN own_wish TO initiative;
ALTER TABLE residents_{table} ALTER COLUMN initiative TYPE varchar(10)
  USING CASE WHEN initiative THEN 'young' ELSE 'not_young' END;
"""
    for table in ("contact", "historicalcontact")
)
OWN_WISH = "".join(
    f"""
ALTER TABLE residents_{table} RENAME COLUMN initiative TO own_wish;
ALTER TABLE residents_{table} ALTER COLUMN own_wish TYPE boolean USING own_wish = 'young';
"""
    for table in ("contact", "historicalcontact")
)
WHOSE = models.CharField(
    choices=[
        ("young", "The young person"),
        ("other", "The other person"),
        ("staff", "Staff"),
        ("not_young", "Not the young person"),
    ],
    default="not_young",
    max_length=10,
    verbose_name="whose wish it was",
)


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0042_other_condition"),
        ("residents", "0041_medication_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(INITIATIVE, OWN_WISH)],
            [
                operation
                for model in ("contact", "historicalcontact")
                for operation in (
                    migrations.RemoveField(model, "own_wish"),
                    migrations.AddField(model, "initiative", WHOSE, preserve_default=False),
                )
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amendments",
                to="residents.contact",
            ),
        ),
        migrations.AddField(
            model_name="contact",
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
            model_name="contact",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="residents.incident",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="late",
            field=models.BooleanField(db_default=False, editable=False),
        ),
        migrations.AddField(
            model_name="contact",
            name="other_name",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="somebody else"),
        ),
        migrations.AddField(
            model_name="contact",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("took_place", "It took place"),
                    ("not_reached", "Nobody was reached"),
                    ("not_wanted", "The young person did not want it"),
                    ("denied", "We did not let it happen"),
                    ("mistake", "Written by mistake"),
                ],
                default="took_place",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="permission",
            field=models.CharField(
                blank=True,
                choices=[
                    ("allowed", "Allowed"),
                    ("supervised", "Allowed with somebody present"),
                    ("prohibited", "Not allowed"),
                ],
                db_default="",
                editable=False,
                max_length=12,
                verbose_name="contact was",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="reason",
            field=models.TextField(
                blank=True, default="", max_length=1000, verbose_name="reason for the amendment or late entry"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="seen_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="seen_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
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
            model_name="contact",
            name="supervised_by",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="who was present"),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.contact",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
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
            model_name="historicalcontact",
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
            model_name="historicalcontact",
            name="late",
            field=models.BooleanField(db_default=False, editable=False),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="other_name",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="somebody else"),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("took_place", "It took place"),
                    ("not_reached", "Nobody was reached"),
                    ("not_wanted", "The young person did not want it"),
                    ("denied", "We did not let it happen"),
                    ("mistake", "Written by mistake"),
                ],
                default="took_place",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="permission",
            field=models.CharField(
                blank=True,
                choices=[
                    ("allowed", "Allowed"),
                    ("supervised", "Allowed with somebody present"),
                    ("prohibited", "Not allowed"),
                ],
                db_default="",
                editable=False,
                max_length=12,
                verbose_name="contact was",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="reason",
            field=models.TextField(
                blank=True, default="", max_length=1000, verbose_name="reason for the amendment or late entry"
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="seen_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="seen_by",
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
            model_name="historicalcontact",
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
            model_name="historicalcontact",
            name="supervised_by",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="who was present"),
        ),
        migrations.AlterField(
            model_name="contact",
            name="outside_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="residents.outsideperson",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="supervised",
            field=models.BooleanField(default=False, verbose_name="somebody was present"),
        ),
        migrations.AlterField(
            model_name="contact",
            name="written_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="historicalcontact",
            name="supervised",
            field=models.BooleanField(default=False, verbose_name="somebody was present"),
        ),
        migrations.AlterField(
            model_name="historicalcontact",
            name="written_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="historicalincident",
            name="status",
            field=models.CharField(
                choices=[("draft", "Draft"), ("reported", "Reported"), ("reviewed", "Reviewed"), ("closed", "Closed")],
                default="reported",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="status",
            field=models.CharField(
                choices=[("draft", "Draft"), ("reported", "Reported"), ("reviewed", "Reviewed"), ("closed", "Closed")],
                default="reported",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="HistoricalRestriction",
            fields=[
                ("history_user_name", models.TextField()),
                ("history_act", models.TextField(null=True)),
                ("history_request_id", models.TextField(null=True)),
                ("history_xid", models.BigIntegerField()),
                ("history_db_user", models.TextField()),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("history_change_reason", models.TextField(null=True)),
                ("kind", models.CharField(choices=[("contact", "Contact"), ("activity", "Activity")], max_length=8)),
                ("activity", models.CharField(blank=True, default="", max_length=120)),
                ("reason", models.TextField(max_length=2000)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("declined", "Declined")],
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=2000)),
                ("ends_at", models.DateTimeField(editable=False, null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "asked_by",
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
                    "outside_person",
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
                "verbose_name": "historical restriction",
                "verbose_name_plural": "historical restrictions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("contact", "Contact"), ("activity", "Activity")], max_length=8)),
                ("activity", models.CharField(blank=True, default="", max_length=120)),
                ("reason", models.TextField(max_length=2000)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("declined", "Declined")],
                        default="",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("decision_reason", models.TextField(blank=True, default="", editable=False, max_length=2000)),
                ("ends_at", models.DateTimeField(editable=False, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                    "outside_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="residents.outsideperson",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="restriction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="residents.restriction",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="restriction",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="residents.restriction",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["shift"], name="residents_c_shift_i_a72dac_idx"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("other_name", ""), ("outside_person__isnull", False)),
                    models.Q(("other_name__regex", "\\S"), ("outside_person__isnull", True)),
                    _connector="OR",
                ),
                name="contact_is_with_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("supervised", True), ("supervised_by", ""), _connector="OR"),
                name="who_was_present_was_present",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                    models.Q(
                        ("seen_at__isnull", False),
                        ("seen_by__isnull", False),
                        models.Q(("seen_by", models.F("written_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contact_is_read_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalrestriction",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="residents_h_id_f2a92f_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalrestriction",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["history_date"], name="residents_h_history_f7811c_brin"
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="restriction_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("activity", ""), ("kind", "contact"), ("outside_person__isnull", False)),
                    models.Q(("activity__regex", "\\S"), ("kind", "activity"), ("outside_person__isnull", True)),
                    _connector="OR",
                ),
                name="restriction_says_of_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="restriction_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
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
                name="restriction_decision_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__in", ["", "declined"]), ("ends_at__isnull", True)),
                    models.Q(
                        ("decision", "approved"),
                        ("ends_at__gte", models.F("decided_at")),
                        ("ends_at__isnull", False),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("decided_at"), "+", models.Value(datetime.timedelta(days=7))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="restriction_ends_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("resident", "kind", "outside_person", "activity"),
                name="restriction_waits_once",
                nulls_distinct=False,
            ),
        ),
    ]
