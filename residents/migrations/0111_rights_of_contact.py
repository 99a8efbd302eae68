"""Who may widen contact, whom nobody may be kept from, names that are not allowed, limits that end, reports that stay."""

from importlib import import_module

from django.db import migrations

limits = import_module("residents.migrations.0061_contacts_and_limits_kept")
activities = import_module("residents.migrations.0063_activities_kept")
kept = import_module("residents.migrations.0010_what_is_kept")


def function(rules: str, name: str) -> str:
    """Return the statement that makes the function ``name`` in ``rules``, so that it replaces a later one."""
    start = next(
        rules.index(f"{make} {name}(")
        for make in ("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION")
        if f"{make} {name}(" in rules
    )
    text = rules[start : rules.index("END $$;", start) + len("END $$;\n")]
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """Return ``text`` with each first part replaced by the second; each must be there."""
    for old, new in pairs:
        if text.count(old) != 1:
            raise ValueError(old)
        text = text.replace(old, new)
    return text


CONTACT = function(limits.RULES, "contact_rules")
NEW_CONTACT = changed(
    CONTACT,
    ("  place uuid;\n", "  place uuid;\n  office_held text := '';\n  seen boolean;\n"),
    (
        """  IF (NEW.permission = 'prohibited' OR NEW.permission = '' AND NEW.initiative = 'other') AND NOT EXISTS (""",
        """  SELECT office INTO office_held FROM residents_outsideperson WHERE id = NEW.outside_person_id;
  IF office_held <> '' AND NEW.supervised AND NEW.note !~ '\\S' THEN
    RAISE EXCEPTION 'words' USING ERRCODE = 'check_violation', CONSTRAINT = 'private_contact_has_words';
  END IF;
  -- Whoever is on the list is logged as they stand there, under whichever of their names they came.
  -- Row security refuses everybody else, who must not learn from this rule whose names are known.
  seen := NEW.resident_id IN (SELECT access_ids('residents', ARRAY['view_care_profile']));
  IF seen AND NEW.outside_person_id IS NULL AND EXISTS (
      SELECT FROM residents_outsideperson p WHERE p.resident_id = NEW.resident_id AND is_called(p, NEW.other_name)) THEN
    RAISE EXCEPTION 'listed' USING ERRCODE = 'check_violation', CONSTRAINT = 'who_is_listed_is_chosen_there';
  END IF;
  IF (NEW.permission = 'prohibited' OR NEW.permission = '' AND (
        NEW.initiative = 'other' OR seen AND name_is_barred(NEW.resident_id, works_in(NEW.facility_id), NEW.other_name))) AND NOT EXISTS (""",
    ),
    (
        "      WHERE i.id = NEW.incident_id AND i.facility_id = NEW.facility_id AND named.resident_id = NEW.resident_id) THEN",
        """      WHERE i.id = NEW.incident_id AND i.facility_id = NEW.facility_id AND named.resident_id = NEW.resident_id
        AND i.status = 'draft' AND i.reported_by_id = NEW.written_by_id AND i.happened_at = NEW.happened_at) THEN""",
    ),
    (
        "  IF NEW.outcome = 'denied' AND NEW.permission IN ('allowed', 'supervised') THEN",
        """  IF NEW.outcome = 'denied' AND office_held <> '' THEN
    RAISE EXCEPTION 'office' USING ERRCODE = 'check_violation', CONSTRAINT = 'office_is_never_refused';
  END IF;
  IF NEW.outcome = 'denied' AND NEW.permission IN ('allowed', 'supervised') THEN""",
    ),
)
DECIDED = function(activities.before.RULES, "restriction_rules").replace(activities.BY_CONTACT, activities.BY_EITHER)
NEW_DECIDED = changed(
    DECIDED,
    ("  as_asked residents_restriction := NEW;\n", "  as_asked residents_restriction := NEW;\n  taken interval;\n"),
    (
        "    RETURN NEW;\n  END IF;\n  as_asked.ends_at",
        """    IF EXISTS (SELECT FROM residents_outsideperson WHERE id = NEW.outside_person_id AND office <> '') THEN
      RAISE EXCEPTION 'office' USING ERRCODE = 'check_violation', CONSTRAINT = 'office_is_never_refused';
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_care_profile'])) THEN
      RETURN NEW;  -- row security refuses it, and nobody learns from it what is limited
    END IF;
    PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM residents_restriction earlier WHERE same_limit(earlier, NEW) AND earlier.decision = '') THEN
      RAISE EXCEPTION 'waits' USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_waits_once';
    END IF;
    -- Who was told that it must be allowed does not refuse it again the next hour.
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['accept_placement', 'approve_placement'])) AND EXISTS (
        SELECT FROM residents_restriction earlier
        WHERE same_limit(earlier, NEW) AND earlier.decision = 'declined' AND earlier.decided_at > audit_now() - interval '7 days') THEN
      RAISE EXCEPTION 'declined' USING ERRCODE = 'check_violation', CONSTRAINT = 'declined_limit_is_not_set_again';
    END IF;
    RETURN NEW;
  END IF;
  as_asked.ends_at""",
    ),
    (
        "    NEW.decided_at := audit_now();\n",
        """    NEW.decided_at := audit_now();
    IF NEW.decision = 'approved' THEN
      PERFORM FROM residents_resident WHERE id = NEW.resident_id FOR NO KEY UPDATE;
      SELECT sum(earlier.ends_at - greatest(earlier.decided_at, audit_now() - interval '90 days')) INTO taken
      FROM residents_restriction earlier
      WHERE same_limit(earlier, NEW) AND earlier.id <> NEW.id AND earlier.decision = 'approved'
        AND earlier.ends_at > audit_now() - interval '90 days';
      IF coalesce(taken, interval '0') + (NEW.ends_at - NEW.decided_at) > interval '28 days' THEN
        RAISE EXCEPTION 'long' USING ERRCODE = 'check_violation', CONSTRAINT = 'limits_end_after_four_weeks';
      END IF;
    END IF;
""",
    ),
)
STEPS = function(limits.RULES, "incident_steps")
NEW_STEPS = changed(
    STEPS,
    (
        "  RETURN NULL;\n",
        """  IF OLD.status = 'draft' AND split_part(NEW.seen, E'\\n', 1) <> split_part(OLD.seen, E'\\n', 1) THEN
    RAISE EXCEPTION 'facts' USING ERRCODE = 'check_violation', CONSTRAINT = 'draft_keeps_its_facts';
  END IF;
  RETURN NULL;
""",
    ),
)
INVOLVED = function(kept.RULES, "involved_rules")
NEW_INVOLVED = changed(
    INVOLVED,
    (
        "  RETURN CASE",
        """  IF TG_OP <> 'INSERT' AND EXISTS (
      SELECT FROM residents_contact WHERE incident_id = OLD.incident_id AND resident_id = OLD.resident_id)
     AND (TG_OP = 'DELETE' OR (NEW.incident_id, NEW.resident_id) <> (OLD.incident_id, OLD.resident_id)) THEN
    RAISE EXCEPTION 'named' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_of_a_contact_names_whose_it_was';
  END IF;
  RETURN CASE""",
    ),
)
OFFER = function(activities.RULES, "activity_offer_rules")
NEW_OFFER = changed(
    OFFER,
    ("LANGUAGE plpgsql SET", "LANGUAGE plpgsql SECURITY DEFINER SET"),
    (
        "  NEW.written_at := audit_now();\n",
        """  NEW.written_at := audit_now();
  IF NEW.facility_id NOT IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_is_offered_by_who_works_there';
  END IF;
  IF NEW.shift_id IS NOT NULL AND NEW.facility_id <> (SELECT facility_id FROM facilities_shift WHERE id = NEW.shift_id) THEN
    RAISE EXCEPTION 'shift' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_is_of_a_shift_of_its_home';
  END IF;
""",
    ),
)

