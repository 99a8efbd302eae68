"""One account per staff number, however it is written. Two that read alike already stop this with their common form."""

from django.db import migrations, models

import placement.access.models

PLAIN_ONES = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'Staff numbers are written in plain letters and digits', true);
UPDATE access_person SET staff_number = coalesce(nullif(left(ltrim(
  regexp_replace(regexp_replace(normalize(staff_number, NFKC), '[\u2010-\u2015\u2212]', '-', 'g'), '[^A-Za-z0-9 ./-]', '', 'g'),
  ' ./-'), 20), ''), 'N' || left(id::text, 8))
WHERE staff_number !~ '^[A-Za-z0-9][A-Za-z0-9 ./-]*$';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_form_key_content")]
    operations = [
        migrations.RunSQL(PLAIN_ONES, migrations.RunSQL.noop),
        migrations.AlterField(model_name="person", name="staff_number", field=models.CharField(max_length=20)),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(staff_number__regex="^[A-Za-z0-9][A-Za-z0-9 ./-]*$"), name="staff_number_is_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                placement.access.models.Folded("staff_number"), name="staff_number_once"
            ),
        ),
    ]
