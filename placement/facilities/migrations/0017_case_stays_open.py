"""A case closes after the way into a home is closed, and nobody comes into a home without a case that is open."""

from django.db import migrations

RULES = """
-- The case is locked, so that it can't close while a way into a home opens; whoever comes later finds it closed.
CREATE FUNCTION needs_open_case(who uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM residents_case WHERE resident_id = who AND status = 'open' FOR SHARE;
  IF NOT FOUND THEN PERFORM refuse('case_is_open'); END IF;
END $$;

CREATE FUNCTION placement_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN PERFORM needs_open_case(NEW.resident_id); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_case BEFORE INSERT OR UPDATE ON facilities_placement FOR EACH ROW
  WHEN (NEW.status IN ('proposed', 'approved', 'active')) EXECUTE FUNCTION placement_case();
ALTER TABLE facilities_placement ENABLE ALWAYS TRIGGER c_case;

CREATE FUNCTION referral_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' OR OLD.status = 'draft' THEN PERFORM needs_open_case(NEW.resident_id); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_case BEFORE INSERT OR UPDATE ON facilities_referral FOR EACH ROW
  WHEN (NEW.status = 'open') EXECUTE FUNCTION referral_case();
ALTER TABLE facilities_referral ENABLE ALWAYS TRIGGER c_case;

CREATE FUNCTION hold_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM needs_open_case((SELECT resident_id FROM facilities_referral WHERE id = NEW.referral_id));
  RETURN NEW;
END $$;
CREATE TRIGGER c_case BEFORE INSERT ON facilities_hold FOR EACH ROW EXECUTE FUNCTION hold_case();
ALTER TABLE facilities_hold ENABLE ALWAYS TRIGGER c_case;

CREATE FUNCTION closing_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM facilities_placement
             WHERE resident_id = NEW.resident_id AND status IN ('proposed', 'approved', 'active'))
     OR EXISTS (SELECT FROM facilities_referral WHERE resident_id = NEW.resident_id AND status IN ('open', 'proposed'))
     OR EXISTS (SELECT FROM facilities_hold h JOIN facilities_referral r ON r.id = h.referral_id
                WHERE r.resident_id = NEW.resident_id AND h.ends_at > greatest(audit_now(), h.starts_at)) THEN
    PERFORM refuse('case_closes_after_the_search');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER c_closing BEFORE UPDATE ON residents_case FOR EACH ROW
  WHEN (NEW.status <> 'open' AND OLD.status = 'open') EXECUTE FUNCTION closing_case();
ALTER TABLE residents_case ENABLE ALWAYS TRIGGER c_closing;

REVOKE EXECUTE ON FUNCTION needs_open_case(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0016_no_gap_in_the_words")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
