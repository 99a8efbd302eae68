"""For whom, about which home and which days a binder is made, and how it speaks of people: by code and by staff number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from compliance.binder.texts import Told, telling
from compliance.codes import Harm, harm_in, is_without_code
from compliance.models import Finding, Obligation
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Placement
from placement.ui.dates import full_moment
from residents.in_texts import A_YOUNG_PERSON
from residents.models import Resident

NOT_HERE_NOW = "somebody who does not live here now"
ON_FILE = "on file"


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
    def harm(self) -> Harm:
        """Return the events of harm or health beside which no code is told."""
        return harm_in([self.home.pk])[self.home.pk]

    def young(self, row: Obligation | Finding) -> str:
        """Return how a row names the young person whom it is about; the home where it is about nobody."""
        if row.resident_id is None:
            return "the home"
        return A_YOUNG_PERSON if is_without_code(row, self.harm) else self.codes.get(row.resident_id, NOT_HERE_NOW)

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


def day(value: date | None) -> str:
    """Return a day as the tables keep it; empty for none."""
    return value.isoformat() if value else ""


def short(key: UUID | None) -> str:
    """Return the number by which rows of several tables find each other; empty for none."""
    return str(key)[:8] if key else ""


def on_file(there: Any) -> str:
    """Return whether something is there that the binder does not repeat."""
    return ON_FILE if there else ""
