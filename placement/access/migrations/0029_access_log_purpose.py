"""The access log knows what was printed or saved, why where a reason was given, and who did not prove to be whom."""

from django.db import migrations, models

WRITER = """
-- One entry per resident and home that a request has opened, or one for a refused address or a sign-in that failed.
-- parts and grants: the rights that were asked for and are held now, and the rows from which they follow.
CREATE OR REPLACE FUNCTION access_log(page text, outcome text, residents uuid[], facilities uuid[], asked text[], thing uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  who access_person;
  moment timestamptz := audit_now();
  request text := coalesce(nullif(current_setting('app.request', true), ''), '');
  purpose text := coalesce(nullif(current_setting('app.reason', true), ''), '');
BEGIN
  SELECT * INTO STRICT who FROM access_person WHERE id = audit_actor();
  IF outcome IN ('refused', 'failed') THEN
    INSERT INTO access_accesslogentry
      (at, person_id, name, role, page, outcome, resident_id, thing, parts, grants, request_id)
    VALUES (moment, who.id, who.name, who.role, page, outcome,
            (SELECT id FROM residents_resident WHERE id = thing), thing, '{}', '{}', request);
    RETURN;
  END IF;
  INSERT INTO access_accesslogentry
    (at, person_id, name, role, page, outcome, resident_id, parts, grants, request_id, purpose)
  SELECT moment, who.id, who.name, who.role, page, outcome, opened.id, held.parts, held.grants, request, purpose
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
  INSERT INTO access_accesslogentry
    (at, person_id, name, role, page, outcome, facility_id, parts, grants, request_id, purpose)
  SELECT moment, who.id, who.name, who.role, page, outcome, opened.id, '{}', '{}', request, purpose
  FROM unnest(facilities) AS opened(id);
END $$;
"""
READER = """
-- When somebody failed to prove to be the acting person, newest first: the person themselves reads it.
CREATE FUNCTION access_failed(since timestamptz) RETURNS TABLE (at timestamptz, page text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT log.at, log.page FROM access_accesslogentry log
  WHERE log.person_id = audit_actor() AND log.outcome = 'failed' AND log.at > since
  ORDER BY log.at DESC LIMIT 20
$$;
REVOKE EXECUTE ON FUNCTION access_failed(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_failed(timestamptz) TO placement_app;
"""
WITHOUT_PURPOSE = WRITER.replace("request_id, purpose)", "request_id)").replace("request, purpose\n", "request\n")


class Migration(migrations.Migration):
    dependencies = [("access", "0028_account_change_rules")]
    operations = [
        migrations.AddField("accesslogentry", "purpose", models.TextField(db_default="", default="")),
        migrations.AlterField(
            "accesslogentry",
            "outcome",
            models.CharField(
                choices=[
                    ("shown", "Opened"),
                    ("changed", "Changed something"),
                    ("refused", "Refused"),
                    ("exported", "Printed or saved"),
                    ("failed", "Sign-in failed"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunSQL(WRITER, WITHOUT_PURPOSE),
        migrations.RunSQL(READER, "DROP FUNCTION access_failed(timestamptz);"),
    ]
