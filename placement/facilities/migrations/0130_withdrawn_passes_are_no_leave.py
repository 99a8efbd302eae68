"""The empty leave of a withdrawn pass is no absence: nobody came back from it, and a stay may have ended before it."""

from importlib import import_module

from django.db import migrations


def function(migration: str, name: str) -> str:
    """Return the statement that made the function ``name`` in a migration of this app, so that it replaces the one of today."""
    rules: str = import_module(f"placement.facilities.migrations.{migration}").RULES
    start = rules.index(f"CREATE FUNCTION {name}(")
    text = rules[start : rules.index("END $$;", start) + len("END $$;\n")]
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def changed(text: str, old: str, new: str) -> str:
    """Return ``text`` with the one ``old`` part replaced by ``new``."""
    if text.count(old) != 1:
        raise ValueError(old)
    return text.replace(old, new)


END, PRESENT = function("0024_read_as_it_is", "placement_end"), function("0051_roster_rules", "present_in")
NEW_END = changed(END, "AND l.starts_at <= audit_now())", "AND l.starts_at <= audit_now() AND l.ends_at > l.starts_at)")
NEW_PRESENT = changed(
    PRESENT,
    "WHERE l.placement_id = p.id AND l.ends_at <= moment)",
    "WHERE l.placement_id = p.id AND l.ends_at <= moment AND l.ends_at > l.starts_at)",
)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0111_passes_within_what_was_agreed")]
    operations = [migrations.RunSQL(NEW_END + NEW_PRESENT, END + PRESENT)]
