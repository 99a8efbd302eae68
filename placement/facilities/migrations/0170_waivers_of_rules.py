"""A waiver may name rules of the law, beside a term of the licence or without one."""

import django.contrib.postgres.fields
from django.db import migrations, models

KINDS = [
    ("capacity", "Places"),
    ("age", "Age"),
    ("sex", "Sex"),
    ("level", "Level of care"),
    ("rules", "No term: only the rules below"),
]


def rules() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=80), blank=True, db_default=[], default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("facilities", "0154_whom_an_inspection_hangs_on")]
    operations = [
        migrations.AddField("historicalwaiver", "rules", rules()),
        migrations.AddField("waiver", "rules", rules()),
        migrations.AlterField("historicalwaiver", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AlterField("waiver", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddConstraint(
            "waiver",
            models.CheckConstraint(
                condition=models.Q(("kind", "rules"), _negated=True) | models.Q(("rules", []), _negated=True),
                name="waiver_waives_something",
            ),
        ),
    ]
