"""Nobody is placed while a court keeps the record sealed, and what follows from a report of several young people is still told."""

from django.db import migrations

from placement.database.functions import changed_function

RULES = """
-- A record that is opened for the court for a time closes again by itself: whoever was placed meanwhile could not be cared for.
CREATE FUNCTION sealed_record_is_not_placed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.status IN ('open', 'proposed', 'approved', 'active') AND EXISTS (
      SELECT FROM residents_sealedrecord r JOIN residents_sealingorder o ON o.record_id = r.id
      WHERE r.resident_id = NEW.resident_id AND o.kind = 'seal' AND o.decision = 'confirmed' AND o.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'sealed' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_record_is_not_placed';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION sealed_record_is_not_placed() FROM PUBLIC;
CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OF status ON facilities_placement
  FOR EACH ROW EXECUTE FUNCTION sealed_record_is_not_placed();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER sealed;
CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OF status ON facilities_referral
  FOR EACH ROW EXECUTE FUNCTION sealed_record_is_not_placed();
ALTER TABLE facilities_referral ENABLE ALWAYS TRIGGER sealed;
"""
BACK = "DROP FUNCTION sealed_record_is_not_placed() CASCADE;"
# Everybody is barred from a sealed record, and a report that names somebody else too still needs its readers.
TOLD = ("(SELECT access_barred(who))", "(SELECT access_conflicts(who))")
MAY_BE_TOLD = "incident_may_be_told(uuid, uuid)"


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0221_own_shifts_say_nothing"),
        ("residents", "0261_sealed_records_kept"),
    ]
    operations = [
        migrations.RunSQL(RULES, BACK),
        migrations.RunSQL(changed_function(MAY_BE_TOLD, TOLD), changed_function(MAY_BE_TOLD, TOLD[::-1])),
    ]
