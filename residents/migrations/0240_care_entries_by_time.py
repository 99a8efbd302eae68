"""What was written in the last days is found without reading all entries: the hourly search for what stands out asks for it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residents", "0223_numbers_with_gaps")]
    operations = [
        migrations.AddIndex(
            "careentry", BrinIndex(fields=["written_at"], autosummarize=True, name="care_entries_written")
        )
    ]
