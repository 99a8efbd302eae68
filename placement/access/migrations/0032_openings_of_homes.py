"""The access log says of homes, too, by which rights and grants they were opened; and supervisors find them by home.

The purpose stays with the young person's entry: every supervisor reads the home's, and it may tell of somebody of another unit.
"""

import importlib

from django.db import migrations, models

BEFORE = importlib.import_module("placement.access.migrations.0031_unusual_access_rules").COUNTED
OF_HOMES = BEFORE.replace(
    """moment, who.id, who.name, who.role, page, outcome, opened.id, '{}', '{}', request, purpose
  FROM unnest(facilities) AS opened(id);""",
    """moment, who.id, who.name, who.role, page, outcome, opened.id, held.parts, held.grants, request, ''
  FROM unnest(facilities) AS opened(id), LATERAL (
    SELECT coalesce(array_agg(DISTINCT right_.codename::text ORDER BY right_.codename::text), '{}') AS parts,
           coalesce(array_agg(DISTINCT mine."grant"), '{}') AS grants
    FROM (SELECT permission_id, "grant", starts_at, ends_at FROM facilities_facilityuserpermission
          WHERE user_id = who.id AND content_object_id = opened.id
          UNION ALL
          SELECT mine.permission_id, mine."grant", mine.starts_at, mine.ends_at FROM access_membership member
          JOIN facilities_facilitygrouppermission mine ON mine.group_id = member.group_id
          WHERE member.person_id = who.id AND mine.content_object_id = opened.id
            AND member.starts_at <= moment AND (member.ends_at IS NULL OR member.ends_at > moment)) mine
    JOIN auth_permission right_ ON right_.id = mine.permission_id AND right_.codename = ANY (asked)
    WHERE mine.starts_at <= moment AND (mine.ends_at IS NULL OR mine.ends_at > moment)) held;""",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0031_unusual_access_rules")]
    operations = [
        migrations.RunSQL(OF_HOMES, BEFORE),
        migrations.AddIndex(
            "accesslogentry", models.Index(fields=["facility_id", "-at", "-id"], name="access_log_facility")
        ),
    ]
