"""The worst findings first, by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0066_all_judged_at")]

    operations = [
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["severity", "since", "id"],
                name="findings_open_by_severity",
            ),
        ),
    ]
