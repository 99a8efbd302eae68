"""Invented data of any size, made by the database itself, always the same for the same numbers.

A home has 12 beds, each with 25 stays one after the other, of which the last goes on: 300 stays of 200 young people, 12 of whom
live there now. A caseworker has 40 young people, a unit up to 4,000. What one person of a home, or one caseworker, may see does
not depend on the size, so their pages should not either. Permission rows and memberships are those that follow from the facts
(``manage.py access verify`` finds nothing). Care entries have their history rows; nothing else has, because nothing else's is read.

While data is loaded, triggers are off and indexes and foreign keys are away; afterwards all are as they were.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from placement.access.facts import pairs
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, Role
from residents.models import CareEntry

PER_HOME, PER_CASEWORKER, PER_UNIT = 200, 40, 4000
TABLES = (
    "access_agencyunit",
    "access_person",
    "access_membership",
    "facilities_facility",
    "facilities_unit",
    "facilities_room",
    "facilities_bed",
    "facilities_assignment",
    "facilities_facilitygrouppermission",
    "residents_resident",
    "residents_identity",
    "residents_case",
    "residents_caseload",
    "residents_populationdesignation",
    "residents_levelassessment",
    "residents_safetyalert",
    "facilities_placement",
    "facilities_discharge",
    "facilities_referral",
    "residents_residentgrouppermission",
    "residents_residentuserpermission",
    "residents_careentry",
    "residents_historicalcareentry",
)


@dataclass(frozen=True)
class Scale:
    """How much there is in the end: people in the record, what is written about them, and people who sign in."""

    residents: int
    care_entries: int
    users: int

    @property
    def caseworkers(self) -> int:
        """Return how many of the users are caseworkers; they come first, then the supervisors, then the staff."""
        return max(1, self.users * 6 // 10)

    @property
    def supervisors(self) -> int:
        """Return how many of the users are supervisors."""
        return max(1, self.users // 10)

    @property
    def numbers(self) -> dict[str, int]:
        """Return the numbers for the statements."""
        return {
            "residents": self.residents,
            "entries": self.care_entries,
            "users": self.users,
            "workers": self.caseworkers,
            "supervisors": self.supervisors,
            "staff": self.users - self.caseworkers - self.supervisors,
            "homes": homes(self.residents),
            "units": -(-self.residents // PER_UNIT),
        }


def homes(residents: int) -> int:
    """Return how many homes it takes for so many young people."""
    return -(-residents // PER_HOME)


KEY = """
CREATE FUNCTION bench_key(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN md5(kind || n)::uuid;
CREATE FUNCTION bench_start(slot bigint, moment timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
RETURN moment - (25 - slot) * interval '1440 hours';
"""

PEOPLE = """
INSERT INTO access_agencyunit (id, name) SELECT bench_key('unit', n), 'Unit ' || n FROM generate_series(1, %(units)s) n;
INSERT INTO access_person (id, password, username, name, staff_number, role, unit_id, time_zone, is_active)
SELECT bench_key('person', n), '!', 'person' || n, 'Person ' || n, 'B' || n, given.role,
       CASE WHEN given.role = 'supervisor' THEN bench_key('unit', (n - %(workers)s - 1) %% %(units)s + 1) END, 'UTC', true
FROM generate_series(1, %(users)s) n, LATERAL (SELECT CASE
  WHEN n <= %(workers)s THEN 'caseworker' WHEN n <= %(workers)s + %(supervisors)s THEN 'supervisor' ELSE 'staff' END AS role) given;
INSERT INTO auth_group (name) SELECT 'agency/all/' || role FROM unnest(%(agency_roles)s::text[]) role
UNION SELECT 'unit/' || id || '/supervisor' FROM access_agencyunit;
INSERT INTO access_membership (id, person_id, group_id, starts_at)
SELECT gen_random_uuid(), p.id, g.id, %(moment)s - interval '5 years' FROM access_person p JOIN auth_group g
  ON g.name = 'agency/all/' || p.role OR p.role = 'supervisor' AND g.name = 'unit/' || p.unit_id || '/supervisor';
"""

# Homes h from %(first_home)s to %(last_home)s.
HOMES = """
INSERT INTO facilities_facility (id, name, kind, original_type, jurisdiction, region, time_zone, languages)
SELECT bench_key('home', h), 'Home ' || h, 'residential', '', 'CA', '', 'America/Los_Angeles', '{English}'
FROM generate_series(%(first_home)s, %(last_home)s) h;
INSERT INTO facilities_unit (id, facility_id, name)
SELECT bench_key('part', h), bench_key('home', h), 'House' FROM generate_series(%(first_home)s, %(last_home)s) h;
INSERT INTO facilities_room (id, unit_id, name) SELECT bench_key('room', h * 12 + b), bench_key('part', h), 'Room ' || b
FROM generate_series(%(first_home)s, %(last_home)s) h, generate_series(0, 11) b;
INSERT INTO facilities_bed (id, room_id, facility_id, name, closed_why)
SELECT bench_key('bed', h * 12 + b), bench_key('room', h * 12 + b), bench_key('home', h), 'Bed ' || b, ''
FROM generate_series(%(first_home)s, %(last_home)s) h, generate_series(0, 11) b;
INSERT INTO auth_group (name) SELECT 'home/' || bench_key('home', h) || '/' || role
FROM generate_series(%(first_home)s, %(last_home)s) h, unnest(ARRAY['staff', 'admin', 'inspector']) role;
INSERT INTO facilities_assignment (id, facility_id, person_id, role, starts_at)
SELECT gen_random_uuid(), bench_key('home', h), bench_key('person', %(workers)s + %(supervisors)s + s), 'staff',
       %(moment)s - interval '5 years'
FROM generate_series(1, %(staff)s) s, LATERAL (SELECT (s - 1) %% %(homes)s + 1 AS h) of_home
WHERE h BETWEEN %(first_home)s AND %(last_home)s;
INSERT INTO access_membership (id, person_id, group_id, starts_at)
SELECT gen_random_uuid(), a.person_id, g.id, a.starts_at FROM facilities_assignment a
JOIN auth_group g ON g.name = 'home/' || a.facility_id || '/staff'
WHERE a.facility_id IN (SELECT bench_key('home', h) FROM generate_series(%(first_home)s, %(last_home)s) h);
INSERT INTO facilities_facilitygrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), g.id, p.id, f.id, f.id, %(moment)s - interval '5 years'
FROM generate_series(%(first_home)s, %(last_home)s) h, LATERAL (SELECT bench_key('home', h) AS id) f
CROSS JOIN (SELECT 'home' AS kind, * FROM unnest(%(home_roles)s::text[], %(home_rights)s::text[]) AS home(role, name)
            UNION ALL SELECT 'agency', * FROM unnest(%(agency_roles)s::text[], %(agency_rights)s::text[])) given
JOIN auth_group g ON g.name = CASE given.kind WHEN 'home' THEN 'home/' || f.id ELSE 'agency/all' END || '/' || given.role
JOIN bench_right p ON p.name = given.name;
"""

# Young people r after %(before)s up to %(size)s: h is their home, j their number in it, k one of the home's 300 stays.
RESIDENTS = """
INSERT INTO residents_resident (id, code, preferred_name, sex, languages, plan_of_the_day)
SELECT bench_key('resident', r), 'B-' || r, 'Name ' || r, (ARRAY['female', 'male', 'nonbinary'])[r %% 3 + 1], '{English}', ''
FROM generate_series(%(before)s + 1, %(size)s) r;
INSERT INTO residents_identity (id, resident_id, legal_name, birth_date, birth_date_is_estimate, family)
SELECT gen_random_uuid(), bench_key('resident', r), 'Legal ' || r, %(moment)s::date - 5000 - (r %% 1000)::int, false, ''
FROM generate_series(%(before)s + 1, %(size)s) r;
INSERT INTO residents_case (id, resident_id, number, unit_id, status, legal_basis, court, permanency_goal, summary,
  opened_on, closed_on)
SELECT bench_key('case', r), bench_key('resident', r), 'BC-' || r, bench_key('unit', (r - 1) / 4000 + 1), given.status, 'Order', '',
       'guardianship', '', %(moment)s::date - 1600, CASE given.status WHEN 'closed' THEN %(moment)s::date - 30 END
FROM generate_series(%(before)s + 1, %(size)s) r, LATERAL (SELECT CASE
  WHEN r <= %(workers)s * 40 OR (r - 1) %% 200 < 12 THEN 'open' ELSE 'closed' END AS status) given;
INSERT INTO residents_caseload (id, case_id, caseworker_id, starts_at)
SELECT bench_key('load', r), bench_key('case', r), bench_key('person', (r - 1) / 40 + 1), %(moment)s - interval '4 years'
FROM generate_series(%(before)s + 1, least(%(size)s, %(workers)s * 40)) r;
INSERT INTO residents_populationdesignation
  (id, resident_id, population, stage, basis, decided_by_id, decided_at, review_reason, standing)
SELECT gen_random_uuid(), bench_key('resident', r), 'trafficked', 'confirmed', 'Interview', bench_key('person', 1),
       %(moment)s - interval '1 year', '', 'counts'
FROM generate_series(%(before)s + 1, %(size)s) r;
INSERT INTO residents_levelassessment (id, resident_id, level, assessed_on, assessor, basis, written_at)
SELECT gen_random_uuid(), bench_key('resident', r), r %% 5 + 1, %(moment)s::date - 300, 'Clinician', 'Interview',
       %(moment)s - interval '300 days'
FROM generate_series(%(before)s + 1, %(size)s) r;
INSERT INTO residents_safetyalert (id, resident_id, kind, text, urgent, starts_at)
SELECT gen_random_uuid(), bench_key('resident', r), 'allergy', 'Peanuts', true, %(moment)s - interval '300 days'
FROM generate_series(%(before)s + 1, %(size)s) r WHERE r %% 5 = 0;
INSERT INTO facilities_placement (id, resident_id, bed_id, facility_id, status, starts_at, ends_at, proposed_by_id, proposed_at,
  decided_by_id, decided_at, decision_reason, safety_read_by_id, safety_read_at, admitted_by_id, end_reason)
SELECT bench_key('stay', h * 300 + k), bench_key('resident', r), bench_key('bed', h * 12 + k %% 12), bench_key('home', h),
       CASE k / 12 WHEN 24 THEN 'active' ELSE 'ended' END, start, CASE WHEN k / 12 < 24 THEN start + interval '1440 hours' END,
       bench_key('person', 1), start - interval '3 days', bench_key('person', %(workers)s + 1), start - interval '2 days', 'Fits',
       bench_key('person', %(users)s), start - interval '1 day', bench_key('person', %(users)s),
       CASE k / 12 WHEN 24 THEN '' ELSE 'Moved on' END
FROM generate_series(%(before)s + 1, %(size)s) r, LATERAL (SELECT (r - 1) / 200 + 1 AS h, (r - 1) %% 200 AS j) place,
     LATERAL (VALUES (88 + j), (288 + j), (j - 112)) stay(k), bench_start(k / 12, %(moment)s) start
WHERE k BETWEEN 0 AND 299;
INSERT INTO facilities_discharge (id, placement_id, resident_id, "to", reason, after_care, after_care_contact, first_check_on,
  written_by_id, written_at, late, late_reason)
SELECT gen_random_uuid(), s.id, s.resident_id, 'family', 'Moved on', 'Calls each week', 'Person 1', s.ends_at::date + 30,
       bench_key('person', 1), s.ends_at, false, ''
FROM generate_series(%(before)s + 1, %(size)s) r JOIN facilities_placement s ON s.resident_id = bench_key('resident', r)
WHERE s.status = 'ended';
INSERT INTO facilities_referral (id, number, resident_id, status, urgency, reason, needs, wishes, made_by_id, made_at,
  closing_reason, needed_from, sent_at, level)
SELECT gen_random_uuid(), r, bench_key('resident', r), 'open', 'planned', 'Looks for a home', '', '', bench_key('person', 1),
       %(moment)s - interval '5 days', '', %(moment)s, %(moment)s - interval '4 days', 2
FROM generate_series(%(before)s + 1, %(size)s) r JOIN residents_case c ON c.id = bench_key('case', r)
WHERE c.status = 'open' AND (r - 1) %% 200 >= 12;
INSERT INTO residents_residentgrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), g.id, p.id, c.resident_id, c.id, %(moment)s - interval '4 years'
FROM generate_series(%(before)s + 1, %(size)s) r JOIN residents_case c ON c.id = bench_key('case', r)
JOIN auth_group g ON g.name = 'unit/' || c.unit_id || '/supervisor'
CROSS JOIN unnest(%(supervisor_rights)s::text[]) given(name) JOIN bench_right p ON p.name = given.name;
INSERT INTO residents_residentgrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), g.id, p.id, s.resident_id, s.id, CASE given.role WHEN 'admin' THEN s.decided_at ELSE s.starts_at END
FROM generate_series(%(before)s + 1, %(size)s) r
JOIN facilities_placement s ON s.resident_id = bench_key('resident', r) AND s.status = 'active'
CROSS JOIN unnest(%(stay_roles)s::text[], %(stay_rights)s::text[]) given(role, name)
JOIN auth_group g ON g.name = 'home/' || s.facility_id || '/' || given.role JOIN bench_right p ON p.name = given.name;
INSERT INTO residents_residentuserpermission (id, user_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), l.caseworker_id, p.id, bench_key('resident', r), l.id, l.starts_at
FROM generate_series(%(before)s + 1, least(%(size)s, %(workers)s * 40)) r JOIN residents_caseload l ON l.id = bench_key('load', r)
CROSS JOIN unnest(%(caseworker_rights)s::text[]) given(name) JOIN bench_right p ON p.name = given.name;
"""

# Spread over one stay of each, all written by the home's staff.
ENTRIES = """
WITH made AS (
  INSERT INTO residents_careentry (id, resident_id, facility_id, kind, outcome, note, happened_at, written_at, written_by_id,
    late, reason)
  SELECT gen_random_uuid(), bench_key('resident', r), bench_key('home', h), (ARRAY['meal', 'mood', 'school', 'sleep'])[i %% 4 + 1],
         'as usual', 'What happened, in the words of whoever saw it, one or two sentences long, number ' || i || '.',
         at, at + interval '5 minutes',
         bench_key('person', %(workers)s + %(supervisors)s + (h - 1) %% %(staff)s + 1), false, ''
  FROM generate_series(%(before)s::bigint + 1, %(size)s) r,
       LATERAL (SELECT (r - 1) / 200 + 1 AS h, (r - 1) %% 200 AS j,
                       r * %(entries)s / %(residents)s - (r - 1) * %(entries)s / %(residents)s AS n) o,
       LATERAL generate_series(1, n) i,
       LATERAL (SELECT bench_start(CASE WHEN j < 12 THEN 24 ELSE (88 + j) / 12 END, %(moment)s)
                       + interval '1440 hours' * i / (n + 1) + interval '1 second' * (r %% 3600) AS at) time
  ORDER BY at
  RETURNING {columns})
