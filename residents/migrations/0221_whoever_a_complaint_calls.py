"""Whom a complaint names is found wherever their name stands in it; a look for payback counts searches and things taken too."""

from django.db import migrations

RULES = r"""
-- Name the caseworkers and supervisors whom the sender meant, wherever they are called by their name: in the field for it each word
-- of a name counts, in other words the whole name, and for those who answer for the young person a part of it. Too many named is no
-- harm: others answer. young: whose it is, or, as long as nobody knows, whoever bears the name or the code that the sender gave.
CREATE FUNCTION complaint_names_in(c residents_complaint, called text, told text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  young uuid[] := CASE WHEN c.resident_id IS NOT NULL THEN ARRAY[c.resident_id] ELSE ARRAY(
    SELECT r.id FROM residents_resident r LEFT JOIN residents_identity i ON i.resident_id = r.id
    WHERE names_meet(c.said_name, r.preferred_name) OR names_meet(c.said_name, i.legal_name)
      OR calls_by_a_part(c.said_name, r.preferred_name) OR upper(btrim(c.said_name)) = upper(r.code)) END;
  supervisors uuid[] := ARRAY(SELECT p.id FROM access_person p WHERE p.role = 'supervisor'
    AND p.unit_id IN (SELECT unit_id FROM residents_case WHERE resident_id = ANY (young)));
  caseworkers uuid[] := ARRAY(SELECT l.caseworker_id FROM residents_caseload l JOIN residents_case k ON k.id = l.case_id
    WHERE k.resident_id = ANY (young) AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now()));
BEGIN
  INSERT INTO residents_complaintnamed (id, complaint_id, person_id)
  SELECT gen_random_uuid(), c.id, p.id FROM access_person p
  WHERE p.role IN ('caseworker', 'supervisor') AND (
    'supervisor' = ANY (c.about) AND p.id = ANY (supervisors)
    OR 'caseworker' = ANY (c.about) AND p.id = ANY (caseworkers)
    OR calls_by_a_part(called, p.name) OR names_meet(called, p.name) OR names_meet(told, p.name)
    OR p.id = ANY (supervisors || caseworkers) AND calls_by_a_part(told, p.name))
  ON CONFLICT DO NOTHING;
END $$;
REVOKE EXECUTE ON FUNCTION complaint_names_in(residents_complaint, text, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION complaint_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM complaint_names_in(NEW, NEW.who, concat_ws(' ', NEW.happened, NEW.since));
  RETURN NULL;
END $$;
CREATE FUNCTION complaint_addition_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM complaint_names_in(c, '', NEW.text) FROM residents_complaint c WHERE c.id = NEW.complaint_id;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION complaint_addition_names() FROM PUBLIC;
CREATE TRIGGER names AFTER INSERT ON residents_complaintstep FOR EACH ROW
  WHEN (NEW.kind = 'added') EXECUTE FUNCTION complaint_addition_names();
ALTER TABLE residents_complaintstep ENABLE ALWAYS TRIGGER names;
DROP FUNCTION complaint_words(text);

-- What happened to the young person from 30 days before a complaint until now, for the supervisor who looks for payback. No allegations:
-- from whom one is hidden stands elsewhere. A measure that is called a mistake counts until whoever judges it believes that.
CREATE OR REPLACE FUNCTION complaint_happened(wanted uuid) RETURNS TABLE (kind text, at timestamptz, id uuid, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  c residents_complaint;
  since timestamptz;
BEGIN
  SELECT * INTO c FROM residents_complaint found
  WHERE found.id = wanted AND found.id IN (SELECT complaints_open())
    AND EXISTS (SELECT FROM access_person p WHERE p.id = audit_actor() AND p.role = 'supervisor');
  since := c.sent_at - interval '30 days';
  RETURN QUERY
    SELECT 'restriction', r.asked_at, r.id, r.kind::text FROM residents_restriction r
      WHERE r.resident_id = c.resident_id AND r.asked_at > since
    UNION ALL
    SELECT 'activity', o.offered_at, a.id, o.name::text FROM residents_activityanswer a
      JOIN residents_activityoffer o ON o.id = a.offer_id
      WHERE a.resident_id = c.resident_id AND a.answer = 'excluded' AND o.offered_at > since
    UNION ALL
    SELECT 'contact', k.happened_at, k.id, k.kind::text FROM residents_contact k
      WHERE k.resident_id = c.resident_id AND k.outcome = 'denied' AND k.amends_id IS NULL AND k.happened_at > since
        AND NOT EXISTS (SELECT FROM residents_contact m WHERE m.amends_id = k.id AND m.outcome = 'mistake')
    UNION ALL
    SELECT 'measure', m.happened_at, m.id, m.kind::text FROM residents_intrusivemeasure m
      WHERE m.resident_id = c.resident_id AND m.amends_id IS NULL AND m.happened_at > since AND (m.decision <> 'approved'
        OR NOT EXISTS (SELECT FROM residents_intrusivemeasure a WHERE a.amends_id = m.id AND a.mistake AND a.written_at < m.decided_at))
    UNION ALL
    SELECT 'incident', i.happened_at, i.id, i.kind::text FROM residents_incident i
      JOIN residents_incidentresident named ON named.incident_id = i.id
      WHERE named.resident_id = c.resident_id AND i.happened_at > since AND i.kind NOT LIKE 'allegation%'
    UNION ALL
    SELECT 'move', p.starts_at, p.id, p.status::text FROM facilities_placement p
      WHERE p.resident_id = c.resident_id AND p.status IN ('active', 'ended') AND p.starts_at > since
    ORDER BY 2 DESC;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0220_whoever_is_meant_is_named")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
