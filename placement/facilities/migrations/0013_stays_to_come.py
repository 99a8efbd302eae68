"""Invariants 2 and 4 for the whole time of a stay, not only for the day of admission, and beds, holds, leaves and exceptions."""

from django.db import migrations

RULES = """
-- Until when a stay that goes on counts: a planned end that has passed is no end, as nobody has recorded one.
CREATE FUNCTION lives_until(ends_at timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN ends_at IS NULL THEN NULL ELSE greatest(ends_at, audit_now() + interval '10 minutes') END
$$;

-- Invariant 2, for one resident in one home, from a moment on until another (NULL: without end). What the home serves on
-- the first day counts, a licence that has run out goes on counting until the next, and so does each that begins meanwhile.
CREATE FUNCTION check_population(who uuid, home uuid, since timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  confirmed text := confirmed_population(who);
  zone text;
  sort text;
  first date;
  last date;
  excepted text[];
  term record;
BEGIN
  SELECT time_zone, kind INTO zone, sort FROM facilities_facility WHERE id = home;
  first := (since AT TIME ZONE zone)::date;
  last := coalesce(((until - interval '1 microsecond') AT TIME ZONE zone)::date, 'infinity');
  FOR term IN
    (SELECT population, since AS begins FROM facilities_licence WHERE facility_id = home AND valid_from <= first
     ORDER BY valid_from DESC LIMIT 1)
    UNION ALL
    SELECT population, valid_from::timestamp AT TIME ZONE zone FROM facilities_licence
    WHERE facility_id = home AND valid_from > first AND valid_from <= last
    UNION ALL
    SELECT NULL, since WHERE NOT EXISTS (SELECT FROM facilities_licence WHERE facility_id = home AND valid_from <= last)
  LOOP
    SELECT array_agg(kind) INTO excepted FROM facilities_override
    WHERE resident_id = who AND facility_id = home AND status = 'approved' AND expires_at > greatest(term.begins, audit_now());
    IF term.population = 'exclusive' THEN
      IF confirmed <> 'trafficked' THEN PERFORM refuse('home_is_for_one_population'); END IF;
    ELSIF term.population = 'foster' OR sort = 'foster' THEN
      IF NOT coalesce('foster' = ANY(excepted), false) THEN PERFORM refuse('foster_care_is_the_exception'); END IF;
    ELSIF confirmed = 'trafficked' AND NOT coalesce('population' = ANY(excepted), false) THEN
      PERFORM refuse('protected_population_is_not_mixed');
    END IF;
  END LOOP;
END $$;

-- Invariant 4, for one resident in one home, from a moment on until another (NULL: without end).
CREATE FUNCTION check_separations(who uuid, home uuid, since timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM residents_separation s
      JOIN facilities_placement p ON p.resident_id = CASE WHEN s.resident_id = who THEN s.other_id ELSE s.resident_id END
      WHERE s.kind = 'resident' AND who IN (s.resident_id, s.other_id)
        AND p.facility_id = home AND p.status = 'active'
        AND NOT isempty(tstzrange(since, until) * tstzrange(s.starts_at, s.ends_at)
                        * tstzrange(p.starts_at, lives_until(p.ends_at)))) THEN
    PERFORM refuse('separated_residents_live_apart');
  END IF;
END $$;

CREATE FUNCTION check_bed(bed uuid, since timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM facilities_bed b JOIN facilities_facility f ON f.id = b.facility_id
      WHERE b.id = bed
        AND b.closed_from <= coalesce(((until - interval '1 microsecond') AT TIME ZONE f.time_zone)::date, 'infinity')
        AND (b.closed_until IS NULL OR b.closed_until >= (since AT TIME ZONE f.time_zone)::date)) THEN
    PERFORM refuse('bed_is_in_use');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION placement_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  -- Locked, so that two people who want one bed wait for each other here and do not block each other later.
  SELECT facility_id INTO NEW.facility_id FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'proposed' THEN PERFORM refuse('placement_begins_as_a_proposal'); END IF;
    IF NEW.decided_by_id IS NOT NULL THEN PERFORM refuse('decision_is_one_step'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
      ('proposed', 'approved'), ('proposed', 'declined'), ('proposed', 'withdrawn'), ('approved', 'withdrawn'),
      ('approved', 'active'), ('active', 'ended')) THEN
    PERFORM refuse('placement_moves_one_step');
  END IF;
  IF NEW.status = 'proposed' AND NEW.decided_by_id IS NOT NULL THEN PERFORM refuse('decision_is_one_step'); END IF;
  IF NEW.resident_id <> OLD.resident_id OR NEW.bed_id <> OLD.bed_id THEN
    PERFORM refuse('placement_keeps_resident_and_bed');
  END IF;
  IF OLD.status IN ('ended', 'declined', 'withdrawn') AND NEW IS DISTINCT FROM OLD
     OR OLD.status = 'active' AND NEW.starts_at <> OLD.starts_at THEN
    PERFORM refuse('finished_placement_stays');
  END IF;
  IF NEW.status = 'ended' AND OLD.status = 'active' AND NEW.ends_at > audit_now() + interval '5 minutes' THEN
    PERFORM refuse('stay_is_not_ended_in_the_future');
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION placement_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  day date;
  age int;
  places int;
  lowest int;
  highest int;
  needed int;
  gender text;
  licence facilities_licence;
  longer boolean;
BEGIN
  IF NEW.status NOT IN ('proposed', 'approved', 'active') THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.starts_at = OLD.starts_at THEN
    longer := OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at);
    IF NEW.status <> 'active' OR NOT longer THEN RETURN NULL; END IF;
  END IF;
  PERFORM FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  IF longer IS NULL AND EXISTS (
      SELECT FROM facilities_hold h JOIN facilities_referral r ON r.id = h.referral_id
      WHERE h.bed_id = NEW.bed_id AND r.resident_id <> NEW.resident_id
        AND h.starts_at <= audit_now() AND h.ends_at > audit_now()) THEN
    PERFORM refuse('bed_is_held_for_another');
  END IF;
  IF NEW.status <> 'active' THEN RETURN NULL; END IF;

  -- One admission at a time into a home: the next one waits here and then counts this one.
  PERFORM FROM facilities_facility WHERE id = NEW.facility_id FOR NO KEY UPDATE;
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  IF longer THEN  -- the stay goes on for longer than was checked when it began
    PERFORM check_bed(NEW.bed_id, audit_now(), lives_until(NEW.ends_at));
    PERFORM check_population(NEW.resident_id, NEW.facility_id, audit_now(), lives_until(NEW.ends_at));
    PERFORM check_separations(NEW.resident_id, NEW.facility_id, audit_now(), lives_until(NEW.ends_at));
    RETURN NULL;
  END IF;
  IF NEW.starts_at > audit_now() + interval '5 minutes' THEN PERFORM refuse('admission_is_not_in_the_future'); END IF;
  -- Also where the planned end of the other stay has passed: as long as nobody has ended it, somebody sleeps there.
  IF EXISTS (SELECT FROM facilities_placement WHERE bed_id = NEW.bed_id AND status = 'active' AND id <> NEW.id) THEN
    PERFORM refuse('bed_holds_one_resident');
  END IF;
  IF EXISTS (SELECT FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' AND id <> NEW.id) THEN
    PERFORM refuse('resident_is_in_one_bed');
  END IF;
  SELECT (NEW.starts_at AT TIME ZONE f.time_zone)::date INTO day FROM facilities_facility f WHERE f.id = NEW.facility_id;

  SELECT * INTO licence FROM facilities_licence l
  WHERE l.facility_id = NEW.facility_id AND l.valid_from <= day AND (l.valid_to IS NULL OR l.valid_to >= day);
  IF licence.id IS NULL OR licence.status <> 'licensed' THEN PERFORM refuse('licence_is_in_force'); END IF;
  IF EXISTS (SELECT FROM facilities_licencecondition c WHERE c.licence_id = licence.id AND c.kind = 'no_admissions'
             AND c.starts_on <= day AND (c.ends_on IS NULL OR c.ends_on >= day)) THEN
    PERFORM refuse('licence_allows_admissions');
  END IF;
  SELECT least(licence.capacity, min(c.value) FILTER (WHERE c.kind = 'max_capacity')),
         greatest(licence.min_age, max(c.value) FILTER (WHERE c.kind = 'min_age')),
         least(licence.max_age, min(c.value) FILTER (WHERE c.kind = 'max_age'))
  INTO places, lowest, highest
  FROM facilities_licencecondition c
  WHERE c.licence_id = licence.id AND c.starts_on <= day AND (c.ends_on IS NULL OR c.ends_on >= day);

  -- A back-dated admission must leave room for those who came after it, too.
  IF NOT waived(licence.id, 'capacity', day) AND places < (
      SELECT max(n) FROM (
        SELECT count(*) AS n
        FROM (SELECT NEW.starts_at AS t UNION
              SELECT q.starts_at FROM facilities_placement q
              WHERE q.facility_id = NEW.facility_id AND q.status IN ('active', 'ended') AND q.starts_at > NEW.starts_at
                AND (NEW.ends_at IS NULL OR q.starts_at < lives_until(NEW.ends_at))) arrival
        JOIN facilities_placement p ON p.facility_id = NEW.facility_id AND p.status IN ('active', 'ended')
          AND p.starts_at <= arrival.t
          AND (p.ends_at IS NULL OR p.ends_at > arrival.t OR p.status = 'active' AND lives_until(p.ends_at) > arrival.t)
        GROUP BY arrival.t) lived) THEN
    PERFORM refuse('licence_capacity_holds');
  END IF;
  SELECT extract(year FROM age(day, i.birth_date)), r.sex INTO age, gender
  FROM residents_resident r LEFT JOIN residents_identity i ON i.resident_id = r.id WHERE r.id = NEW.resident_id;
  IF NOT waived(licence.id, 'age', day) AND (age IS NULL OR age NOT BETWEEN lowest AND highest) THEN
    PERFORM refuse('licence_age_holds');
  END IF;
  IF NOT waived(licence.id, 'sex', day) AND NOT gender = ANY(licence.sexes) THEN PERFORM refuse('licence_sex_holds'); END IF;
  SELECT a.level INTO needed FROM residents_levelassessment a
  WHERE a.resident_id = NEW.resident_id ORDER BY a.assessed_on DESC, a.written_at DESC LIMIT 1;
  IF NOT waived(licence.id, 'level', day) AND (needed IS NULL OR NOT needed = ANY(licence.levels)) THEN
    PERFORM refuse('licence_level_holds');
  END IF;
  PERFORM check_bed(NEW.bed_id, NEW.starts_at, lives_until(NEW.ends_at));
  PERFORM check_population(NEW.resident_id, NEW.facility_id, NEW.starts_at, lives_until(NEW.ends_at));
  PERFORM check_separations(NEW.resident_id, NEW.facility_id, NEW.starts_at, lives_until(NEW.ends_at));
  RETURN NULL;
END $$;

-- The same invariants from the other side: a home, a licence, a designation or a separation that changes under a stay.
CREATE FUNCTION check_those_who_live_in(home uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  FOR living IN SELECT resident_id, ends_at FROM facilities_placement WHERE facility_id = home AND status = 'active' LOOP
    PERFORM check_population(living.resident_id, home, audit_now(), lives_until(living.ends_at));
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION licence_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM facilities_facility WHERE id = NEW.facility_id FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND NEW.facility_id <> OLD.facility_id THEN PERFORM refuse('licence_stays_with_its_home'); END IF;
  IF TG_OP = 'UPDATE' AND NEW.population = OLD.population AND NEW.valid_from = OLD.valid_from
     AND NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to THEN
    RETURN NULL;
  END IF;
  PERFORM check_those_who_live_in(NEW.facility_id);
  RETURN NULL;
END $$;

CREATE FUNCTION kind_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM check_those_who_live_in(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER rules AFTER UPDATE OF kind ON facilities_facility
  FOR EACH ROW WHEN (NEW.kind IS DISTINCT FROM OLD.kind) EXECUTE FUNCTION kind_rules();
ALTER TABLE facilities_facility ENABLE ALWAYS TRIGGER rules;

CREATE OR REPLACE FUNCTION designation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  FOR living IN SELECT facility_id, ends_at FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' LOOP
    PERFORM check_population(NEW.resident_id, living.facility_id, audit_now(), lives_until(living.ends_at));
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION separation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  PERFORM FROM residents_resident WHERE id IN (NEW.resident_id, NEW.other_id) ORDER BY id FOR NO KEY UPDATE;
  FOR living IN SELECT facility_id, ends_at FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' LOOP
    PERFORM check_separations(NEW.resident_id, living.facility_id, audit_now(), lives_until(living.ends_at));
  END LOOP;
  RETURN NULL;
END $$;

DROP FUNCTION check_population(uuid, uuid, date);
DROP FUNCTION check_separations(uuid, uuid, timestamptz);
"""

