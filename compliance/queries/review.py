"""The review queue: what a supervisor should look at, and what was found about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from compliance.flags import DUE, QUEUE, RULES
from compliance.flags.finding import numbers_now
from compliance.flags.rule import FlagRule, Parameter
from compliance.models import Flag, FlagSetting, Review
from placement.access.models import Person
from placement.audit.clock import now

GONE = "A rule that is no longer in use"


@dataclass(frozen=True)
class Line:
    """One flag of the queue, in words. ``where``: the code of the young person, or the home, or nothing."""

    flag: Flag
    title: str
    where: str
    overdue: bool
    review: Review | None


def flags(person: Person) -> QuerySet[Flag]:
    """Return the flags that ``person`` may look at, with whom they are about and what was found."""
    return Flag.objects.open_to(person).select_related(
        "person", "resident", "facility", "review__reviewed_by", "review__owner", "review__done_by"
    )


def waiting(person: Person) -> QuerySet[Flag]:
    """Return the flags that wait for a review, and that ``person`` can review: those to look at first, then by due time."""
    found = flags(person).filter(review=None).exclude(took_part__contains=[person.pk])
    return found.order_by("weight", "due_at", "pk")


def chosen(person: Person, *, state: str = "", rule: str = "", facility: UUID | None = None) -> QuerySet[Flag]:
    """Return the flags that the filters of the queue ask for. state: what waits by default, ``overdue``, ``done`` or ``all``."""
    found = {"": waiting, "overdue": waiting}.get(state, flags)(person)
    if state == "overdue":
        found = found.filter(due_at__lt=now())
    if state == "done":
        found = found.filter(review__isnull=False)
    if rule:
        found = found.filter(rule=rule)
    return found.filter(facility=facility) if facility else found


def line(flag: Flag) -> Line:
    """Return a flag in words."""
    review = getattr(flag, "review", None)
    where = flag.resident.code if flag.resident else str(flag.facility or "")
    return Line(flag, title_of(flag), where, review is None and flag.due_at < now(), review)


def title_of(flag: Flag) -> str:
    """Return what the rule of a flag is called."""
    rule = RULES.get(flag.rule)
    return rule.title if rule else GONE


def sentence_of(flag: Flag) -> str:
    """Return why a flag stands here, in plain words."""
    rule = RULES.get(flag.rule)
    return rule.why(str(flag.person), flag.facts) if rule else f"{flag.person}: {GONE.lower()}."


def zone_of(flag: Flag) -> ZoneInfo:
    """Return the zone in which a flag's times are read: of its home, or of whom it is about."""
    return flag.facility.zone if flag.facility else ZoneInfo(flag.person.time_zone)


def reviewers(flag: Flag) -> QuerySet[Person]:
    """Return the supervisors who may review a flag; none for a reader who may not themselves: one query for their ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT flag_reviewers(%s)", [flag.pk])
        ids = [pk for (pk,) in cursor.fetchall()]
    return Person.objects.filter(pk__in=ids).order_by("name", "pk")


def follow_ups(person: Person) -> QuerySet[Review]:
    """Return what ``person`` still has to do after reviews, the earliest due day first."""
    open_ = Review.objects.filter(owner=person, done_at=None, flag__in=Flag.objects.open_to(person))
    return open_.select_related("flag__person", "flag__resident", "flag__facility").order_by("due_on", "pk")


@dataclass(frozen=True)
class Counted:
    """How many reviews wait for a person, how many of them are to be looked at first, how many are overdue; and when one is due."""

    waiting: int
    first: int
    overdue: int
    due: datetime | None


def counted(person: Person) -> Counted:
    """Return the numbers over the queue: one query."""
    found = waiting(person).order_by()
    numbers = found.aggregate(
        waiting=Count("pk"),
        first=Count("pk", filter=Q(weight=Flag.Weight.FIRST)),
        overdue=Count("pk", filter=Q(due_at__lt=now())),
        due=Min("due_at"),
    )
    return Counted(**numbers)


@dataclass(frozen=True)
class Number:
    """A number of a rule as it is set now: its own, or that of one home."""

    parameter: Parameter
    value: int
    home: str = ""


@dataclass(frozen=True)
class Described:
    """A rule with its numbers, for the page of the rules."""

    rule: FlagRule
    numbers: list[Number]


def described() -> list[Described]:
    """Return every rule with its numbers as they are set now: one query."""
    numbers, _ = numbers_now()
    return [
        Described(rule, [Number(each, numbers[key][each.name]) for each in rule.parameters])
        for key, rule in RULES.items()
    ]


def parameter(rule: str, name: str) -> Parameter | None:
    """Return a number of a rule, or of the queue; None where there is none of that name."""
    of_rule = DUE.values() if rule == QUEUE else RULES[rule].parameters if rule in RULES else ()
    return next((each for each in of_rule if each.name == name), None)


def settings_changed() -> QuerySet[FlagSetting]:
    """Return each change of a number, the newest first."""
    return FlagSetting.objects.select_related("set_by", "facility").order_by("-set_at", "-pk")


@dataclass(frozen=True)
class Changed:
    """One change of a number, with what the number is."""

    row: FlagSetting
    words: str


def changed(rows: Iterable[FlagSetting]) -> list[Changed]:
    """Return changes of numbers in words."""
    found = []
    for row in rows:
        of_rule, number = RULES.get(row.rule), parameter(row.rule, row.name)
        title = of_rule.title if of_rule else "The review queue" if row.rule == QUEUE else GONE
        found.append(Changed(row, f"{title}: {number.words[:1].lower() + number.words[1:]}" if number else title))
    return found


def lines(rows: Iterable[Any]) -> list[Line]:
    """Return flags in words."""
    return [line(row) for row in rows]
