"""Who asks for a sealed export, who approves it, how often it is taken, and the proofs of the rows that stand in it, and no others."""

from django.db import migrations

RULES = """
-- Whether the acting person is a supervisor who may read the past of this young person, incident or home, and share it.
CREATE FUNCTION court_export_is_of_what_is_open(young uuid, of_incident uuid, home uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role = 'supervisor') THEN
    RETURN false;
  ELSIF young IS NOT NULL THEN
    RETURN young IN (SELECT access_ids('residents', ARRAY['disclose'])) AND young IN (SELECT access_ids('residents', ARRAY['view_audit']));
  END IF;
  RETURN coalesce(coalesce(home, (
    SELECT facility_id FROM residents_incident WHERE id = of_incident AND id NOT IN (SELECT incident_hidden())
  )) IN (SELECT access_ids('facilities', ARRAY['view_opened'])), false);
END $$;
REVOKE EXECUTE ON FUNCTION court_export_is_of_what_is_open(uuid, uuid, uuid) FROM PUBLIC;

-- Whether somebody is named in the incident, or in one of the young person, or of the home, in the time of the export.
CREATE FUNCTION court_export_names(export compliance_courtexport, who uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM residents_incidentperson named JOIN residents_incident i ON i.id = named.incident_id
    WHERE named.person_id = who AND (i.id = export.incident_id
      OR (i.happened_at AT TIME ZONE export.zone)::date BETWEEN export.since AND export.until AND (
        i.facility_id = export.facility_id
        OR EXISTS (SELECT FROM residents_incidentresident r WHERE r.incident_id = i.id AND r.resident_id = export.resident_id))));
END $$;
REVOKE EXECUTE ON FUNCTION court_export_names(compliance_courtexport, uuid) FROM PUBLIC;

CREATE FUNCTION court_export_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE as_asked compliance_courtexport := NEW;
BEGIN
  IF NOT court_export_is_of_what_is_open(NEW.resident_id, NEW.incident_id, NEW.facility_id) THEN
    PERFORM refuse('court_export_is_for_supervisors');
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.asked_at := audit_now();
    IF NEW.decided_by_id IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.taken_at IS NOT NULL THEN
      PERFORM refuse('court_export_is_kept');
    ELSIF NEW.until > (NEW.asked_at AT TIME ZONE NEW.zone)::date THEN
      PERFORM refuse('court_export_is_of_days_that_came');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('court exports of ' || NEW.asked_by_id));
    IF (SELECT count(*) FROM compliance_courtexport
        WHERE asked_by_id = NEW.asked_by_id AND asked_at > NEW.asked_at - interval '24 hours') >= 10 THEN
      PERFORM refuse('court_exports_of_a_day_are_few');
    END IF;
    RETURN NEW;
  END IF;
  as_asked.decided_by_id := OLD.decided_by_id;
  as_asked.decided_at := OLD.decided_at;
  as_asked.approved := OLD.approved;
  as_asked.decision := OLD.decision;
  as_asked.taken_at := OLD.taken_at;
  IF as_asked IS DISTINCT FROM OLD OR OLD.taken_at IS NOT NULL OR OLD.approved IS NOT NULL
    AND (NEW.decided_by_id, NEW.decided_at, NEW.approved, NEW.decision)
      IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at, OLD.approved, OLD.decision) THEN
    PERFORM refuse('court_export_is_kept');
  END IF;
  IF OLD.approved IS NULL AND NEW.approved IS NOT NULL THEN
    NEW.decided_at := audit_now();
    IF court_export_names(NEW, NEW.decided_by_id) THEN
      PERFORM refuse('court_export_judged_by_nobody_named');
    ELSIF NEW.decided_at > NEW.asked_at + interval '7 days' THEN
      PERFORM refuse('court_export_is_decided_in_time');
    END IF;
  END IF;
  IF NEW.taken_at IS NOT NULL THEN
    NEW.taken_at := audit_now();
    IF OLD.approved IS NOT TRUE OR audit_actor() IS DISTINCT FROM NEW.asked_by_id
      OR NEW.taken_at > OLD.decided_at + interval '24 hours' THEN
      PERFORM refuse('court_export_taken_by_who_asked');
    END IF;
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION court_export_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON compliance_courtexport FOR EACH ROW EXECUTE FUNCTION court_export_rules();
ALTER TABLE compliance_courtexport ENABLE ALWAYS TRIGGER rules;

-- With the rights of whoever asks: each row of the export is one that row security shows them.
CREATE FUNCTION court_export_has_own_rows() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER
SET search_path = pg_catalog, public AS $$
DECLARE
  of_table text;
  wanted jsonb;
  found bigint;
BEGIN
  FOR of_table, wanted IN SELECT key, value FROM jsonb_each(NEW.keys) LOOP
    IF of_table !~ '^[a-z]+_historical[a-z]+$' AND of_table <> 'access_accesslogentry' OR to_regclass(of_table) IS NULL
      OR jsonb_typeof(wanted) <> 'array' THEN
      PERFORM refuse('court_export_has_only_own_rows');
    END IF;
    EXECUTE format('SELECT count(*) FROM %I WHERE %I = ANY ($1)', of_table,
                   CASE of_table WHEN 'access_accesslogentry' THEN 'id' ELSE 'history_id' END)
      INTO found USING ARRAY(SELECT jsonb_array_elements_text(wanted)::bigint);
    IF found <> jsonb_array_length(wanted) THEN PERFORM refuse('court_export_has_only_own_rows'); END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER own_rows BEFORE INSERT ON compliance_courtexport FOR EACH ROW EXECUTE FUNCTION court_export_has_own_rows();
ALTER TABLE compliance_courtexport ENABLE ALWAYS TRIGGER own_rows;
"""
PROOFS = """
-- The export, where the acting person asked for it, somebody else approved it in the last 24 hours, and it is still open to them.
CREATE FUNCTION court_export_open(export uuid) RETURNS SETOF compliance_courtexport
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY SELECT * FROM compliance_courtexport e WHERE e.id = export AND e.asked_by_id = audit_actor() AND e.approved
    AND e.decided_at > audit_now() - interval '24 hours'
    AND court_export_is_of_what_is_open(e.resident_id, e.incident_id, e.facility_id);
END $$;
REVOKE EXECUTE ON FUNCTION court_export_open(uuid) FROM PUBLIC;

-- The rows of an open export that are sealed, part by part of the seals: the text of the part, its hashes, and which of them are of
-- these rows. All sealed rows of the time are looked through once: a key by itself does not tell its part.
CREATE FUNCTION court_export_parts(export uuid)
RETURNS TABLE (seal bigint, place integer, of_table text, part text, keys bigint[], spots bigint[], hashes bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY
    WITH wanted AS MATERIALIZED (
      SELECT by_table.key AS in_table, one.value::bigint AS row_key
      FROM court_export_open(export) e, jsonb_each(e.keys) by_table, jsonb_array_elements_text(by_table.value) one),
    spans AS MATERIALIZED (SELECT in_table, min(row_key) AS low, max(row_key) AS high FROM wanted GROUP BY in_table),
    found AS MATERIALIZED (
      SELECT p.id, array_agg(sealed.key ORDER BY sealed.spot) AS keys, array_agg(sealed.spot - 1 ORDER BY sealed.spot) AS spots
      FROM spans JOIN audit_sealedrows p ON p."table" = spans.in_table AND p.last >= spans.low AND p.first <= spans.high
      CROSS JOIN LATERAL unnest(p.keys) WITH ORDINALITY sealed(key, spot)
      JOIN wanted ON wanted.in_table = p."table" AND wanted.row_key = sealed.key
      GROUP BY p.id)
    SELECT p.seal_id::bigint, p.place, p."table"::text, s.parts::json ->> p.place, found.keys, found.spots, p.hashes
    FROM found JOIN audit_sealedrows p ON p.id = found.id JOIN audit_seal s ON s.number = p.seal_id
    ORDER BY p.seal_id, p.place;
END $$;
REVOKE EXECUTE ON FUNCTION court_export_parts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION court_export_parts(uuid) TO placement_app;

-- The seals over the rows of an open export: head, signature, and the hashes of all their parts.
CREATE FUNCTION court_export_seals(export uuid) RETURNS TABLE (seal bigint, head text, signature text, hashes bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY
    SELECT s.number::bigint, s.head, s.signature::text, (
      SELECT string_agg(sha256('\\x00'::bytea || convert_to(part.value, 'UTF8')), ''::bytea ORDER BY part.nr)
      FROM json_array_elements_text(s.parts::json) WITH ORDINALITY part(value, nr))
    FROM audit_seal s WHERE s.number IN (SELECT p.seal FROM court_export_parts(export) p) ORDER BY s.number;
END $$;
REVOKE EXECUTE ON FUNCTION court_export_seals(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION court_export_seals(uuid) TO placement_app;

-- Whether the acting person has taken files ten times in 24 hours, or these ten times. One is taken at a time: the lock is held
-- until the access log has the entry.
CREATE FUNCTION court_export_is_rationed(export uuid, of_page text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM court_export_open(export)) THEN RETURN true; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('court exports of ' || audit_actor()));
  RETURN (SELECT count(DISTINCT request_id) FROM access_accesslogentry WHERE person_id = audit_actor() AND page = of_page
    AND outcome = 'exported' AND at > audit_now() - interval '24 hours') >= 10;
END $$;
REVOKE EXECUTE ON FUNCTION court_export_is_rationed(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION court_export_is_rationed(uuid, text) TO placement_app;
"""
NONE = """
DROP FUNCTION court_export_is_rationed(uuid, text);
DROP FUNCTION court_export_seals(uuid);
DROP FUNCTION court_export_parts(uuid);
DROP FUNCTION court_export_open(uuid);
DROP FUNCTION court_export_has_own_rows() CASCADE;
DROP FUNCTION court_export_rules() CASCADE;
DROP FUNCTION court_export_names(compliance_courtexport, uuid);
DROP FUNCTION court_export_is_of_what_is_open(uuid, uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0110_court_exports"), ("audit", "0020_text_of_a_row")]
    operations = [migrations.RunSQL(RULES + PROOFS, NONE)]
