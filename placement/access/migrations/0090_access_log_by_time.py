"""The access log lies in the order of time: a few pages of an index find the lines of a day, for whoever reads all of them."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0059_a_new_password_ends_feeds")]
    operations = [
        migrations.AddIndex(
            "accesslogentry",
            django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=["at"], name="access_log_at"),
        ),
    ]
