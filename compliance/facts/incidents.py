"""Facts about incidents. The subject is the incident; one with two young people is a row for each."""

from dataclasses import replace

from compliance.facts.fact import Fact, newest, select

_INCIDENT = "FROM residents_incident i LEFT JOIN residents_incidentresident w ON w.incident_id = i.id"
_WHO = ("i.facility_id", "i.id", "w.resident_id")
NOT_SEEN = "('Not found', 'Not in bed', 'Written by mistake')"
# The first look at which somebody saw the young person: after the report, or written after it (``residents.queries.looks.since``).
_FOUND = (
    "(SELECT min(c.happened_at) FROM residents_careentry c WHERE c.resident_id = w.resident_id"
    " AND c.kind IN ('head_count', 'sleep') AND c.happened_at >= i.happened_at + interval '1 minute'"
    " AND (c.happened_at > i.reported_at OR c.amends_id IS NULL AND c.written_at > i.reported_at)"
    f" AND c.outcome NOT IN {NOT_SEEN} AND {newest('c', 'residents_careentry')})"
)
_REPORTABLE = "i.kind IN ('missing', 'injury', 'restraint', 'allegation', 'self_harm', 'exploiter', 'death') OR i.severity <> 'low'"


def _kind(name: str, condition: str, sentence: str, until: str = "") -> Fact:
    rest = f"{_INCIDENT} WHERE {condition}"
    return Fact(name, sentence, "subject", select(*_WHO, "i.happened_at", rest, until=until))


_FACTS = (
    _kind("incident.any", "true", "Something happened that was reported.", "i.closed_at"),
    _kind(
        "incident.reportable",
        f"({_REPORTABLE})",
        "Something happened that is reported outside: a young person missing, hurt or restrained, an allegation, harm to oneself,"
        " a death, contact by an exploiter, or anything serious.",
        "i.closed_at",
    ),
    _kind("incident.serious", "i.severity <> 'low'", "A serious or critical incident.", "i.closed_at"),
    _kind("incident.critical", "i.severity = 'critical'", "A critical incident.", "i.closed_at"),
    Fact(
        "incident.missing",
        "A young person is missing, from when it was noticed until somebody saw them.",
        "subject",
        select(*_WHO, "i.happened_at", f"{_INCIDENT} WHERE i.kind = 'missing'", until=_FOUND),
    ),
    Fact(
        "young.missing",
        "A young person is missing: as a condition of what else is about them.",
        "resident",
        select(*_WHO, "i.happened_at", f"{_INCIDENT} WHERE i.kind = 'missing'", until=_FOUND),
    ),
    Fact(
        "incident.returned",
        "A young person who was missing was seen again.",
        "subject",
        select(
            *_WHO,
            "f.at",
            f"{_INCIDENT} CROSS JOIN LATERAL (SELECT {_FOUND} AS at) f WHERE i.kind = 'missing' AND f.at IS NOT NULL",
            until="i.closed_at",
        ),
    ),
    Fact(
        "incident.third_missing",
        "A young person is missing for the third time within 60 days, or more often.",
        "subject",
        select(
            *_WHO,
            "i.happened_at",
            f"{_INCIDENT} WHERE i.kind = 'missing' AND w.resident_id IS NOT NULL AND (SELECT count(*) FROM residents_incident o"
            " JOIN residents_incidentresident v ON v.incident_id = o.id WHERE o.kind = 'missing'"
            " AND v.resident_id = w.resident_id AND o.happened_at > i.happened_at - interval '60 days'"
            " AND o.happened_at <= i.happened_at) >= 3",
            until="i.closed_at",
        ),
    ),
    Fact(
        "young.ran_before",
        "A young person was missing before.",
        "resident",
        select(*_WHO, "i.happened_at", f"{_INCIDENT} WHERE i.kind = 'missing' AND w.resident_id IS NOT NULL"),
    ),
    _kind("incident.restraint", "i.kind = 'restraint'", "A young person was restrained or secluded.", "i.closed_at"),
    _kind(
        "incident.injury",
        "i.kind IN ('injury', 'self_harm')",
        "A young person was hurt, or hurt themselves.",
        "i.closed_at",
    ),
    _kind(
        "incident.allegation",
        "i.kind = 'allegation'",
        "Somebody alleges abuse, neglect or exploitation.",
        "i.closed_at",
    ),
    _kind(
        "incident.abuse_suspected",
        "i.kind IN ('allegation', 'exploiter')",
        "There is reason to suspect abuse, neglect or exploitation.",
        "i.closed_at",
    ),
    _kind(
        "incident.damage",
        "i.kind = 'property' AND i.severity <> 'low'",
        "Serious damage to the home: by a fire, or otherwise.",
        "i.closed_at",
    ),
    _kind("incident.exploiter", "i.kind = 'exploiter'", "An exploiter or recruiter was in contact.", "i.closed_at"),
    _kind("incident.police", "i.kind = 'police'", "The police were called, or came.", "i.closed_at"),
    _kind("incident.medication", "i.kind = 'medication'", "A medication error was reported.", "i.closed_at"),
    Fact(
        "incident.written",
        "The report of an incident was written, with what was seen and done.",
        "subject",
        select(*_WHO, "i.sent_at", f"{_INCIDENT} WHERE i.sent_at IS NOT NULL"),
    ),
    Fact(
        "incident.reviewed",
        "Another person than who reported it has reviewed an incident.",
        "subject",
        select(*_WHO, "i.reviewed_at", f"{_INCIDENT} WHERE i.reviewed_at IS NOT NULL"),
    ),
    Fact(
        "incident.closed",
        "Another person than who reported it has closed an incident, and said how it ended.",
        "subject",
        select(*_WHO, "i.closed_at", f"{_INCIDENT} WHERE i.closed_at IS NOT NULL"),
    ),
)
FACTS = tuple(replace(fact, perhaps_nobody=True) for fact in _FACTS)
