"""The names of other young people are taken out of what is shared outside, by the database: who shares learns no names."""

from django.db import migrations

# What stands between words: blanks, punctuation and signs. What a letter is depends on no locale so.
GAP = r"\s!-/:-@\[-`{-~\u00A0-\u00BF\u2000-\u206F\u3000-\u303F"
RULES = (
    r"""
-- The words of a text as they are read: in small letters, without accents. (An index uses these four: they name their schema.)
CREATE FUNCTION words_as_read(body text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_remove(regexp_split_to_array(
    lower(regexp_replace(normalize(body, NFD), '[\u0300-\u036F]', '', 'g')), '[GAP]+'), '')
$$;

-- What words of a name have in common with the same words in another order: "Secretname, Ada" is "Ada Secretname".
CREATE FUNCTION key_of_name(words text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (SELECT string_agg(word, ' ' ORDER BY word COLLATE "C") FROM unnest(words) word);
END $$;

-- A whole name of two words or more, and its first and last word where it has more; nothing for a single word.
CREATE FUNCTION key_of_whole_name(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE words text[] := public.words_as_read(name);
BEGIN
  RETURN CASE WHEN cardinality(words) > 1 THEN public.key_of_name(words) END;
END $$;
CREATE FUNCTION key_of_short_name(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE words text[] := public.words_as_read(name);
BEGIN
  RETURN CASE WHEN cardinality(words) > 2 THEN public.key_of_name(ARRAY[words[1], words[cardinality(words)]]) END;
END $$;
CREATE INDEX identity_whole_name ON residents_identity (key_of_whole_name(legal_name));
CREATE INDEX identity_short_name ON residents_identity (key_of_short_name(legal_name));
CREATE INDEX alias_whole_name ON residents_alias (key_of_whole_name(name));
CREATE INDEX alias_short_name ON residents_alias (key_of_short_name(name));
CREATE INDEX resident_whole_name ON residents_resident (key_of_whole_name(preferred_name));

-- Texts of a young person's record without the names of other young people, and how many were taken out. For whoever may share
-- the record; they learn nothing of a name that does not stand there in full. A name of several words is found whoever bears it,
-- in any order, also without the middle names. A single word is only where it begins with a capital letter and is a name of
-- somebody who lived in the same home at the same time, of a sibling, or of somebody from whom they are kept apart.
-- The young person's own names stay.
CREATE FUNCTION without_names_of_others(about uuid, texts text[]) RETURNS TABLE (cleaned text[], taken int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS $$
DECLARE
  own text[] := ARRAY(
    SELECT legal_name FROM residents_identity WHERE resident_id = about
    UNION ALL SELECT preferred_name FROM residents_resident WHERE id = about
    UNION ALL SELECT name FROM residents_alias WHERE resident_id = about);
  own_keys text[] := array_remove(ARRAY(
    SELECT unnest(ARRAY[key_of_whole_name(name), key_of_short_name(name)]) FROM unnest(own) name), NULL);
  near_words text[];
  keys text[];
  hits text[];
  gaps text[];
  typed text[];
  words text[];
  body text;
  place int;
  length int;
  found text[];
  is_hit boolean;
BEGIN
  IF about NOT IN (SELECT access_ids('residents', ARRAY['disclose'])) THEN
    RAISE EXCEPTION 'not for you' USING ERRCODE = 'insufficient_privilege';
  END IF;
  keys := ARRAY(
    SELECT DISTINCT key_of_name(read.found)
    FROM unnest(texts) WITH ORDINALITY one(body, nr) CROSS JOIN LATERAL (
      SELECT a, lead(a, 1) OVER there AS b, lead(a, 2) OVER there AS c, lead(a, 3) OVER there AS d, lead(a, 4) OVER there AS e
      FROM unnest(words_as_read(one.body)) WITH ORDINALITY word(a, nr) WINDOW there AS (ORDER BY word.nr)) row_of
    CROSS JOIN LATERAL (VALUES (ARRAY[a, b], b), (ARRAY[a, b, c], c), (ARRAY[a, b, c, d], d), (ARRAY[a, b, c, d, e], e)) read(found, last)
    WHERE read.last IS NOT NULL);
  hits := ARRAY(
    SELECT key_of_whole_name(legal_name) FROM residents_identity WHERE key_of_whole_name(legal_name) = ANY (keys) AND resident_id <> about
    UNION SELECT key_of_short_name(legal_name) FROM residents_identity WHERE key_of_short_name(legal_name) = ANY (keys) AND resident_id <> about
    UNION SELECT key_of_whole_name(name) FROM residents_alias WHERE key_of_whole_name(name) = ANY (keys) AND resident_id <> about
    UNION SELECT key_of_short_name(name) FROM residents_alias WHERE key_of_short_name(name) = ANY (keys) AND resident_id <> about
    UNION SELECT key_of_whole_name(preferred_name) FROM residents_resident WHERE key_of_whole_name(preferred_name) = ANY (keys) AND id <> about
    EXCEPT SELECT unnest(own_keys));
  near_words := ARRAY(
    WITH near(id) AS (
      SELECT other.resident_id FROM facilities_placement mine
      JOIN facilities_placement other ON other.facility_id = mine.facility_id AND other.status IN ('active', 'ended')
       AND tstzrange(other.starts_at, other.ends_at) && tstzrange(mine.starts_at, mine.ends_at)
      WHERE mine.resident_id = about AND mine.status IN ('active', 'ended')
      UNION SELECT unnest(ARRAY[resident_id, sibling_id]) FROM residents_kinship WHERE about IN (resident_id, sibling_id)
      UNION SELECT unnest(ARRAY[resident_id, other_id]) FROM residents_separation WHERE about IN (resident_id, other_id))
    SELECT unnest(words_as_read(legal_name)) FROM residents_identity JOIN near ON near.id = resident_id
    WHERE resident_id <> about
    UNION SELECT unnest(words_as_read(preferred_name)) FROM residents_resident JOIN near USING (id) WHERE id <> about
    UNION SELECT unnest(words_as_read(name)) FROM residents_alias JOIN near ON near.id = resident_id WHERE resident_id <> about
    EXCEPT SELECT unnest(words_as_read(name)) FROM unnest(own) name);
  cleaned := '{}';
  taken := 0;
  FOREACH body IN ARRAY texts LOOP
    words := words_as_read(body);
    IF cardinality(words) = 0 OR cardinality(hits) = 0 AND NOT words && near_words THEN
      cleaned := cleaned || body;
      CONTINUE;
    END IF;
    body := normalize(body, NFC);
    SELECT array_agg(piece.part[1] ORDER BY piece.nr), array_agg(piece.part[2] ORDER BY piece.nr) INTO gaps, typed
    FROM regexp_matches(body, '([GAP]*)([^GAP]+)', 'g') WITH ORDINALITY AS piece(part, nr);
    words := ARRAY(SELECT array_to_string(words_as_read(word), '') FROM unnest(typed) WITH ORDINALITY one(word, nr) ORDER BY nr);
    gaps := gaps || (regexp_match(body, '[GAP]*$'))[1];
    body := '';
    place := 1;
    WHILE place <= cardinality(words) LOOP
      length := 1;
      found := ARRAY[words[place]];
      is_hit := false;
      FOR more IN 1 .. least(4, cardinality(words) - place) LOOP
        found := found || words[place + more];
        IF key_of_name(found) = ANY (hits || own_keys) THEN
          length := more + 1;
          is_hit := key_of_name(found) = ANY (hits);
        END IF;
      END LOOP;
      IF is_hit
        OR length = 1 AND words[place] = ANY (near_words) AND char_length(words[place]) > 1 AND typed[place] <> lower(typed[place])
      THEN
        body := body || gaps[place] || '[another young person]';
        place := place + length;
        taken := taken + 1;
      ELSE
        FOR kept IN place .. place + length - 1 LOOP
          body := body || gaps[kept] || typed[kept];
        END LOOP;
        place := place + length;
      END IF;
    END LOOP;
    cleaned := cleaned || (body || gaps[cardinality(gaps)]);
  END LOOP;
  RETURN NEXT;
END $$;
REVOKE EXECUTE ON FUNCTION without_names_of_others(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION without_names_of_others(uuid, text[]) TO placement_app;
"""
).replace("GAP", GAP)
BACK = """
DROP FUNCTION without_names_of_others(uuid, text[]);
DROP INDEX identity_whole_name, identity_short_name, alias_whole_name, alias_short_name, resident_whole_name;
DROP FUNCTION key_of_short_name(text), key_of_whole_name(text), key_of_name(text[]), words_as_read(text);
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0029_sealed_documents_kept")]
    operations = [migrations.RunSQL(RULES, BACK)]
