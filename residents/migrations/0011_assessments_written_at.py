"""When an assessment was written, so that the last one of a day counts. For those that are there, history knows."""

from django.db import migrations, models

import placement.audit.clock

FROM_HISTORY = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'the time of writing, from the history of the assessment', true);
UPDATE residents_levelassessment a SET written_at = h.first
FROM (SELECT id, min(history_date) AS first FROM residents_historicallevelassessment GROUP BY id) h
WHERE h.id = a.id;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0010_what_is_kept")]
    operations = [
        migrations.AlterModelOptions(
            name="levelassessment",
            options={"default_permissions": (), "ordering": ["-assessed_on", "-written_at"]},
        ),
        migrations.RemoveIndex(model_name="levelassessment", name="residents_l_residen_a9d985_idx"),
        migrations.AddField(
            model_name="historicallevelassessment",
            name="written_at",
            field=models.DateTimeField(default=placement.audit.clock.now, editable=False),
        ),
        migrations.AddField(
            model_name="levelassessment",
            name="written_at",
            field=models.DateTimeField(default=placement.audit.clock.now, editable=False),
        ),
        migrations.AddIndex(
            model_name="levelassessment",
            index=models.Index(
                fields=["resident", "-assessed_on", "-written_at"], name="residents_l_residen_221014_idx"
            ),
        ),
        migrations.RunSQL(FROM_HISTORY, migrations.RunSQL.noop),
    ]
