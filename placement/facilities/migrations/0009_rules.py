"""Invariants 2, 3 and 4, holds, and the steps that referrals, exceptions, placements and shifts may take."""

from django.db import migrations

RULES = """
CREATE SEQUENCE facilities_referral_number_seq START 1001;
GRANT USAGE ON SEQUENCE facilities_referral_number_seq TO placement_app;

CREATE FUNCTION refuse(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', name USING ERRCODE = 'check_violation', CONSTRAINT = name;
END $$;

-- Invariant 2, for one resident in one home. day: the home's own date. Two or more licences never overlap.
CREATE FUNCTION check_population(who uuid, home uuid, day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  serves text;
  confirmed text := confirmed_population(who);
  excepted text[];
BEGIN
  SELECT population INTO serves FROM facilities_licence WHERE facility_id = home
  ORDER BY (valid_from <= day AND (valid_to IS NULL OR valid_to >= day)) DESC, valid_from DESC LIMIT 1;
  SELECT array_agg(kind) INTO excepted FROM facilities_override
  WHERE resident_id = who AND facility_id = home AND status = 'approved' AND expires_at > audit_now();
  IF serves = 'exclusive' AND confirmed IS NOT NULL AND confirmed <> 'trafficked' THEN
    PERFORM refuse('home_is_for_one_population');
  ELSIF serves = 'foster' AND NOT coalesce('foster' = ANY(excepted), false) THEN
    PERFORM refuse('foster_care_is_the_exception');
  ELSIF serves IS DISTINCT FROM 'exclusive' AND serves IS DISTINCT FROM 'foster' AND confirmed = 'trafficked'
        AND NOT coalesce('population' = ANY(excepted), false) THEN
    PERFORM refuse('protected_population_is_not_mixed');
  END IF;
END $$;

-- Invariant 4, for one resident in one home from a moment on.
CREATE FUNCTION check_separations(who uuid, home uuid, moment timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM residents_separation s
      JOIN facilities_placement p ON p.resident_id = CASE WHEN s.resident_id = who THEN s.other_id ELSE s.resident_id END
      WHERE s.kind = 'resident' AND who IN (s.resident_id, s.other_id)
        AND p.facility_id = home AND p.status = 'active'
        AND NOT isempty(tstzrange(moment, NULL) * tstzrange(s.starts_at, s.ends_at) * tstzrange(p.starts_at, p.ends_at))) THEN
    PERFORM refuse('separated_residents_live_apart');
  END IF;
END $$;

CREATE FUNCTION placement_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  -- Locked, so that two people who want one bed wait for each other here and do not block each other later.
  SELECT facility_id INTO NEW.facility_id FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'proposed' THEN PERFORM refuse('placement_begins_as_a_proposal'); END IF;
    RETURN NEW;
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
      ('proposed', 'approved'), ('proposed', 'declined'), ('proposed', 'withdrawn'), ('approved', 'withdrawn'),
      ('approved', 'active'), ('active', 'ended')) THEN
    PERFORM refuse('placement_moves_one_step');
  END IF;
  IF NEW.resident_id <> OLD.resident_id OR (NEW.bed_id <> OLD.bed_id AND OLD.status <> 'proposed') THEN
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
CREATE TRIGGER a_steps BEFORE INSERT OR UPDATE ON facilities_placement FOR EACH ROW EXECUTE FUNCTION placement_steps();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER a_steps;

CREATE FUNCTION placement_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
  bed facilities_bed;
BEGIN
  IF NEW.status NOT IN ('proposed', 'approved', 'active') THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.bed_id = OLD.bed_id AND NEW.starts_at = OLD.starts_at THEN
    RETURN NULL;
  END IF;
  SELECT * INTO bed FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM facilities_hold h JOIN facilities_referral r ON r.id = h.referral_id
             WHERE h.bed_id = NEW.bed_id AND r.resident_id <> NEW.resident_id
               AND h.starts_at <= audit_now() AND h.ends_at > audit_now()) THEN
    PERFORM refuse('bed_is_held_for_another');
  END IF;
  IF NEW.status <> 'active' THEN RETURN NULL; END IF;

  -- One admission at a time into a home: the next one waits here and then counts this one.
  PERFORM FROM facilities_facility WHERE id = NEW.facility_id FOR NO KEY UPDATE;
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  IF NEW.starts_at > audit_now() + interval '5 minutes' THEN PERFORM refuse('admission_is_not_in_the_future'); END IF;
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
                AND (NEW.ends_at IS NULL OR q.starts_at < NEW.ends_at)) arrival
        JOIN facilities_placement p ON p.facility_id = NEW.facility_id AND p.status IN ('active', 'ended')
          AND p.starts_at <= arrival.t AND (p.ends_at IS NULL OR p.ends_at > arrival.t)
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
  WHERE a.resident_id = NEW.resident_id ORDER BY a.assessed_on DESC, a.id DESC LIMIT 1;
  IF NOT waived(licence.id, 'level', day) AND (needed IS NULL OR NOT needed = ANY(licence.levels)) THEN
    PERFORM refuse('licence_level_holds');
  END IF;
  IF bed.closed_from <= day AND (bed.closed_until IS NULL OR bed.closed_until >= day) THEN
    PERFORM refuse('bed_is_in_use');
  END IF;
  PERFORM check_population(NEW.resident_id, NEW.facility_id, day);
  PERFORM check_separations(NEW.resident_id, NEW.facility_id, NEW.starts_at);
  RETURN NULL;
END $$;
CREATE FUNCTION waived(licence uuid, what text, day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM facilities_waiver w WHERE w.licence_id = licence AND w.kind = what
                 AND w.starts_on <= day AND w.ends_on >= day)
$$;
CREATE TRIGGER b_rules AFTER INSERT OR UPDATE ON facilities_placement FOR EACH ROW EXECUTE FUNCTION placement_rules();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER b_rules;

-- The same invariants from the other side: a licence, a designation or a separation that changes under an active stay.
CREATE FUNCTION licence_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  PERFORM FROM facilities_facility WHERE id = NEW.facility_id FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' AND NEW.facility_id <> OLD.facility_id THEN PERFORM refuse('licence_stays_with_its_home'); END IF;
  IF TG_OP = 'UPDATE' AND NEW.population = OLD.population AND NEW.valid_from = OLD.valid_from
     AND NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to THEN
    RETURN NULL;
  END IF;
  FOR living IN SELECT resident_id FROM facilities_placement WHERE facility_id = NEW.facility_id AND status = 'active' LOOP
    PERFORM check_population(living.resident_id, NEW.facility_id, audit_now()::date);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER rules AFTER INSERT OR UPDATE ON facilities_licence FOR EACH ROW EXECUTE FUNCTION licence_rules();
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION designation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
  FOR living IN SELECT facility_id FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' LOOP
    PERFORM check_population(NEW.resident_id, living.facility_id, audit_now()::date);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER homes AFTER INSERT ON residents_populationdesignation FOR EACH ROW EXECUTE FUNCTION designation_rules();
ALTER TABLE residents_populationdesignation ENABLE ALWAYS TRIGGER homes;

CREATE FUNCTION separation_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE living record;
BEGIN
  PERFORM FROM residents_resident WHERE id IN (NEW.resident_id, NEW.other_id) ORDER BY id FOR NO KEY UPDATE;
  FOR living IN SELECT facility_id FROM facilities_placement WHERE resident_id = NEW.resident_id AND status = 'active' LOOP
    PERFORM check_separations(NEW.resident_id, living.facility_id, greatest(NEW.starts_at, audit_now()));
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER homes AFTER INSERT OR UPDATE ON residents_separation FOR EACH ROW EXECUTE FUNCTION separation_rules();
ALTER TABLE residents_separation ENABLE ALWAYS TRIGGER homes;

CREATE FUNCTION hold_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE who uuid;
BEGIN
  PERFORM FROM facilities_bed WHERE id = NEW.bed_id FOR NO KEY UPDATE;
  SELECT resident_id INTO who FROM facilities_referral WHERE id = NEW.referral_id;
  IF NEW.ends_at > NEW.starts_at AND EXISTS (
      SELECT FROM facilities_placement p WHERE p.bed_id = NEW.bed_id AND p.resident_id <> who
        AND p.status IN ('proposed', 'approved', 'active') AND (p.ends_at IS NULL OR p.ends_at > NEW.starts_at)) THEN
    PERFORM refuse('held_bed_is_free');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER rules AFTER INSERT OR UPDATE ON facilities_hold FOR EACH ROW EXECUTE FUNCTION hold_rules();
ALTER TABLE facilities_hold ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION override_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'proposed' THEN PERFORM refuse('override_begins_as_a_proposal'); END IF;
  ELSIF OLD.status <> 'proposed' AND NEW IS DISTINCT FROM OLD THEN
    PERFORM refuse('override_decision_stays');
  ELSIF NEW.resident_id <> OLD.resident_id OR NEW.facility_id <> OLD.facility_id OR NEW.kind <> OLD.kind
        OR NEW.expires_at <> OLD.expires_at OR NEW.reason <> OLD.reason THEN
    PERFORM refuse('override_decision_stays');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_override FOR EACH ROW EXECUTE FUNCTION override_rules();
ALTER TABLE facilities_override ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION referral_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN PERFORM refuse('sent_referral_is_kept'); END IF;
    RETURN OLD;
  ELSIF TG_OP = 'INSERT' THEN
    NEW.number := nextval('facilities_referral_number_seq');
  ELSIF NEW.number <> OLD.number OR NEW.resident_id <> OLD.resident_id THEN
    PERFORM refuse('referral_keeps_its_resident');
  ELSIF NEW.status = 'draft' AND OLD.status <> 'draft' THEN
    PERFORM refuse('sent_referral_is_kept');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE OR DELETE ON facilities_referral FOR EACH ROW EXECUTE FUNCTION referral_rules();
ALTER TABLE facilities_referral ENABLE ALWAYS TRIGGER rules;

CREATE TRIGGER rules BEFORE UPDATE ON facilities_placementdecision FOR EACH ROW EXECUTE FUNCTION row_is_kept('decision_is_kept');
CREATE TRIGGER rules BEFORE UPDATE ON facilities_warningsignature FOR EACH ROW EXECUTE FUNCTION row_is_kept('warning_signature_is_kept');
ALTER TABLE facilities_placementdecision ENABLE ALWAYS TRIGGER rules;
ALTER TABLE facilities_warningsignature ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION resident_of_placement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  SELECT resident_id INTO NEW.resident_id FROM facilities_placement WHERE id = NEW.placement_id;
  RETURN NEW;
END $$;
CREATE TRIGGER a_resident BEFORE INSERT OR UPDATE ON facilities_leave FOR EACH ROW EXECUTE FUNCTION resident_of_placement();
CREATE TRIGGER a_resident BEFORE INSERT OR UPDATE ON facilities_discharge FOR EACH ROW EXECUTE FUNCTION resident_of_placement();
ALTER TABLE facilities_leave ENABLE ALWAYS TRIGGER a_resident;
ALTER TABLE facilities_discharge ENABLE ALWAYS TRIGGER a_resident;

CREATE FUNCTION bed_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  SELECT u.facility_id INTO NEW.facility_id FROM facilities_room r JOIN facilities_unit u ON u.id = r.unit_id WHERE r.id = NEW.room_id;
  IF TG_OP = 'UPDATE' AND NEW.facility_id <> OLD.facility_id THEN PERFORM refuse('bed_stays_in_its_home'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_bed FOR EACH ROW EXECUTE FUNCTION bed_rules();
ALTER TABLE facilities_bed ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION room_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT count(DISTINCT facility_id) FROM facilities_unit WHERE id IN (NEW.unit_id, OLD.unit_id)) > 1 THEN
    PERFORM refuse('bed_stays_in_its_home');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON facilities_room FOR EACH ROW EXECUTE FUNCTION room_rules();
ALTER TABLE facilities_room ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION unit_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.facility_id <> OLD.facility_id THEN PERFORM refuse('bed_stays_in_its_home'); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON facilities_unit FOR EACH ROW EXECUTE FUNCTION unit_rules();
ALTER TABLE facilities_unit ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION shift_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.signed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN PERFORM refuse('signed_shift_stays'); END IF;
  IF NEW.signed_by_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM facilities_shiftstaff WHERE shift_id = NEW.id AND person_id = NEW.signed_by_id) THEN
    PERFORM refuse('shift_is_signed_by_staff_on_duty');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON facilities_shift FOR EACH ROW EXECUTE FUNCTION shift_rules();
ALTER TABLE facilities_shift ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0002_initial"), ("residents", "0009_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
