"""What the statements of all kinds have in common.

A statement takes four relations, each with a ``scope``: the product is one scope, every example another one.

- ``rule``: one row per rule of the kind, with its parameters; ``moment``, the time for which it is judged; and ``begins``, the
  agency's first day (``models.FirstDay``): nothing is asked after an event before it; ``kept``, the proofs that an earlier text of
  the rule asked for, which show the same together as long as they would have;
- ``fact``: (scope, name, facility_id, subject, resident_id, key, at, until, value); ``key`` is what it is about: the id by which
  facts find each other, of a subject, a young person or a home; ``until`` of a proof is the time of the event that it answers;
- ``home``: (scope, facility_id, jurisdiction, zone);
- ``holiday``: (calendar, day).

It answers (rule, scope, facility_id, subject, met, since, due, evidence): ``met`` true, false, or null while it is open.
"""

from compliance.facts import MOMENTS
from compliance.kinds.parameters import PROOF

RULE_COLUMNS = {
    "rule": "int",
    "scope": "int",
    "homes": "text[]",
    "calendar": "text",
    "valid_from": "date",
    "valid_to": "date",
    "moment": "timestamptz",
    "begins": "timestamptz",
    "done": "text[]",
    "kept": "text[]",
    "when": "text[]",
    "unless": "text[]",
    "age_from": "int",
    "age_to": "int",
}
FACT_COLUMNS = {
    "scope": "int",
    "name": "text",
    "facility_id": "uuid",
    "subject": "uuid",
    "resident_id": "uuid",
    "key": "uuid",
    "at": "timestamptz",
    "until": "timestamptz",
    "value": "numeric",
}
HOME_COLUMNS = {"scope": "int", "facility_id": "uuid", "jurisdiction": "text", "zone": "text"}
HOLIDAY_COLUMNS = {"calendar": "text", "day": "date"}

# A moment with ``months``, ``days`` and ``seconds`` added by the clock of the home: hours are hours also on the day on which the
# clock changes, days end at the same time of the day.
ADDED = """CASE WHEN {months} = 0 AND {days} = 0 THEN {at} + make_interval(secs => {seconds})
    ELSE ((({at} AT TIME ZONE {zone}) + make_interval(months => {months}, days => {days})) AT TIME ZONE {zone})
        + make_interval(secs => {seconds}) END"""
# What is looked for is joined to the facts at once, by what it is about and by its name: a home's thousands of shifts and drills
# held against each event of the home, and told apart by name afterwards, took most of the time.
# An incident, a subject, may name two: what is true of one of them says nothing of the other.
SAME_YOUNG = "(f.resident_id = p.resident_id) IS NOT FALSE"
BIRTHDAYS = (
    "born AS (SELECT scope, resident_id, min(at) AS at FROM fact WHERE name = 'young.born' GROUP BY scope, resident_id)"
)


def added(at: str, months: str, days: str, seconds: str, zone: str = "j.zone") -> str:
    """Return the SQL of a moment some time after ``at``, in the zone of the home."""
    return ADDED.format(at=at, months=months, days=days, seconds=seconds, zone=zone)


# What still goes on on the agency's first day, whenever it began.
GOES_ON = f"f.name <> ALL ('{{{', '.join(MOMENTS)}}}') AND coalesce(f.until > r.begins, true)"


