from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents", "0264_value_proposals")]
    operations = [
        migrations.AddIndex(
            "residentgrouppermission",
            models.Index(
                fields=["group", "permission"],
                include=("content_object", "starts_at", "ends_at"),
                name="resident_group_sight",
            ),
        ),
        migrations.RemoveIndex("residentgrouppermission", name="resident_group_right"),
    ]
