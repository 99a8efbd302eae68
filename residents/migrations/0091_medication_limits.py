"""Limits of medication that could be walked around: amounts, the same drug twice, what was written later, and counts by one person."""

from django.db import migrations

RULES = """
-- In which ways a dose given at this moment is outside of its order: ``allergy`` (one that nobody answered), ``much``, ``unchecked``,
-- ``close`` (to another dose of a schedule), ``soon`` and ``many`` (as needed). The same for the page and for the rule.
-- It reads what the acting person may not: also doses of a record that is closed to them count against a limit.
CREATE FUNCTION dose_is_outside(of_order uuid, due timestamptz, moment timestamptz, taken numeric, apart_from uuid) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  ordered residents_medicationorder;
  outside text[] := '{}';
  given timestamptz[];
  apart interval;
  amended uuid := (SELECT coalesce(e.amends_id, e.id) FROM residents_medicationdose d JOIN residents_careentry e ON e.id = d.entry_id
                   WHERE d.id = apart_from);  -- the first text of the dose that is amended
BEGIN
  SELECT * INTO ordered FROM residents_medicationorder
  WHERE id = of_order AND resident_id IN (SELECT access_ids('residents', ARRAY['log_care']));
  IF NOT FOUND THEN RETURN outside; END IF;
  IF EXISTS (SELECT FROM medication_allergies(ordered.resident_id, ordered.drug, moment) allergy
             WHERE ordered.allergy_answer !~ '\\S' OR strpos(ordered.allergies_known, allergy) = 0) THEN
    outside := outside || 'allergy'::text;
  END IF;
  IF taken > ordered.amount THEN outside := outside || 'much'::text; END IF;
  IF (ordered.controlled OR ordered.psychotropic) AND moment < ordered.checked_at THEN outside := outside || 'unchecked'::text; END IF;
  SELECT coalesce(array_agg(e.happened_at), '{}') INTO given
  FROM residents_medicationorder o JOIN residents_medicationdose d ON d.order_id = o.id JOIN residents_careentry e ON e.id = d.entry_id
  WHERE o.resident_id = ordered.resident_id AND d.outcome = 'given'
    AND (d.order_id, d.due_at) IS DISTINCT FROM (of_order, coalesce(due, '-infinity')) -- that is the same dose
    AND coalesce(e.amends_id, e.id) IS DISTINCT FROM amended
    AND NOT EXISTS (SELECT FROM residents_medicationdose later WHERE later.amends_id = d.id)
    AND e.happened_at > moment - interval '24 hours' AND e.happened_at < moment + interval '24 hours'
    AND CASE WHEN ordered.as_needed THEN medication_ingredient(o.drug) = medication_ingredient(ordered.drug)
             ELSE o.id IN (ordered.id, ordered.replaces_id) END;
  IF NOT ordered.as_needed THEN
    -- Half the shortest time between two of its times, the last of a day and the first of the next among them.
    SELECT min(coalesce(next - clock, interval '24 hours' - (clock - earliest))) / 2 INTO apart
    FROM (SELECT clock, lead(clock) OVER (ORDER BY clock) AS next, min(clock) OVER () AS earliest
          FROM (SELECT DISTINCT unnest(ordered.times) AS clock) once) each;
    IF EXISTS (SELECT FROM unnest(given) other WHERE greatest(other - moment, moment - other) < apart) THEN
      outside := outside || 'close'::text;
    END IF;
    RETURN outside;
  END IF;
  IF EXISTS (SELECT FROM unnest(given) other
             WHERE greatest(other - moment, moment - other) < ordered.hours_between * interval '1 hour') THEN
    outside := outside || 'soon'::text;
  END IF;
  given := given || moment;
  IF EXISTS (SELECT FROM unnest(given) began
      WHERE began <= moment AND began > moment - interval '24 hours'
        AND (SELECT count(*) FROM unnest(given) other WHERE other >= began AND other < began + interval '24 hours') > ordered.most_in_day) THEN
    outside := outside || 'many'::text;
  END IF;
  RETURN outside;
END $$;
REVOKE EXECUTE ON FUNCTION dose_is_outside(uuid, timestamptz, timestamptz, numeric, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dose_is_outside(uuid, timestamptz, timestamptz, numeric, uuid) TO placement_app;

CREATE OR REPLACE FUNCTION medication_order_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
    IF NEW.allergy_answer !~ '\\S' AND EXISTS (SELECT FROM medication_allergies(NEW.resident_id, NEW.drug, audit_now())) THEN
      RAISE EXCEPTION 'allergy' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_allergy_is_answered';
    END IF;
    -- By the calendar of the home; of somebody who lives in none, by the latest calendar there is.
    IF NEW.consent_on > coalesce(
        (SELECT (NEW.starts_at AT TIME ZONE f.time_zone)::date FROM facilities_placement p JOIN facilities_facility f ON f.id = p.facility_id
         WHERE p.resident_id = NEW.resident_id AND p.status = 'active'),
        ((NEW.starts_at AT TIME ZONE 'UTC') + interval '14 hours')::date) THEN
      RAISE EXCEPTION 'consent' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_starts_after_its_consent';
    END IF;
    IF NOT NEW.psychotropic AND EXISTS (
        SELECT FROM known_drugs() known JOIN medication_words(NEW.drug) named ON named = known.word WHERE known.psychotropic) THEN
      RAISE EXCEPTION 'psychotropic' USING ERRCODE = 'check_violation', CONSTRAINT = 'psychotropic_drug_is_marked';
    END IF;
    IF NOT NEW.controlled AND EXISTS (
        SELECT FROM known_drugs() known JOIN medication_words(NEW.drug) named ON named = known.word WHERE known.controlled) THEN
      RAISE EXCEPTION 'controlled' USING ERRCODE = 'check_violation', CONSTRAINT = 'controlled_drug_is_marked';
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

CREATE OR REPLACE FUNCTION medication_dose_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_medicationdose := NEW;
  ordered residents_medicationorder;
  entry residents_careentry;
  before residents_medicationdose;
  first_entry uuid;
  moment timestamptz;
  outside text[] := '{}';
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
      -- Whoever wrote any of its texts is one of the two already.
      IF EXISTS (SELECT FROM residents_careentry told JOIN residents_careentry mine ON mine.id = NEW.entry_id
                 WHERE coalesce(mine.amends_id, mine.id) IN (told.id, told.amends_id) AND told.written_by_id = NEW.witness_id) THEN
        RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_witnessed_by_another';
      END IF;
      IF EXISTS (SELECT FROM residents_medicationdose WHERE amends_id = NEW.id) THEN
        RAISE EXCEPTION 'older' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_signed_is_the_newest';
      END IF;
      NEW.witnessed_at := audit_now();
    END IF;
    IF NEW.effect_at IS NOT NULL AND OLD.effect_at IS NULL THEN NEW.effect_at := audit_now(); END IF;
    RETURN NEW;
  END IF;

  -- Doses of the same drug wait for each other, so that a limit sees them all.
  PERFORM FROM residents_medicationorder one JOIN residents_medicationorder other ON other.resident_id = one.resident_id
  WHERE one.id = NEW.order_id AND medication_ingredient(other.drug) = medication_ingredient(one.drug)
  ORDER BY other.id FOR NO KEY UPDATE OF other;
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
     OR NEW.outcome = 'given' AND (entry.happened_at < ordered.starts_at OR entry.happened_at >= ordered.stopped_at
       OR entry.happened_at >= ordered.ends_at + interval '4 hours') THEN
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
  IF entry.happened_at < ordered.entered_at - interval '24 hours' THEN
    RAISE EXCEPTION 'older' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_not_older_than_its_order';
  END IF;
  IF NEW.outcome = 'given' AND EXISTS (
      SELECT FROM residents_incidentresident r JOIN residents_incident i ON i.id = r.incident_id
      WHERE r.resident_id = NEW.resident_id AND i.facility_id = entry.facility_id AND i.kind = 'missing' AND i.status <> 'closed'
        AND i.happened_at <= entry.happened_at AND NOT EXISTS (
          SELECT FROM residents_careentry e
          WHERE e.resident_id = NEW.resident_id AND e.kind IN ('head_count', 'sleep')
            AND e.happened_at > i.happened_at AND e.happened_at <= entry.happened_at
            AND e.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake') AND NOT entry_has_newer(e))) THEN
    RAISE EXCEPTION 'missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_not_given_to_who_is_missing';
  END IF;
  IF NEW.outcome = 'given' THEN
    outside := dose_is_outside(NEW.order_id, NEW.due_at, entry.happened_at, NEW.amount, NEW.amends_id);
  END IF;
  NEW.error := cardinality(outside) > 0;
  -- What was really given is written down all the same: with the report of a medication error, and why.
  IF NEW.error AND (NEW.incident_id IS NULL OR NEW.why !~ '\\S') THEN
    IF 'allergy' = ANY (outside) THEN
      RAISE EXCEPTION 'allergy' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_meets_no_new_allergy';
    END IF;
    IF 'much' = ANY (outside) THEN
      RAISE EXCEPTION 'much' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_not_too_much';
    END IF;
    IF 'unchecked' = ANY (outside) THEN
      RAISE EXCEPTION 'unchecked' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_was_not_before_the_check';
    END IF;
    IF 'close' = ANY (outside) THEN
      RAISE EXCEPTION 'close' USING ERRCODE = 'check_violation', CONSTRAINT = 'doses_are_not_too_close';
    END IF;
    IF 'soon' = ANY (outside) THEN
      RAISE EXCEPTION 'soon' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_is_not_too_soon';
    END IF;
    IF 'many' = ANY (outside) THEN
      RAISE EXCEPTION 'many' USING ERRCODE = 'check_violation', CONSTRAINT = 'doses_are_not_too_many';
    END IF;
  END IF;
  IF NEW.incident_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_incident i JOIN residents_incidentresident named ON named.incident_id = i.id
      WHERE i.id = NEW.incident_id AND i.kind = 'medication' AND i.facility_id = entry.facility_id
        AND named.resident_id = NEW.resident_id) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'dose_error_is_in_its_incident';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION medication_count_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_written residents_medicationcount := NEW;
  ordered residents_medicationorder;
  last residents_medicationcount;
  since timestamptz;
  afterwards numeric;  -- given after the last count
  otherwise numeric;   -- how much less was given before it than was written when it was counted
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
    since := coalesce(last.counted_at, '-infinity');
    WITH told AS (
      SELECT coalesce(e.amends_id, e.id) AS first, e.happened_at, e.written_at, CASE WHEN d.outcome = 'given' THEN d.amount ELSE 0 END AS taken,
             EXISTS (SELECT FROM residents_medicationdose later WHERE later.amends_id = d.id) AS is_amended
      FROM residents_medicationdose d JOIN residents_careentry e ON e.id = d.entry_id WHERE d.order_id = NEW.order_id
    ), known AS (
      SELECT DISTINCT ON (first) happened_at, taken FROM told WHERE written_at <= since ORDER BY first, written_at DESC
    )
    SELECT (SELECT coalesce(sum(taken), 0) FROM told WHERE NOT is_amended AND happened_at > since),
           (SELECT coalesce(sum(taken), 0) FROM known WHERE happened_at <= since)
             - (SELECT coalesce(sum(taken), 0) FROM told WHERE NOT is_amended AND happened_at <= since)
    INTO afterwards, otherwise;
    -- What was written afterwards about the time before the last count explains its difference, or else is expected from now on:
    -- a dose that was taken back must be in the box again.
    IF otherwise * (last.counted - last.expected) > 0 THEN
      otherwise := otherwise - sign(otherwise) * least(abs(otherwise), abs(last.counted - last.expected));
    END IF;
    -- What one person alone has destroyed is still expected.
    NEW.expected := coalesce(last.counted, 0) + otherwise - afterwards + NEW.received - NEW.removed
      + CASE WHEN last.witness_id IS NULL THEN coalesce(last.removed, 0) ELSE 0 END;
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
    IF NEW.settled_by_id = OLD.counted_by_id THEN
      RAISE EXCEPTION 'own' USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_settled_by_another';
    END IF;
    NEW.settled_at := audit_now();
  END IF;
  RETURN NEW;
END $$;

-- An entry that says medication belongs to a dose, so that nothing stands in the care log that no order knows.
CREATE FUNCTION medication_entry_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_medicationdose WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION 'no dose' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_entry_has_its_dose';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION medication_entry_rules() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER y_medication AFTER INSERT OR UPDATE OF kind ON residents_careentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.kind = 'medication') EXECUTE FUNCTION medication_entry_rules();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER y_medication;

DROP FUNCTION medication_meets_allergy(uuid, text);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0090_known_drugs"), ("facilities", "0072_who_gives_medication")]
    operations = [migrations.RunSQL(RULES)]
