"""Who is shown a complaint, how one comes in without an account, and what stays as it was written, whatever writes."""

from django.db import migrations

SHOWN = """
-- The supervisors who answer for the young person of a complaint and are not named in it, barred or shut out.
CREATE FUNCTION complaint_supervisors(wanted uuid, young uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN (SELECT count(*) FROM access_person p
  WHERE p.role = 'supervisor' AND p.is_active AND p.unit_id IN (SELECT unit_id FROM residents_case WHERE resident_id = young)
    AND (p.cleared IS NULL OR audit_now() <@ ANY (p.cleared)) AND young NOT IN (SELECT access_barred(p.id))
    AND p.id NOT IN (SELECT person_id FROM residents_complaintnamed WHERE complaint_id = wanted));
END $$;

-- Whether other supervisors of the agency are asked too: nobody is left, nobody answered in time, or a second person is missing.
CREATE FUNCTION complaint_needs_others(c residents_complaint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  inside bigint := complaint_supervisors(c.id, c.resident_id);
  decided residents_complaintdecision;
BEGIN
  SELECT * INTO decided FROM residents_complaintdecision WHERE complaint_id = c.id AND agreed IS DISTINCT FROM false;
  IF decided.id IS NOT NULL THEN
    RETURN inside = 0 OR inside < 2 AND decided.outcome = 'not_upheld' AND decided.agreed IS NULL;
  END IF;
  RETURN inside = 0 OR audit_now() > c.sent_at + interval '10 days'
    OR audit_now() > c.sent_at + interval '24 hours'
       AND NOT EXISTS (SELECT FROM residents_complaintstep WHERE complaint_id = c.id AND kind = 'reply');
END $$;

-- The complaints that are open to the acting person. Whoever is named in one is never shown it, whatever else they may.
CREATE FUNCTION complaints_open() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, public AS $$
DECLARE
  who access_person;
  own uuid[];
BEGIN
  SELECT * INTO who FROM access_person
  WHERE id = audit_actor() AND is_active AND role IN ('supervisor', 'caseworker')
    AND (cleared IS NULL OR audit_now() <@ ANY (cleared));
  IF who.id IS NULL THEN RETURN; END IF;
  own := ARRAY(SELECT access_ids(
    'residents', ARRAY[CASE who.role WHEN 'supervisor' THEN 'assign_team' ELSE 'keep_case' END]));
  RETURN QUERY SELECT c.id FROM residents_complaint c
    WHERE NOT EXISTS (SELECT FROM residents_complaintnamed n WHERE n.complaint_id = c.id AND n.person_id = who.id)
      AND (c.resident_id IN (SELECT access_barred(who.id))) IS NOT TRUE
      AND (c.resident_id = ANY (own)
           OR who.role = 'supervisor' AND (
             c.resident_id IS NULL
             OR EXISTS (SELECT FROM residents_complaintdecision d WHERE d.complaint_id = c.id AND who.id IN (d.decided_by_id, d.second_by_id))
             OR complaint_needs_others(c)));
END $$;
REVOKE EXECUTE ON FUNCTION complaint_supervisors(uuid, uuid), complaint_needs_others(residents_complaint), complaints_open() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION complaints_open() TO placement_app;

-- How many complaints wait that no supervisor at all may read, because everyone is named or barred: all that a system
-- administrator is told, who can open an account for another supervisor.
CREATE FUNCTION complaints_nobody_reads() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND is_active AND role = 'sysadmin') THEN RETURN 0; END IF;
  RETURN (SELECT count(*) FROM residents_complaint c
    WHERE NOT EXISTS (SELECT FROM residents_complaintdecision d
                      WHERE d.complaint_id = c.id AND (d.outcome <> 'not_upheld' OR d.agreed))
      AND NOT EXISTS (SELECT FROM access_person p WHERE p.role = 'supervisor' AND p.is_active
        AND p.id NOT IN (SELECT person_id FROM residents_complaintnamed WHERE complaint_id = c.id)
        AND (c.resident_id IN (SELECT access_barred(p.id))) IS NOT TRUE));
END $$;
REVOKE EXECUTE ON FUNCTION complaints_nobody_reads() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION complaints_nobody_reads() TO placement_app;

-- The letters and words of a text, in small letters, to find names in it.
CREATE FUNCTION complaint_words(said text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT regexp_split_to_array(lower(said), '[^[:alpha:]]+')
$$;

-- Name those whom the sender meant: the caseworkers and supervisors of the young person when their office was ticked, and
-- whoever of the caseworkers and supervisors bears a name that was typed. Too many named is no harm: others answer.
CREATE FUNCTION complaint_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO residents_complaintnamed (id, complaint_id, person_id)
  SELECT gen_random_uuid(), NEW.id, p.id FROM access_person p
  WHERE p.role IN ('caseworker', 'supervisor') AND (
    'supervisor' = ANY (NEW.about) AND p.role = 'supervisor'
      AND p.unit_id IN (SELECT unit_id FROM residents_case WHERE resident_id = NEW.resident_id)
    OR 'caseworker' = ANY (NEW.about) AND p.id IN (
      SELECT l.caseworker_id FROM residents_caseload l JOIN residents_case k ON k.id = l.case_id
      WHERE k.resident_id = NEW.resident_id AND l.starts_at <= audit_now() AND (l.ends_at IS NULL OR l.ends_at > audit_now()))
    OR EXISTS (SELECT FROM unnest(complaint_words(p.name)) AS part(word)
               WHERE length(part.word) > 2 AND part.word = ANY (complaint_words(NEW.who))))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER names AFTER INSERT OR UPDATE OF resident_id ON residents_complaint FOR EACH ROW EXECUTE FUNCTION complaint_names();
ALTER TABLE residents_complaint ENABLE ALWAYS TRIGGER names;
"""
TOLD = """
-- Keep what somebody tells without an account. A code that is not right costs them nothing: it comes in as one without a code.
-- 'sent'; 'again' for the same thing sent twice within five minutes; 'used' later than that.
CREATE FUNCTION complaint_send(code_digest text, key uuid, its_number text, words text, told jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  before residents_complaint;
  used residents_complaintcode;
BEGIN
  SELECT * INTO used FROM residents_complaintcode WHERE digest = code_digest AND ended_at IS NULL;
  SELECT * INTO before FROM residents_complaint WHERE form_key = key;
  IF before.id IS NOT NULL THEN
    RETURN CASE WHEN audit_now() < before.sent_at + interval '5 minutes' THEN 'again' ELSE 'used' END;
  END IF;
  INSERT INTO residents_complaint (id, resident_id, number, words_digest, form_key, sender, language, about, who, happened,
    since, danger, said_name, said_home, code)
  VALUES (gen_random_uuid(), used.resident_id, its_number, words, key,
    CASE WHEN used.id IS NULL THEN 'unknown' WHEN used.advocate_id IS NULL THEN 'young' ELSE 'advocate' END,
    told ->> 'language', ARRAY(SELECT jsonb_array_elements_text(told -> 'about')), told ->> 'who', told ->> 'happened',
    told ->> 'since', (told ->> 'danger')::boolean, told ->> 'said_name', told ->> 'said_home', '')
  ON CONFLICT (form_key) DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'sent' ELSE 'again' END;
END $$;

-- The complaint of a receipt. One that came by a code asks for a code of the same young person that has not ended, too.
CREATE FUNCTION complaint_of(code_digest text, its_number text, words text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.id FROM residents_complaint c WHERE c.number = its_number AND c.words_digest = words
    AND (c.sender = 'unknown' OR EXISTS (
      SELECT FROM residents_complaintcode k WHERE k.digest = code_digest AND k.ended_at IS NULL AND k.resident_id = c.resident_id))
$$;

-- What its sender may read of a complaint; null when the receipt leads nowhere. Nobody who works here is named in it.
CREATE FUNCTION complaint_told(code_digest text, its_number text, words text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT jsonb_build_object(
    'sent_at', c.sent_at, 'answered', d.id IS NOT NULL, 'answer', d.answer, 'answered_at', coalesce(d.second_at, d.decided_at),
    'steps', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', s.kind, 'text', s.text, 'at', s.at) ORDER BY s.at, s.id)
      FROM residents_complaintstep s WHERE s.complaint_id = c.id AND s.kind IN ('reply', 'added')), '[]'))
  FROM residents_complaint c
  LEFT JOIN residents_complaintdecision d ON d.complaint_id = c.id AND (d.outcome <> 'not_upheld' OR d.agreed)
  WHERE c.id = complaint_of(code_digest, its_number, words)
$$;

-- Keep what the sender adds. Whether it is kept, also when it was before.
CREATE FUNCTION complaint_add(code_digest text, its_number text, words text, key uuid, said text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE wanted uuid := complaint_of(code_digest, its_number, words);
BEGIN
  IF wanted IS NULL THEN RETURN false; END IF;
  INSERT INTO residents_complaintstep (id, complaint_id, kind, text) VALUES (key, wanted, 'added', said)
  ON CONFLICT (id) DO NOTHING;
  RETURN true;
END $$;

-- That the acting person has opened a complaint: a line that names no record and no home, so that no list of theirs shows it.
CREATE FUNCTION complaint_log(wanted uuid, page text, outcome text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO access_accesslogentry (at, person_id, name, role, page, outcome, thing, parts, grants, request_id)
  SELECT audit_now(), person.id, person.name, person.role, page, outcome, wanted, '{}', '{}',
    coalesce(nullif(current_setting('app.request', true), ''), '')
  FROM access_person person WHERE person.id = audit_actor() AND wanted IN (SELECT complaints_open())
$$;

-- Who has opened a complaint, newest first, for those to whom it is open.
CREATE FUNCTION complaint_opened(wanted uuid) RETURNS TABLE (at timestamptz, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT log.at, log.name::text, log.role::text FROM access_accesslogentry log
  WHERE log.thing = wanted AND log.page LIKE 'complaints:%' AND log.outcome IN ('shown', 'changed')
    AND wanted IN (SELECT complaints_open())
  ORDER BY log.at DESC LIMIT 50
$$;

-- What happened to the young person from 30 days before a complaint until now, for the supervisor who looks for payback. No allegations:
-- from whom one is hidden stands elsewhere.
CREATE FUNCTION complaint_happened(wanted uuid) RETURNS TABLE (kind text, at timestamptz, id uuid, what text)
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
    SELECT 'incident', i.happened_at, i.id, i.kind::text FROM residents_incident i
      JOIN residents_incidentresident named ON named.incident_id = i.id
      WHERE named.resident_id = c.resident_id AND i.happened_at > since AND i.kind NOT LIKE 'allegation%'
    UNION ALL
    SELECT 'move', p.starts_at, p.id, p.status::text FROM facilities_placement p
      WHERE p.resident_id = c.resident_id AND p.status IN ('active', 'ended') AND p.starts_at > since
    ORDER BY 2 DESC;
END $$;
REVOKE EXECUTE ON FUNCTION complaint_send(text, uuid, text, text, jsonb), complaint_of(text, text, text),
  complaint_told(text, text, text), complaint_add(text, text, text, uuid, text), complaint_log(uuid, text, text),
  complaint_opened(uuid), complaint_happened(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION complaint_send(text, uuid, text, text, jsonb), complaint_told(text, text, text),
  complaint_add(text, text, text, uuid, text), complaint_log(uuid, text, text), complaint_opened(uuid), complaint_happened(uuid)
  TO placement_app;
"""
RULES = """
-- Whether the acting person is a supervisor who may be shown the complaint: nobody who is named writes in it.
CREATE FUNCTION complaint_is_answered_for(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT wanted IN (SELECT complaints_open())
    AND EXISTS (SELECT FROM access_person WHERE id = audit_actor() AND role = 'supervisor')
$$;
REVOKE EXECUTE ON FUNCTION complaint_is_answered_for(uuid) FROM PUBLIC;

CREATE FUNCTION complaint_code_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_made residents_complaintcode := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.made_at := audit_now();
    IF NEW.ended_at IS NOT NULL OR NEW.ended_by_id IS NOT NULL THEN PERFORM refuse('complaint_code_is_kept'); END IF;
    IF NEW.advocate_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM residents_outsideperson o
        WHERE o.id = NEW.advocate_id AND o.resident_id = NEW.resident_id AND o.office IN ('lawyer', 'advocate', 'ombudsman')) THEN
      PERFORM refuse('complaint_code_is_for_an_advocate');
    END IF;
    RETURN NEW;
  END IF;
  as_made.ended_at := OLD.ended_at;
  as_made.ended_by_id := OLD.ended_by_id;
  IF as_made IS DISTINCT FROM OLD OR OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    PERFORM refuse('complaint_code_is_kept');
  END IF;
  IF NEW.ended_at IS NOT NULL THEN NEW.ended_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_complaintcode FOR EACH ROW EXECUTE FUNCTION complaint_code_rules();
ALTER TABLE residents_complaintcode ENABLE ALWAYS TRIGGER a_rules;

CREATE FUNCTION complaint_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_told residents_complaint := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.sent_at := audit_now();
    NEW.linked_by_id := NULL;
    IF NEW.sender NOT IN ('young', 'advocate', 'unknown') OR NEW.language NOT IN ('en', 'es')
       OR NOT NEW.about <@ ARRAY['staff', 'head', 'caseworker', 'supervisor', 'young', 'rules', 'other']::varchar[] THEN
      PERFORM refuse('word_is_known');
    END IF;
  ELSE
    as_told.resident_id := OLD.resident_id;
    as_told.code := OLD.code;
    as_told.linked_by_id := OLD.linked_by_id;
    IF as_told IS DISTINCT FROM OLD OR OLD.resident_id IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
      PERFORM refuse('complaint_is_kept');
    END IF;
    IF NEW.resident_id IS NULL THEN RETURN OLD; END IF;
    IF NEW.linked_by_id IS NULL OR NOT complaint_is_answered_for(OLD.id)
       OR NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['assign_team'])) THEN
      PERFORM refuse('complaint_is_linked_by_who_answers');
    END IF;
  END IF;
  NEW.code := coalesce((SELECT r.code FROM residents_resident r WHERE r.id = NEW.resident_id), '');
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT OR UPDATE ON residents_complaint FOR EACH ROW EXECUTE FUNCTION complaint_rules();
ALTER TABLE residents_complaint ENABLE ALWAYS TRIGGER a_rules;

-- A person writes as a supervisor to whom the complaint is open; nobody acts when its sender adds something.
CREATE FUNCTION complaint_row_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  stamp text := TG_ARGV[0];
  c residents_complaint;
  before bigint;
  last text;
BEGIN
  NEW := jsonb_populate_record(NEW, jsonb_build_object(stamp, audit_now()));
  IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;  -- somebody was found by what was told
  IF audit_actor() IS NOT NULL AND NOT complaint_is_answered_for(NEW.complaint_id) THEN
    PERFORM refuse('complaint_is_answered_by_who_is_not_named');
  END IF;
  IF TG_TABLE_NAME = 'residents_complaintnamed' THEN
    IF NEW.named_by_id IS DISTINCT FROM audit_actor() OR NEW.person_id = audit_actor() THEN
      PERFORM refuse('complaint_names_a_colleague');
    END IF;
  ELSIF TG_TABLE_NAME = 'residents_complaintdecision' THEN
    IF NEW.agreed IS NOT NULL OR NEW.second_by_id IS NOT NULL THEN PERFORM refuse('complaint_second_comes_after'); END IF;
  ELSIF TG_TABLE_NAME = 'residents_complaintcheck' THEN
    SELECT * INTO c FROM residents_complaint WHERE id = NEW.complaint_id;
    SELECT count(*), max(result) INTO before, last FROM residents_complaintcheck WHERE complaint_id = c.id;
    IF c.resident_id IS NULL OR before > 1 OR before = 1 AND last = 'none'
       OR audit_now() < c.sent_at + (CASE before WHEN 0 THEN interval '30 days' ELSE interval '60 days' END) THEN
      PERFORM refuse('complaint_check_in_its_time');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_rules BEFORE INSERT ON residents_complaintnamed FOR EACH ROW EXECUTE FUNCTION complaint_row_rules('named_at');
CREATE TRIGGER a_rules BEFORE INSERT ON residents_complaintstep FOR EACH ROW EXECUTE FUNCTION complaint_row_rules('at');
CREATE TRIGGER a_rules BEFORE INSERT ON residents_complaintcheck FOR EACH ROW EXECUTE FUNCTION complaint_row_rules('at');
CREATE TRIGGER a_rules BEFORE INSERT ON residents_complaintdecision FOR EACH ROW EXECUTE FUNCTION complaint_row_rules('decided_at');
CREATE TRIGGER b_kept BEFORE UPDATE ON residents_complaintnamed FOR EACH ROW EXECUTE FUNCTION row_is_kept('complaint_is_kept');
CREATE TRIGGER b_kept BEFORE UPDATE ON residents_complaintstep FOR EACH ROW EXECUTE FUNCTION row_is_kept('complaint_is_kept');
CREATE TRIGGER b_kept BEFORE UPDATE ON residents_complaintcheck FOR EACH ROW EXECUTE FUNCTION row_is_kept('complaint_is_kept');
CREATE TRIGGER word_kind BEFORE INSERT ON residents_complaintstep
  FOR EACH ROW EXECUTE FUNCTION word_is_known('kind', 'note reply added followed');
CREATE TRIGGER word_result BEFORE INSERT ON residents_complaintcheck
  FOR EACH ROW EXECUTE FUNCTION word_is_known('result', 'none watch follow_up');
CREATE TRIGGER word_outcome BEFORE INSERT ON residents_complaintdecision
  FOR EACH ROW EXECUTE FUNCTION word_is_known('outcome', 'upheld partly not_upheld');

CREATE FUNCTION complaint_decision_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE as_decided residents_complaintdecision := NEW;
BEGIN
  as_decided.agreed := OLD.agreed;
  as_decided.second_by_id := OLD.second_by_id;
  as_decided.second_at := OLD.second_at;
  as_decided.second_reason := OLD.second_reason;
  IF as_decided IS DISTINCT FROM OLD OR OLD.agreed IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    PERFORM refuse('complaint_is_kept');
  END IF;
  IF NEW.agreed IS NULL THEN RETURN OLD; END IF;
  IF NOT complaint_is_answered_for(NEW.complaint_id) THEN PERFORM refuse('complaint_is_answered_by_who_is_not_named'); END IF;
  NEW.second_at := audit_now();
  RETURN NEW;
END $$;
CREATE TRIGGER a_second BEFORE UPDATE ON residents_complaintdecision FOR EACH ROW EXECUTE FUNCTION complaint_decision_rules();
ALTER TABLE residents_complaintnamed ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_complaintstep ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_complaintcheck ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_complaintdecision ENABLE ALWAYS TRIGGER a_rules;
ALTER TABLE residents_complaintnamed ENABLE ALWAYS TRIGGER b_kept;
ALTER TABLE residents_complaintstep ENABLE ALWAYS TRIGGER b_kept;
ALTER TABLE residents_complaintcheck ENABLE ALWAYS TRIGGER b_kept;
ALTER TABLE residents_complaintstep ENABLE ALWAYS TRIGGER word_kind;
ALTER TABLE residents_complaintcheck ENABLE ALWAYS TRIGGER word_result;
ALTER TABLE residents_complaintdecision ENABLE ALWAYS TRIGGER word_outcome;
ALTER TABLE residents_complaintdecision ENABLE ALWAYS TRIGGER a_second;
"""
BACK = """
DROP FUNCTION complaint_decision_rules() CASCADE; DROP FUNCTION complaint_row_rules() CASCADE;
DROP FUNCTION complaint_rules() CASCADE; DROP FUNCTION complaint_code_rules() CASCADE; DROP FUNCTION complaint_names() CASCADE;
DROP FUNCTION complaint_is_answered_for(uuid); DROP FUNCTION complaint_happened(uuid); DROP FUNCTION complaint_opened(uuid);
DROP FUNCTION complaint_log(uuid, text, text); DROP FUNCTION complaint_add(text, text, text, uuid, text);
DROP FUNCTION complaint_told(text, text, text); DROP FUNCTION complaint_of(text, text, text);
DROP FUNCTION complaint_send(text, uuid, text, text, jsonb); DROP FUNCTION complaint_words(text);
DROP FUNCTION complaints_nobody_reads(); DROP FUNCTION complaints_open() CASCADE; DROP FUNCTION complaint_needs_others(residents_complaint);
DROP FUNCTION complaint_supervisors(uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0180_complaints"), ("facilities", "0016_no_gap_in_the_words")]
    operations = [migrations.RunSQL(SHOWN + TOLD + RULES, BACK)]
