"""Invented homes with a year of what rules are judged by: shifts, drills, doses, incidents, school. Made by the database itself.

Two homes of three lie in California, the others in Texas; each has young people who have lived there for up to a year, and four
adults. For each home and day: two shifts with two adults, a count and a hand-off. For each young person: an entry of the care log
each day (on workdays about school), a call each month, a paper, two incidents; one of four takes a drug each day. So what is judged
grows with the homes, and most of it was done as the rules ask. Triggers, keys and indexes are away meanwhile, as in ``data``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from placement.access.facts import pairs
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, Role
from placement.bench.data import HOMES, KEY, PEOPLE, PER_CASEWORKER, analyze, bare

SUPERVISORS, ADULTS = 2, 4
DAYS, DAY = 365, timedelta(days=1)
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
    "facilities_credential",
    "facilities_licence",
    "facilities_fireclearance",
    "facilities_exit",
    "facilities_exitcheck",
    "facilities_drill",
    "facilities_shift",
    "facilities_shiftstaff",
    "facilities_ratiocheck",
    "facilities_takeover",
    "facilities_placement",
    "residents_resident",
    "residents_identity",
    "residents_case",
    "residents_caseload",
    "residents_populationdesignation",
    "residents_levelassessment",
    "residents_residentgrouppermission",
    "residents_outsideperson",
    "residents_contact",
    "residents_document",
    "residents_incident",
    "residents_incidentresident",
    "residents_careentry",
    "residents_medicationorder",
    "residents_medicationdose",
)


@dataclass(frozen=True)
class Homes:
    """How many homes there are in the end, and how many young people live in each."""

    homes: int
    young: int

    @property
    def numbers(self) -> dict[str, int]:
        """Return the numbers for the statements."""
        workers = -(-self.homes * self.young // PER_CASEWORKER)
        staff = ADULTS * self.homes
        return {
            "homes": self.homes,
            "young": self.young,
            "workers": workers,
            "supervisors": SUPERVISORS,
            "staff": staff,
            "users": workers + SUPERVISORS + staff,
            "units": 1,
        }


# Homes h after %(before)s up to %(last_home)s; a the adult, of four; the first one runs the home.
PAPERS = """
UPDATE facilities_facility SET jurisdiction = 'TX', time_zone = 'America/Chicago'
WHERE id IN (SELECT bench_key('home', h) FROM bench_home WHERE h %% 3 = 0);
UPDATE facilities_assignment SET role = 'admin' WHERE person_id IN (
  SELECT bench_key('person', %(workers)s + %(supervisors)s + h) FROM bench_home);
INSERT INTO facilities_licence (id, facility_id, authority, number, jurisdiction, status, population, capacity, min_age,
  max_age, sexes, levels, valid_from, valid_to)
SELECT gen_random_uuid(), f.id, 'Licensing', 'L-' || h, f.jurisdiction, 'licensed', 'general', 12, 10, 17,
  '{female,male,nonbinary}', '{1,2,3,4,5}', %(moment)s::date - 700, %(moment)s::date + h %% 400
FROM bench_home JOIN facilities_facility f ON f.id = bench_key('home', h);
INSERT INTO facilities_fireclearance (id, facility_id, valid_from, valid_to, authority)
SELECT gen_random_uuid(), bench_key('home', h), %(moment)s::date - 700, %(moment)s::date + h %% 300 - 3, 'Fire marshal'
FROM bench_home;
INSERT INTO facilities_credential (id, kind, course, number, issuer, valid_from, valid_to, filed_at, facility_id,
  filed_by_id, person_id)
SELECT gen_random_uuid(), kind, '', 'C', 'Office', %(moment)s::date - 500, %(moment)s::date + (h * 7 + a) %% 500,
  %(moment)s - interval '400 days', bench_key('home', h), %(user)s, adult
FROM bench_home, generate_series(0, 3) a, unnest(ARRAY['background', 'first_aid', 'training']) kind,
  LATERAL bench_adult(h, a) adult;
INSERT INTO facilities_exit (id, facility_id, name, has_alarm)
SELECT bench_key('exit', h * 2 + e), bench_key('home', h), 'Door ' || e, true
FROM bench_home, generate_series(0, 1) e;
INSERT INTO facilities_drill (id, kind, held_at, seconds, all_out, problems, follow_up, written_at, facility_id, written_by_id)
SELECT gen_random_uuid(), CASE d %% 60 WHEN 0 THEN 'fire' ELSE 'earthquake' END, at, 100, true, '', '', at, bench_key('home',
  h), adult
