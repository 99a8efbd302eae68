"""The looks of one shift, held against when they were due: late, missed, and rounds that cannot have been as written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Assignment, Leave, Placement, Shift
from placement.facilities.queries.looked import ONE_ROUND, LookRound, rounds_of
from placement.facilities.queries.looks import planned, usual_between, usual_in
from placement.facilities.queries.ratio import on_duty
from placement.facilities.queries.rounds import in_effect, is_night
from placement.facilities.queries.shifts import by_resident
from placement.facilities.queries.standing import EARLIER, LATE
from placement.ui.templatetags.ui import span
from residents.models import CareEntry, LookPlan, Resident
from residents.operations.care import UNDO_FOR
from residents.queries.looks import NOT_SEEN

NO_SHIFT_AT_MOST = timedelta(hours=24)  # so long after its end a shift answers where no other one was opened


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


@dataclass(frozen=True)
class NightLog:
    """All looks of a shift until ``until``.

    ``nobody_from``: since when no shift was open, when that is before ``until``. ``closed``: how many lived there whose looks
    the reader may not see.
    """

    lines: list[Line]
    rounds: list[LookRound]
    until: datetime
    nobody_from: datetime | None
    closed: int

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
    """Return the looks of ``shift`` at young people whose care log ``person`` may read. Twelve queries for any number."""
    home, end = shift.facility, answers_until(shift)
    lived = (
        Placement.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=shift.starts_at) | Q(status="active"))
        .filter(facility=home, status__in=Placement.LIVED, starts_at__lt=end)
        .order_by("resident__code", "starts_at")
    )
    stays = list(lived.visible_to(person, Can.VIEW_CARE_LOG).select_related("resident", "bed"))
    with reading("whereabouts"):
        everybody = set(lived.values_list("resident_id", flat=True))
    ids = [stay.resident_id for stay in stays]
    entries = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(facility=home, resident__in=ids)
    looks = Looks(entries, shift.starts_at, end)
    of = by_resident(looks.in_effect)
    out = Leave.objects.filter(Leave.HOLDS, placement__in=stays, starts_at__lt=end, ends_at__gt=shift.starts_at)
    away = by_resident(out)
    plans = by_resident(LookPlan.objects.filter(resident__in=ids, starts_at__lt=end, ends_at__gt=shift.starts_at))
    usual = usual_between(home, shift.starts_at - EARLIER, end)
    lines = [
        line_of(stay, shift, end, of[stay.resident_id], away[stay.resident_id], plans[stay.resident_id], usual)
        for stay in stays
    ]
    rooms = {stay.resident_id: stay.bed.room_id for stay in stays}
    resident_of = {stay.resident_id: stay.resident for stay in stays}
    first = [look for look in looks.first if shift.starts_at <= look.happened_at < end]
    for look in first:
        look.resident = resident_of[look.resident_id]
    staff, over = list(shift.staff.all()), max(shift.ends_at, shift.signed_at or end)

    def is_awake(leader: UUID, moment: datetime) -> bool:
        return moment < over and any(row.awake and row.person_id == leader for row in on_duty(staff, moment))

    rounds = rounds_of(first, rooms, is_awake, changed=looks.changed, elsewhere=looked_elsewhere(shift, first))
    nobody_from = over if end - over >= ONE_ROUND else None
    return NightLog(lines, rounds, end, nobody_from, len(everybody - set(ids)))


def answers_until(shift: Shift) -> datetime:
    """Return until when the log of a shift goes: until the next one begins, for else nobody would answer for that time."""
    later = Shift.objects.filter(facility=shift.facility_id, starts_at__gt=shift.starts_at).order_by("starts_at")
    following = later.values_list("starts_at", flat=True).first()
    longest = shift.ends_at + NO_SHIFT_AT_MOST
    return min(following or longest, longest, now())


class Looks:
    """The looks of a time: what each says by now (``in_effect``), and what it said at ``first``. Three queries.

    ``changed``: ids of those that have said something else, but for what was taken back at once.
    """

    def __init__(self, entries: QuerySet[CareEntry], start: datetime, end: datetime) -> None:
        within = Q(happened_at__gte=start - EARLIER, happened_at__lt=end)
        rows = list(entries.filter(within, kind__in=CareEntry.LOOKS).select_related("written_by"))
        first = {row.pk: row for row in rows if row.amends_id is None}
        amendments = {row.pk: row for row in rows if row.amends_id is not None}
        amendments |= {row.pk: row for row in entries.filter(amends__in=first)}
        self.in_effect = sorted(
            (
                look
                for look in in_effect([*first.values(), *amendments.values()])
                if start - EARLIER <= look.happened_at < end
            ),
            key=lambda look: look.happened_at,
        )
        moved = [row for row in amendments.values() if row.amends_id not in first]  # from another time into this one
        said: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
        history = CareEntry.history.filter(id__in=first).order_by("history_date", "history_id")
        for pk, outcome, at in history.values_list("id", "outcome", "history_date"):
            said[pk].append((outcome, at))
        self.changed = {row.amends_id or row.pk for row in amendments.values()} | {row.pk for row in moved}
        self.changed |= {
            pk
            for pk, versions in said.items()
            if any(outcome != versions[0][0] and at - versions[0][1] > UNDO_FOR for outcome, at in versions)
        }
        taken_back = {pk for pk, row in first.items() if row.outcome == CareEntry.MISTAKE and pk not in self.changed}
        self.first = [row for row in (*first.values(), *moved) if row.pk not in taken_back]


@reading("whereabouts")  # times only: that somebody looked in another home, not at whom
def looked_elsewhere(shift: Shift, looks: Sequence[CareEntry]) -> dict[UUID, list[datetime]]:
    """Return when those who looked in a shift looked at somebody in another home where they work. One query."""
    leaders = {look.written_by_id for look in looks}
    if not leaders:
        return {}
    others = Assignment.objects.filter(person__in=leaders).exclude(facility=shift.facility_id).values("facility")
    found: dict[UUID, list[datetime]] = defaultdict(list)
    rows = CareEntry.objects.filter(
        facility__in=others,
        written_by__in=leaders,
        kind__in=CareEntry.LOOKS,
        amends=None,
        happened_at__gt=min(look.happened_at for look in looks) - ONE_ROUND,
        happened_at__lt=max(look.happened_at for look in looks) + ONE_ROUND,
    ).exclude(outcome=CareEntry.MISTAKE)
    for leader, at in rows.values_list("written_by", "happened_at"):
        found[leader].append(at)
    return found


def line_of(
    stay: Placement,
    shift: Shift,
    end: datetime,
    looks: Sequence[CareEntry],
    away: Sequence[Leave],
    plans: Sequence[LookPlan],
    usual: Sequence[tuple[datetime, Any]],
) -> Line:
    """Return the looks at one young person in a shift, and where one was late. No query.

    ``usual``: what the home was, as ``usual_between`` returns it.
    """
    starts = max(stay.starts_at, shift.starts_at)
    until = min(end, stay.ends_at) if stay.ends_at and stay.status == Placement.Status.ENDED else end

    leaves = sorted(away, key=lambda leave: leave.starts_at)

    def next_after(look: datetime) -> timedelta:
        plan = next((each for each in plans if each.starts_at <= look < each.ends_at), None)
        then = next((state for since, state in reversed(usual) if since <= look), usual[0][1])
        every = planned(plan) if plan else usual_in(then, stay.resident_id)
        return every.after(look, is_night(look, shift.facility.zone))

    def gap(since: datetime, due: datetime, upto: datetime) -> Iterable[Gap]:
        for leave in leaves:
            if leave.starts_at < upto and leave.ends_at > since:
                if leave.starts_at - due > LATE:
                    yield Gap(due, leave.starts_at, (leave.starts_at - due) // next_after(due))
                due = leave.ends_at + next_after(leave.ends_at)
        if upto - due > LATE:
            yield Gap(due, upto, (upto - due) // next_after(due))

    earlier = [look.happened_at for look in looks if stay.starts_at <= look.happened_at < starts]
    since = earlier[-1] if earlier else starts
    due = max(since + next_after(since), starts)
    mine: list[CareEntry] = []
    gaps: list[Gap] = []
    for look in looks:
        if starts <= look.happened_at < until:
            gaps += gap(since, due, look.happened_at)
            mine.append(look)
            since = look.happened_at
            due = since + (timedelta() if look.outcome in NOT_SEEN else next_after(since))
    gaps += gap(since, due, until)
    return Line(stay.resident, mine, gaps)