def judged(of: str, *, at: str, during: bool, standing: str = "") -> str:
    """Return the SQL of ``judged``: each fact that a rule is about, with what held of it, by home, version, condition and age.

    of: the rule's column that names the facts. at: the moment for which version, age and conditions count. during: only while
    the fact goes on at the rule's moment; then it is judged as it stands, whenever it began. standing: in terms of the rule
    ``r`` and the fact ``f``, what is judged also where it began before the agency's first day. ``excused``: something holds under
    which the rule asks for nothing.
    """
    wanted = (
        "AND f.at <= r.moment AND (f.until IS NULL OR f.until > r.moment)"
        if during
        else f"AND (f.at >= coalesce(r.begins, '-infinity') OR {standing})"
    )
    return f"""
about AS MATERIALIZED (SELECT r.*, unnest(r.{of}) AS begun_by FROM rule r),
event AS (
    SELECT row_number() OVER () AS n, r.*, f.name AS of_name, f.facility_id, f.subject, f.resident_id, f.at, f.until, f.value,
        h.zone, {at} AS seen_at
    FROM about r
    JOIN fact f ON f.scope = r.scope AND f.name = r.begun_by
    JOIN home h ON h.scope = f.scope AND h.facility_id = f.facility_id
    WHERE (r.homes IS NULL OR h.jurisdiction = ANY(r.homes))
        AND (({at}) AT TIME ZONE h.zone)::date BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity') {wanted}
),
probe AS (
    SELECT DISTINCT e.n, e.scope, e.resident_id, e.at, e.seen_at, e.moment, v.key
    FROM event e CROSS JOIN LATERAL (VALUES (e.subject), (e.resident_id), (e.facility_id)) v (key)
    WHERE v.key IS NOT NULL
),
condition AS MATERIALIZED (
    SELECT p.*, unnest(e."when" || e.unless) AS name FROM event e JOIN probe p ON p.n = e.n
),
held AS (
    SELECT p.n, array_agg(DISTINCT f.name) AS names
    FROM condition p
    JOIN fact f ON f.scope = p.scope AND f.key = p.key AND f.name = p.name
        AND f.at <= p.seen_at AND (f.until IS NULL OR f.until > p.seen_at) AND {SAME_YOUNG}
    GROUP BY p.n
),
{BIRTHDAYS},
judged AS (
    SELECT e.*, coalesce(held.names, '{{}}') AS holds, e.unless && coalesce(held.names, '{{}}') AS excused
    FROM event e
    LEFT JOIN held ON held.n = e.n
    LEFT JOIN born b ON b.scope = e.scope AND b.resident_id = e.resident_id
    CROSS JOIN LATERAL (
        SELECT extract(year FROM age((e.seen_at AT TIME ZONE e.zone)::date, (b.at AT TIME ZONE e.zone)::date)) AS years
    ) old
    WHERE e."when" <@ coalesce(held.names, '{{}}')
        AND (e.age_from IS NULL OR old.years IS NULL OR old.years >= e.age_from)
        AND (e.age_to IS NULL OR old.years IS NULL OR old.years <= e.age_to)
)"""


def finished(aggregate: str, timeless: str) -> str:
    """Return the SQL of ``item`` and ``finished``: which of what must be done was done, and when all of it was.

    aggregate: ``min`` for the first time, ``max`` for the newest. timeless: whether what is about the young person or the home
    counts also when it was done before, in terms of ``j``; what is about the subject itself always does. Where all proofs are
    there that an earlier text asked for, all of it is done too.
    """
    whole, either = ("max", "least") if aggregate == "min" else ("min", "greatest")
    return f"""
asked AS MATERIALIZED (
    SELECT p.*, j.subject, {timeless} AS any_time, cardinality(j.done) AS wants, coalesce(cardinality(j.kept), 0) AS keeps,
        unnest(j.done || coalesce(j.kept, '{{}}')) AS name
    FROM judged j JOIN probe p ON p.n = j.n
),
item AS (
    SELECT p.n, f.name, p.wants, p.keeps, p.keeps > 0 AND starts_with(f.name, '{PROOF}:') AS kept, {aggregate}(f.at) AS at
    FROM asked p
    JOIN fact f ON f.scope = p.scope AND f.key = p.key AND f.name = p.name AND f.at <= p.moment AND {SAME_YOUNG}
        AND (f.until = p.at OR f.until IS NULL OR NOT starts_with(f.name, '{PROOF}:'))
        AND (p.any_time OR f.key = p.subject OR f.at >= p.at)
    GROUP BY p.n, f.name, p.wants, p.keeps
),
shown AS (
    SELECT n, wants, count(*) FILTER (WHERE NOT kept) AS items, jsonb_object_agg(name, at) AS evidence,
        CASE WHEN count(*) FILTER (WHERE NOT kept) = wants THEN {whole}(at) FILTER (WHERE NOT kept) END AS done_at,
        CASE WHEN count(*) FILTER (WHERE kept) = keeps THEN {whole}(at) FILTER (WHERE kept) END AS kept_at
    FROM item GROUP BY n, wants, keeps
),
finished AS (SELECT n, CASE WHEN kept_at IS NULL THEN items ELSE wants END AS items, {either}(done_at, kept_at) AS at, evidence
    FROM shown)"""


EVIDENCE = """jsonb_build_object('fact', j.of_name, 'at', j.at, 'until', j.until, 'resident', j.resident_id,
    'done', coalesce(d.evidence, '{}'::jsonb))"""
ALONE = EVIDENCE.replace("d.evidence", "NULL")
