"""The functions of the database that say which records are closed to a person, and to everybody by a court's seal.

``placement.access.rows`` writes them after every migration, and its policies ask them.
"""

CONFLICTS = "residents_conflictofinterest"
STEPS = "residents_protectivestep"
SEALS = "residents_documentseal"
RECORDS = "residents_sealedrecord"
ORDERS = "residents_sealingorder"
# What is taken out of texts, whether grants follow from facts, and which code is free must be known also of a sealed record.
BEYOND_SEALS = ("codes", "verify", "withholding")
_CONFLICTS_OF = f"""SELECT resident_id FROM {CONFLICTS} WHERE person_id = who AND ends_at IS NULL
    UNION ALL
    SELECT r.resident_id FROM residents_incidentperson p
    JOIN {STEPS} s ON s.incident_id = p.incident_id AND s.kind = 'record' AND s.taken AND s.ended_at IS NULL
    JOIN residents_incidentresident r ON r.incident_id = p.incident_id
    WHERE p.person_id = who AND p.part = 'accused'"""
_SEALED_NOW = f"""SELECT r.resident_id FROM {ORDERS} o JOIN {RECORDS} r ON r.id = o.record_id
    WHERE o.kind = 'seal' AND o.decision = 'confirmed' AND o.lifted_at IS NULL
      AND (o.open_until IS NULL OR o.open_until <= audit_now())"""
