"""The access log is written by one function, which knows for itself who acts, and is never changed."""

from django.db import migrations

RULES = """
-- One entry per resident and home that a request has opened, or one for a refused address. parts and grants: the rights
-- that were asked for and are held now, and the rows from which they follow.
CREATE FUNCTION access_log(page text, outcome text, residents uuid[], facilities uuid[], asked text[], thing uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  who access_person;
  moment timestamptz := audit_now();
  request text := coalesce(nullif(current_setting('app.request', true), ''), '');
BEGIN
  SELECT * INTO STRICT who FROM access_person WHERE id = audit_actor();
  IF outcome = 'refused' THEN
    INSERT INTO access_accesslogentry
      (at, person_id, name, role, page, outcome, resident_id, thing, parts, grants, request_id)
    VALUES (moment, who.id, who.name, who.role, page, outcome,
            (SELECT id FROM residents_resident WHERE id = thing), thing, '{}', '{}', request);
    RETURN;
  END IF;
  INSERT INTO access_accesslogentry (at, person_id, name, role, page, outcome, resident_id, parts, grants, request_id)
  SELECT moment, who.id, who.name, who.role, page, outcome, opened.id, held.parts, held.grants, request
  FROM unnest(residents) AS opened(id), LATERAL (
    SELECT coalesce(array_agg(DISTINCT right_.codename::text ORDER BY right_.codename::text), '{}') AS parts,
           coalesce(array_agg(DISTINCT mine."grant"), '{}') AS grants
    FROM (SELECT permission_id, "grant", starts_at, ends_at FROM residents_residentuserpermission
          WHERE user_id = who.id AND content_object_id = opened.id
          UNION ALL
          SELECT mine.permission_id, mine."grant", mine.starts_at, mine.ends_at FROM access_membership member
          JOIN residents_residentgrouppermission mine ON mine.group_id = member.group_id
          WHERE member.person_id = who.id AND mine.content_object_id = opened.id
            AND member.starts_at <= moment AND (member.ends_at IS NULL OR member.ends_at > moment)) mine
    JOIN auth_permission right_ ON right_.id = mine.permission_id AND right_.codename = ANY (asked)
    WHERE mine.starts_at <= moment AND (mine.ends_at IS NULL OR mine.ends_at > moment)) held;
  INSERT INTO access_accesslogentry (at, person_id, name, role, page, outcome, facility_id, parts, grants, request_id)
  SELECT moment, who.id, who.name, who.role, page, outcome, opened.id, '{}', '{}', request
  FROM unnest(facilities) AS opened(id);
END $$;
REVOKE EXECUTE ON FUNCTION access_log(text, text, uuid[], uuid[], text[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_log(text, text, uuid[], uuid[], text[], uuid) TO placement_app;

CREATE TRIGGER history_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON access_accesslogentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE access_accesslogentry ENABLE ALWAYS TRIGGER history_is_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0016_access_log")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
