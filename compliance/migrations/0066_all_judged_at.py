"""When everything was last judged, so that what is settled can be left out; and finding what was corrected by its subject."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0062_whose_duty")]

    operations = [
        migrations.AddField(model_name="firstday", name="all_judged_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="historicalfirstday", name="all_judged_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_why", "corrected")), fields=["subject"], name="findings_corrected"
            ),
        ),
    ]
