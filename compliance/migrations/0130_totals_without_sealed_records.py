"""Totals of a month that are taken while a court keeps a record sealed leave it out. Those that were taken stay."""

from django.db import migrations

from placement.database.functions import changed_function

TOTALS = (
    "WHERE newest_case.unit_id = reader_unit",
    "WHERE newest_case.resident_id NOT IN (SELECT access_records_sealed()) AND newest_case.unit_id = reader_unit",
)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0121_retention_kept"),
        ("residents", "0261_sealed_records_kept"),
    ]
    operations = [
        migrations.RunSQL(
            changed_function("totals_of_last_month()", TOTALS), changed_function("totals_of_last_month()", TOTALS[::-1])
        )
    ]
