"""What people who work in homes hold, and whether that is enough for a day's work or for giving medication."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Assignment, Credential, Facility, RosterEntry
from placement.ui.dates import full_day

Kind = Credential.Kind
ENDS_SOON = timedelta(days=30)
WARNED = timedelta(days=60)  # so long before its end a clearance stands on My work
AT_ONCE = timedelta(days=7)  # and from then on among what cannot wait


@dataclass(frozen=True)
class Held:
    """How one person stands with one kind: the newest one in force, or else the last that ended or the first to come."""

    kind: str
    label: str
    credential: Credential | None
    words: str
    tag: str  # good, due, late, or empty where none is needed
    home: UUID | None = None

    @property
    def without_paper(self) -> bool:
        """Return whether a background clearance is on file, and no paper that shows it."""
        return self.credential is not None and self.kind == Kind.BACKGROUND and self.credential.document_id is None

    @property
    def ends_here(self) -> bool:
        """Return whether it is in force or to come, and was filed in the home that asks, which may let it end."""
        return self.credential is not None and self.credential.facility_id == self.home and self.tag != "late"


@dataclass(frozen=True)
class Lacks:
    """What is not there of one person, or has ended, and what ends or falls due in 30 days: each in words."""

    missing: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PersonHolds:
    """One person of the home with each kind, and what they lack."""

    assignment: Assignment
    held: list[Held]
    lacks: Lacks = field(default_factory=Lacks)


Says = Callable[[Facility, list[PersonHolds], Person], dict[UUID, Lacks]]
SAY: list[Says] = []


def says_what_lacks(function: Says) -> Says:
    """Register a function of a higher app that says, by person id, what people of a home lack, as a reader may know it.

    Its number of queries does not grow with the people.
    """
    SAY.append(function)
    return function


def days_of(starts_at: datetime, ends_at: datetime, home: Facility) -> list[date]:
    """Return each day of the home's own time that a span touches; the end is not part of it."""
    day = starts_at.astimezone(home.zone).date()
    last = (ends_at - timedelta(microseconds=1)).astimezone(home.zone).date()
    return [day + timedelta(days=n) for n in range((last - day).days + 1)]


def holds(filed: Iterable[Credential], kind: str, day: date) -> bool:
    """Return whether one of ``filed`` of that kind is in force on ``day``."""
    return any(one.kind == kind and covers(one, day) for one in filed)


def covers(one: Credential, day: date) -> bool:
    """Return whether a credential is in force on ``day``."""
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


@reading("roster")  # whether it is enough; what is filed is for the home's administrator
def filed_for(people: Iterable[UUID]) -> dict[UUID, list[Credential]]:
    """Return person id → everything that was ever filed for them, in any home. One query and two settings."""
    found: dict[UUID, list[Credential]] = defaultdict(list)
    for one in Credential.objects.filter(person__in=list(people)).order_by("valid_from"):
        found[one.person_id].append(one)
    return found


def lacking(filed: Iterable[Credential], days: Iterable[date]) -> str:
    """Return in words what is lacking to work on ``days``, the first that is; empty when nothing is."""
    filed = list(filed)
    for day in days:
        for kind in Credential.NEEDED:
            if not holds(filed, kind, day):
                return _why_not(filed, Kind(kind), day)
    return ""


def cannot_work(entries: Iterable[RosterEntry]) -> dict[UUID, str]:
    """Return entry id → why that person can't do this planned shift any more, in words. Two queries."""
    asked = list(entries)
    people = {entry.person_id for entry in asked}
    filed, working = filed_for(people), defaultdict(list)
    for row in Assignment.objects.filter(person__in=people, role__in=[Role.STAFF, Role.ADMIN]):
        working[row.person_id, row.facility_id].append(row)
    found = {}
    for entry in asked:
        there = any(
            row.starts_at <= entry.starts_at and (row.ends_at is None or row.ends_at >= entry.ends_at)
            for row in working[entry.person_id, entry.facility_id]
        )
        why = lacking(filed[entry.person_id], days_of(entry.starts_at, entry.ends_at, entry.facility))
        if not there:
            why = "does not work in this home then"
        if why:
            found[entry.pk] = why
    return found


def of_home(facility: Facility) -> list[PersonHolds]:
    """Return who works in or runs the home, each with every kind as it stands today. Two queries."""
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    rows = (
        facility.assignments.filter(ahead, role__in=[Role.STAFF, Role.ADMIN])
        .select_related("person")
        .order_by("person__name")
    )
    filed = filed_for(row.person_id for row in rows)
    today = now().astimezone(facility.zone).date()
    return [PersonHolds(row, [held(filed[row.person_id], kind, today, facility.pk) for kind in Kind]) for row in rows]


