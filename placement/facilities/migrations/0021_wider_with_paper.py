"""A licence allows more, and a waiver counts, only by a paper of the home that one person filed and a supervisor confirmed."""

from django.db import migrations

BEFORE = """
-- What was written down before this rule goes on counting.
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'Written down before waivers had to be confirmed', true);
UPDATE facilities_waiver SET confirmed_at = audit_now() WHERE confirmed_at IS NULL;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""

RULES = """
CREATE FUNCTION has_paper(supervisor uuid, paper uuid, home uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT coalesce(supervisor = audit_actor(), false)
     AND EXISTS (SELECT FROM access_person WHERE id = supervisor AND role = 'supervisor' AND is_active)
     AND EXISTS (SELECT FROM residents_document WHERE id = paper AND facility_id = home AND part = 'home'
                 AND uploaded_by_id <> supervisor)
$$;
REVOKE EXECUTE ON FUNCTION has_paper(uuid, uuid, uuid) FROM PUBLIC;

-- The public file of the authority is taken over by a command, which is no person.
CREATE FUNCTION licence_is_wider() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF audit_actor() IS NULL OR NEW.status <> 'licensed' THEN RETURN NEW; END IF;
  IF (TG_OP = 'INSERT' OR OLD.status <> 'licensed'
      OR NEW.capacity > OLD.capacity OR NEW.min_age < OLD.min_age OR NEW.max_age > OLD.max_age
      OR NOT NEW.sexes <@ OLD.sexes OR NOT NEW.levels <@ OLD.levels
      OR NEW.valid_from < OLD.valid_from OR coalesce(NEW.valid_to, 'infinity') > coalesce(OLD.valid_to, 'infinity'))
     AND NOT has_paper(NEW.terms_confirmed_by_id, NEW.terms_document_id, NEW.facility_id) THEN
    PERFORM refuse('wider_licence_is_confirmed');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER wider BEFORE INSERT OR UPDATE ON facilities_licence FOR EACH ROW EXECUTE FUNCTION licence_is_wider();
ALTER TABLE facilities_licence ENABLE ALWAYS TRIGGER wider;

CREATE FUNCTION waiver_is_confirmed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE unconfirmed facilities_waiver := NEW;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    unconfirmed.confirmed_by_id := OLD.confirmed_by_id;
    unconfirmed.confirmed_at := OLD.confirmed_at;
    IF NEW.licence_id = OLD.licence_id AND (unconfirmed IS DISTINCT FROM OLD
       OR OLD.confirmed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
      PERFORM refuse('waiver_is_kept');
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  IF (NEW.confirmed_at IS NOT NULL OR NEW.confirmed_by_id IS NOT NULL) AND NOT has_paper(
      NEW.confirmed_by_id, NEW.document_id, (SELECT facility_id FROM facilities_licence WHERE id = NEW.licence_id)) THEN
    PERFORM refuse('waiver_is_confirmed_with_paper');
  END IF;
  NEW.confirmed_at := CASE WHEN NEW.confirmed_by_id IS NOT NULL THEN audit_now() END;
  RETURN NEW;
END $$;
CREATE TRIGGER confirmed BEFORE INSERT OR UPDATE ON facilities_waiver
  FOR EACH ROW EXECUTE FUNCTION waiver_is_confirmed();
ALTER TABLE facilities_waiver ENABLE ALWAYS TRIGGER confirmed;

CREATE OR REPLACE FUNCTION waived(licence uuid, what text, day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM facilities_waiver w WHERE w.licence_id = licence AND w.kind = what
                 AND w.starts_on <= day AND w.ends_on >= day AND w.confirmed_at IS NOT NULL)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0020_papers_of_terms")]
    operations = [
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
