"""Who set a password is written down with it, and stays until the person has chosen another one."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION password_change_shows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.password_changed_at := audit_now();
  IF audit_actor() IS DISTINCT FROM NEW.id THEN
    NEW.password_set_by_id := audit_actor();
  ELSIF current_setting('app.act', true) = 'access.set_password' THEN
    NEW.password_set_by_id := NULL;
  ELSE  -- the same password in a newer form, at the sign-in
    NEW.password_set_by_id := OLD.password_set_by_id;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION password_set_by_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.password_set_by_id := CASE TG_OP WHEN 'INSERT' THEN audit_actor() ELSE OLD.password_set_by_id END;
  RETURN NEW;
END $$;
CREATE TRIGGER password_set_by_somebody BEFORE INSERT ON access_person
  FOR EACH ROW EXECUTE FUNCTION password_set_by_stays();
CREATE TRIGGER password_set_by_stays BEFORE UPDATE ON access_person
  FOR EACH ROW WHEN (NEW.password IS NOT DISTINCT FROM OLD.password AND NEW.password_set_by_id IS DISTINCT FROM OLD.password_set_by_id)
  EXECUTE FUNCTION password_set_by_stays();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER password_set_by_somebody;
ALTER TABLE access_person ENABLE ALWAYS TRIGGER password_set_by_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0013_password_set_by"), ("audit", "0001_functions")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
