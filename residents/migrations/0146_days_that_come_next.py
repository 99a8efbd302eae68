"""The days that nobody else sets: of the next health check and school review, and by when the level is assessed again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("residents", "0131_drugs_share_an_ingredient"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="next_health_check_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="next_school_review_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalcase",
            name="next_health_check_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalcase",
            name="next_school_review_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicallevelassessment",
            name="again_on",
            field=models.DateField(blank=True, null=True, verbose_name="assess again by"),
        ),
        migrations.AddField(
            model_name="levelassessment",
            name="again_on",
            field=models.DateField(blank=True, null=True, verbose_name="assess again by"),
        ),
        migrations.AddConstraint(
            model_name="levelassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("again_on__isnull", True), ("again_on__gt", models.F("assessed_on")), _connector="OR"
                ),
                name="level_assessed_again_later",
            ),
        ),
    ]
