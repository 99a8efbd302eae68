"""Rules of medication that hold whatever writes: who orders, checks and stops, when a dose is due, and what a count expects."""

from django.db import migrations

RULES = """
-- The moment at which a clock of the zone shows this time on this day. Of the two in the night in which clocks go back the first;
-- a time that is skipped in spring comes as much later as clocks jump (02:30 is then 03:30).
CREATE FUNCTION medication_moment(day date, clock time, zone text) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN (later - interval '1 hour') AT TIME ZONE zone = day + clock THEN later - interval '1 hour' ELSE later END
  FROM (SELECT (day + clock) AT TIME ZONE zone AS later) told
$$;

CREATE FUNCTION medication_is_due(times time[], days smallint[], zone text, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM unnest(times) clock, (VALUES ((moment AT TIME ZONE zone)::date), ((moment AT TIME ZONE zone)::date - 1)) d(day)
    WHERE medication_moment(day, clock, zone) = moment AND extract(isodow FROM day)::smallint = ANY (days))
$$;

-- Whether somebody may give medication themselves, and not only watch how it is taken. The one place that says so:
-- as long as no credentials are kept, it is the administrator of the home.
CREATE FUNCTION may_administer(who uuid, home uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT FROM facilities_assignment
                 WHERE person_id = who AND facility_id = home AND role = 'admin'
                   AND starts_at <= moment AND (ends_at IS NULL OR ends_at > moment));
END $$;
REVOKE EXECUTE ON FUNCTION may_administer(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_administer(uuid, uuid, timestamptz) TO placement_app;

-- The words of an allergy and of a drug that can be compared: at least four letters, and none that says nothing.
CREATE FUNCTION medication_words(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT word FROM regexp_split_to_table(lower(said), '[^[:alpha:]]+') word
  WHERE length(word) >= 4
    AND word NOT IN ('allergy', 'allergic', 'allergies', 'severe', 'mild', 'with', 'from', 'tablet', 'tablets', 'cream', 'drops')
$$;

-- The allergies in force that name the drug, or begin as it does. By name only: which drugs are related, nobody here knows.
CREATE FUNCTION medication_meets_allergy(who uuid, drug text) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM residents_safetyalert a, medication_words(a.text) known, medication_words(drug) named
    WHERE a.resident_id = who AND a.kind = 'allergy' AND a.starts_at <= audit_now() AND (a.ends_at IS NULL OR a.ends_at > audit_now())
      AND (starts_with(known, named) OR starts_with(named, known)));
END $$;

CREATE FUNCTION medication_order_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_medicationorder := NEW;
  orders text[] := ARRAY['write_clinical', 'keep_case', 'accept_placement'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.entered_at := audit_now();
    IF NEW.checked_by_id IS NOT NULL OR NEW.checked_at IS NOT NULL OR NEW.stopped_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_order_is_kept';
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', orders)) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_ordered_by_who_may';
    END IF;
    IF NEW.consent_on > latest_day() THEN
      RAISE EXCEPTION 'future' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_consent_is_not_in_the_future';
    END IF;
    SELECT coalesce(string_agg(a.text, E'\\n' ORDER BY a.text), '') INTO NEW.allergies_known FROM residents_safetyalert a
    WHERE a.resident_id = NEW.resident_id AND a.kind = 'allergy' AND a.starts_at <= audit_now()
      AND (a.ends_at IS NULL OR a.ends_at > audit_now());
    IF NEW.allergy_answer !~ '\\S' AND medication_meets_allergy(NEW.resident_id, NEW.drug) THEN
      RAISE EXCEPTION 'allergy' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_allergy_is_answered';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM residents_medicationorder
        WHERE id = NEW.replaces_id AND resident_id = NEW.resident_id AND stopped_at IS NOT NULL) THEN
      RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_change_follows_a_stopped_order';
    END IF;
    RETURN NEW;
  END IF;
  as_written.checked_by_id := OLD.checked_by_id;
  as_written.checked_at := OLD.checked_at;
  as_written.stopped_by_id := OLD.stopped_by_id;
  as_written.stopped_at := OLD.stopped_at;
  as_written.stop_reason := OLD.stop_reason;
  IF as_written IS DISTINCT FROM OLD
     OR OLD.stopped_at IS NOT NULL AND NEW IS DISTINCT FROM OLD
     OR OLD.checked_at IS NOT NULL AND (NEW.checked_by_id, NEW.checked_at) IS DISTINCT FROM (OLD.checked_by_id, OLD.checked_at) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_order_is_kept';
  END IF;
  IF NEW.checked_at IS NOT NULL AND OLD.checked_at IS NULL THEN
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', orders || 'log_care'::text)) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_ordered_by_who_may';
    END IF;
    NEW.checked_at := audit_now();
  END IF;
  IF NEW.stopped_at IS NOT NULL AND OLD.stopped_at IS NULL THEN
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', orders)) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_ordered_by_who_may';
    END IF;
    NEW.stopped_at := audit_now();
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION medication_order_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_medicationorder
  FOR EACH ROW EXECUTE FUNCTION medication_order_rules();
ALTER TABLE residents_medicationorder ENABLE ALWAYS TRIGGER rules;

-- It reads what the acting person may not: also doses of a record that is closed to them count against a limit.
CREATE FUNCTION medication_dose_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_medicationdose := NEW;
  ordered residents_medicationorder;
  entry residents_careentry;
  before residents_medicationdose;
  first_entry uuid;
  moment timestamptz;
  given timestamptz[];
  too_soon boolean := false;
  too_many boolean := false;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    as_written.witness_id := OLD.witness_id;
    as_written.witnessed_at := OLD.witnessed_at;
    as_written.effect := OLD.effect;
    as_written.effect_by_id := OLD.effect_by_id;
    as_written.effect_at := OLD.effect_at;
    IF as_written IS DISTINCT FROM OLD
       OR (NEW.witness_id IS NULL) <> (NEW.witnessed_at IS NULL)
       OR OLD.witness_id IS NOT NULL AND NEW.witnessed_at <> OLD.witnessed_at
       OR OLD.effect_at IS NOT NULL AND (NEW.effect, NEW.effect_at) IS DISTINCT FROM (OLD.effect, OLD.effect_at) THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_kept';
    END IF;
    IF NEW IS DISTINCT FROM OLD AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_logged_by_who_cares';
    END IF;
    IF NEW.witness_id IS NOT NULL AND OLD.witness_id IS NULL THEN
      IF EXISTS (SELECT FROM residents_careentry WHERE id = NEW.entry_id AND written_by_id = NEW.witness_id) THEN
        RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_witnessed_by_another';
      END IF;
      NEW.witnessed_at := audit_now();
    END IF;
    IF NEW.effect_at IS NOT NULL AND OLD.effect_at IS NULL THEN NEW.effect_at := audit_now(); END IF;
    RETURN NEW;
  END IF;

  -- Doses of one order wait for each other, so that a limit sees them all.
  SELECT * INTO ordered FROM residents_medicationorder WHERE id = NEW.order_id FOR NO KEY UPDATE;
  SELECT * INTO entry FROM residents_careentry WHERE id = NEW.entry_id;
  NEW.resident_id := ordered.resident_id;
  IF NEW.witness_id IS NOT NULL OR NEW.witnessed_at IS NOT NULL OR NEW.effect <> '' THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_kept';
  END IF;
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care'])) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_logged_by_who_cares';
  END IF;
  IF entry.kind IS DISTINCT FROM 'medication' OR entry.resident_id <> ordered.resident_id
     OR entry.written_by_id IS DISTINCT FROM audit_actor() THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_of_its_entry';
  END IF;
  IF NEW.amends_id IS NOT NULL THEN
    SELECT * INTO before FROM residents_medicationdose WHERE id = NEW.amends_id;
    SELECT coalesce(amends_id, id) INTO first_entry FROM residents_careentry WHERE id = before.entry_id;
  END IF;
  IF entry.amends_id IS DISTINCT FROM first_entry
     OR NEW.amends_id IS NOT NULL AND (NEW.order_id, NEW.due_at) IS DISTINCT FROM (before.order_id, before.due_at) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_amends_what_it_is_about';
  END IF;
  IF ordered.as_needed <> (NEW.due_at IS NULL) THEN
    RAISE EXCEPTION 'due' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_due_then';
  END IF;
  moment := coalesce(NEW.due_at, entry.happened_at);
  IF moment < ordered.starts_at OR moment >= ordered.ends_at OR moment >= ordered.stopped_at
     OR NEW.outcome = 'given' AND (entry.happened_at < ordered.starts_at OR entry.happened_at >= ordered.stopped_at) THEN
    RAISE EXCEPTION 'not in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_of_an_order_in_force';
  END IF;
  IF NEW.due_at IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM facilities_facility f WHERE f.id = entry.facility_id
                   AND medication_is_due(ordered.times, ordered.days, f.time_zone, NEW.due_at)) THEN
      RAISE EXCEPTION 'due' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_due_then';
    END IF;
    IF entry.happened_at NOT BETWEEN NEW.due_at - interval '1 hour' AND NEW.due_at + interval '24 hours' THEN
      RAISE EXCEPTION 'time' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_happened_near_its_time';
    END IF;
  END IF;
  IF NEW.outcome = 'given' AND (ordered.controlled OR ordered.psychotropic) AND ordered.checked_at IS NULL THEN
    RAISE EXCEPTION 'unchecked' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_waits_for_the_check';
  END IF;
  IF NEW.how = 'administered' AND NOT may_administer(entry.written_by_id, entry.facility_id, entry.happened_at) THEN
    RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_administered_by_who_may';
  END IF;
  IF ordered.as_needed AND NEW.outcome = 'given' THEN
    SELECT coalesce(array_agg(e.happened_at), '{}') INTO given
    FROM residents_medicationdose d JOIN residents_careentry e ON e.id = d.entry_id
    WHERE d.order_id = NEW.order_id AND d.outcome = 'given' AND d.id IS DISTINCT FROM NEW.amends_id
      AND NOT EXISTS (SELECT FROM residents_medicationdose later WHERE later.amends_id = d.id)
      AND e.happened_at > entry.happened_at - interval '24 hours' AND e.happened_at < entry.happened_at + interval '24 hours';
    too_soon := EXISTS (SELECT FROM unnest(given) other
      WHERE greatest(other - entry.happened_at, entry.happened_at - other) < ordered.hours_between * interval '1 hour');
    given := given || entry.happened_at;
    too_many := EXISTS (SELECT FROM unnest(given) began
      WHERE began <= entry.happened_at AND began > entry.happened_at - interval '24 hours'
        AND (SELECT count(*) FROM unnest(given) other WHERE other >= began AND other < began + interval '24 hours') > ordered.most_in_day);
  END IF;
  NEW.error := too_soon OR too_many;
  IF NEW.error AND (NEW.incident_id IS NULL OR NEW.why !~ '\\S') THEN
    IF too_soon THEN
      RAISE EXCEPTION 'soon' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_not_too_soon';
    END IF;
    RAISE EXCEPTION 'many' USING ERRCODE = 'check_violation', CONSTRAINT = 'doses_are_not_too_many';
  END IF;
  IF NEW.incident_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_incident i JOIN residents_incidentresident named ON named.incident_id = i.id
      WHERE i.id = NEW.incident_id AND i.kind = 'medication' AND i.facility_id = entry.facility_id
        AND named.resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_error_is_in_its_incident';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION medication_dose_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_medicationdose
  FOR EACH ROW EXECUTE FUNCTION medication_dose_rules();
ALTER TABLE residents_medicationdose ENABLE ALWAYS TRIGGER rules;

-- The entry of a dose says what the dose says: it is amended together with it, and in no other way.
CREATE FUNCTION dose_entry_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM residents_medicationdose WHERE entry_id = NEW.amends_id)
       AND NOT EXISTS (SELECT FROM residents_medicationdose WHERE entry_id = NEW.id) THEN
      RAISE EXCEPTION 'dose' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_entry_is_amended_with_its_dose';
    END IF;
  ELSIF NEW IS DISTINCT FROM OLD AND EXISTS (SELECT FROM residents_medicationdose WHERE entry_id = OLD.id) THEN
    RAISE EXCEPTION 'dose' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_entry_is_amended_with_its_dose';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION dose_entry_rules() FROM PUBLIC;
CREATE TRIGGER y_dose BEFORE UPDATE ON residents_careentry FOR EACH ROW
  WHEN (OLD.kind = 'medication') EXECUTE FUNCTION dose_entry_rules();
CREATE CONSTRAINT TRIGGER y_dose_amended AFTER INSERT ON residents_careentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.amends_id IS NOT NULL) EXECUTE FUNCTION dose_entry_rules();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER y_dose;
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER y_dose_amended;

CREATE FUNCTION medication_count_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_medicationcount := NEW;
  ordered residents_medicationorder;
  last residents_medicationcount;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT * INTO ordered FROM residents_medicationorder WHERE id = NEW.order_id FOR NO KEY UPDATE;
    NEW.resident_id := ordered.resident_id;
    NEW.counted_at := audit_now();
    IF NEW.witness_id IS NOT NULL OR NEW.settled_at IS NOT NULL THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_kept';
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_logged_by_who_cares';
    END IF;
    IF NOT lived_there(NEW.resident_id, NEW.facility_id, NEW.counted_at)
       OR EXISTS (SELECT FROM facilities_shift WHERE id = NEW.shift_id AND facility_id <> NEW.facility_id) THEN
      RAISE EXCEPTION 'place' USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_of_its_home';
    END IF;
    SELECT * INTO last FROM residents_medicationcount WHERE order_id = NEW.order_id ORDER BY counted_at DESC, id DESC LIMIT 1;
    SELECT coalesce(last.counted, 0) + NEW.received - NEW.removed - coalesce(sum(d.amount), 0) INTO NEW.expected
    FROM residents_medicationdose d JOIN residents_careentry e ON e.id = d.entry_id
    WHERE d.order_id = NEW.order_id AND d.outcome = 'given'
      AND NOT EXISTS (SELECT FROM residents_medicationdose later WHERE later.amends_id = d.id)
      AND (last.id IS NULL OR e.happened_at > last.counted_at);
    RETURN NEW;
  END IF;
  as_written.witness_id := OLD.witness_id;
  as_written.witnessed_at := OLD.witnessed_at;
  as_written.settled_by_id := OLD.settled_by_id;
  as_written.settled_at := OLD.settled_at;
  as_written.settled_note := OLD.settled_note;
  IF as_written IS DISTINCT FROM OLD
     OR OLD.witness_id IS NOT NULL AND NEW.witnessed_at IS DISTINCT FROM OLD.witnessed_at
     OR OLD.settled_at IS NOT NULL
        AND (NEW.settled_at, NEW.settled_note) IS DISTINCT FROM (OLD.settled_at, OLD.settled_note) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_kept';
  END IF;
  IF NEW.witness_id IS NOT NULL AND OLD.witness_id IS NULL THEN
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['log_care'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_is_logged_by_who_cares';
    END IF;
    NEW.witnessed_at := audit_now();
  END IF;
  IF NEW.settled_at IS NOT NULL AND OLD.settled_at IS NULL THEN
    IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['manage_facility'])) THEN
      RAISE EXCEPTION 'others' USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_settled_by_the_administrator';
    END IF;
    NEW.settled_at := audit_now();
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION medication_count_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_medicationcount
  FOR EACH ROW EXECUTE FUNCTION medication_count_rules();
ALTER TABLE residents_medicationcount ENABLE ALWAYS TRIGGER rules;
"""
NO_RULES = """
DROP FUNCTION medication_count_rules() CASCADE;
DROP FUNCTION dose_entry_rules() CASCADE;
DROP FUNCTION medication_dose_rules() CASCADE;
DROP FUNCTION medication_order_rules() CASCADE;
DROP FUNCTION medication_meets_allergy(uuid, text);
DROP FUNCTION medication_words(text);
DROP FUNCTION may_administer(uuid, uuid, timestamptz);
DROP FUNCTION medication_is_due(time[], smallint[], text, timestamptz);
DROP FUNCTION medication_moment(date, time, text);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0040_medication")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
