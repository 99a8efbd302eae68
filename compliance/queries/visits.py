"""The visit of a licensing inspector: until when it lasts, in which home, and what may be read there."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Role
from placement.audit.clock import now
from placement.facilities.models import Assignment, Facility

Link = tuple[str, str]
# What an inspector may read of a home: words and the name of the page.
OF_HOME = (
    ("Licence, papers and visits of authorities", "facilities:detail"),
    ("Staff files", "facilities:credentials"),
    ("Who works when", "facilities:roster"),
    ("Drills", "facilities:drills"),
    ("Exits", "facilities:exits"),
    ("What was changed in the home", "facilities:history"),
)
BESIDE = (
    ("How the rules stand", "compliance:board"),
    ("Incidents, by code", "incidents:list"),
    ("Young people, by code", "residents:list"),
)


@dataclass(frozen=True)
class Visit:
    """A visit that goes on (``home``, and what is open there), one to come (``begins_at`` alone), or none, after one or before."""

    home: Facility | None = None
    ends_at: datetime | None = None
    begins_at: datetime | None = None
    binders: str = ""
    reads: tuple[Link, ...] = ()
    had_one: bool = False


def visit_of(person: Person) -> Visit | None:
    """Return how it stands with the visit of an inspector; ``None`` for anybody else. One query."""
    if person.role != Role.INSPECTOR:
        return None
    moment = now()
    rows = list(
        Assignment.objects.filter(person=person, role=Role.INSPECTOR).select_related("facility").order_by("starts_at")
    )
    going_on = next((row for row in rows if row.starts_at <= moment and row.ends_at and moment < row.ends_at), None)
    if going_on is None:
        begins = next((row.starts_at for row in rows if row.starts_at > moment), None)
        return Visit(begins_at=begins, had_one=any(row.starts_at <= moment for row in rows))
    home = going_on.facility
    reads = [(words, reverse(page)) for words, page in BESIDE]
    reads += [(words, reverse(page, args=[home.pk])) for words, page in OF_HOME]
    return Visit(home, going_on.ends_at, None, reverse("compliance:binders", args=[home.pk]), tuple(reads))
