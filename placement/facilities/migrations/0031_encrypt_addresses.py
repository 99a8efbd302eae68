"""Encrypt the addresses that are here, in their history too: what was readable before stays in no table."""

import json
from typing import Any

from django.db import migrations

from placement.database.encryption import decrypt, encrypt

TABLES = {
    "facilities_facilityaddress": ("id", "history_update"),
    "facilities_historicalfacilityaddress": ("history_id", "history_is_kept"),
}
TEXTS = ("street", "city", "state", "postcode", "telephone", "email", "licensee", "administrator")
PARTS = (*TEXTS, "latitude", "longitude")


def forward(apps: Any, schema_editor: Any) -> None:
    """Put the parts of each row into its encrypted column; the same parts of a home are the same bytes in row and history."""
    made: dict[tuple[Any, str], bytes] = {}
    for table, key in _opened(schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, facility_id, {', '.join(PARTS)} FROM {table}")
            for row, facility, *values in cursor.fetchall():
                known = {name: value for name, value in zip(PARTS, values, strict=True) if value not in ("", None)}
                text = json.dumps(known)
                data = made.setdefault((facility, text), encrypt(text, bound_to=f"address of {facility}"))
                cursor.execute(f"UPDATE {table} SET encrypted = %s WHERE {key} = %s", [data, row])


def backward(apps: Any, schema_editor: Any) -> None:
    """Put the parts back into their columns."""
    for table, key in _opened(schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, facility_id, encrypted FROM {table}")
            for row, facility, data in cursor.fetchall():
                known = json.loads(decrypt(bytes(data), bound_to=f"address of {facility}")) if data else {}
                values = [known.get(name, "" if name in TEXTS else None) for name in PARTS]
                to = ", ".join(f"{name} = %s" for name in PARTS)
                cursor.execute(f"UPDATE {table} SET {to} WHERE {key} = %s", [*values, row])


def _opened(schema_editor: Any) -> Any:
    """Yield each table, and the name of its key, while its trigger is off: this is no change of any address."""
    for table, (key, trigger) in TABLES.items():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass", [trigger, table])
            there = bool(cursor.rowcount)
            if there:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            yield table, key
            if there:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


class Migration(migrations.Migration):
    dependencies = [("facilities", "0030_address_encrypted")]
    operations = [migrations.RunPython(forward, backward)]