FROM bench_home, generate_series(0, %(days)s, 30) d,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' - interval '9 hours' AS at) o
"""
# d days ago, n: by day or by night.
SHIFTS = """
INSERT INTO facilities_shift (id, facility_id, name, starts_at, ends_at, hand_off, signed_by_id, signed_at, signing_reason,
  about_open)
SELECT bench_key('shift', (h * 1000 + d) * 2 + n), bench_key('home', h), 'Shift', at, at + interval '12 hours', 'All well',
  adult, at + interval '12 hours 10 minutes', '', ''
FROM bench_home, bench_day, generate_series(0, 1) n,
  LATERAL bench_adult(h, n) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' + n * interval '12 hours' AS at) o;
INSERT INTO facilities_shiftstaff (id, shift_id, person_id, awake)
SELECT gen_random_uuid(), bench_key('shift', (h * 1000 + d) * 2 + n), bench_adult(h, n + a), true
FROM bench_home, bench_day, generate_series(0, 1) n, generate_series(0, 2, 2) a;
INSERT INTO facilities_ratiocheck (id, at, occasion, young_people, awake, asleep, required, asleep_ok, missing, citation,
  shift_id)
SELECT gen_random_uuid(), %(moment)s - d * interval '1 day' + n * interval '12 hours', 'opened', %(young)s, 2, 0, 2, 0, 0, '',
  bench_key('shift', (h * 1000 + d) * 2 + n)
FROM bench_home, bench_day, generate_series(0, 1) n;
INSERT INTO facilities_takeover (id, expected, counted, keys, medication, difference, taken_at, shift_id, taken_by_id)
SELECT gen_random_uuid(), %(young)s, %(young)s, 3, true, '', %(moment)s - d * interval '1 day' + (n + 1) * interval '12 hours',
  bench_key('shift', (h * 1000 + d) * 2 + n), bench_adult(h, 1 - n)
FROM bench_home, bench_day, generate_series(0, 1) n;
INSERT INTO facilities_exitcheck (id, opens, unblocked, alarm_works, wrong, checked_at, written_at, reason, checked_by_id,
  exit_id,
  facility_id, shift_id)
SELECT gen_random_uuid(), true, true, true, '', at, at, '', adult, bench_key('exit', h * 2 + e), bench_key('home', h),
  bench_key('shift', (h * 1000 + d) * 2)
FROM bench_home, generate_series(1, %(days)s, 7) d, generate_series(0, 1) e,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' + interval '2 hours' AS at) o
"""
# Young people r, h their home, j their number in it.
YOUNG = """
INSERT INTO residents_resident (id, code, preferred_name, sex, languages, plan_of_the_day)
SELECT bench_key('resident', r), 'L-' || r, 'Name ' || r, (ARRAY['female', 'male', 'nonbinary'])[r %% 3 + 1], '{English}', ''
FROM bench_young;
INSERT INTO residents_identity (id, resident_id, legal_name, birth_date, birth_date_is_estimate, family)
SELECT gen_random_uuid(), bench_key('resident', r), 'Legal ' || r, %(moment)s::date - 4800 - (r %% 1500)::int, false, ''
FROM bench_young;
INSERT INTO residents_case (id, resident_id, number, unit_id, status, legal_basis, court, permanency_goal, summary, opened_on,
  next_hearing_on)
SELECT bench_key('case', r), bench_key('resident', r), 'LC-' || r, bench_key('unit', 1), 'open', 'Order', '', 'guardianship',
  '',
  %(moment)s::date - 390, %(moment)s::date + (r %% 90)::int
FROM bench_young;
INSERT INTO residents_caseload (id, case_id, caseworker_id, starts_at)
SELECT bench_key('load', r), bench_key('case', r), bench_key('person', (r - 1) / 40 + 1), %(moment)s - interval '390 days'
FROM bench_young;
INSERT INTO residents_populationdesignation (id, resident_id, population, stage, basis, decided_by_id, decided_at,
  review_reason, standing)
SELECT gen_random_uuid(), bench_key('resident', r), 'trafficked', 'confirmed', 'Interview', bench_key('person', 1),
  %(moment)s - interval '350 days', '', 'counts'
FROM bench_young;
INSERT INTO residents_levelassessment (id, resident_id, level, assessed_on, assessor, basis, written_at)
SELECT gen_random_uuid(), bench_key('resident', r), r %% 4 + 1, %(moment)s::date - 300, 'Clinician', 'Interview',
  %(moment)s - interval '300 days'
