"""The home reads the safety history as it is at the arrival, and a stay ends after what was written down in it."""

from django.db import migrations

RULES = """
-- When the safety history of a placement last changed: what is known of the young person, and what was signed for this home.
CREATE FUNCTION safety_changed_at(who uuid, referral uuid, home uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT max(changed) FROM (
    SELECT max(history_date) AS changed FROM residents_historicalharmevent WHERE resident_id = who
    UNION ALL SELECT max(history_date) FROM residents_historicalsafetyalert WHERE resident_id = who
    UNION ALL SELECT max(history_date) FROM residents_historicalseparation WHERE resident_id = who
    UNION ALL SELECT max(history_date) FROM residents_historicalseparation WHERE other_id = who
    UNION ALL SELECT max(history_date) FROM residents_historicaloutsideperson
      WHERE resident_id = who AND permission <> 'allowed'
    UNION ALL SELECT max(history_date) FROM residents_historicalexploitationlink WHERE resident_id = who
    UNION ALL SELECT max(history_date) FROM facilities_historicalwarningsignature
      WHERE referral_id = referral AND facility_id = home) facts
$$;
REVOKE EXECUTE ON FUNCTION safety_changed_at(uuid, uuid, uuid) FROM PUBLIC;

CREATE FUNCTION placement_safety() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.safety_read_at < safety_changed_at(NEW.resident_id, NEW.referral_id, NEW.facility_id) THEN
    PERFORM refuse('safety_history_was_read_as_it_is');
  END IF;
  IF NEW.starts_at < date_trunc('minute', NEW.safety_read_at) THEN PERFORM refuse('arrival_is_after_reading'); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER c_safety AFTER UPDATE ON facilities_placement FOR EACH ROW
  WHEN (NEW.status = 'active' AND OLD.status <> 'active') EXECUTE FUNCTION placement_safety();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_safety;

-- The signature under the safety history may be renewed before the arrival, by whoever reads it again; every other one stays.
CREATE OR REPLACE FUNCTION placement_signatures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.safety_read_by_id IS NOT NULL THEN PERFORM refuse('signature_is_own'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.proposed_at <> OLD.proposed_at
     OR OLD.decided_by_id IS NOT NULL
        AND (NEW.decided_at, NEW.decision_reason) IS DISTINCT FROM (OLD.decided_at, OLD.decision_reason) THEN
    PERFORM refuse('signature_stays');
  END IF;
  IF (NEW.safety_read_by_id, NEW.safety_read_at) IS DISTINCT FROM (OLD.safety_read_by_id, OLD.safety_read_at) THEN
    IF OLD.safety_read_by_id IS NOT NULL AND (
        OLD.status <> 'approved' OR NEW.safety_read_by_id IS NULL OR NEW.safety_read_at IS NULL
        OR NEW.safety_read_at <= OLD.safety_read_at) THEN
      PERFORM refuse('signature_stays');
    END IF;
    IF NEW.safety_read_by_id IS DISTINCT FROM audit_actor() THEN PERFORM refuse('signature_is_own'); END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_signatures_first BEFORE INSERT ON facilities_placement
  FOR EACH ROW EXECUTE FUNCTION placement_signatures();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_signatures_first;

-- What was written down about somebody in a home does not come to lie after the stay. An amended entry counts as amended.
CREATE FUNCTION placement_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM residents_careentry e
      WHERE e.resident_id = NEW.resident_id AND e.facility_id = NEW.facility_id
        AND e.happened_at >= OLD.starts_at AND e.happened_at > NEW.ends_at + interval '5 minutes'
        AND NOT EXISTS (SELECT FROM residents_careentry later
                        WHERE later.amends_id = coalesce(e.amends_id, e.id) AND later.written_at > e.written_at))
     OR EXISTS (
      SELECT FROM facilities_leave l
      WHERE l.placement_id = NEW.id AND l.starts_at > NEW.ends_at AND l.starts_at <= audit_now()) THEN
    PERFORM refuse('stay_ends_after_its_last_entry');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER d_end BEFORE UPDATE ON facilities_placement FOR EACH ROW
  WHEN (NEW.status = 'ended' AND OLD.status = 'active') EXECUTE FUNCTION placement_end();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER d_end;

CREATE FUNCTION placement_longer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.proposed_by_id = audit_actor() THEN PERFORM refuse('stay_is_extended_by_another'); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER c_longer AFTER UPDATE ON facilities_placement FOR EACH ROW
  WHEN (NEW.status = 'active' AND OLD.status = 'active' AND OLD.ends_at IS NOT NULL
        AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))
  EXECUTE FUNCTION placement_longer();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_longer;

CREATE FUNCTION discharge_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.written_at := audit_now();
  SELECT NEW.written_at - p.ends_at > interval '24 hours' INTO NEW.late FROM facilities_placement p WHERE p.id = NEW.placement_id;
  NEW.late := coalesce(NEW.late, false);
  IF NEW.late AND btrim(NEW.late_reason) = '' THEN PERFORM refuse('late_discharge_has_a_reason'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_time BEFORE INSERT ON facilities_discharge FOR EACH ROW EXECUTE FUNCTION discharge_time();
ALTER TABLE facilities_discharge ENABLE ALWAYS TRIGGER c_time;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0023_late_discharge")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
