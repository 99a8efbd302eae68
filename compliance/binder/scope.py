"""For whom, about which home and which days a binder is made, and how it speaks of people: by code and by staff number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from compliance.binder.texts import Told, telling
from compliance.models import Finding, Obligation, RuleVersion
from compliance.parts import Part
from compliance.queries.opened_to import moment
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Placement
from placement.ui.dates import full_moment
from residents.models import Resident

A_YOUNG_PERSON = "a young person"
NOT_HERE_NOW = "somebody who does not live here now"
ON_FILE = "on file"
# Areas and beginnings of facts of which a paper with a code would say something about somebody's health, or what was done to them.
NO_CODE_AREAS = ("health", "medication", "population")
NO_CODE = (
    "clinical.",
    "dose.",
    "incident.abuse",
    "incident.allegation",
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


@dataclass(frozen=True)
class Column:
    """One column. kind: ``text``, ``day`` (an ISO date) or ``moment`` (an ISO time with its offset). width: beside others."""

    name: str
    kind: str = "text"
    width: int = 2


@dataclass(frozen=True)
class Scope:
    """``home`` from ``since`` to ``until``, both included in its own time, as ``reader`` may read it at ``taken_at``."""

    home: Facility
    since: date
    until: date
    reader: Person
    taken_at: datetime

    @classmethod
    def of(cls, home: Facility, since: date, until: date, reader: Person) -> "Scope":
        """Return the scope of a binder that is made now."""
        return cls(home, since, until, reader, now())

    @cached_property
    def begins(self) -> datetime:
        """Return the first moment."""
        return datetime.combine(self.since, time(), self.home.zone)

    @cached_property
    def ends(self) -> datetime:
        """Return the moment after the last day."""
        return datetime.combine(self.until + timedelta(days=1), time(), self.home.zone)

    @cached_property
    def moment(self) -> datetime:
        """Return the moment as of which it is told how things stand: the end of the last day, or now where that is to come."""
        return min(self.ends, self.taken_at)

    @cached_property
    def codes(self) -> dict[UUID, str]:
        """Return the codes that an inspector of this home may know now: of those who live here, where the reader may too."""
        living = Placement.objects.filter(facility=self.home, status=Placement.Status.ACTIVE).values("resident")
        known = Resident.objects.visible_to(self.reader, Can.VIEW_CODE).filter(pk__in=living)
        return dict(known.values_list("pk", "code"))

    @cached_property
    def numbers(self) -> dict[UUID, str]:
        """Return the staff number of everybody with an account."""
        return dict(Person.objects.values_list("pk", "staff_number"))

    def staff(self, who: UUID | None) -> str:
        """Return the staff number of somebody; empty for nobody."""
        return self.numbers.get(who, "") if who else ""

    @cached_property
    def without_code(self) -> set[UUID | str]:
        """Return the events of harm or health of which some row tells, and when they were. All rows of one event have the same
        times: a code on one of them would name the young person on each."""
        beside: dict[tuple[str, str], Any] = {
            ("event", "event_at"): Obligation,
            ("evidence__fact", "evidence__at"): Finding,
        }
        found: set[UUID | str] = set()
        for (column, at), model in beside.items():
            told = reduce(or_, (Q(**{f"{column}__startswith": start}) for start in NO_CODE))
            for subject, began in model.objects.filter(told, facility=self.home).values_list("subject", at):
                found |= {subject, self.at(as_moment(began))}
        return found - {""}

    def young(self, row: Obligation | Finding, facts: Iterable[str]) -> str:
        """Return how a row names the young person whom it is about; the home where it is about nobody.

        facts: what the row says; where that, or its area, is health or harm, a code beside it would say too much.
        """
        who = row.resident_id
        if who is None:
            return "the home"
        began = row.event_at if isinstance(row, Obligation) else as_moment(row.evidence.get("at"))
        hidden = row.area in NO_CODE_AREAS or any(fact.startswith(NO_CODE) for fact in facts)
        hidden = hidden or not self.without_code.isdisjoint({row.subject, self.at(began)})
        return A_YOUNG_PERSON if hidden else self.codes.get(who, NOT_HERE_NOW)

    def at(self, moment: datetime | None) -> str:
        """Return a moment as the tables keep it, in the home's time; empty for none."""
        return moment.astimezone(self.home.zone).isoformat(timespec="minutes") if moment else ""

    def says(self, moment: datetime | None) -> str:
        """Return a moment as a sentence names it; empty for none."""
        return full_moment(moment, self.home.zone) if moment else ""

    @cached_property
    def told_by_nobody(self) -> Told:
        """Return what takes names and places out of texts whose writer is not known."""
        return telling(self.home, set())

    def told(self, writers: Iterable[UUID | None]) -> Told:
        """Return what takes names and places out of texts of these writers."""
        return telling(self.home, {who for who in writers if who})


def hides_times(rule: RuleVersion, resident: UUID | None, fact: str) -> bool:
    """Return whether the times of a row, which follows ``fact``, would tell a date of birth; or of health whose it is, because
    other rows of the same event, such as a stay, have the same times and a code."""
    if resident is None:
        return not NO_TIMES_OF_HOME.isdisjoint(rule.parameters.get("when") or ())
    of_health = rule.area in NO_CODE_AREAS and not fact.startswith(NO_CODE)
    return of_health or rule.young_part == Part.IDENTITY or fact.startswith(NO_TIMES)


def as_moment(value: datetime | str | None) -> datetime | None:
    """Return a moment of a row, or one that its evidence holds as text."""
    return moment(value) if isinstance(value, str) else value


def day(value: date | None) -> str:
    """Return a day as the tables keep it; empty for none."""
    return value.isoformat() if value else ""


def short(key: UUID | None) -> str:
    """Return the number by which rows of several tables find each other; empty for none."""
    return str(key)[:8] if key else ""


def on_file(there: Any) -> str:
    """Return whether something is there that the binder does not repeat."""
    return ON_FILE if there else ""
