"""The looks of one shift, held against when they were due: late, missed, and rounds that cannot have been as written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Leave, Placement, Shift
from placement.facilities.queries.looks import planned, usual_in
from placement.facilities.queries.rounds import NOT_SEEN, in_effect, is_night
from placement.facilities.queries.shifts import by_resident
from placement.facilities.queries.standing import EARLIER, LATE
from placement.ui.templatetags.ui import span
from residents.models import CareEntry, LookPlan, Resident

ONE_ROUND = timedelta(minutes=5)  # looks of one person with less than this between them are one round
A_ROOM = timedelta(seconds=2)  # less than that for each room is too quick to have looked
SAME_TIME = timedelta(seconds=60)


@dataclass(frozen=True)
class Gap:
    """From when nobody looked although it was due, and until when; ``missed`` looks that would have lain in between."""

    due_at: datetime
    until: datetime
    missed: int

    @property
    def late(self) -> timedelta:
        """Return by how much the look was late."""
        return self.until - self.due_at

    @property
    def words(self) -> str:
        """Return that in words."""
        return span(self.late)


@dataclass(frozen=True)
class Line:
    """One young person in the log."""

    resident: Resident
    looks: list[CareEntry]
    gaps: list[Gap]


@dataclass
class LookRound:
    """What one person looked at in one go: who, when it was and when it was written, and what speaks against it."""

    leader: Person
    looks: list[CareEntry]
    rooms: int
    marks: list[str] = field(default_factory=list)

    @property
    def starts_at(self) -> datetime:
        """Return the first claimed time."""
        return self.looks[0].happened_at

    @property
    def ends_at(self) -> datetime:
        """Return the last claimed time."""
        return self.looks[-1].happened_at

    @property
    def written_at(self) -> datetime:
        """Return when the last of it was written."""
        return max(look.written_at for look in self.looks)

    @property
    def not_seen(self) -> int:
        """Return how many were not found."""
        return sum(look.outcome in NOT_SEEN for look in self.looks)

    @property
    def how(self) -> str:
        """Return in words how somebody looked."""
        return ", ".join(dict.fromkeys(look.get_how_display() for look in self.looks if look.how))


@dataclass(frozen=True)
class NightLog:
    """All looks of a shift."""

    lines: list[Line]
    rounds: list[LookRound]

    @property
    def late(self) -> int:
        """Return how many looks came late, or not at all before the end."""
        return sum(len(line.gaps) for line in self.lines)

    @property
    def missed(self) -> int:
        """Return how many looks were left out altogether."""
        return sum(gap.missed for line in self.lines for gap in line.gaps)

    @property
    def doubtful(self) -> int:
        """Return how many rounds cannot have been as they were written."""
        return sum(bool(one.marks) for one in self.rounds)


def night_log(person: Person, shift: Shift) -> NightLog:
    """Return the looks of ``shift`` at young people whose care log ``person`` may read. Five queries for any number."""
    home, end = shift.facility, min(shift.ends_at, now())
    stays = list(
        Placement.objects.visible_to(person, Can.VIEW_CARE_LOG)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=shift.starts_at) | Q(status=Placement.Status.ACTIVE))
        .filter(facility=home, status__in=Placement.LIVED, starts_at__lt=end)
        .select_related("resident", "bed")
        .order_by("resident__code", "starts_at")
    )
    ids = [stay.resident_id for stay in stays]
    entries = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(facility=home, resident__in=ids)
    looks = in_effect(
        entries.filter(
            kind__in=CareEntry.LOOKS, happened_at__gte=shift.starts_at - EARLIER, happened_at__lt=end
        ).select_related("written_by")
    )
    of: dict[UUID, list[CareEntry]] = defaultdict(list)
    for look in sorted(looks, key=lambda each: each.happened_at):
        of[look.resident_id].append(look)
    away = by_resident(Leave.objects.filter(placement__in=stays, starts_at__lt=end, ends_at__gt=shift.starts_at))
    plans = by_resident(LookPlan.objects.filter(resident__in=ids, starts_at__lt=end, ends_at__gt=shift.starts_at))
    lines = [
        line_of(stay, shift, end, of[stay.resident_id], away[stay.resident_id], plans[stay.resident_id])
        for stay in stays
    ]
    rooms = {stay.resident_id: stay.bed.room_id for stay in stays}
    awake = {row.person_id for row in shift.staff.all() if row.awake}
    here = [look for line in lines for look in line.looks]
    return NightLog(lines, rounds_of(here, rooms, awake))


def line_of(
    stay: Placement,
    shift: Shift,
    end: datetime,
    looks: Sequence[CareEntry],
    away: Sequence[Leave],
    plans: Sequence[LookPlan],
) -> Line:
    """Return the looks at one young person in a shift, and where one was late. No query."""
    starts = max(stay.starts_at, shift.starts_at)
    until = min(end, stay.ends_at) if stay.ends_at and stay.status == Placement.Status.ENDED else end
    usual = usual_in(shift.facility, stay.resident_id)

    def next_after(look: datetime) -> timedelta:
        plan = next((each for each in plans if each.starts_at <= look < each.ends_at), None)
        every = planned(plan) if plan else usual
        return every.after(look, is_night(look, shift.facility.zone))

    def gap(due: datetime, upto: datetime) -> Iterable[Gap]:
        planned = any(leave.starts_at < upto and leave.ends_at > due for leave in away)
        if upto - due > LATE and not planned:
            yield Gap(due, upto, (upto - due) // next_after(due))

    earlier = [look.happened_at for look in looks if stay.starts_at <= look.happened_at < starts]
    due = max(earlier[-1] + next_after(earlier[-1]), starts) if earlier else starts + next_after(starts)
    mine: list[CareEntry] = []
    gaps: list[Gap] = []
    for look in looks:
        if starts <= look.happened_at < until:
            gaps += gap(due, look.happened_at)
            mine.append(look)
            due = look.happened_at + (timedelta() if look.outcome in NOT_SEEN else next_after(look.happened_at))
    gaps += gap(due, until)
    return Line(stay.resident, mine, gaps)


def rounds_of(looks: Iterable[CareEntry], rooms: dict[UUID, UUID], awake: set[UUID]) -> list[LookRound]:
    """Return the rounds that the looks make up, in order of time, each with what speaks against it. No query.

    Args:
        rooms: resident id → the room where they sleep.
        awake: who was on duty and awake.
    """
    every = sorted(looks, key=lambda look: look.happened_at)
    groups: dict[tuple[Any, str], list[list[CareEntry]]] = defaultdict(list)
    for look in every:
        rounds = groups[look.written_by_id, look.kind]
        if rounds and look.happened_at - rounds[-1][-1].happened_at < ONE_ROUND:
            rounds[-1].append(look)
        else:
            rounds.append([look])
    found = []
    for (leader, _), rounds in groups.items():
        for mine in rounds:
            one = LookRound(mine[0].written_by, mine, len({rooms.get(look.resident_id) for look in mine}))
            if took := quick(one):
                one.marks.append(f"{one.rooms} rooms in {took.total_seconds():.0f} seconds")
            if leader not in awake:
                one.marks.append("by somebody who was not on duty and awake")
            elsewhere = [look.resident.code for look in mine for other in every if in_two_places(look, other)]
            if elsewhere:
                one.marks.append(f"{', '.join(dict.fromkeys(elsewhere))} in two places at once")
            late = max((look.written_at - look.happened_at for look in mine if look.late), default=None)
            if late:
                one.marks.append(f"written {span(late)} later")
            found.append(one)
    return sorted(found, key=lambda one: one.starts_at)


def quick(one: LookRound) -> timedelta | None:
    """Return how long a round took when that is too short for its rooms: by the page's opening, or from tap to tap."""
    opened = [look.opened_at for look in one.looks]
    if all(opened):
        took = one.written_at - min(at for at in opened if at)
    elif len({look.happened_at for look in one.looks}) == len(one.looks):
        took = one.ends_at - one.starts_at
    else:
        return None
    return took if one.rooms >= 3 and took < one.rooms * A_ROOM else None


def in_two_places(look: CareEntry, other: CareEntry) -> bool:
    """Return whether two people say of one young person at the same time that they are in different places."""
    return (
        look.resident_id == other.resident_id
        and look.written_by_id != other.written_by_id
        and abs(look.happened_at - other.happened_at) < SAME_TIME
        and look.kind == other.kind
        and look.outcome != other.outcome
    )