INSERT INTO residents_historicalcareentry ({columns}, history_date, history_type, history_user_id, history_user_name,
  history_xid, history_db_user)
SELECT {columns}, written_at, '+', written_by_id, 'Person', (extract(epoch FROM written_at) * 1000)::bigint, 'bench' FROM made;
"""


def load(cursor: Any, scale: Scale, before: int, size: int, moment: datetime) -> None:
    """Let the data grow from ``before`` young people (0: nothing is there) to ``size``, with their share of the care entries.

    cursor: the owner's, outside a transaction. moment: the present of all that is invented (aware).
    """
    values = {**scale.numbers, "before": before, "size": size, "moment": moment}
    values |= {"first_home": homes(before) + 1, "last_home": homes(size)}
    for name, rights in [("home", HOME_RIGHTS), ("agency", AGENCY_RIGHTS), ("stay", of_stays())]:
        values[f"{name}_roles"], values[f"{name}_rights"] = pairs(rights)
    for role in (Role.SUPERVISOR, Role.CASEWORKER):
        values[f"{role}_rights"] = [right.value for right in RESIDENT_RIGHTS[role]]
    columns = ", ".join(field.attname for field in CareEntry._meta.concrete_fields)
    cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    cursor.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS bench_right AS SELECT p.id, t.app_label || '.' || p.codename AS name"
        " FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id; ANALYZE bench_right"
    )
    if not before:
        cursor.execute(KEY)
    with bare(cursor, TABLES):
        for statements in [*([] if before else [PEOPLE]), HOMES, RESIDENTS, ENTRIES.format(columns=columns)]:
            for statement in statements.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, values)
                    analyze(cursor, statement)
    for table in (*TABLES, "auth_group"):
        cursor.execute(f"VACUUM ANALYZE {table}")
    cursor.execute("RESET synchronous_commit; RESET maintenance_work_mem; RESET work_mem")


def of_stays() -> dict[Role, Any]:
    """Return the rights on a young person that a stay gives, by role in the home."""
    return {role: RESIDENT_RIGHTS[role] for role in (Role.STAFF, Role.INSPECTOR, Role.ADMIN)}


def analyze(cursor: Any, statement: str) -> None:
    """Let the planner know what ``statement`` has put into its table, because the next ones read it."""
    words = statement.split()
    if words[:2] == ["INSERT", "INTO"]:
        cursor.execute(f"ANALYZE {words[2]}")


@contextlib.contextmanager
def bare(cursor: Any, tables: tuple[str, ...]) -> Iterator[None]:
    """Inside, ``tables`` have no triggers, foreign keys, exclusion constraints and plain indexes. Only keys stay."""
    cursor.execute(
        """SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
                  format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
           FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'x')
           ORDER BY contype <> 'f'""",
        [list(tables)],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        """SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    cursor.execute(
        """SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', tgrelid::regclass, tgname),
                  format('ALTER TABLE %%s ENABLE %%s TRIGGER %%I', tgrelid::regclass,
                         CASE tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END, tgname)
           FROM pg_trigger WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal AND tgenabled IN ('A', 'O')""",
        [list(tables)],
    )
    triggers = cursor.fetchall()
    for away, _ in [*constraints, *indexes, *triggers]:
        cursor.execute(away)
    yield
    for _, back in [*indexes, *reversed(constraints), *triggers]:
        cursor.execute(back)
