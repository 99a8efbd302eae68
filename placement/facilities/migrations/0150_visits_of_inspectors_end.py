"""Inspectors who could see a home without end, or for longer than 31 days, can see it no longer than that from now on."""

from django.db import migrations

END = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'an inspector comes for 31 days at most', true);

CREATE TEMP TABLE visit_ended AS
  SELECT id, person_id, facility_id, greatest(now(), starts_at + interval '31 days') AS ends_at FROM facilities_assignment
  WHERE role = 'inspector' AND (ends_at IS NULL OR ends_at > greatest(now(), starts_at + interval '31 days'));

UPDATE facilities_assignment visit SET ends_at = over.ends_at FROM visit_ended over WHERE over.id = visit.id;
UPDATE access_membership member SET ends_at = over.ends_at FROM visit_ended over JOIN auth_group its
  ON its.name = 'home/' || over.facility_id || '/inspector'
  WHERE member.person_id = over.person_id AND member.group_id = its.id AND (member.ends_at IS NULL OR member.ends_at > over.ends_at);

DROP TABLE visit_ended;
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0143_staff_files_kept"), ("access", "0050_cleared")]
    operations = [migrations.RunSQL(END, migrations.RunSQL.noop)]
