"""What the database shows to a test while nobody acts: everything, so that it can look at what an act has left behind.

Whenever somebody acts (in a request, an operation, ``acting_as``), they are shown what they are shown in earnest.
"""

from django.db import connection, connections

from placement.access.rows import guarded_tables

FINGERPRINT = """
CREATE FUNCTION tests_fingerprint(wanted text[] DEFAULT NULL) RETURNS TABLE (name text, digest text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (wanted IS NULL OR tablename = ANY (wanted)) LOOP
    EXECUTE format('SELECT sum(hashtextextended(t::text, 0)::numeric)::text FROM %I t', name) INTO digest;
    RETURN NEXT;
  END LOOP;
END $$;
"""
POLICY = """
CREATE POLICY tests ON "{table}" FOR SELECT TO placement_app USING ((
  SELECT current_setting('app.tests', true) = 'on' AND coalesce(current_setting('app.actor_name', true), '') = ''
))
"""


def let_connections_say_that_they_are_tests() -> None:
    """Set ``app.tests`` on every later connection of this process."""
    for known in (connections.settings["default"], connection.settings_dict):
        known["OPTIONS"] = {**known["OPTIONS"], "options": "-c app.tests=on"}


def give_to_tests() -> None:
    """Let tests read in the database of this connection, which is the owner's."""
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        for _, table in guarded_tables():
            cursor.execute(POLICY.format(table=table))
