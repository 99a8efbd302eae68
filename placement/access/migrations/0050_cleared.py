from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0032_openings_of_homes")]
    operations = [
        migrations.AddField(
            model_name="person",
            name="cleared",
            field=ArrayField(base_field=DateTimeRangeField(), editable=False, null=True, size=None),
        ),
    ]
