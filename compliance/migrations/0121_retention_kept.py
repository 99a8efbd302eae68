"""How long a record is kept, what keeps it longer, and who lets it go: no stub is written, so no row goes, where one of these is not so.

A day is over when it is over everywhere on earth (``Etc/GMT+12``), so that no zone of a home makes a term shorter. ``pg_temp`` stands
last in each search path: else a temporary table of the owner's would stand for the one that these functions ask.
"""

from django.db import migrations

TERMS = """
CREATE FUNCTION retention_today() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (audit_now() AT TIME ZONE 'Etc/GMT+12')::date
$$;

-- The first day on which what is kept for a time from a day on may go. A month that is shorter shortens nothing: five years after
-- 29 February end with 28 February, and after 31 August six months end with the last of February.
CREATE FUNCTION retention_free_on(from_day date, months integer, days integer) RETURNS date LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest((from_day + make_interval(months => months, days => days))::date + 1,
                  ((from_day + 1) + make_interval(months => months, days => days))::date)
$$;

-- From when to when the agency had to do with young people. No last day while a case is open or a stay goes on. Nobody makes the
-- time shorter by writing down an earlier end: the last day is not before the one on which it was closed, whatever day was given for
-- that, and of several days of birth the last one counts.
CREATE FUNCTION retention_times(of_young uuid[]) RETURNS TABLE (young uuid, began_on date, left_on date, homes uuid[], born date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT r.id, least(s.first, c.first), CASE WHEN s.open OR c.open THEN NULL ELSE greatest(s.last, c.last, was.last) END,
      coalesce(s.homes, '{}'),
      (SELECT max(h.birth_date) FROM residents_identity i JOIN residents_historicalidentity h ON h.id = i.id WHERE i.resident_id = r.id)
    FROM residents_resident r
    CROSS JOIN LATERAL (
      SELECT min((p.starts_at AT TIME ZONE f.time_zone)::date) AS first, max((p.ends_at AT TIME ZONE f.time_zone)::date) AS last,
        coalesce(bool_or(p.status = 'active' OR p.ends_at IS NULL), false) AS open,
        array_agg(DISTINCT p.facility_id ORDER BY p.facility_id) AS homes
      FROM facilities_placement p JOIN facilities_facility f ON f.id = p.facility_id
      WHERE p.resident_id = r.id AND p.status IN ('active', 'ended')) s
    CROSS JOIN LATERAL (
      SELECT min(k.opened_on) AS first, max(k.closed_on) AS last, coalesce(bool_or(k.status = 'open'), false) AS open
      FROM residents_case k WHERE k.resident_id = r.id) c
    CROSS JOIN LATERAL (
      SELECT max(was_open.at)::date AS last FROM (
        SELECT h.history_date AT TIME ZONE 'Etc/GMT-14' AS at,
          'open' IN (h.status, lag(h.status) OVER (PARTITION BY h.id ORDER BY h.history_id)) AS counts
        FROM residents_case k JOIN residents_historicalcase h ON h.id = k.id WHERE k.resident_id = r.id
        UNION ALL
        SELECT h.history_date AT TIME ZONE 'Etc/GMT-14',
          'active' IN (h.status, lag(h.status) OVER (PARTITION BY h.id ORDER BY h.history_id))
        FROM facilities_placement p JOIN facilities_historicalplacement h ON h.id = p.id WHERE p.resident_id = r.id) was_open WHERE was_open.counts) was
    WHERE r.id = ANY (of_young);
END $$;
REVOKE EXECUTE ON FUNCTION retention_times(uuid[]) FROM PUBLIC;

-- The last year in which young people were missing.
CREATE FUNCTION retention_absent(of_young uuid[]) RETURNS TABLE (young uuid, year integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT w.resident_id, max(extract(year FROM greatest(i.happened_at, i.closed_at) AT TIME ZONE f.time_zone))::integer
    FROM residents_incidentresident w JOIN residents_incident i ON i.id = w.incident_id
    JOIN facilities_facility f ON f.id = i.facility_id
    WHERE w.resident_id = ANY (of_young) AND i.kind = 'missing' GROUP BY w.resident_id;
END $$;
REVOKE EXECUTE ON FUNCTION retention_absent(uuid[]) FROM PUBLIC;

-- Every term of the records of those who have left: by which rule of the packs (source: its id), by the agency (source: "agency"),
-- or, without a first day on which it may go, why nobody can say when that is. The longest counts.
CREATE FUNCTION retention_terms_of(of_young uuid[]) RETURNS TABLE (young uuid, source text, title text, free_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    WITH gone AS MATERIALIZED (SELECT * FROM retention_times(of_young) t WHERE t.left_on IS NOT NULL),
    lived AS MATERIALIZED (
      SELECT DISTINCT g.young, f.state FROM gone g JOIN (
        SELECT id, jurisdiction::text AS state FROM facilities_facility
        UNION SELECT id, jurisdiction::text FROM facilities_historicalfacility) f ON f.id = ANY (g.homes)),  -- or was said to be
    absent AS MATERIALIZED (SELECT a.young, make_date(a.year, 12, 31) AS last FROM retention_absent(of_young) a),
    agency AS (SELECT t.* FROM compliance_agencyterm t WHERE t.confirmed_at IS NOT NULL),
    rule AS MATERIALIZED (
      SELECT g.young, g.left_on, g.born, v.rule::text AS rule, v.citation || ': ' || v.title AS title,
        v.parameters -> 'homes' AS homes, v.parameters -> 'of' ? 'record.young_person' AS whole,
        (v.parameters ->> 'months')::integer AS months, (v.parameters ->> 'days')::integer AS days,
        (v.parameters ->> 'until_age')::integer AS until_age
      FROM gone g JOIN compliance_ruleversion v ON v.off = '' AND v.kind = 'retention' AND v.valid_from <= retention_today()
        AND (v.valid_to IS NULL OR v.valid_to >= g.left_on)
        AND (v.parameters -> 'homes' = 'null' OR EXISTS (
          SELECT FROM lived l WHERE l.young = g.young AND v.parameters -> 'homes' ? l.state))),
    term AS (
      SELECT r.young, r.rule AS source, r.title, r.born, r.until_age, retention_free_on(r.left_on, r.months, r.days) AS by_time
      FROM rule r WHERE r.whole
      UNION ALL
      SELECT r.young, r.rule, r.title, r.born, r.until_age, retention_free_on(greatest(a.last, r.left_on), r.months, r.days)
      FROM rule r JOIN absent a ON a.young = r.young WHERE NOT r.whole
      UNION ALL
      SELECT g.young, 'agency', 'The agency''s own term', g.born, t.until_age::integer, retention_free_on(g.left_on, t.months, 0)
      FROM gone g CROSS JOIN agency t)
    SELECT t.young, t.source, t.title, CASE WHEN t.until_age IS NULL THEN t.by_time
      WHEN t.born IS NOT NULL THEN greatest(t.by_time, retention_free_on(t.born, t.until_age * 12, 0)) END
    FROM term t
    UNION ALL
    SELECT l.young, 'none', 'None of the rules in use for ' || l.state || ' says how long this record is kept', NULL::date
    FROM lived l WHERE NOT EXISTS (SELECT FROM agency) AND NOT EXISTS (
      SELECT FROM rule r WHERE r.young = l.young AND r.whole AND (r.homes = 'null' OR r.homes ? l.state))
    UNION ALL
    SELECT g.young, 'none', 'No rule says how long the record of somebody is kept who lived in none of our homes', NULL::date
    FROM gone g WHERE g.homes = '{}' AND NOT EXISTS (SELECT FROM agency);
END $$;
REVOKE EXECUTE ON FUNCTION retention_terms_of(uuid[]) FROM PUBLIC;

-- The first day on which a record may go; none where one of its terms has no end.
CREATE FUNCTION retention_free(of_young uuid) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN count(*) = count(free_on) THEN max(free_on) END FROM retention_terms_of(ARRAY[of_young])
$$;
REVOKE EXECUTE ON FUNCTION retention_free(uuid) FROM PUBLIC;

-- What keeps a record now, as the name of the rule; nothing where it may go. With it go ties to others, and its part in reports that
-- name them: so a hold on one of those keeps it too, and a court's seal on one, of which nothing is told: it is called the same.
CREATE FUNCTION retention_obstacle(of_young uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  t record;
  free date;
  tied uuid[] := ARRAY(
    SELECT other.resident_id FROM residents_incidentresident mine JOIN residents_incidentresident other USING (incident_id)
    WHERE mine.resident_id = of_young AND other.resident_id <> of_young
    UNION SELECT unnest(ARRAY[resident_id, other_id]) FROM residents_separation WHERE of_young IN (resident_id, other_id)
    UNION SELECT unnest(ARRAY[resident_id, sibling_id]) FROM residents_kinship WHERE of_young IN (resident_id, sibling_id));
  by_court uuid[] := ARRAY(
    SELECT r.resident_id FROM residents_sealedrecord r JOIN residents_sealingorder o ON o.record_id = r.id
    WHERE o.kind = 'seal' AND o.decision <> 'refused' AND o.lifted_at IS NULL);
BEGIN
  SELECT * INTO t FROM retention_times(ARRAY[of_young]);
  IF of_young = ANY (by_court) THEN
    RETURN 'court_keeps_the_record';
  ELSIF by_court && tied OR EXISTS (
    SELECT FROM residents_legalhold h WHERE h.lifted_at IS NULL AND (h.resident_id = of_young OR h.resident_id = ANY (tied)
      OR h.facility_id = ANY (t.homes)
      OR h.facility_id IN (
        SELECT p.facility_id FROM facilities_historicalplacement p
        WHERE p.resident_id = of_young AND p.status IN ('active', 'ended')))) THEN
    RETURN 'record_is_under_hold';
  ELSIF t.left_on IS NULL
    OR EXISTS (SELECT FROM facilities_placement WHERE resident_id = of_young AND status IN ('proposed', 'approved', 'active'))
    OR EXISTS (SELECT FROM facilities_referral WHERE resident_id = of_young AND status IN ('draft', 'open', 'proposed')) THEN
    RETURN 'record_is_of_somebody_who_left';
  ELSIF EXISTS (
      SELECT FROM residents_incident i JOIN residents_incidentresident w ON w.incident_id = i.id
      WHERE w.resident_id = of_young AND i.status <> 'closed')
    OR EXISTS (SELECT FROM compliance_finding WHERE resident_id = of_young AND closed_at IS NULL)
    OR EXISTS (SELECT FROM residents_complaint c WHERE c.resident_id = of_young AND NOT EXISTS (
      SELECT FROM residents_complaintdecision d WHERE d.complaint_id = c.id))
    OR EXISTS (SELECT FROM compliance_flag f WHERE f.resident_id = of_young AND NOT EXISTS (
      SELECT FROM compliance_review v WHERE v.flag_id = f.id))
    OR EXISTS (SELECT FROM residents_breakglass WHERE resident_id = of_young AND judgement = '') THEN
    RETURN 'nothing_about_it_is_open';
  END IF;
  free := retention_free(of_young);
  RETURN CASE WHEN free IS NULL THEN 'record_has_a_term' WHEN free > retention_today() THEN 'record_is_kept_for_its_term' END;
END $$;
REVOKE EXECUTE ON FUNCTION retention_obstacle(uuid) FROM PUBLIC;

-- How records stand, for whoever may read their whole trail.
CREATE FUNCTION retention_stands(of_young uuid[]) RETURNS TABLE (young uuid, began_on date, left_on date, free_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    WITH mine AS MATERIALIZED (
      SELECT ARRAY(SELECT unnest(of_young) INTERSECT SELECT access_ids('residents', ARRAY['view_audit'])) AS ids),
    terms AS MATERIALIZED (
      SELECT e.young, CASE WHEN count(*) = count(e.free_on) THEN max(e.free_on) END AS free_on
      FROM mine, retention_terms_of(mine.ids) e GROUP BY e.young)
    SELECT t.young, t.began_on, t.left_on, e.free_on
    FROM mine, retention_times(mine.ids) t LEFT JOIN terms e ON e.young = t.young;
END $$;
REVOKE EXECUTE ON FUNCTION retention_stands(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_stands(uuid[]) TO placement_app;

CREATE FUNCTION retention_obstacles(of_young uuid[]) RETURNS TABLE (young uuid, obstacle text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT one, retention_obstacle(one) FROM unnest(of_young) one
    WHERE one IN (SELECT access_ids('residents', ARRAY['view_audit']));
END $$;
REVOKE EXECUTE ON FUNCTION retention_obstacles(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_obstacles(uuid[]) TO placement_app;

CREATE FUNCTION retention_terms(of_young uuid) RETURNS TABLE (source text, title text, free_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF of_young IN (SELECT access_ids('residents', ARRAY['view_audit'])) THEN
    RETURN QUERY SELECT t.source, t.title, t.free_on FROM retention_terms_of(ARRAY[of_young]) t ORDER BY t.free_on DESC NULLS FIRST, 1;
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION retention_terms(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_terms(uuid) TO placement_app;
"""
RULES = """
CREATE FUNCTION retention_refuse(obstacle text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF obstacle = 'court_keeps_the_record' THEN PERFORM refuse('court_keeps_the_record');
  ELSIF obstacle = 'record_is_under_hold' THEN PERFORM refuse('record_is_under_hold');
  ELSIF obstacle = 'record_is_of_somebody_who_left' THEN PERFORM refuse('record_is_of_somebody_who_left');
  ELSIF obstacle = 'nothing_about_it_is_open' THEN PERFORM refuse('nothing_about_it_is_open');
  ELSIF obstacle = 'record_has_a_term' THEN PERFORM refuse('record_has_a_term');
  ELSIF obstacle = 'record_is_kept_for_its_term' THEN PERFORM refuse('record_is_kept_for_its_term');
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION retention_refuse(text) FROM PUBLIC;

CREATE FUNCTION retention_supervises() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role = 'supervisor'
    AND (cleared IS NULL OR audit_now() <@ ANY (cleared)));
END $$;
REVOKE EXECUTE ON FUNCTION retention_supervises() FROM PUBLIC;

-- A hold that comes while a record goes waits until that is done, and a record that goes waits for a hold.
CREATE FUNCTION legal_hold_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE as_laid residents_legalhold := NEW;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('retention'));
  IF NOT retention_supervises() OR coalesce(
    CASE WHEN NEW.resident_id IS NOT NULL THEN NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_audit']))
    ELSE NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['view_opened'])) END, false) THEN
    PERFORM refuse('legal_hold_is_for_supervisors');
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.lifted_by_id IS NOT NULL OR NEW.lifted_at IS NOT NULL THEN PERFORM refuse('legal_hold_is_kept'); END IF;
    NEW.laid_at := audit_now();
    RETURN NEW;
  END IF;
  as_laid.lifted_by_id := OLD.lifted_by_id;
  as_laid.lifted_at := OLD.lifted_at;
  as_laid.lift_reason := OLD.lift_reason;
  IF as_laid IS DISTINCT FROM OLD OR OLD.lifted_at IS NOT NULL THEN PERFORM refuse('legal_hold_is_kept'); END IF;
  NEW.lifted_at := CASE WHEN NEW.lifted_by_id IS NULL THEN NEW.lifted_at ELSE audit_now() END;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION legal_hold_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_legalhold FOR EACH ROW EXECUTE FUNCTION legal_hold_rules();
ALTER TABLE residents_legalhold ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION agency_term_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE as_proposed compliance_agencyterm := NEW;
BEGIN
  IF NOT retention_supervises() THEN PERFORM refuse('agency_term_is_for_supervisors'); END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.confirmed_by_id IS NOT NULL OR NEW.confirmed_at IS NOT NULL THEN PERFORM refuse('agency_term_is_kept'); END IF;
    NEW.proposed_at := audit_now();
    RETURN NEW;
  END IF;
  as_proposed.confirmed_by_id := OLD.confirmed_by_id;
  as_proposed.confirmed_at := OLD.confirmed_at;
  IF as_proposed IS DISTINCT FROM OLD OR OLD.confirmed_at IS NOT NULL THEN PERFORM refuse('agency_term_is_kept'); END IF;
  NEW.confirmed_at := CASE WHEN NEW.confirmed_by_id IS NULL THEN NEW.confirmed_at ELSE audit_now() END;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION agency_term_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_agencyterm FOR EACH ROW EXECUTE FUNCTION agency_term_rules();
ALTER TABLE compliance_agencyterm ENABLE ALWAYS TRIGGER rules;

-- What a disposal says of the record is what the database knows. Whether it may go is asked when it is proposed, approved and done.
CREATE FUNCTION disposal_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  as_proposed residents_disposal := NEW;
  obstacle text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.erased_at IS NOT NULL AND EXISTS (
      SELECT FROM audit_erasedrow WHERE disposal = NEW.id AND xid = pg_current_xact_id()::text::bigint
        AND begun_at = transaction_timestamp()) THEN
    as_proposed.erased_at := OLD.erased_at;
    as_proposed.erased := OLD.erased;
    as_proposed.files := OLD.files;
    as_proposed.closed_to := OLD.closed_to;
    IF as_proposed IS DISTINCT FROM OLD OR OLD.erased_at IS NOT NULL THEN PERFORM refuse('disposal_is_kept'); END IF;
    NEW.erased_at := audit_now();
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('retention'));
  IF NOT retention_supervises() OR NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_audit'])) THEN
    PERFORM refuse('disposal_is_for_supervisors');
  END IF;
  obstacle := retention_obstacle(NEW.resident_id);
  IF TG_OP = 'INSERT' THEN
    IF NEW.decided_by_id IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.erased_at IS NOT NULL OR NEW.files <> '{}' THEN
      PERFORM refuse('disposal_is_kept');
    END IF;
    PERFORM retention_refuse(obstacle);
    IF EXISTS (
      SELECT FROM residents_disposal d WHERE d.resident_id = NEW.resident_id AND d.erased_at IS NULL AND (
        d.approved IS NULL OR d.approved AND d.decided_at > audit_now() - interval '30 days')) THEN
      PERFORM refuse('disposal_once_at_a_time');
    END IF;
    NEW.proposed_at := audit_now();
    SELECT r.code, t.began_on, t.left_on, t.homes, extract(year FROM age(retention_today(), t.born))
      INTO NEW.code, NEW.began_on, NEW.left_on, NEW.homes, NEW.age
      FROM residents_resident r JOIN retention_times(ARRAY[NEW.resident_id]) t ON t.young = r.id;
    NEW.absent_year := (SELECT a.year FROM retention_absent(ARRAY[NEW.resident_id]) a);
    NEW.units := ARRAY(SELECT DISTINCT unit_id FROM residents_case WHERE resident_id = NEW.resident_id);
    NEW.free_on := retention_free(NEW.resident_id);
    NEW.rules := (SELECT jsonb_agg(jsonb_build_object('source', t.source, 'title', t.title, 'free_on', t.free_on)
                                   ORDER BY t.free_on DESC, t.source) FROM retention_terms_of(ARRAY[NEW.resident_id]) t);
    NEW.closed_to := '{}';
    NEW.erased := '{}';
    RETURN NEW;
  END IF;
  as_proposed.decided_by_id := OLD.decided_by_id;
  as_proposed.decided_at := OLD.decided_at;
  as_proposed.approved := OLD.approved;
  as_proposed.decision := OLD.decision;
  IF as_proposed IS DISTINCT FROM OLD OR OLD.approved IS NOT NULL THEN PERFORM refuse('disposal_is_kept'); END IF;
  IF NEW.approved THEN PERFORM retention_refuse(obstacle); END IF;
  NEW.decided_at := CASE WHEN NEW.decided_by_id IS NULL THEN NEW.decided_at ELSE audit_now() END;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION disposal_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_disposal FOR EACH ROW EXECUTE FUNCTION disposal_rules();
ALTER TABLE residents_disposal ENABLE ALWAYS TRIGGER rules;

-- The records that have gone, for the supervisors of the units that answered for them, but for who was barred from one.
CREATE OR REPLACE FUNCTION disposals_done() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT d.id FROM residents_disposal d JOIN access_person p ON p.id = audit_actor() AND p.is_active
    AND p.role = 'supervisor' AND p.unit_id = ANY (d.units)
    WHERE d.erased_at IS NOT NULL AND p.id <> ALL (d.closed_to) AND (cleared IS NULL OR audit_now() <@ ANY (cleared));
END $$;
REVOKE EXECUTE ON FUNCTION disposals_done() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disposals_done() TO placement_app;

-- The highest number among the codes of one series (what stands before their last hyphen) of records that have gone: they name nobody
-- else. It takes no pattern, which would say of each code whether it was one.
CREATE OR REPLACE FUNCTION disposals_last_number(series text) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(substring(code FROM '-([0-9]+)$')::integer), 0) FROM residents_disposal
          WHERE erased_at IS NOT NULL AND substring(code FROM '^(.+)-[0-9]+$') = series);
END $$;
REVOKE EXECUTE ON FUNCTION disposals_last_number(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disposals_last_number(text) TO placement_app;

-- Each row that goes needs a stub, and no stub is written unless its record may go now and two people have said so lately.
CREATE FUNCTION disposal_may_be_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  which uuid;
  d residents_disposal;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('retention'));
  FOR which IN SELECT DISTINCT disposal FROM new_rows LOOP
    SELECT * INTO d FROM residents_disposal WHERE id = which;
    IF d.id IS NULL OR d.approved IS NOT TRUE OR d.decided_by_id IS NOT DISTINCT FROM d.proposed_by_id OR d.erased_at IS NOT NULL
      OR d.decided_at < audit_now() - interval '30 days' THEN
      PERFORM refuse('disposal_is_approved_when_it_is_done');
    END IF;
    PERFORM FROM residents_resident WHERE id = d.resident_id FOR UPDATE;
    IF NOT FOUND THEN PERFORM refuse('disposal_is_approved_when_it_is_done'); END IF;
    PERFORM retention_refuse(retention_obstacle(d.resident_id));
  END LOOP;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION disposal_may_be_done() FROM PUBLIC;
CREATE TRIGGER of_a_disposal AFTER INSERT ON audit_erasedrow REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION disposal_may_be_done();
ALTER TABLE audit_erasedrow ENABLE ALWAYS TRIGGER of_a_disposal;

-- A case or a day of birth that hangs on another record now would say no more how long this one is kept.
CREATE TRIGGER keeps_its_young BEFORE UPDATE OF resident_id ON residents_case
  FOR EACH ROW WHEN (NEW.resident_id IS DISTINCT FROM OLD.resident_id) EXECUTE FUNCTION audit_refuse();
ALTER TABLE residents_case ENABLE ALWAYS TRIGGER keeps_its_young;
CREATE TRIGGER keeps_its_young BEFORE UPDATE OF resident_id ON residents_identity
  FOR EACH ROW WHEN (NEW.resident_id IS DISTINCT FROM OLD.resident_id) EXECUTE FUNCTION audit_refuse();
ALTER TABLE residents_identity ENABLE ALWAYS TRIGGER keeps_its_young;
"""
# What else refuses to let rows go, or to go on without them, lets those go that leave a stub.
LET_GO = """
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT g.oid, g.tgname, g.tgrelid::regclass AS of_table, g.tgenabled, pg_get_triggerdef(g.oid) AS said
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND g.tgtype & 8 > 0 AND g.tgtype & 1 > 0 AND c.relname <> 'facilities_rosterentry'
  LOOP
    IF t.said ~ ' WHEN ' THEN RAISE EXCEPTION 'has a condition already: %%', t.said; END IF;
    EXECUTE format('DROP TRIGGER %%I ON %%s', t.tgname, t.of_table);
    EXECUTE regexp_replace(t.said, ' EXECUTE FUNCTION', ' WHEN (NOT audit_erasing()) EXECUTE FUNCTION');
    IF t.tgenabled = 'A' THEN EXECUTE format('ALTER TABLE %%s ENABLE ALWAYS TRIGGER %%I', t.of_table, t.tgname); END IF;
  END LOOP;
END $$;
""".replace("%%", "%")
REFUSE_AGAIN = """
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT g.tgname, g.tgrelid::regclass AS of_table, g.tgenabled, pg_get_triggerdef(g.oid) AS said
    FROM pg_trigger g WHERE NOT g.tgisinternal AND pg_get_triggerdef(g.oid) ~ ' WHEN [(]+NOT audit_erasing'
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.of_table);
    EXECUTE regexp_replace(t.said, ' WHEN [(]+NOT audit_erasing[()]+ EXECUTE FUNCTION', ' EXECUTE FUNCTION');
    IF t.tgenabled = 'A' THEN EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.of_table, t.tgname); END IF;
  END LOOP;
END $$;
"""
# What policies and codes ask stays: they are made anew after every migration.
NO_RULES = """
DROP TRIGGER keeps_its_young ON residents_case;
DROP TRIGGER keeps_its_young ON residents_identity;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT oid::regprocedure AS made FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             AND proname ~ '^(retention_|legal_hold_rules$|agency_term_rules$|disposal_rules$|disposal_may_be_done$)' LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.made);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0120_agency_terms"),
        ("residents", "0250_legal_holds_and_disposals"),
        ("facilities", "0221_own_shifts_say_nothing"),
        ("audit", "0030_erased_rows"),
    ]
    operations = [
        migrations.RunSQL(TERMS + RULES, NO_RULES),
        migrations.RunSQL(LET_GO, REFUSE_AGAIN),
    ]
