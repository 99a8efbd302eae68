"""Drills: when the last one was, who took part, and how long it took over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Drill, DrillStaff, DrillYoung, Facility, Placement
from placement.facilities.queries.exits import telling
from placement.facilities.queries.rounds import is_night
from placement.ui.paging import Page, keyset_page
from residents.models import Resident

DRILL_EVERY = timedelta(days=182)
"""How long after a drill the next one is due: six months.

22 CCR 80023(d) is said to ask for a disaster drill every six months; that section itself was not read, so this is no rule of
a rule pack but a number to begin with. The rule packs will say it for each state.
"""
SHOWN = 12  # drills on the chart
SOMEBODY = "somebody who lived here"


@dataclass(frozen=True)
class DrillTold:
    """A drill as one reader may read it: who took part by code, who did not get out and why, and its texts without names."""

    drill: Drill
    night: bool
    young: list[str]
    not_out: list[tuple[str, str]]
    staff: list[str]
    problems: str
    follow_up: str


def minutes(seconds: int) -> str:
    """Return a length of time in words: ``2 min 5 s``."""
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def last_drills(homes: QuerySet[Facility]) -> QuerySet[Facility]:
    """Return ``homes`` where young people live, each with the time of its newest drill as ``last_drill``."""
    living = Placement.objects.filter(facility=OuterRef("pk"), status=Placement.Status.ACTIVE)
    held = Drill.objects.filter(facility=OuterRef("pk")).order_by("-held_at", "-pk").values("held_at")[:1]
    newest = F("last_drill").asc(nulls_first=True)
    return homes.filter(Exists(living)).annotate(last_drill=Subquery(held)).order_by(newest, "name")


def next_due(last: datetime | None) -> datetime | None:
    """Return when the next drill is due after the ``last`` one; None when there was none: then it is due now."""
    return last + DRILL_EVERY if last else None


def for_chart(facility: Facility) -> list[Drill]:
    """Return the newest drills, oldest first."""
    return list(Drill.objects.filter(facility=facility)[:SHOWN])[::-1]


def drills_page(person: Person, facility: Facility, after: str | None) -> tuple[list[DrillTold], Page]:
    """Return one page of the drills of a home, newest first, as ``person`` may read them: a fixed number of queries."""
    found = (
        Drill.objects.filter(facility=facility)
        .select_related("shift", "written_by")
        .prefetch_related(
            Prefetch("young", queryset=DrillYoung.objects.order_by("pk")),
            Prefetch("staff", queryset=DrillStaff.objects.select_related("person").order_by("person__name")),
        )
    )
    page = keyset_page(found, order=("-held_at",), after=after, size=10)
    rows: list[Drill] = list(page.rows)
    keys = {row.resident_id for drill in rows for row in drill.young.all()}
    known = Resident.objects.filter(pk__in=keys).visible_to(person, Can.VIEW_CODE)
    codes = dict(known.values_list("pk", "code")) if keys else {}
    if not rows:
        return [], page
    writers = {row.written_by for row in rows}
    tell = telling(person, facility, writers, since=rows[-1].held_at, until=max(row.written_at for row in rows))
    return [
        DrillTold(
            drill,
            is_night(drill.held_at, facility.zone),
            called((row.resident_id for row in drill.young.all()), codes),
            [
                (codes.get(row.resident_id, SOMEBODY), tell(row.why_not, drill.written_by))
                for row in drill.young.all()
                if not row.got_out
            ],
            [row.person.name for row in drill.staff.all()],
            tell(drill.problems, drill.written_by),
            tell(drill.follow_up, drill.written_by),
        )
        for drill in rows
    ], page


def called(keys: Iterable[UUID], codes: dict[Any, str]) -> list[str]:
    """Return the codes of those whom the reader may know, in order, and how many others there were."""
    keys = list(keys)
    known = sorted(codes[key] for key in keys if key in codes)
    others = len(keys) - len(known)
    return [*known, *([f"{others} who lived here"] if others else [])]


def is_overdue(last: datetime | None) -> bool:
    """Return whether the next drill should have been held by now."""
    due = next_due(last)
    return due is None or due <= now()
