"""A flyer is agreed by two people, shows what was agreed, and is given out while the young person is missing, and only then."""

from django.db import migrations

RULES = """
-- Whether this incident still stands for that the young person is missing: open, and nobody has seen them since.
CREATE FUNCTION missing_by(which uuid, whose uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM residents_incident i WHERE i.id = which AND i.kind = 'missing' AND i.status <> 'closed'
      AND NOT EXISTS (
        SELECT FROM residents_careentry c
        WHERE c.resident_id = whose AND c.kind IN ('head_count', 'sleep') AND c.happened_at >= i.happened_at + interval '1 minute'
          AND (c.happened_at > i.reported_at OR c.amends_id IS NULL AND c.written_at > i.reported_at)
          AND c.outcome NOT IN ('Not found', 'Not in bed', 'Written by mistake')
          AND NOT EXISTS (SELECT FROM residents_careentry newer
                          WHERE newer.amends_id = coalesce(c.amends_id, c.id) AND newer.written_at > c.written_at)))
$$;
REVOKE EXECUTE ON FUNCTION missing_by(uuid, uuid) FROM PUBLIC;

CREATE FUNCTION flyer_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  p residents_incidentpart;
  home uuid;
  as_written residents_flyer := NEW;
  answers boolean;
  supervises boolean;
BEGIN
  SELECT * INTO p FROM residents_incidentpart WHERE id = NEW.part_id FOR NO KEY UPDATE;
  SELECT facility_id INTO home FROM residents_incident WHERE id = p.incident_id;
  supervises := home IN (SELECT access_ids('facilities', ARRAY['review_incident']))
    AND p.resident_id IN (SELECT access_ids('residents', ARRAY['disclose']))
    AND NOT EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = p.incident_id AND person_id = audit_actor());
  answers := p.resident_id IN (SELECT access_ids('residents', ARRAY['view_identity']))
    AND (home IN (SELECT access_ids('facilities', ARRAY['report_incident', 'review_incident']))
         OR p.resident_id IN (SELECT access_ids('residents', ARRAY['keep_case'])));
  IF TG_OP = 'UPDATE' THEN
    as_written.released := OLD.released;
    as_written.approved_by_id := OLD.approved_by_id;
    as_written.approved_at := OLD.approved_at;
    as_written.recalled_by_id := OLD.recalled_by_id;
    as_written.recalled_at := OLD.recalled_at;
    as_written.recall_reason := OLD.recall_reason;
  END IF;
  IF NOT answers THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_by_who_answers';
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.approved_at IS NOT NULL OR NEW.recalled_at IS NOT NULL) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_is_kept';
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.recalled_at IS NOT NULL AND NEW IS DISTINCT FROM OLD
      OR as_written IS DISTINCT FROM OLD OR OLD.approved_at IS NOT NULL AND
        (NEW.released, NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM (OLD.released, OLD.approved_by_id, OLD.approved_at)) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_is_kept';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.recalled_at IS NULL AND NEW.recalled_at IS NOT NULL THEN
    NEW.recalled_at := audit_now();
    RETURN NEW;
  END IF;
  IF NOT missing_by(p.incident_id, p.resident_id) THEN
    RAISE EXCEPTION 'back' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_is_of_who_is_missing';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NOT supervises THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_approved_by_a_supervisor';
    END IF;
    IF EXISTS (SELECT FROM residents_flyer newer WHERE newer.part_id = NEW.part_id AND newer.drafted_at > NEW.drafted_at) THEN
      RAISE EXCEPTION 'old' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_approved_is_the_newest';
    END IF;
    NEW.approved_at := audit_now();
    RETURN NEW;
  END IF;
  NEW.drafted_at := audit_now();
  IF NEW.photo_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_document WHERE id = NEW.photo_id AND resident_id = p.resident_id AND for_flyer) THEN
    RAISE EXCEPTION 'photo' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_photo_may_be_shown';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION flyer_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_flyer FOR EACH ROW EXECUTE FUNCTION flyer_rules();
ALTER TABLE residents_flyer ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION flyer_release_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  f residents_flyer;
  p residents_incidentpart;
  as_given residents_flyerrelease := NEW;
BEGIN
  SELECT * INTO f FROM residents_flyer WHERE id = NEW.flyer_id FOR SHARE;
  SELECT * INTO p FROM residents_incidentpart WHERE id = f.part_id;
  IF p.resident_id NOT IN (SELECT access_ids('residents', ARRAY['disclose'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_given_by_who_may_share';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    as_given.told_by_id := OLD.told_by_id;
    as_given.told_at := OLD.told_at;
    IF as_given IS DISTINCT FROM OLD OR OLD.told_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_release_is_kept';
    END IF;
    IF NEW.told_at IS NOT NULL AND OLD.told_at IS NULL THEN NEW.told_at := audit_now(); END IF;
    RETURN NEW;
  END IF;
  NEW.released_at := audit_now();
  IF NEW.told_at IS NOT NULL THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_release_is_kept';
  END IF;
  IF f.approved_at IS NULL THEN
    RAISE EXCEPTION 'draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_is_approved_first';
  END IF;
  IF f.recalled_at IS NOT NULL OR NOT missing_by(p.incident_id, p.resident_id)
     OR EXISTS (SELECT FROM residents_flyer newer WHERE newer.part_id = f.part_id AND newer.approved_at > f.approved_at) THEN
    RAISE EXCEPTION 'over' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_is_withdrawn';
  END IF;
  IF NOT EXISTS (SELECT FROM residents_disclosure d WHERE d.id = NEW.disclosure_id AND d.resident_id = p.resident_id
                 AND d.disclosed_by_id = NEW.released_by_id AND d.disclosed_at > f.approved_at) THEN
    RAISE EXCEPTION 'sheet' USING ERRCODE = 'check_violation', CONSTRAINT = 'flyer_release_is_written_as_shared';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION flyer_release_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_flyerrelease
  FOR EACH ROW EXECUTE FUNCTION flyer_release_rules();
ALTER TABLE residents_flyerrelease ENABLE ALWAYS TRIGGER rules;
"""
NO_RULES = "DROP FUNCTION flyer_release_rules() CASCADE; DROP FUNCTION flyer_rules() CASCADE; DROP FUNCTION missing_by(uuid, uuid);"


class Migration(migrations.Migration):
    dependencies = [("residents", "0210_flyers")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
