"""The review queue: what a supervisor should look at, what was found about it, and how much of it was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, DateField, F, Func, Min, Q, QuerySet, Value
from django.utils import timezone

from compliance.flags import DUE, QUEUE, RULES
from compliance.flags.finding import numbers_now
from compliance.flags.rule import FlagRule, Parameter
from compliance.models import Flag, FlagSetting, Review
from placement.access.models import Person
from placement.audit.clock import now
from placement.ui.dates import month_name

GONE = "A rule that is no longer in use"


@dataclass(frozen=True)
class Line:
    """One flag of the queue, in words. ``where``: the code of the young person, or the home, or nothing."""

    flag: Flag
    title: str
    where: str
    overdue: bool
    review: Review | None


@dataclass(frozen=True)
class Coverage:
    """How many flags of one home were to be reviewed by a day of ``month`` (its first day), and how many of those were.

    home: its name; empty for what hangs on no home. in_time: reviewed before they were due.
    """

    facility_id: UUID | None
    home: str
    month: date
    due: int
    reviewed: int
    in_time: int

    @property
    def month_called(self) -> str:
        """Return the month in words."""
        return month_name(self.month)


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


class MonthThere(Func):
    """The first day of the month of a time, in a zone that stands in the row."""

    template = "date_trunc('month', %(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def review_coverage(person: Person, since: date, until: date) -> list[Coverage]:
    """Return how much of what was due from ``since`` to ``until`` (both included) was reviewed, by home and month: one query.

    Of what is open to ``person``. A flag counts on the day on which its review is due, in its home's zone; without a home, in the
    reader's. Homes by name, what hangs on none last; months in their order.
    """
    zone = Func(F("facility__time_zone"), Value(person.time_zone), function="coalesce")
    day = Func(
        F("due_at"), zone, template="(%(expressions)s)::date", arg_joiner=" AT TIME ZONE ", output_field=DateField()
    )
    found = (
        Flag.objects.open_to(person)
        .annotate(due_day=day)
        .filter(due_day__gte=since, due_day__lte=until)
        .annotate(month=MonthThere(F("due_at"), zone))
        .order_by()
        .values("facility_id", "facility__name", "month")
        .annotate(
            due=Count("pk"),
            reviewed=Count("review"),
            in_time=Count("review", filter=Q(review__reviewed_at__lte=F("due_at"))),
        )
    )
    rows = [
        Coverage(
            row["facility_id"], row["facility__name"] or "", row["month"], row["due"], row["reviewed"], row["in_time"]
        )
        for row in found
    ]
    return sorted(rows, key=lambda row: (not row.home, row.home, row.month))


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


def last_months(today: date, months: int = 3) -> tuple[date, date]:
    """Return the first day of the month ``months`` back, and ``today``."""
    first = today.replace(day=1)
    for _ in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, today


def today_of(person: Person) -> date:
    """Return the day it is where ``person`` works."""
    return timezone.localdate(now(), ZoneInfo(person.time_zone))


def lines(rows: Iterable[Any]) -> list[Line]:
    """Return flags in words."""
    return [line(row) for row in rows]
