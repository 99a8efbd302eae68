"""Of what an inspector reads by code: which rows may not name the young person even so, and which tell no times.

A code beside what was done to somebody, or beside their health, would say what design keeps from an inspector. The binder and
the pages ask here, so that both say the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from compliance.models import Finding, Obligation, RuleVersion
from compliance.parts import Part
from placement.access.models import Person
from placement.access.rights import Role
from residents.models import Incident

Row = Obligation | Finding
Harm = set[UUID | datetime]
# Areas and beginnings of facts of which a row with a code would say something about somebody's health, or what was done to them.
NO_CODE_AREAS = ("health", "medication", "population")
NO_CODE = (
    "clinical.",
    "dose.",
    "incident.abuse",
    "incident.allegation",
    "incident.death",
    "incident.exploiter",
    "incident.injury",
    "incident.medication",
    "order.",
    "young.at_risk",
    "young.identified",
    "young.other_population",
    "young.screened",
    "young.suspected",
)
# Facts whose times tell when somebody was born, of young people and of the home itself.
NO_TIMES = ("young.born", "young.estimated_age", "young.turns_eighteen")
NO_TIMES_OF_HOME = frozenset({"home.young_adult"})


def harm_in(homes: Iterable[UUID]) -> dict[UUID, Harm]:
    """Return by home the events of harm or health that the reader is shown: their ids, and when they were, to the minute.

    All rows of one event have the same times: a code on one of them would name the young person on each. Three queries.
    """
    homes = set(homes)
    found: dict[UUID, Harm] = defaultdict(set)
    beside: dict[tuple[str, str], Any] = {
        ("event", "event_at"): Obligation,
        ("evidence__fact", "evidence__at"): Finding,
    }
    rows: list[tuple[UUID, UUID, Any]] = []
    for (column, at), model in beside.items():
        told = reduce(or_, (Q(**{f"{column}__startswith": start}) for start in NO_CODE))
        rows += model.objects.filter(told, facility__in=homes).values_list("facility_id", "subject", at)
    of_harm = Incident.objects.filter(facility__in=homes, kind__in=Incident.OF_HARM)
    rows += of_harm.values_list("facility_id", "pk", "happened_at")
    for home, subject, began in rows:
        at_minute = minute(began)
        found[home] |= {subject} if at_minute is None else {subject, at_minute}
    return found


def is_without_code(row: Row, harm: Harm) -> bool:
    """Return whether a row about a young person may not name them, not even by code. ``harm``: that of the row's home."""
    facts = [name for name, _ in facts_of(row)]
    if row.area in NO_CODE_AREAS or any(fact.startswith(NO_CODE) for fact in facts):
        return True
    began = row.event_at if isinstance(row, Obligation) else row.evidence.get("at")
    return not harm.isdisjoint({row.subject, minute(began)})


def hides_times_of(row: Row) -> bool:
    """Return whether the times of a finding, or of an obligation, would tell too much."""
    fact = row.event if isinstance(row, Obligation) else row.evidence.get("fact", "")
    return hides_times(row.rule, row.resident_id, fact)


def hides_times(rule: RuleVersion, resident: UUID | None, fact: str) -> bool:
    """Return whether the times of a row, which follows ``fact``, would tell a date of birth; or of health whose it is, because
    other rows of the same event, such as a stay, have the same times and a code."""
    if resident is None:
        return not NO_TIMES_OF_HOME.isdisjoint(rule.parameters.get("when") or ())
    of_health = rule.area in NO_CODE_AREAS and not fact.startswith(NO_CODE)
    return of_health or rule.young_part == Part.IDENTITY or fact.startswith(NO_TIMES)


def hides_since(rule: RuleVersion) -> bool:
    """Return whether the first time of all rows of a rule would tell what the times of one of them would."""
    return rule.area in NO_CODE_AREAS or rule.young_part == Part.IDENTITY or hides_times(rule, None, "")


def reads_by_code(person: Person) -> bool:
    """Return whether ``person`` knows young people by their codes alone."""
    return person.role == Role.INSPECTOR


def as_open_to(person: Person, rows: list[Any]) -> list[Any]:
    """Return ``rows``; to who reads by code it is closed whom one is about, and when that was, where it would say too much.

    ``row.resident`` is None then, as for somebody whose record is closed, and ``row.timeless`` says that no time may be told.
    Three queries for them; none for anybody else.
    """
    if reads_by_code(person):
        harm = harm_in({row.facility_id for row in rows})
        for row in rows:
            row.timeless = hides_times_of(row)
            if row.resident_id and is_without_code(row, harm[row.facility_id]):
                row.without_code, row.code = True, ""
                row._state.fields_cache["resident"] = None
    return rows


def facts_of(row: Row) -> list[tuple[str, str | None]]:
    """Return the names of the facts on which a row rests, each with its time where it is known: what began it first."""
    if isinstance(row, Obligation):
        return [(row.event, None)]
    said = row.evidence
    held = [(name, None) for name in said.get("holds") or []]
    return [(said.get("fact", ""), said.get("at")), *held, *sorted((said.get("done") or {}).items())]


def minute(value: datetime | str | None) -> datetime | None:
    """Return the minute of a moment, which evidence holds as text; None for none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.replace(second=0, microsecond=0) if value else None
