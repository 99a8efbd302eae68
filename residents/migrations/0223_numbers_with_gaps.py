"""Numbers of incidents leave gaps of their own, so that a gap where an allegation is hidden says nothing."""

from django.db import migrations

RULES = """
-- After ``rules``, which gives the number: none, one or two numbers are left out. Who sees every other incident counts nothing from that.
CREATE FUNCTION incident_leaves_a_gap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM nextval('residents_incident_number_seq') FROM generate_series(1, floor(random() * 3)::int);
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_leaves_a_gap() FROM PUBLIC;
CREATE TRIGGER s_gap BEFORE INSERT ON residents_incident FOR EACH ROW EXECUTE FUNCTION incident_leaves_a_gap();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER s_gap;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0222_missing_until_seen")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
