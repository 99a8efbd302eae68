"""A password never changes unseen: history leaves the password out, so the time of the change stands for it."""

from django.db import migrations

RULES = """
CREATE FUNCTION password_change_shows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.password_changed_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER password_change_shows BEFORE UPDATE ON access_person
  FOR EACH ROW WHEN (NEW.password IS DISTINCT FROM OLD.password) EXECUTE FUNCTION password_change_shows();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER password_change_shows;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("audit", "0001_functions")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
