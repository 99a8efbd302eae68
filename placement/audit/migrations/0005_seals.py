"""Seals over history and access log: written once, by the owner, and never changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

KEPT = "".join(
    f"CREATE TRIGGER seals_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER seals_are_kept;"
    for table in ("audit_seal", "audit_sealedrows")
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_rules_see_what_was_saved")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("head", models.TextField()),
                ("parts", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SealedRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("table", models.CharField(max_length=63)),
                ("first", models.BigIntegerField(null=True)),
                ("last", models.BigIntegerField(null=True)),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("hashes", models.BinaryField()),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.seal"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddIndex(
            "sealedrows", models.Index(fields=["table", "seal", "place"], name="audit_sealed_rows_of_a_table")
        ),
        migrations.AddIndex("sealedrows", models.Index(fields=["table", "last"], name="audit_sealed_rows_by_key")),
        migrations.AddConstraint(
            "sealedrows", models.UniqueConstraint(fields=["seal", "place"], name="a_part_of_a_seal_once")
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