NAMES = r"""
-- Names are compared without case, accents and signs. A name of one word is found only alone, one of more words also among others.
CREATE FUNCTION plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT btrim(regexp_replace(regexp_replace(lower(normalize(name, NFKD)), '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$;
CREATE FUNCTION names_meet(said text, known text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public AS $$
  SELECT plain_name(known) <> '' AND (plain_name(said) = plain_name(known)
    OR plain_name(known) LIKE '% %' AND ' ' || plain_name(said) || ' ' LIKE '% ' || plain_name(known) || ' %')
$$;
CREATE FUNCTION is_called(listed residents_outsideperson, said text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM unnest(string_to_array(listed.other_names, ',') || listed.name::text) one WHERE names_meet(said, one))
$$;

-- Whether the name is that of somebody who must not be in contact with the young person, or with anybody who lives in the home.
CREATE FUNCTION name_is_barred(who uuid, home uuid, said text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  together uuid[] := ARRAY(SELECT who UNION SELECT resident_id FROM facilities_placement WHERE facility_id = home AND status = 'active');
BEGIN
  RETURN EXISTS (SELECT FROM residents_outsideperson p
                 WHERE p.resident_id = ANY (together) AND p.permission = 'prohibited' AND is_called(p, said))
      OR EXISTS (SELECT FROM residents_exploitationlink l JOIN residents_exploiter e ON e.id = l.exploiter_id
                 WHERE l.resident_id = ANY (together) AND names_meet(said, e.name));
END $$;
REVOKE EXECUTE ON FUNCTION name_is_barred(uuid, uuid, text) FROM PUBLIC;
-- The home, for who works there; the names of those who live in another one are nobody else's.
CREATE FUNCTION works_in(home uuid) RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN CASE WHEN home IN (SELECT access_ids('facilities', ARRAY['work_shift'])) THEN home END;
END $$;
-- The same, for whoever logs contacts of the young person; nobody else learns from it who is linked to whom.
CREATE FUNCTION contact_name_is_barred(who uuid, home uuid, said text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN who IN (SELECT access_ids('residents', ARRAY['log_care', 'keep_case']))
     AND (home IS NULL OR lived_there(who, home, audit_now())) AND name_is_barred(who, works_in(home), said);
END $$;
REVOKE EXECUTE ON FUNCTION contact_name_is_barred(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contact_name_is_barred(uuid, uuid, text) TO placement_app;

CREATE FUNCTION same_limit(one residents_restriction, other residents_restriction) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT one.resident_id = other.resident_id AND one.kind = other.kind
    AND one.outside_person_id IS NOT DISTINCT FROM other.outside_person_id
    AND lower(btrim(one.activity)) = lower(btrim(other.activity))
$$;
"""
LIST = r"""
CREATE FUNCTION outside_person_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  agreed boolean := pg_trigger_depth() > 1;  -- by contact_change_agreed() alone
  rank text[] := ARRAY['allowed', 'supervised', 'prohibited'];
BEGIN
  IF NOT agreed AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['keep_case'])) THEN
    RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'list_is_kept_by_the_caseworker';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.resident_id, NEW.name, NEW.relation) <> (OLD.resident_id, OLD.name, OLD.relation) THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_outside_stays_who_they_are';
    END IF;
    IF NOT agreed AND (array_position(rank, NEW.permission::text) < array_position(rank, OLD.permission::text)
        OR OLD.office <> '' AND NEW.office <> OLD.office) THEN
      RAISE EXCEPTION 'wider' USING ERRCODE = 'check_violation', CONSTRAINT = 'wider_contact_is_agreed_first';
    END IF;
  END IF;
  -- Somebody who is not allowed is not put on the list once more under the same or another name.
  IF NEW.permission <> 'prohibited' AND (TG_OP = 'INSERT' OR NOT agreed AND NEW.other_names <> OLD.other_names)
     AND EXISTS (SELECT FROM unnest(string_to_array(NEW.other_names, ',') || NEW.name::text) said
                 WHERE EXISTS (SELECT FROM residents_outsideperson p WHERE p.resident_id = NEW.resident_id AND p.id <> NEW.id
                                 AND p.permission = 'prohibited' AND is_called(p, said))
                    OR EXISTS (SELECT FROM residents_exploitationlink l JOIN residents_exploiter e ON e.id = l.exploiter_id
                               WHERE l.resident_id = NEW.resident_id AND names_meet(said, e.name))) THEN
    RAISE EXCEPTION 'name' USING ERRCODE = 'check_violation', CONSTRAINT = 'name_is_of_somebody_not_allowed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_outsideperson FOR EACH ROW EXECUTE FUNCTION outside_person_rules();
ALTER TABLE residents_outsideperson ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION contact_change_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  as_asked residents_contactchange := NEW;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT resident_id INTO NEW.resident_id FROM residents_outsideperson WHERE id = NEW.outside_person_id;
    NEW.asked_at := audit_now();
    IF NEW.decision <> '' THEN
      RAISE EXCEPTION 'decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'wider_contact_begins_undecided';
    END IF;
    IF NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['keep_case'])) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'list_is_kept_by_the_caseworker';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.decision = '' THEN
    as_asked.decision := OLD.decision;
    as_asked.decided_by_id := OLD.decided_by_id;
    as_asked.decided_at := OLD.decided_at;
    as_asked.decision_reason := OLD.decision_reason;
  END IF;
  IF as_asked IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'wider_contact_is_kept';
  END IF;
  IF OLD.decision = '' AND NEW.decision <> '' THEN
    NEW.decided_at := audit_now();
    IF NEW.decision = 'withdrawn' AND NEW.decided_by_id <> OLD.asked_by_id
       OR NEW.decision <> 'withdrawn' AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement'])) THEN
      RAISE EXCEPTION 'who' USING ERRCODE = 'check_violation', CONSTRAINT = 'wider_contact_is_agreed_by_the_supervisor';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON residents_contactchange FOR EACH ROW EXECUTE FUNCTION contact_change_rules();
ALTER TABLE residents_contactchange ENABLE ALWAYS TRIGGER rules;

CREATE FUNCTION contact_change_agreed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE residents_outsideperson SET permission = NEW.permission, office = NEW.office, "order" = NEW."order"
  WHERE id = NEW.outside_person_id;
  RETURN NULL;
END $$;
CREATE TRIGGER agreed AFTER UPDATE ON residents_contactchange FOR EACH ROW
  WHEN (NEW.decision = 'agreed' AND OLD.decision = '') EXECUTE FUNCTION contact_change_agreed();
ALTER TABLE residents_contactchange ENABLE ALWAYS TRIGGER agreed;

-- That somebody was kept from an activity is said only under a limit, and is not said otherwise afterwards.
CREATE FUNCTION care_entry_exclusion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  before text := '';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := OLD.outcome;
  ELSIF NEW.amends_id IS NOT NULL THEN
    SELECT outcome INTO before FROM residents_careentry WHERE id = NEW.amends_id;
  END IF;
  IF before = 'Kept from it' AND NEW.outcome NOT IN (before, 'Written by mistake') THEN
    RAISE EXCEPTION 'told' USING ERRCODE = 'check_violation', CONSTRAINT = 'exclusion_stays_told';
  END IF;
  IF NEW.outcome = 'Kept from it' AND before <> NEW.outcome
     AND NEW.resident_id IN (SELECT access_ids('residents', ARRAY['view_care_log'])) AND NOT EXISTS (
      SELECT FROM residents_restriction r
      WHERE r.resident_id = NEW.resident_id AND r.kind = 'activity'
        AND left(lower(NEW.note), length(r.activity) + 1) = lower(r.activity) || '.'
        AND (r.decision = '' AND r.asked_at > audit_now() - interval '24 hours'
             OR r.decision = 'approved' AND r.ends_at > NEW.happened_at)) THEN
    RAISE EXCEPTION 'limit' USING ERRCODE = 'check_violation', CONSTRAINT = 'exclusion_has_its_limit';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exclusion BEFORE INSERT OR UPDATE ON residents_careentry FOR EACH ROW
  WHEN (NEW.kind = 'activity') EXECUTE FUNCTION care_entry_exclusion();
ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER exclusion;
"""
BACK = (
    """
DROP FUNCTION care_entry_exclusion() CASCADE;
DROP FUNCTION contact_change_agreed() CASCADE;
DROP FUNCTION contact_change_rules() CASCADE;
DROP FUNCTION outside_person_rules() CASCADE;
"""
    + CONTACT
    + DECIDED
    + STEPS
    + INVOLVED
    + OFFER
    + """
DROP FUNCTION contact_name_is_barred(uuid, uuid, text);
DROP FUNCTION works_in(uuid);
DROP FUNCTION name_is_barred(uuid, uuid, text);
DROP FUNCTION same_limit(residents_restriction, residents_restriction);
DROP FUNCTION is_called(residents_outsideperson, text);
DROP FUNCTION names_meet(text, text);
DROP FUNCTION plain_name(text);
"""
)


class Migration(migrations.Migration):
    dependencies = [("residents", "0110_offices_and_wider_contact")]
    operations = [
        migrations.RunSQL(
            NAMES + NEW_CONTACT + NEW_DECIDED + NEW_STEPS + NEW_INVOLVED + NEW_OFFER + LIST,
            BACK,
        )
    ]
