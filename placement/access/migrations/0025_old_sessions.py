"""Sessions are kept in access_session now; everybody signs in again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0024_sign_in")]
    operations = [migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop)]