AROUND = """
CREATE OR REPLACE FUNCTION hold_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE who uuid;
BEGIN
  PERFORM FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  SELECT resident_id INTO who FROM facilities_referral WHERE id = NEW.referral_id;
  IF NEW.ends_at > NEW.starts_at AND EXISTS (
      SELECT FROM facilities_placement p WHERE p.bed_id = NEW.bed_id AND p.resident_id <> who
        AND p.status IN ('proposed', 'approved', 'active')
        AND (p.ends_at IS NULL OR p.ends_at > NEW.starts_at OR p.status = 'active' AND lives_until(p.ends_at) > NEW.starts_at)) THEN
    PERFORM refuse('held_bed_is_free');
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.bed_id = OLD.bed_id AND NEW.ends_at <= OLD.ends_at THEN RETURN NULL; END IF;
  IF NEW.ends_at > audit_now() + interval '7 days 1 hour' THEN PERFORM refuse('hold_lasts_a_week'); END IF;
  IF NEW.ends_at > NEW.starts_at THEN PERFORM check_bed(NEW.bed_id, NEW.starts_at, NEW.ends_at); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION closing_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  zone text;
  closed tstzrange;
BEGIN
  SELECT time_zone INTO zone FROM facilities_facility WHERE id = NEW.facility_id;
  closed := tstzrange(NEW.closed_from::timestamp AT TIME ZONE zone, (NEW.closed_until + 1)::timestamp AT TIME ZONE zone);
  IF EXISTS (SELECT FROM facilities_placement WHERE bed_id = NEW.id AND (
               status = 'active' AND tstzrange(starts_at, lives_until(ends_at)) && closed
               OR status IN ('proposed', 'approved') AND tstzrange(starts_at, ends_at) && closed))
     OR EXISTS (SELECT FROM facilities_hold WHERE bed_id = NEW.id AND ends_at > audit_now()
                AND tstzrange(starts_at, ends_at) && closed) THEN
    PERFORM refuse('closed_bed_is_empty');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER closing BEFORE UPDATE ON facilities_bed FOR EACH ROW
  WHEN (NEW.closed_from IS NOT NULL AND (NEW.closed_from, NEW.closed_until) IS DISTINCT FROM (OLD.closed_from, OLD.closed_until))
  EXECUTE FUNCTION closing_rules();
ALTER TABLE facilities_bed ENABLE ALWAYS TRIGGER closing;

CREATE OR REPLACE FUNCTION override_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'proposed' THEN PERFORM refuse('override_begins_as_a_proposal'); END IF;
    IF NEW.expires_at > audit_now() + interval '180 days 1 hour' THEN PERFORM refuse('override_lasts_half_a_year'); END IF;
  ELSIF OLD.status <> 'proposed' AND NEW IS DISTINCT FROM OLD THEN
    PERFORM refuse('override_decision_stays');
  ELSIF NEW.resident_id <> OLD.resident_id OR NEW.facility_id <> OLD.facility_id OR NEW.kind <> OLD.kind
        OR NEW.expires_at <> OLD.expires_at OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at THEN
    PERFORM refuse('override_decision_stays');
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION leave_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM facilities_placement p WHERE p.id = NEW.placement_id AND p.status = 'active'
                 AND p.starts_at <= NEW.starts_at AND (p.ends_at IS NULL OR p.ends_at >= NEW.ends_at)) THEN
    PERFORM refuse('leave_is_within_the_stay');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE OF placement_id, starts_at, ends_at ON facilities_leave
  FOR EACH ROW EXECUTE FUNCTION leave_rules();
ALTER TABLE facilities_leave ENABLE ALWAYS TRIGGER b_rules;

-- What the authority wrote under one licence is not moved under another, and a condition has a time in which it holds.
CREATE FUNCTION term_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.licence_id <> OLD.licence_id THEN PERFORM refuse('term_stays_with_its_licence'); END IF;
  IF NEW.ends_on < NEW.starts_on AND TG_TABLE_NAME = 'facilities_licencecondition' THEN
    PERFORM refuse('condition_ends_after_start');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_licencecondition FOR EACH ROW EXECUTE FUNCTION term_rules();
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_waiver FOR EACH ROW EXECUTE FUNCTION term_rules();
ALTER TABLE facilities_licencecondition ENABLE ALWAYS TRIGGER rules;
ALTER TABLE facilities_waiver ENABLE ALWAYS TRIGGER rules;

CREATE TRIGGER times BEFORE INSERT OR UPDATE ON facilities_placement
  FOR EACH ROW EXECUTE FUNCTION times_have_come('proposed_at', 'decided_at', 'safety_read_at');
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON facilities_override
  FOR EACH ROW EXECUTE FUNCTION times_have_come('proposed_at', 'decided_at');
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON facilities_shift
  FOR EACH ROW EXECUTE FUNCTION times_have_come('signed_at');
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER times;
ALTER TABLE facilities_override ENABLE ALWAYS TRIGGER times;
ALTER TABLE facilities_shift ENABLE ALWAYS TRIGGER times;

-- These answer about any resident or home with the owner's eyes, so only triggers may ask.
REVOKE EXECUTE ON FUNCTION confirmed_population(uuid), waived(uuid, text, date), check_those_who_live_in(uuid),
  check_population(uuid, uuid, timestamptz, timestamptz), check_separations(uuid, uuid, timestamptz, timestamptz),
  check_bed(uuid, timestamptz, timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0012_checks_and_corrections"), ("residents", "0011_true_times")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop), migrations.RunSQL(AROUND, migrations.RunSQL.noop)]