FROM bench_young;
INSERT INTO facilities_placement (id, resident_id, bed_id, facility_id, status, starts_at, proposed_by_id, proposed_at,
  decided_by_id,
  decided_at, decision_reason, safety_read_by_id, safety_read_at, admitted_by_id, end_reason)
SELECT bench_key('stay', r), bench_key('resident', r), bench_key('bed', h * 12 + j), bench_key('home', h), 'active', at,
  bench_key('person', 1), at - interval '3 days', bench_key('person', %(workers)s + 1), at - interval '2 days', 'Fits',
  bench_key('person', %(users)s), at - interval '1 day', bench_key('person', %(users)s), ''
FROM bench_young, LATERAL (SELECT %(moment)s - (360 - r %% 200) * interval '1 day' AS at) o;
INSERT INTO residents_residentgrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), g.id, p.id, bench_key('resident', r), bench_key('case', r), %(moment)s - interval '390 days'
FROM bench_young
JOIN auth_group g ON g.name = 'unit/' || bench_key('unit', 1) || '/supervisor'
CROSS JOIN unnest(%(supervisor_rights)s::text[]) given(name) JOIN bench_right p ON p.name = given.name;
INSERT INTO residents_outsideperson (id, resident_id, name, relation, permission, "order", telephone, office, other_names)
SELECT bench_key('outside', r), bench_key('resident', r), 'Aunt', 'aunt', 'allowed', '', '', '', ''
FROM bench_young;
INSERT INTO residents_contact (id, resident_id, outside_person_id, kind, happened_at, initiative, supervised, note,
  written_by_id, written_at,
  facility_id, late, other_name, outcome, permission, reason, supervised_by)
SELECT gen_random_uuid(), bench_key('resident', r), bench_key('outside', r), 'call', at, 'young', false, '', adult, at,
  bench_key('home', h),
  false, '', 'took_place', 'allowed', '', ''
FROM bench_young, generate_series(1, %(days)s, 30) d,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' + r %% 600 * interval '1 minute' AS at) o;
INSERT INTO residents_document (id, resident_id, part, title, content_type, size, sha256, stored_name, uploaded_by_id,
  uploaded_at)
SELECT gen_random_uuid(), bench_key('resident', r), 'case', 'Plan', 'text/plain', 1, '', gen_random_uuid(),
  bench_key('person', 1),
  %(moment)s - (r %% 300) * interval '1 day'
FROM bench_young;
INSERT INTO residents_incident (id, number, facility_id, kind, severity, status, happened_at, seen, done,
  reported_by_id, reported_at, sent_at, reviewed_by_id, reviewed_at, closed_by_id, closed_at, closing_note)
SELECT bench_key('incident', r * 2 + i), r * 2 + i, bench_key('home', h),
  (ARRAY['missing', 'injury', 'restraint', 'allegation', 'medication', 'other', 'self_harm', 'exploiter', 'police',
  'other'])[(r + i) %% 10 + 1],
  (ARRAY['low', 'serious', 'critical'])[r %% 3 + 1], CASE i WHEN 0 THEN 'reported' ELSE 'closed' END, at, 'Seen', 'Done', adult,
  at + interval '1 hour', at + interval '1 hour', %(user)s, at + interval '1 day', CASE i WHEN 1 THEN %(user)s END,
  CASE i WHEN 1 THEN at + interval '9 days' END, 'It is over.'
FROM bench_young, generate_series(0, 1) i,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - (r * 7 %% 130 + i * 14 + 1) * interval '1 day' AS at) o;
INSERT INTO residents_incidentresident (id, incident_id, resident_id)
SELECT gen_random_uuid(), bench_key('incident', r * 2 + i), bench_key('resident', r)
FROM bench_young, generate_series(0, 1) i;
INSERT INTO residents_careentry (id, resident_id, facility_id, kind, outcome, note, happened_at, written_at, written_by_id,
  late, reason)
SELECT gen_random_uuid(), bench_key('resident', r), bench_key('home', h), CASE WHEN school THEN 'school' ELSE 'head_count' END,
  CASE WHEN NOT school THEN 'In the house' WHEN (r + d) %% 40 = 0 THEN 'Did not go' ELSE 'Went to school' END, '', at, at,
  adult, false, ''
