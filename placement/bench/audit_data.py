"""Invented history for the audit list: care entries as in ``data``, changes of them, and who opened which record.

Everything is written in the order of time, as it is in life: the indexes by time rely on it.
"""

from datetime import datetime
from typing import Any

from placement.bench import data
from placement.bench.data import Scale
from residents.models import CareEntry

USERS, LEAST, PER_YOUNG = 200, 60, 300  # people who sign in; care entries for each young person
TABLES = ("residents_historicalcareentry", "residents_historicalsafetyalert", "access_accesslogentry")

# A fifth of the entries is changed an hour later, each in an act of its own, with a reason.
CHANGES = """
INSERT INTO residents_historicalcareentry ({columns}, history_date, history_type, history_change_reason, history_user_id,
  history_user_name, history_xid, history_db_user)
SELECT {changed}, e.written_at + interval '1 hour', '~', 'Told by the school', e.written_by_id, 'Person',
       audit_bench_xid(e.id), 'bench'
FROM residents_careentry e WHERE e.id < '33333333-0000-0000-0000-000000000000'
  AND e.resident_id IN (SELECT id FROM bench_added) ORDER BY e.written_at;
INSERT INTO residents_historicalsafetyalert (id, resident_id, kind, text, urgent, starts_at, history_date, history_type,
  history_user_id, history_user_name, history_xid, history_db_user)
SELECT a.id, a.resident_id, a.kind, a.text, a.urgent, a.starts_at, a.starts_at, '+', bench_key('person', 1), 'Person 1',
       audit_bench_xid(a.id), 'bench'
FROM residents_safetyalert a WHERE a.resident_id IN (SELECT id FROM bench_added) ORDER BY a.starts_at, a.id
"""
# Every second entry: somebody of the home has opened the record before.
LOOKS = """
INSERT INTO access_accesslogentry (at, person_id, name, role, page, outcome, resident_id, parts, grants, request_id)
SELECT e.written_at - interval '1 minute', e.written_by_id, 'Person', 'staff', 'residents:care', 'shown', e.resident_id,
       '{view_care_log}', '{}', left(e.id::text, 8)
FROM residents_careentry e WHERE e.id < '80000000-0000-0000-0000-000000000000'
  AND e.resident_id IN (SELECT id FROM bench_added) ORDER BY e.written_at
"""
XID = """CREATE FUNCTION audit_bench_xid(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || substr(md5(id::text), 1, 14))::bit(56)::bigint"""


ADDED = """CREATE TEMPORARY TABLE bench_added AS
SELECT bench_key('resident', r) AS id FROM generate_series(%s::bigint + 1, %s) r; ANALYZE bench_added"""


def scale(rows: int) -> Scale:
    """Return how many young people it takes for so many rows of history and access log: 1.7 for each care entry."""
    residents = max(LEAST, rows * 10 // 17 // PER_YOUNG)
    return Scale(residents, residents * PER_YOUNG, USERS)


def load(cursor: Any, wanted: Scale, before: int, size: int, moment: datetime) -> int:
    """Let the data grow from ``before`` young people (0: nothing is there) to ``size``; return how many rows there are now.

    cursor: the owner's, outside a transaction. moment: the present of all that is invented (aware).
    """
    data.load(cursor, wanted, before, size, moment)
    names = [field.attname for field in CareEntry._meta.concrete_fields]
    changed = ", ".join("'What was put right, in one or two sentences.'" if n == "note" else f"e.{n}" for n in names)
    cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    if not before:
        cursor.execute(XID)
    cursor.execute(ADDED, [before, size])
    with data.bare(cursor, TABLES):
        for statement in [*CHANGES.format(columns=", ".join(names), changed=changed).split(";\n"), LOOKS]:
            cursor.execute(statement)
    cursor.execute("DROP TABLE bench_added")
    for table in TABLES:
        cursor.execute(f"VACUUM ANALYZE {table}")
    cursor.execute("RESET synchronous_commit; RESET maintenance_work_mem; RESET work_mem")
    cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in TABLES))
    return sum(number for (number,) in cursor.fetchall())