BARRED = f"""
-- The residents whose whole records a court has sealed, and has not opened again, to whomever.
CREATE OR REPLACE FUNCTION access_records_sealed() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY
    {_SEALED_NOW};
END $$;
REVOKE EXECUTE ON FUNCTION access_records_sealed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_records_sealed() TO placement_app;

-- Whether one record was sealed at a moment. For functions alone.
CREATE OR REPLACE FUNCTION record_was_sealed(young uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM {ORDERS} o JOIN {RECORDS} r ON r.id = o.record_id
    WHERE r.resident_id = young AND o.kind = 'seal' AND o.decision = 'confirmed' AND o.decided_at <= moment
      AND (o.lifted_at IS NULL OR o.lifted_at > moment) AND NOT EXISTS (
        SELECT FROM {ORDERS} opens WHERE opens.record_id = o.record_id AND opens.kind = 'open' AND opens.decision = 'confirmed'
          AND opens.decided_at <= moment AND opens.until > moment));
END $$;
REVOKE EXECUTE ON FUNCTION record_was_sealed(uuid, timestamptz) FROM PUBLIC;

-- The residents from whose records a person is barred now: by a conflict of interest, or because they are accused of something
-- about them and the record was closed to them to protect, or because a court has sealed it. Nothing tells them apart to whoever
-- is barred.
CREATE OR REPLACE FUNCTION access_barred(who uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY
    {_CONFLICTS_OF}
    UNION ALL
    {_SEALED_NOW};
END $$;
REVOKE EXECUTE ON FUNCTION access_barred(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_barred(uuid) TO placement_app;

-- Those of them from whom the person is barred, and not everybody. For functions alone.
CREATE OR REPLACE FUNCTION access_conflicts(who uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY
    {_CONFLICTS_OF};
END $$;
REVOKE EXECUTE ON FUNCTION access_conflicts(uuid) FROM PUBLIC;

-- The residents whose records are closed to the acting person: nobody's while something is read for a purpose of beyond, and
-- only those that a court has sealed for one of usual.
CREATE OR REPLACE FUNCTION access_closed(beyond text[], usual text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
DECLARE reading text := current_setting('app.reading', true);
BEGIN
  IF reading = ANY (beyond) THEN
    RETURN;
  ELSIF reading = ANY (usual) THEN
    RETURN QUERY SELECT access_records_sealed();
  ELSE
    RETURN QUERY SELECT access_barred(audit_actor());
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION access_closed(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_closed(text[], text[]) TO placement_app;

-- The incidents that are closed to the acting person: those that name somebody from whose record they are barred (not for a
-- purpose of usual), and those that name nobody but young people whose records are sealed; none for one of beyond. For functions
-- alone.
CREATE OR REPLACE FUNCTION access_incidents_closed(beyond text[], usual text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public AS $$
DECLARE
  reading text := current_setting('app.reading', true);
  barred uuid[];
  sealed uuid[];
BEGIN
  IF reading = ANY (beyond) THEN RETURN; END IF;
  IF (reading = ANY (usual)) IS NOT TRUE THEN
    barred := ARRAY(SELECT access_conflicts(audit_actor()));
    IF barred <> '{{}}' THEN
      RETURN QUERY SELECT incident_id FROM residents_incidentresident WHERE resident_id = ANY (barred);
    END IF;
  END IF;
  sealed := ARRAY(SELECT access_records_sealed());
  IF sealed <> '{{}}' THEN
    RETURN QUERY SELECT r.incident_id FROM residents_incidentresident r WHERE r.resident_id = ANY (sealed) AND NOT EXISTS (
      SELECT FROM residents_incidentresident other WHERE other.incident_id = r.incident_id AND other.resident_id <> ALL (sealed));
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION access_incidents_closed(text[], text[]) FROM PUBLIC;
"""
SEALED = f"""
-- The documents that a court has sealed and that are closed by that to the acting person now. To nobody no row is shown at all.
-- And what was made while a record that is sealed now was open, and may tell of the young person: binders of each home that has
-- answered for them, and exports for a court about such a home, or about an incident or a young person of their incidents.
CREATE OR REPLACE FUNCTION access_sealed() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public AS $$
DECLARE closed uuid[];
BEGIN
  IF audit_actor() IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT document_id FROM {SEALS} WHERE lifted_at IS NULL
    AND resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_sealed']));
  closed := ARRAY(SELECT access_records_sealed());
  IF closed = '{{}}' THEN RETURN; END IF;
  RETURN QUERY
    WITH named AS MATERIALIZED (
      SELECT p.facility_id, p.resident_id, p.starts_at AS since FROM facilities_placement p
      WHERE p.resident_id = ANY (closed) AND p.status IN ('active', 'ended')
      UNION ALL
      SELECT i.facility_id, r.resident_id, i.reported_at FROM residents_incidentresident r
      JOIN residents_incident i ON i.id = r.incident_id WHERE r.resident_id = ANY (closed))
    SELECT b.id FROM compliance_binder b JOIN named n ON n.facility_id = b.facility_id AND n.since <= b.made_at
    WHERE NOT record_was_sealed(n.resident_id, b.made_at)
    UNION ALL
    SELECT e.id FROM compliance_courtexport e JOIN named n ON n.facility_id = e.facility_id AND n.since <= e.asked_at
    WHERE NOT record_was_sealed(n.resident_id, e.asked_at)
    UNION ALL
    SELECT e.id FROM compliance_courtexport e JOIN residents_incidentresident r ON r.incident_id = e.incident_id
    WHERE r.resident_id = ANY (closed) AND NOT record_was_sealed(r.resident_id, e.asked_at)
    UNION ALL
    SELECT e.id FROM compliance_courtexport e JOIN residents_incidentresident own ON own.resident_id = e.resident_id
    JOIN residents_incidentresident r ON r.incident_id = own.incident_id
    WHERE r.resident_id = ANY (closed) AND NOT record_was_sealed(r.resident_id, e.asked_at);
END $$;
REVOKE EXECUTE ON FUNCTION access_sealed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_sealed() TO placement_app;

-- How many of them are in one record, for the acting person when they read the case.
CREATE OR REPLACE FUNCTION access_sealed_of(resident uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF resident IN (SELECT access_ids('residents', ARRAY['view_case'])) THEN
    RETURN (SELECT count(*) FROM {SEALS} WHERE resident_id = resident AND lifted_at IS NULL);
  END IF;
  RETURN 0;
END $$;
REVOKE EXECUTE ON FUNCTION access_sealed_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_sealed_of(uuid) TO placement_app;
"""
