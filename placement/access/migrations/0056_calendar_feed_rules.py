"""What of a calendar feed stays as it was made, whose it is by the hash of its token, and that each reading of it is logged."""

from django.db import migrations

RULES = """
CREATE FUNCTION calendar_feed_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_made access_calendarfeed := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.made_at := audit_now();
    NEW.read_at := NULL;
    NEW.ended_at := NULL;
    RETURN NEW;
  END IF;
  as_made.read_at := OLD.read_at;
  as_made.ended_at := OLD.ended_at;
  IF as_made IS DISTINCT FROM OLD OR OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'calendar_feed_is_kept';
  END IF;
  IF NEW.read_at IS DISTINCT FROM OLD.read_at THEN NEW.read_at := audit_now(); END IF;
  IF NEW.ended_at IS NOT NULL THEN NEW.ended_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON access_calendarfeed FOR EACH ROW EXECUTE FUNCTION calendar_feed_rules();
ALTER TABLE access_calendarfeed ENABLE ALWAYS TRIGGER rules;

-- The feed of the token with this hash and whose it is, while it has not ended and its person may come in. To a request that
-- nobody has signed in to, no row of the table is shown.
CREATE FUNCTION access_calendar_feed(wanted text) RETURNS TABLE (feed uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT feed.id, person.id FROM access_calendarfeed feed JOIN access_person person ON person.id = feed.person_id
  WHERE feed.digest = wanted AND feed.ended_at IS NULL AND person.is_active AND person.password_set_by_id IS NULL
    AND (person.signed_out_at IS NULL OR feed.made_at > person.signed_out_at)
$$;

-- That the acting person's own feed was read: a line of the access log that names no record, because a list opens none.
CREATE FUNCTION access_calendar_log(wanted uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO access_accesslogentry (at, person_id, name, role, page, outcome, thing, parts, grants, request_id)
  SELECT audit_now(), person.id, person.name, person.role, 'calendar:feed', 'exported', feed.id, '{}', '{}',
    coalesce(nullif(current_setting('app.request', true), ''), '')
  FROM access_calendarfeed feed JOIN access_person person ON person.id = feed.person_id
  WHERE feed.id = wanted AND feed.person_id = audit_actor() AND feed.ended_at IS NULL
$$;

-- How often the feeds of the acting person were read since then.
CREATE FUNCTION access_calendar_reads(since timestamptz) RETURNS TABLE (feed uuid, reads bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT log.thing, count(*) FROM access_accesslogentry log
  WHERE log.person_id = audit_actor() AND log.page = 'calendar:feed' AND log.outcome = 'exported' AND log.at > since
  GROUP BY log.thing
$$;
REVOKE EXECUTE ON FUNCTION access_calendar_feed(text), access_calendar_log(uuid), access_calendar_reads(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_calendar_feed(text), access_calendar_log(uuid), access_calendar_reads(timestamptz)
  TO placement_app;
"""
BACK = """
DROP FUNCTION access_calendar_reads(timestamptz); DROP FUNCTION access_calendar_log(uuid); DROP FUNCTION access_calendar_feed(text);
DROP TRIGGER rules ON access_calendarfeed; DROP FUNCTION calendar_feed_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0055_calendar_feeds")]
    operations = [migrations.RunSQL(RULES, BACK)]
