"""Find the rights that follow from one grant by an index: taking them back read through every permission that there is."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("residents", "0020_emergency_access_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="residentgrouppermission",
            index=models.Index(fields=["grant"], name="resident_group_grant"),
        ),
        migrations.AddIndex(
            model_name="residentuserpermission",
            index=models.Index(fields=["grant"], name="resident_user_grant"),
        ),
    ]
