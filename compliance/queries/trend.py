"""The compliance page over time: what was not met at the end of each month, and what falls due on each day.

Days and months begin and end by the clock of the home that a row is about, as its deadlines do. What was found is taken from the
findings as they were kept: opened, and closed. One query each, whatever the number of rows.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Count, F, Func, Q, QuerySet
from django.utils import timezone

from compliance.models import Finding, FirstDay, Obligation
from placement.audit.clock import now
from placement.ui.dates import month_code, month_name

MONTHS, DAYS = 13, 14
NEAR = timedelta(days=DAYS)
MONTH, DAY = "YYYY-MM", "YYYY-MM-DD"
# What goes on under a newer text of its rule was found once, and is not over.
NEW, OVER = Q(goes_on_from__isnull=True), ~Q(closed_why=Finding.Closed.NEWER_TEXT)


@dataclass(frozen=True)
class Month:
    """One month: how many findings were open at its end, were found in it, and were closed in it.

    judged: whether the agency was judged by its end; before, nothing is known. going_on: the month of today, whose end is now.
    """

    first: date
    judged: bool
    going_on: bool
    open: int = 0
    found: int = 0
    closed: int = 0

    @property
    def code(self) -> str:
        """Return the month for an address: ``2026-11``."""
        return month_code(self.first)

    @property
    def name(self) -> str:
        """Return the month in words: ``November 2026``."""
        return month_name(self.first)


def first_day() -> datetime | None:
    """Return from when on events ask for something; see ``models.FirstDay``. None before the packs were ever loaded."""
    return FirstDay.objects.values_list("begins_at", flat=True).first()


def at_home(moment: str, words: str) -> Func:
    """Return the expression of a row's ``moment`` by the clock of its home, as ``words`` (``MONTH`` or ``DAY``) write it."""
    template = f"to_char(timezone(%(expressions)s), '{words}')"
    return Func(F("facility__time_zone"), F(moment), template=template, output_field=CharField())


def months(findings: QuerySet[Finding]) -> tuple[list[Month], int]:
    """Return the last 13 months, this one last, as ``findings`` were in them, and how many are open now. Two queries."""
    today = timezone.localdate(now())
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    codes = [month_code(first) for first in firsts]
    since = datetime.combine(firsts[0] - timedelta(days=2), datetime.min.time(), timezone.get_current_timezone())
    rows = (
        findings.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=since))
        .order_by()
        .values_list(at_home("opened_at", MONTH), at_home("closed_at", MONTH))
        .annotate(Count("pk"), new=Count("pk", filter=NEW), over=Count("pk", filter=OVER))
    )
    opened, closed, open_ = Counter[str](), Counter[str | None](), Counter[str]()
    not_met = 0
    for began, ended, number, new, over in rows:
        opened[began] += new
        closed[ended] += over
        not_met += number if ended is None else 0
        open_.update({code: number for code in codes if began <= code and (ended is None or ended > code)})
    begins = first_day()
    first_judged = month_code(timezone.localdate(begins)) if begins else codes[-1]
    found = [
        Month(first, first_judged <= code, code == codes[-1], open_[code], opened[code], closed[code])
        for first, code in zip(firsts, codes, strict=True)
    ]
    return found, not_met


def in_month(findings: QuerySet[Finding], code: str, state: str) -> QuerySet[Finding]:
    """Return those of ``findings`` that were open at the end of a month (``state`` not-met), or were found or closed in it."""
    rows = findings.annotate(opened_in=at_home("opened_at", MONTH), closed_in=at_home("closed_at", MONTH))
    if state == "found":
        return rows.filter(NEW, opened_in=code)
    if state == "closed":
        return rows.filter(OVER, closed_in=code)
    return rows.filter(Q(closed_at__isnull=True) | Q(closed_in__gt=code), opened_in__lte=code)


def days(due: QuerySet[Obligation]) -> list[tuple[date, int]]:
    """Return how many of ``due``, which fall due within 14 days, do so on each day from today on. One query."""
    rows = dict(due.order_by().values_list(at_home("due_at", DAY)).annotate(Count("pk")))
    today = timezone.localdate(now())
    listed = [today + timedelta(days=number) for number in range(DAYS + 1)]
    known = {day.isoformat() for day in listed}
    found = {date.fromisoformat(code): number for code, number in rows.items() if code not in known}
    found |= {day: rows.get(day.isoformat(), 0) for day in listed}
    return sorted(found.items())


def on_day(due: QuerySet[Obligation], day: date) -> QuerySet[Obligation]:
    """Return those of ``due`` that fall due on ``day``."""
    return due.annotate(due_on=at_home("due_at", DAY)).filter(due_on=day.isoformat())
