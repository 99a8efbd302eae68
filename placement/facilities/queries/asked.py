"""What the law asks because of an incident, as the pages of the home show it. The app that knows the law registers who tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from placement.access.models import Person
from residents.models import Incident


@dataclass(frozen=True)
class Asked:
    """One thing that a rule asks. ``due_at``: none where the rule sets no time. ``after_return``: begun by the return."""

    title: str
    citation: str
    href: str
    due_at: datetime | None
    met_at: datetime | None
    overdue: bool
    after_return: bool
    whom: str


Teller = Callable[[Person, Incident], list[Asked]]
TELLERS: list[Teller] = []


def tells_what_is_asked(function: Teller) -> Teller:
    """Register a function that says what rules ask of whoever reads, because of one incident, the soonest due first."""
    TELLERS.append(function)
    return function


def asked_about(person: Person, incident: Incident) -> list[Asked]:
    """Return what the law asks because of the incident, as far as ``person`` may see it."""
    return [asked for teller in TELLERS for asked in teller(person, incident)]