FROM bench_young, bench_day,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' + r %% 600 * interval '1 minute' AS at) o,
  LATERAL (SELECT extract(isodow FROM at) < 6 AS school) w;
INSERT INTO residents_medicationorder (id, drug, strength, form, route, amount, controlled, psychotropic, as_needed, times,
  days, what_for, prescriber, prescriber_telephone, starts_at, consent_by, consent_on, consent_authority, review_on,
  allergies_known, allergy_answer, entered_at, checked_at, stop_reason, checked_by_id, entered_by_id, resident_id)
SELECT bench_key('order', r), 'Sertraline', '50 mg', 'tablet', 'mouth', 1, false, r %% 8 = 0, false, '{08:00}',
  '{1,2,3,4,5,6,7}', 'Mood',
  'Dr', '555 0100', at, 'Court', at::date, 'court', at::date + 180, '', '', at, at, '', %(user)s, bench_key('person', 1),
  bench_key('resident', r)
FROM bench_young, LATERAL (SELECT %(moment)s - interval '150 days' AS at) o WHERE r %% 4 = 0;
INSERT INTO residents_careentry (id, resident_id, facility_id, kind, outcome, note, happened_at, written_at, written_by_id,
  late, reason)
SELECT bench_key('dose', r * 1000 + d), bench_key('resident', r), bench_key('home', h), 'medication', 'Given', '', at, at,
  adult, false, ''
FROM bench_young, generate_series(1, least(%(days)s, 150)) d,
  LATERAL bench_adult(h, 0) adult,
  LATERAL (SELECT %(moment)s - d * interval '1 day' AS at) o WHERE r %% 4 = 0;
INSERT INTO residents_medicationdose (id, due_at, outcome, how, amount, why, error, effect, entry_id, resident_id, order_id)
SELECT gen_random_uuid(), %(moment)s - d * interval '1 day', 'given', 'observed', 1, '', false, '', bench_key('dose',
  r * 1000 + d),
  bench_key('resident', r), bench_key('order', r)
FROM bench_young, generate_series(1, least(%(days)s, 150)) d WHERE r %% 4 = 0
"""
FUNCTIONS = """
CREATE FUNCTION bench_adult(h bigint, a bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN bench_key('person', %(workers)s + %(supervisors)s + h + a * %(homes)s);
"""
# What this step adds: homes h; young people r of home h, number j in it; days d.
STEP = """
CREATE OR REPLACE TEMPORARY VIEW bench_home AS SELECT h FROM generate_series(%(first_home)s, %(last_home)s) h;
CREATE OR REPLACE TEMPORARY VIEW bench_young AS
SELECT (h - 1) * %(young)s + j + 1 AS r, h, j FROM bench_home, generate_series(0, %(young)s - 1) j;
CREATE OR REPLACE TEMPORARY VIEW bench_day AS SELECT d FROM generate_series(1, %(days)s) d
"""


def load(cursor: Any, scale: Homes, before: int, last: int, moment: datetime) -> None:
    """Let the data grow from ``before`` homes (0: nothing is there) to ``last``.

    cursor: the owner's, outside a transaction. moment: the present of all that is invented (aware).
    """
    values: dict[str, Any] = {
        **scale.numbers,
        "first_home": before + 1,
        "last_home": last,
        "moment": moment,
        "days": DAYS,
    }
    for name, rights in [("home", HOME_RIGHTS), ("agency", AGENCY_RIGHTS)]:
        values[f"{name}_roles"], values[f"{name}_rights"] = pairs(rights)
    values["supervisor_rights"] = [right.value for right in RESIDENT_RIGHTS[Role.SUPERVISOR]]
    cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'")
    cursor.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS bench_right AS SELECT p.id, t.app_label || '.' || p.codename AS name"
        " FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id; ANALYZE bench_right"
    )
    if not before:
        cursor.execute(KEY)
        cursor.execute(FUNCTIONS, values)
    cursor.execute(STEP, values)
    cursor.execute("SELECT bench_key('person', %(workers)s + 1)", values)
    values["user"] = cursor.fetchone()[0]
    with bare(cursor, TABLES):
        for statements in [*([] if before else [PEOPLE]), HOMES, PAPERS, SHIFTS, YOUNG]:
            for statement in statements.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, values)
                    analyze(cursor, statement)
    for table in (*TABLES, "auth_group"):
        cursor.execute(f"VACUUM ANALYZE {table}")
    cursor.execute("RESET synchronous_commit; RESET maintenance_work_mem; RESET work_mem")
