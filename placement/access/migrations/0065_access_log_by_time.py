"""What was opened in the last days is found without reading the whole log: the hourly search for what stands out asks for it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0059_a_new_password_ends_feeds")]
    operations = [
        migrations.AddIndex("accesslogentry", BrinIndex(fields=["at"], autosummarize=True, name="access_log_at"))
    ]
