"""A pass may be withdrawn by whoever asked; a leave that ends when it begins holds at no moment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0101_drills_amended"),
        ("residents", "0071_wording_ignored_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="leave",
            name="leave_ends_after_start",
        ),
        migrations.AddField(
            model_name="historicalpassrequest",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="historicalpassrequest",
            name="withdrawn_by",
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
            model_name="historicalpassrequest",
            name="withdrawn_why",
            field=models.TextField(blank=True, default="", editable=False, max_length=1000),
        ),
        migrations.AddField(
            model_name="passrequest",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="passrequest",
            name="withdrawn_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="passrequest",
            name="withdrawn_why",
            field=models.TextField(blank=True, default="", editable=False, max_length=1000),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))), name="leave_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="passrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_why", "")),
                    models.Q(
                        ("returned_at__isnull", True),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by", models.F("asked_by")),
                        ("withdrawn_by__isnull", False),
                        ("withdrawn_why__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="pass_withdrawal_is_signed",
            ),
        ),
    ]
