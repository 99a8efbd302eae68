"""Who is accused by a name that was typed finds no trace either, and judges nothing; what accuses a colleague is an allegation."""

from django.db import migrations

RULES = r"""
-- The words of a text by which somebody may be called, without case, accents, signs and digits: "O'Brien" is o, brien and obrien.
CREATE FUNCTION name_words(said text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT array_remove(string_to_array(translate(plain_name(said), '0123456789', '          ')
    || ' ' || translate(plain_name(regexp_replace(said, '[''’‘`\u00ad\u200b-\u200d\ufeff-]', '', 'g')), '0123456789', '          '), ' '), '')
$$;
-- Whether a part of a name, of three letters or more, stands among the words of a text.
CREATE FUNCTION calls_by_a_part(said text, known text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM unnest(name_words(known)) AS part(word) WHERE length(part.word) > 2 AND part.word = ANY (name_words(said)))
$$;

-- From the statement that names them on, and from that which makes it an allegation. A name that was typed means everybody with
-- an account who bears it; of somebody who works in the home, also a part of it does. A supervisor shows it again where it was
-- somebody else.
CREATE OR REPLACE FUNCTION incident_hides() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE which uuid := CASE TG_TABLE_NAME WHEN 'residents_incident' THEN (to_jsonb(NEW) ->> 'id')::uuid
  ELSE (to_jsonb(NEW) ->> 'incident_id')::uuid END;
BEGIN
  INSERT INTO residents_incidenthiding (id, incident_id, person_id, reason, hidden_by_id, hidden_at, ended_reason)
  SELECT DISTINCT ON (who.id) gen_random_uuid(), i.id, who.id,
    CASE WHEN p.person_id IS NULL THEN 'Called as whoever is accused' ELSE 'Named as accused' END,
    coalesce(audit_actor(), i.reported_by_id), audit_now(), ''
  FROM residents_incident i JOIN residents_incidentperson p ON p.incident_id = i.id
  JOIN access_person who ON who.id = p.person_id OR p.person_id IS NULL AND (names_meet(p.name, who.name)
    OR p.role = 'staff' AND who.role IN ('staff', 'admin') AND who.id <> i.reported_by_id AND calls_by_a_part(p.name, who.name) AND EXISTS (
      SELECT FROM facilities_assignment a WHERE a.facility_id = i.facility_id AND a.person_id = who.id
        AND (a.ends_at IS NULL OR a.ends_at > i.happened_at)))
  WHERE i.id = which AND i.kind = 'allegation' AND p.part = 'accused'
    AND NOT EXISTS (SELECT FROM residents_incidenthiding h WHERE h.incident_id = i.id AND h.person_id = who.id)
  ORDER BY who.id, p.person_id NULLS LAST
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
DROP TRIGGER hides ON residents_incidentperson;
CREATE TRIGGER hides AFTER INSERT OR UPDATE ON residents_incidentperson FOR EACH ROW
  WHEN (NEW.part = 'accused') EXECUTE FUNCTION incident_hides();
ALTER TABLE residents_incidentperson ENABLE ALWAYS TRIGGER hides;

-- Only an allegation is hidden: so who accuses a colleague reports one, and it stays one.
CREATE FUNCTION accused_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM residents_incident WHERE id = NEW.incident_id AND kind = 'allegation') THEN
    PERFORM refuse('colleague_is_accused_in_an_allegation');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION accused_rules() FROM PUBLIC;
CREATE TRIGGER accused BEFORE INSERT OR UPDATE ON residents_incidentperson FOR EACH ROW
  WHEN (NEW.part = 'accused' AND NEW.person_id IS NOT NULL) EXECUTE FUNCTION accused_rules();
ALTER TABLE residents_incidentperson ENABLE ALWAYS TRIGGER accused;
CREATE FUNCTION allegation_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.sent_at IS NOT NULL OR EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = NEW.id AND part = 'accused') THEN
    PERFORM refuse('allegation_stays_one');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION allegation_stays() FROM PUBLIC;
CREATE TRIGGER stays_allegation BEFORE UPDATE OF kind ON residents_incident FOR EACH ROW
  WHEN (OLD.kind = 'allegation' AND NEW.kind <> 'allegation') EXECUTE FUNCTION allegation_stays();
ALTER TABLE residents_incident ENABLE ALWAYS TRIGGER stays_allegation;

-- Nobody judges what names them, also where the name was typed: as somebody in it, or as who held a young person.
CREATE FUNCTION incident_names_by_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE own text := (SELECT name FROM access_person WHERE id = audit_actor());
BEGIN
  IF EXISTS (SELECT FROM residents_incidentperson WHERE incident_id = NEW.incident_id AND names_meet(name, own))
     OR EXISTS (SELECT FROM residents_restraint r JOIN residents_incidentpart p ON p.id = r.part_id
                WHERE p.incident_id = NEW.incident_id AND names_meet(r.held_by, own)) THEN
    PERFORM refuse('incident_names_its_reader');
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION incident_names_by_word() FROM PUBLIC;
CREATE TRIGGER s_names_by_word BEFORE INSERT ON residents_incidentstep FOR EACH ROW
  WHEN (NEW.what IN ('returned', 'reviewed', 'filed', 'closed')) EXECUTE FUNCTION incident_names_by_word();
ALTER TABLE residents_incidentstep ENABLE ALWAYS TRIGGER s_names_by_word;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0211_flyers_kept")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
