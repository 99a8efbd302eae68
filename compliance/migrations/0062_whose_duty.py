"""Whose duty it is to do what a rule asks, as its pack says it."""

from django.db import migrations, models

DUTIES = [
    ("home_administrator", "Facility administrator"),
    ("caseworker", "Caseworker"),
    ("clinician", "Clinician"),
    ("supervisor", "Supervisor"),
    ("staff", "Facility staff"),
]


def duty() -> models.CharField:
    return models.CharField(blank=True, choices=DUTIES, db_default="", max_length=20)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0061_waived_rules")]
    operations = [
        migrations.AddField("historicalruleversion", "duty", duty()),
        migrations.AddField("ruleversion", "duty", duty()),
    ]
