"""How often the files of a home's inspection binders are taken in a day: as often as binders are made."""

from django.db import migrations

RULES = """
-- Whether the acting person, or all who take files of this home, have taken as many at this page in 24 hours as may be. It counts
-- what they may not read. One is taken at a time: the lock is held until the access log has the entry.
CREATE FUNCTION binder_file_is_rationed(home uuid, of_page text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF home NOT IN (SELECT access_ids('facilities', ARRAY['change_facility', 'inspect'])) THEN RETURN true; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('binders of ' || audit_actor()));
  PERFORM pg_advisory_xact_lock(hashtext('binders of ' || home));
  RETURN (SELECT count(DISTINCT request_id) FROM access_accesslogentry WHERE person_id = audit_actor() AND page = of_page
      AND outcome = 'exported' AND at > audit_now() - interval '24 hours') >= 10
    OR (SELECT count(DISTINCT request_id) FROM access_accesslogentry WHERE facility_id = home AND page = of_page
      AND outcome = 'exported' AND at > audit_now() - interval '24 hours') >= 20;
END $$;
REVOKE EXECUTE ON FUNCTION binder_file_is_rationed(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION binder_file_is_rationed(uuid, text) TO placement_app;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0053_findings_go_on"), ("access", "0059_a_new_password_ends_feeds")]
    operations = [migrations.RunSQL(RULES, "DROP FUNCTION binder_file_is_rationed(uuid, text);")]
