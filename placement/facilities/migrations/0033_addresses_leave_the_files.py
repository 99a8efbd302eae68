"""Write the two tables of addresses anew: a dropped column stays readable in the files until its rows are rewritten."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("facilities", "0032_no_readable_address")]
    operations = [
        migrations.RunSQL("VACUUM FULL facilities_facilityaddress", migrations.RunSQL.noop),
        migrations.RunSQL("VACUUM FULL facilities_historicalfacilityaddress", migrations.RunSQL.noop),
    ]
