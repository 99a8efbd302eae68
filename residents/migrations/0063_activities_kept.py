"""Somebody is kept from an activity only under a limit about which somebody else decides, whatever writes."""

from importlib import import_module

from django.db import migrations

before = import_module("residents.migrations.0061_contacts_and_limits_kept")
DECIDED = before.RULES[before.RULES.index("CREATE FUNCTION restriction_rules") :]
DECIDED = DECIDED[: DECIDED.index("CREATE TRIGGER")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
BY_CONTACT = (
    "IF EXISTS (SELECT FROM residents_contact WHERE restriction_id = NEW.id AND written_by_id = NEW.decided_by_id) THEN"
)
BY_EITHER = """IF EXISTS (SELECT FROM residents_contact WHERE restriction_id = NEW.id AND written_by_id = NEW.decided_by_id)
       OR EXISTS (SELECT FROM residents_activityanswer a JOIN residents_careentry e ON e.id = a.entry_id
                  WHERE a.restriction_id = NEW.id AND e.written_by_id = NEW.decided_by_id) THEN"""

RULES = """
CREATE TRIGGER rules BEFORE UPDATE ON residents_activityoffer
  FOR EACH ROW EXECUTE FUNCTION row_is_kept('activity_offer_is_kept');
CREATE FUNCTION activity_offer_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.written_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_activityoffer FOR EACH ROW EXECUTE FUNCTION activity_offer_rules();
CREATE TRIGGER times BEFORE INSERT ON residents_activityoffer
  FOR EACH ROW EXECUTE FUNCTION times_have_come('offered_at');
ALTER TABLE residents_activityoffer ENABLE ALWAYS TRIGGER a_rules;
CREATE TRIGGER rules BEFORE UPDATE ON residents_activityanswer
  FOR EACH ROW EXECUTE FUNCTION row_is_kept('activity_answer_is_kept');
ALTER TABLE residents_activityoffer ENABLE ALWAYS TRIGGER rules;
ALTER TABLE residents_activityoffer ENABLE ALWAYS TRIGGER times;
ALTER TABLE residents_activityanswer ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION activity_answer_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  given residents_restriction;
  written timestamptz;
BEGIN
  SELECT e.written_at INTO written FROM residents_careentry e JOIN residents_activityoffer o ON o.id = NEW.offer_id
  WHERE e.id = NEW.entry_id AND e.resident_id = NEW.resident_id AND e.kind = 'activity' AND e.amends_id IS NULL
    AND e.facility_id = o.facility_id AND e.happened_at = o.offered_at;
  IF written IS NULL THEN
    RAISE EXCEPTION 'entry' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_answer_is_of_its_entry';
  END IF;
  IF NEW.restriction_id IS NOT NULL THEN
    SELECT r.* INTO given FROM residents_restriction r JOIN residents_activityoffer o ON o.id = NEW.offer_id
    WHERE r.id = NEW.restriction_id AND r.resident_id = NEW.resident_id AND lower(r.activity) = lower(o.name)
    FOR SHARE OF r;
    IF given.id IS NULL
       OR given.decision = 'declined'
       OR given.decision = '' AND audit_now() > given.asked_at + interval '24 hours'
       OR given.decision = 'approved'
          AND given.ends_at <= (SELECT offered_at FROM residents_activityoffer WHERE id = NEW.offer_id) THEN
      RAISE EXCEPTION 'limit' USING ERRCODE = 'check_violation', CONSTRAINT = 'exclusion_has_its_limit';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_activityanswer FOR EACH ROW EXECUTE FUNCTION activity_answer_rules();
ALTER TABLE residents_activityanswer ENABLE ALWAYS TRIGGER a_rules;
"""
BACK = """
DROP TRIGGER a_rules ON residents_activityanswer;
DROP FUNCTION activity_answer_rules();
DROP TRIGGER rules ON residents_activityanswer;
DROP TRIGGER times ON residents_activityoffer;
DROP TRIGGER a_rules ON residents_activityoffer;
DROP FUNCTION activity_offer_rules();
DROP TRIGGER rules ON residents_activityoffer;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0062_activities")]
    operations = [migrations.RunSQL(DECIDED.replace(BY_CONTACT, BY_EITHER) + RULES, BACK + DECIDED)]
