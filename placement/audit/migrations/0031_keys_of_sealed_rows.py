from django.db import migrations

# Hashes can't be made smaller, and to make the keys smaller took longer than to write them down.
PLAIN = 'ALTER TABLE audit_sealedrows ALTER "keys" SET STORAGE EXTERNAL, ALTER hashes SET STORAGE EXTERNAL'
BACK = 'ALTER TABLE audit_sealedrows ALTER "keys" SET STORAGE EXTENDED, ALTER hashes SET STORAGE EXTENDED'


class Migration(migrations.Migration):
    dependencies = [("audit", "0030_erased_rows")]
    operations = [migrations.RunSQL(PLAIN, BACK)]
