"""The bed board: each bed of a home on each of the next days; a code only for people who may know of the young person."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Bed, Facility, Hold, Leave, Placement
from placement.facilities.queries.beds import PROMISED, PROMISES
from placement.facilities.queries.missing import missing_now
from placement.ui.dates import short_day, time_of_day
from residents.models import Incident, Resident

DAYS = 14


@dataclass(frozen=True)
class Block:
    """Some days of one bed: ``kind`` is a CSS class, or ``free``. ``resident`` opens the record.

    ``when`` says the days in words, for a screen that has no room for a column each.
    """

    kind: str
    text: str
    days: int = 1
    resident: UUID | None = None
    when: str = ""


@dataclass(frozen=True)
class BedRow:
    """One bed and its blocks from today on. ``unit`` is empty where the home has only one."""

    bed: Bed
    name: str
    unit: str
    blocks: list[Block]


@dataclass(frozen=True)
class Board:
    """The board of one home."""

    days: list[date]
    rows: list[BedRow]


def board(person: Person, facility: Facility, *, by_code: bool) -> Board:
    """Return the bed board of the home from its own today on: six queries, for any number of beds.

    ``by_code`` False shows only whether a bed is free, taken, promised or held; so does a bed of somebody of whom
    ``person`` may not know, without the hour at which somebody comes.
    """
    moment = now()
    today = moment.astimezone(facility.zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS)]
    starts = [_begins(day, facility) for day in [*days, days[-1] + timedelta(days=1)]]
    windows = [(max(start, moment), end) for start, end in pairwise(starts)]
    in_time = Q(starts_at__lt=starts[-1]) & (Q(ends_at__isnull=True) | Q(ends_at__gt=moment))

    overdue = Q(status=Placement.Status.ACTIVE, ends_at__lte=moment)

    beds = list(facility.beds.select_related("room__unit").order_by("room__unit__name", "room__name", "name"))
    with reading("occupancy"):
        stays = list(
            Placement.objects.filter(
                in_time | overdue, facility=facility, status__in=["proposed", "approved", "active"]
            ).order_by("starts_at")
        )
        leaves = list(Leave.objects.filter(in_time, placement__in=[stay.pk for stay in stays]))
        holds = list(Hold.objects.filter(in_time, bed__facility=facility).annotate(who=F("referral__resident_id")))
    missing = missing_now(facility, [stay.resident_id for stay in stays])
    codes: dict[UUID, str] = {}
    if by_code:
        here = {stay.resident_id for stay in stays} | {hold.who for hold in holds}
        codes = dict(
            Resident.objects.visible_to(person, Can.VIEW_CODE).filter(pk__in=here).order_by().values_list("pk", "code")
        )

    draw = _Draw(facility, codes, missing)
    of_bed: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for stay in stays:
        of_bed[stay.bed_id]["stays"].append(stay)
    for hold in holds:
        of_bed[hold.bed_id]["holds"].append(hold)
    on_leave: dict[UUID, list[Leave]] = defaultdict(list)
    for leave in leaves:
        on_leave[leave.placement_id].append(leave)
    several_units = len({bed.room.unit_id for bed in beds}) > 1
    rows = []
    for bed in beds:
        plan = of_bed[bed.pk]
        cells = [
            draw.day(bed, day, window, plan["stays"], plan["holds"], on_leave)
            for day, window in zip(days, windows, strict=True)
        ]
        blocks = joined(cells, days)
        unit = bed.room.unit.name if several_units else ""
        rows.append(BedRow(bed, f"{bed.room.name} · {bed.name}", unit, blocks))
    return Board(days, rows)


def joined(cells: list[Block], days: list[date]) -> list[Block]:
    """Return one block for each run of equal days, with its first and last day in words."""
    blocks: list[Block] = []
    for block, same in groupby(cells):
        count, start = len(list(same)), sum(earlier.days for earlier in blocks)
        names = [short_day(days[start]), short_day(days[start + count - 1])]
        blocks.append(replace(block, days=count, when=" – ".join(dict.fromkeys(names))))
    return blocks


def _begins(day: date, facility: Facility) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=facility.zone)


@dataclass(frozen=True)
class _Draw:
    facility: Facility
    codes: dict[UUID, str]
    missing: dict[UUID, Incident]

    def day(
        self,
        bed: Bed,
        day: date,
        window: tuple[datetime, datetime],
        stays: list[Placement],
        holds: list[Any],
        leaves: dict[UUID, list[Leave]],
    ) -> Block:
        """Return what one bed is on one day, as ``beds_now`` says it of today. On a day with two stays the later one shows."""
        start, end = window
        overlapping = [s for s in stays if s.starts_at < end and (s.lasts_until is None or s.lasts_until > start)]
        if overlapping:
            return self.stay(overlapping[-1], start + (end - start) / 2, leaves)
        if bed.closed_from and bed.closed_from <= day and (bed.closed_until is None or bed.closed_until >= day):
            return Block("shut", f"out of use: {bed.closed_why}" if bed.closed_why else "out of use")
        if any(stay.status in PROMISES and stay.starts_at >= end for stay in stays):
            return Block("hold", PROMISED)
        held = next((h for h in holds if h.starts_at < end and h.ends_at > start), None)
        if held:
            until = f"held until {self.at(held.ends_at)}"
            return self.named("hold", held.who, until)
        return Block("free", "")

    def stay(self, stay: Placement, middle: datetime, leaves: dict[UUID, list[Leave]]) -> Block:
        """Return a day of a stay: there, away, missing, or only planned."""
        if stay.status != Placement.Status.ACTIVE:
            said = "arrives" if stay.status == Placement.Status.APPROVED else "asked for"
            when = f" {self.at(stay.starts_at)}" if stay.resident_id in self.codes else ""
            return self.named("hold", stay.resident_id, f"{said}{when}")
        if stay.resident_id not in self.codes:
            return Block("", "taken")
        if report := self.missing.get(stay.resident_id):
            local = report.happened_at.astimezone(self.facility.zone)
            same_day = local.date() == now().astimezone(self.facility.zone).date()
            when = time_of_day(local) if same_day else short_day(local)
            return self.named("away", stay.resident_id, f"missing since {when}, bed kept")
        leave = next((x for x in leaves[stay.pk] if x.starts_at <= middle < x.ends_at), None)
        if leave:
            return self.named("away", stay.resident_id, "visit" if leave.kind == Leave.Kind.VISIT else "away")
        return self.named("", stay.resident_id, "")

    def at(self, moment: datetime) -> str:
        """Return a day and time of the home: ``Nov 24, 18:00``."""
        here = moment.astimezone(self.facility.zone)
        return f"{short_day(here)}, {time_of_day(here)}"

    def named(self, kind: str, resident: UUID, note: str) -> Block:
        """Return a block that names a young person by code, where the reader may know of them."""
        if resident not in self.codes:
            return Block(kind, note)
        text = " · ".join(part for part in (self.codes[resident], note) if part)
        return Block(kind, text, resident=resident)
