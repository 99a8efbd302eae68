"""No table changes. What is installed after every migration has changed, and a database that was up to date needs it too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_names_are_not_blank")]
    operations: list[migrations.operations.base.Operation] = []
