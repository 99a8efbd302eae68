"""Contact is agreed as the list stands; that somebody was kept from an activity stays told under any kind; old entries are amended."""

from importlib import import_module

from django.db import migrations

rights = import_module("residents.migrations.0111_rights_of_contact")
limits = import_module("residents.migrations.0091_medication_limits")

CHANGE = rights.function(rights.LIST, "contact_change_rules")
# Whoever agrees has read how it stood when it was asked. An order that came since then is not undone by an older question.
NEW_CHANGE = rights.changed(
    CHANGE,
    (
        "    NEW.decided_at := audit_now();\n",
        """    NEW.decided_at := audit_now();
    PERFORM FROM residents_outsideperson WHERE id = OLD.outside_person_id FOR NO KEY UPDATE;
    IF NEW.decision = 'agreed' AND EXISTS (
        SELECT FROM residents_outsideperson p CROSS JOIN LATERAL (
          SELECT h.permission, h.office, h."order" FROM residents_historicaloutsideperson h
          WHERE h.id = p.id AND h.history_date <= OLD.asked_at ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1) asked
        WHERE p.id = OLD.outside_person_id
          AND (p.permission, p.office, p."order") IS DISTINCT FROM (asked.permission, asked.office, asked."order")) THEN
      RAISE EXCEPTION 'changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'wider_contact_is_agreed_as_it_stands';
    END IF;
""",
    ),
)

EXCLUSION = rights.function(rights.LIST, "care_entry_exclusion")
NEW_EXCLUSION = rights.changed(
    EXCLUSION,
    ("  before text := '';\n", "  before text;\n"),
    ("    before := OLD.outcome;\n", "    IF OLD.kind = 'activity' THEN before := OLD.outcome; END IF;\n"),
    (
        "    SELECT outcome INTO before FROM residents_careentry WHERE id = NEW.amends_id;\n",
        "    SELECT outcome INTO before FROM residents_careentry WHERE id = NEW.amends_id AND kind = 'activity';\n",
    ),
    (
        "  IF before = 'Kept from it' AND NEW.outcome NOT IN (before, 'Written by mistake') THEN",
        """  IF before = 'Kept from it' AND (NEW.kind <> 'activity' OR NEW.outcome NOT IN (before, 'Written by mistake')) THEN""",
    ),
    (
        "  IF NEW.outcome = 'Kept from it' AND before <> NEW.outcome\n",
        "  IF NEW.kind = 'activity' AND NEW.outcome = 'Kept from it' AND before IS DISTINCT FROM NEW.outcome\n",
    ),
)
WHEN = """
DROP TRIGGER exclusion ON residents_careentry;
CREATE TRIGGER exclusion BEFORE INSERT ON residents_careentry FOR EACH ROW
  WHEN (NEW.kind = 'activity' OR NEW.amends_id IS NOT NULL) EXECUTE FUNCTION care_entry_exclusion();
CREATE TRIGGER exclusion_kept BEFORE UPDATE ON residents_careentry FOR EACH ROW
  WHEN (NEW.kind = 'activity' OR OLD.kind = 'activity') EXECUTE FUNCTION care_entry_exclusion();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER exclusion;
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER exclusion_kept;
"""
OLD_WHEN = """
DROP TRIGGER exclusion_kept ON residents_careentry;
DROP TRIGGER exclusion ON residents_careentry;
CREATE TRIGGER exclusion BEFORE INSERT OR UPDATE ON residents_careentry FOR EACH ROW
  WHEN (NEW.kind = 'activity') EXECUTE FUNCTION care_entry_exclusion();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER exclusion;
"""

ENTRY = rights.function(limits.RULES, "medication_entry_rules")
# What was written before there were orders has no dose, and neither has an amendment of it.
NEW_ENTRY = rights.changed(
    ENTRY,
    (
        "WHERE entry_id = NEW.id) THEN",
        """WHERE entry_id = NEW.id) AND NOT EXISTS (
      SELECT FROM residents_careentry first WHERE first.id = NEW.amends_id AND first.kind = 'medication'
        AND NOT EXISTS (SELECT FROM residents_medicationdose WHERE entry_id = first.id)) THEN""",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("residents", "0111_rights_of_contact")]
    operations = [
        migrations.RunSQL(NEW_CHANGE, CHANGE),
        migrations.RunSQL(NEW_EXCLUSION + WHEN, OLD_WHEN + EXCLUSION),
        migrations.RunSQL(NEW_ENTRY, ENTRY),
    ]
