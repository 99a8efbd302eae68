"""A new password ends the calendar feeds that were made before, as it ends sessions: one of them may be somebody else's."""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION access_calendar_feed(wanted text) RETURNS TABLE (feed uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT feed.id, person.id FROM access_calendarfeed feed JOIN access_person person ON person.id = feed.person_id
  WHERE feed.digest = wanted AND feed.ended_at IS NULL AND person.is_active AND person.password_set_by_id IS NULL
    AND feed.made_at > coalesce(greatest(person.signed_out_at, person.password_changed_at), '-infinity')
$$;

-- That an inspector read a feed is an opening of the home as well, on a line that names no feed.
CREATE OR REPLACE FUNCTION access_calendar_reads(since timestamptz) RETURNS TABLE (feed uuid, reads bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT log.thing, count(*) FROM access_accesslogentry log
  WHERE log.person_id = audit_actor() AND log.page = 'calendar:feed' AND log.outcome = 'exported' AND log.at > since
    AND log.thing IS NOT NULL
  GROUP BY log.thing
$$;
"""
BACK = """
CREATE OR REPLACE FUNCTION access_calendar_feed(wanted text) RETURNS TABLE (feed uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT feed.id, person.id FROM access_calendarfeed feed JOIN access_person person ON person.id = feed.person_id
  WHERE feed.digest = wanted AND feed.ended_at IS NULL AND person.is_active AND person.password_set_by_id IS NULL
    AND (person.signed_out_at IS NULL OR feed.made_at > person.signed_out_at)
$$;

CREATE OR REPLACE FUNCTION access_calendar_reads(since timestamptz) RETURNS TABLE (feed uuid, reads bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT log.thing, count(*) FROM access_accesslogentry log
  WHERE log.person_id = audit_actor() AND log.page = 'calendar:feed' AND log.outcome = 'exported' AND log.at > since
  GROUP BY log.thing
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0056_calendar_feed_rules")]
    operations = [migrations.RunSQL(RULES, BACK)]
