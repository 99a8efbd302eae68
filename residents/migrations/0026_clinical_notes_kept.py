"""A clinical note is written by a clinician on the team, at the database's own time, and stays as it was written.

Writing is a right of its own. It is given to the clinicians of the teams that exist.
"""

from django.db import migrations

RULES = """
-- It reads what the acting person may not: whether the note that is amended is there, and about whom.
CREATE FUNCTION clinical_note_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'clinical_note_is_kept';
    END IF;
    RETURN NEW;
  END IF;
  NEW.written_at := audit_now();
  IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['write_clinical'])) THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'clinical_note_is_by_the_clinician';
  END IF;
  IF NEW.amends_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM residents_clinicalnote
      WHERE id = NEW.amends_id AND resident_id = NEW.resident_id AND kind = NEW.kind AND amends_id IS NULL) THEN
    RAISE EXCEPTION 'other' USING ERRCODE = 'check_violation', CONSTRAINT = 'clinical_amendment_is_of_one_note';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION clinical_note_rules() FROM PUBLIC;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_clinicalnote
  FOR EACH ROW EXECUTE FUNCTION clinical_note_rules();
ALTER TABLE residents_clinicalnote ENABLE ALWAYS TRIGGER rules;
"""
NO_RULES = "DROP FUNCTION clinical_note_rules() CASCADE;"

RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'writing clinical notes became a right of its own', true);

INSERT INTO auth_permission (name, content_type_id, codename)
SELECT 'Write clinical notes, and say who else reads them for a time', kind.id, 'write_clinical'
FROM django_content_type kind WHERE kind.app_label = 'residents' AND kind.model = 'resident'
ON CONFLICT (content_type_id, codename) DO NOTHING;

INSERT INTO residents_residentuserpermission (id, user_id, permission_id, content_object_id, "grant", starts_at, ends_at)
SELECT gen_random_uuid(), held.user_id, right_.id, held.content_object_id, held."grant", held.starts_at, held.ends_at
FROM residents_residentuserpermission held
JOIN auth_permission reading ON reading.id = held.permission_id AND reading.codename = 'view_clinical'
JOIN auth_permission right_ ON right_.content_type_id = reading.content_type_id AND right_.codename = 'write_clinical'
JOIN residents_teammember member ON member.id = held."grant" AND member.role = 'clinician';

SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
NO_RIGHT = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'writing clinical notes became a right of its own', true);
DELETE FROM residents_residentuserpermission mine USING auth_permission right_
WHERE right_.id = mine.permission_id AND right_.codename = 'write_clinical';
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0025_clinical_notes")]
    operations = [migrations.RunSQL(RULES, NO_RULES), migrations.RunSQL(RIGHT, NO_RIGHT)]
