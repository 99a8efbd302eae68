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
class HowItWent:
    """What a drill, or an amendment of one, says as one reader may read it: who did not get out and why, without names."""

    drill: Drill
    not_out: list[tuple[str, str]]
    problems: str
    follow_up: str
    reason: str

    @property
    def took(self) -> str:
        """Return how long it took, in words."""
        return minutes(self.drill.seconds)


@dataclass(frozen=True)
class DrillTold:
    """A drill as one reader may read it: who took part by code, what was written first, and its amendments, oldest first."""

    drill: Drill
    night: bool
    young: list[str]
    staff: list[str]
    first: HowItWent
    amendments: list[HowItWent]


def minutes(seconds: int) -> str:
    """Return a length of time in words: ``2 min 5 s``."""
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def last_drills(homes: QuerySet[Facility]) -> QuerySet[Facility]:
    """Return ``homes`` where young people live, each with the time of its newest drill as ``last_drill``."""
    living = Placement.objects.filter(facility=OuterRef("pk"), status=Placement.Status.ACTIVE)
    held = Drill.objects.filter(facility=OuterRef("pk"), amends=None).order_by("-held_at", "-pk").values("held_at")[:1]
    newest = F("last_drill").asc(nulls_first=True)
    return homes.filter(Exists(living)).annotate(last_drill=Subquery(held)).order_by(newest, "name")


def next_due(last: datetime | None) -> datetime | None:
    """Return when the next drill is due after the ``last`` one; None when there was none: then it is due now."""
    return last + DRILL_EVERY if last else None


def for_chart(facility: Facility) -> list[Drill]:
    """Return the newest drills, oldest first, each with what counts: its newest amendment, or what was written first."""
    amendments = Drill.objects.order_by("written_at", "pk")
    held = Drill.objects.filter(facility=facility, amends=None).prefetch_related(Prefetch("amendments", amendments))
    found = list(held[:SHOWN])[::-1]
    for drill in found:
        drill.seconds = counts(drill).seconds
    return found


def counts(drill: Drill) -> Drill:
    """Return what counts of a drill whose amendments were fetched, oldest first: the newest of them, or the drill."""
    return [drill, *drill.amendments.all()][-1]


def drill_to_amend(person: Person, facility: Facility, pk: UUID) -> DrillTold:
    """Return a drill of the home as first written, to somebody who works there. Raises ``Drill.DoesNotExist``."""
    found = _told(
        person, facility, [_with_parts(Drill.objects.visible_to(person, Can.WORK_SHIFT)).get(pk=pk, facility=facility)]
    )
    return found[0]


def took_part(person: Person, drill: Drill) -> list[Resident]:
    """Return the young people of a drill whom ``person`` may know, by code."""
    keys = drill.young.values("resident")
    return list(Resident.objects.visible_to(person, Can.VIEW_CODE).filter(pk__in=keys).order_by("code"))


def drills_page(person: Person, facility: Facility, after: str | None) -> tuple[list[DrillTold], Page]:
    """Return one page of the drills of a home, newest first, as ``person`` may read them: a fixed number of queries."""
    found = _with_parts(Drill.objects.filter(facility=facility))
    page = keyset_page(found, order=("-held_at",), after=after, size=10)
    return _told(person, facility, list(page.rows)), page


def _with_parts(drills: QuerySet[Drill]) -> QuerySet[Drill]:
    young = Prefetch("young", queryset=DrillYoung.objects.order_by("pk"))
    amendments = Drill.objects.select_related("written_by").prefetch_related(young).order_by("written_at", "pk")
    return (
        drills.filter(amends=None)
        .select_related("shift", "written_by")
        .prefetch_related(
            young,
            Prefetch("staff", queryset=DrillStaff.objects.select_related("person").order_by("person__name")),
            Prefetch("amendments", queryset=amendments),
        )
    )


def _told(person: Person, facility: Facility, rows: list[Drill]) -> list[DrillTold]:
    if not rows:
        return []
    versions = [version for drill in rows for version in (drill, *drill.amendments.all())]
    keys = {row.resident_id for version in versions for row in version.young.all()}
    known = Resident.objects.filter(pk__in=keys).visible_to(person, Can.VIEW_CODE)
    codes = dict(known.values_list("pk", "code")) if keys else {}
    writers = {version.written_by for version in versions}
    since, until = min(row.held_at for row in rows), max(version.written_at for version in versions)
    tell = telling(person, facility, writers, since=since, until=until)

    def how(drill: Drill) -> HowItWent:
        lost = [row for row in drill.young.all() if not row.got_out]
        texts = (tell(text, drill.written_by) for text in (drill.problems, drill.follow_up, drill.reason))
        return HowItWent(
            drill, [(codes.get(row.resident_id, SOMEBODY), tell(row.why_not, drill.written_by)) for row in lost], *texts
        )

    return [
        DrillTold(
            drill,
            is_night(drill.held_at, facility.zone),
            called((row.resident_id for row in drill.young.all()), codes),
            [row.person.name for row in drill.staff.all()],
            how(drill),
            [how(amendment) for amendment in drill.amendments.all()],
        )
        for drill in rows
    ]


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