def with_lacks(facility: Facility, reader: Person) -> list[PersonHolds]:
    """Return ``of_home`` with what each person lacks: those who lack something first, then those of whom something ends."""
    people = of_home(facility)
    said = [say(facility, people, reader) for say in SAY]

    def lacks(row: PersonHolds) -> Lacks:
        mine = [found[row.assignment.person_id] for found in said if row.assignment.person_id in found]
        return Lacks(
            [words for each in mine for words in each.missing], [words for each in mine for words in each.ends]
        )

    found = [replace(row, lacks=lacks(row)) for row in people]
    return sorted(found, key=lambda row: (not row.lacks.missing, not row.lacks.ends))  # of the same kind, by name


def held(filed: Iterable[Credential], kind: Kind, today: date, home: UUID | None = None) -> Held:
    """Return how things stand with one kind on ``today``, in words and with a colour, for a page of ``home``."""
    mine = [one for one in filed if one.kind == kind]
    needed = kind in Credential.NEEDED
    current = [one for one in mine if covers(one, today)]
    if current:
        best = max(current, key=lambda one: one.valid_to or date.max)
        if best.valid_to is None:
            return Held(kind, kind.label, best, "no end", "good", home)
        soon = best.valid_to - today <= ENDS_SOON and not any(
            one.valid_from <= best.valid_to + timedelta(days=1) and (one.valid_to or date.max) > best.valid_to
            for one in mine
        )
        words = f"{'ends' if soon else 'until'} {full_day(best.valid_to)}"
        return Held(kind, kind.label, best, words, "due" if soon else "good", home)
    ended = [one for one in mine if one.valid_to is not None and one.valid_to < today]
    if ended:
        last = max(ended, key=lambda one: one.valid_to or date.min)
        return Held(kind, kind.label, last, f"ended {full_day(last.valid_to or today)}", "late" if needed else "due")
    if mine:
        return Held(
            kind, kind.label, mine[0], f"from {full_day(mine[0].valid_from)}", "late" if needed else "due", home
        )
    return Held(kind, kind.label, None, "none on file", "late" if needed else "")


def clearance_end(person: Person) -> datetime | None:
    """Return when the clearance of ``person`` that lasts now ends, or when the last one ended; None without an end.

    None too when no clearance is asked of them. No query.
    """
    moment = now()
    spans = person.cleared or []
    lasts = [span.upper for span in spans if moment in span]
    ended = [span.upper for span in spans if span.upper is not None and span.upper <= moment]
    return lasts[0] if lasts else max(ended, default=None)


def tell_whom(person: Person) -> list[str]:
    """Return the names of the other administrators of the homes where ``person`` works, by name. One query."""
    mine = Assignment.objects.filter(in_force(), person=person, role__in=[Role.STAFF, Role.ADMIN])
    running = Assignment.objects.filter(in_force(), role=Role.ADMIN, person__is_active=True).exclude(person=person)
    names = running.filter(facility__in=mine.values("facility")).values_list("person__name", flat=True)
    return sorted(set(names))


def own(person: Person) -> list[Held]:
    """Return how ``person`` stands with each kind today, for themselves. One query."""
    filed = list(Credential.objects.filter(person=person).order_by("valid_from"))
    today = now().astimezone(ZoneInfo(person.time_zone)).date()
    return [held(filed, kind, today) for kind in Kind]


@reading("roster")  # a newer one may be filed in another home
def ending(
    person: Person, right: Can, kinds: Iterable[str], ahead: timedelta, take: Callable[[Any], Any]
) -> list[Credential]:
    """Return what people of the homes on which ``person`` has ``right`` hold of ``kinds``, and that ends within ``ahead`` or has
    ended, without a newer one: soonest first, as ``take`` cuts them. Two queries.
    """
    newer = Credential.objects.filter(person=OuterRef("person"), kind=OuterRef("kind")).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to"))
    )
    works = Assignment.objects.filter(in_force(), facility=OuterRef("facility"), person=OuterRef("person"))
    today = now().astimezone(ZoneInfo(person.time_zone)).date()
    found = (
        Credential.objects.visible_to(person, right)
        .filter(Exists(works), ~Exists(newer), kind__in=kinds, valid_to__lte=today + ahead)
        .exclude(person=person)
        .select_related("person", "facility")
    )
    return list(take(found.order_by("valid_to", "pk")))


def credential_of(facility: Facility, pk: UUID, *, lock: bool = False) -> Credential:
    """Return a credential that was filed in the home. Raises ``Credential.DoesNotExist``."""
    rows = Credential.objects.filter(facility=facility).select_related("person")
    return (rows.locked() if lock else rows).get(pk=pk)


def _why_not(filed: list[Credential], kind: Kind, day: date) -> str:
    what = kind.label[0].lower() + kind.label[1:]
    ended = [one.valid_to for one in filed if one.kind == kind and one.valid_to is not None and one.valid_to < day]
    if ended:
        last = max(ended)
        return f"the {what} {'ended' if last < timezone.localdate(now()) else 'ends'} on {full_day(last)}"
    if later := [one.valid_from for one in filed if one.kind == kind and one.valid_from > day]:
        return f"the {what} begins only on {full_day(min(later))}"
    return f"no {what} is on file"
