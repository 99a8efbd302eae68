"""The tiles of the shift page, one young person each, made of rows that are already there: no query here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from placement.facilities.models import Facility, Leave
from placement.facilities.queries.rounds import (
    DUE_SOON,
    MEAL_ENDS_SOON,
    SNACK,
    Kind,
    Round,
    is_night,
    meal_at,
    round_of,
)
from placement.ui.dates import short_day, time_of_day
from placement.ui.templatetags.ui import span
from residents.models import CareEntry, Incident, Resident, SafetyAlert

MOODS = ["Good", "So-so", "Low"]


@dataclass(frozen=True)
class Tap:
    """One button. ``what`` is ``kind|outcome``, ``state`` a CSS class; by ``key`` a double tap counts once."""

    label: str
    what: str
    note: str
    state: str = ""
    key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Tile:
    """One young person on the shift page. ``tag`` is what to know first, with ``kind`` good, due, late or nothing.

    ``here`` says that they are in the home's care now; ``lost`` that nobody knows where they are.
    """

    resident: Resident
    alerts: list[SafetyAlert]
    where: str
    here: bool
    lost: bool
    due_at: datetime
    tag: dict[str, str]
    taps: list[Tap]
    mood: Tap | None
    moods: list[Tap]
    medicine: str

    @property
    def initials(self) -> str:
        """Return up to two letters for the round sign beside the name."""
        words = self.resident.preferred_name.split()
        return (words[0][:1] + words[-1][:1] if len(words) > 1 else self.resident.preferred_name[:2]).upper()


def tile(
    resident: Resident,
    *,
    alerts: list[SafetyAlert],
    entries: list[CareEntry],
    leaves: list[Leave],
    missing: Incident | None,
    begins: datetime,
    since: datetime,
    moment: datetime,
    facility: Facility,
    is_open: bool,
) -> Tile:
    """Return the tile of one young person. Asks the database nothing."""
    zone, night = facility.zone, is_night(moment, facility.zone)
    away = next((leave for leave in leaves if leave.ends_at > moment), None)
    back = max((leave.ends_at for leave in leaves if leave.ends_at <= moment), default=since)
    stand = round_of(entries, max(since, back), night, begins)

    def clock(when: datetime) -> str:
        return time_of_day(when.astimezone(zone))

    if missing is not None:
        where, tag = "Missing", {"kind": "late", "text": f"Reported missing {clock(missing.happened_at)}"}
    elif away is not None:
        where, tag = (
            f"{away.get_kind_display()}, back {day_and_time(away.ends_at, moment, zone)}",
            {"kind": "", "text": "Away"},
        )
    else:
        where, tag = "In the house", _tag(stand, moment, night, facility)
        if stand.not_found:
            where = "Not found at the last look"
    here = missing is None and away is None
    taps: list[Tap] = []
    if is_open:
        taps = _taps(stand, moment, night, facility, here)
    last_mood = stand.last.get(Kind.MOOD)
    mood = (
        Tap("Mood", "", f"{last_mood.outcome or 'noted'} {clock(last_mood.happened_at)}", "on")
        if last_mood
        else Tap("Mood", "", "–")
    )
    medicine = stand.last.get(Kind.MEDICATION)
    return Tile(
        resident=resident,
        alerts=alerts,
        where=where,
        here=here,
        lost=missing is not None or (here and stand.not_found is not None),
        due_at=stand.due_at,
        tag=tag,
        taps=taps,
        mood=mood if is_open else None,
        moods=[Tap(word, f"{Kind.MOOD}|{word}", "") for word in MOODS] if is_open else [],
        medicine=clock(medicine.happened_at) if medicine else "",
    )


def _tag(stand: Round, moment: datetime, night: bool, facility: Facility) -> dict[str, str]:
    look = "Sleep check" if night else "Head count"
    late = moment - stand.due_at
    meal = meal_at(moment, facility.zone)
    if stand.not_found:
        at = time_of_day(stand.not_found.happened_at.astimezone(facility.zone))
        return {"kind": "late", "text": f"{stand.not_found.outcome} at {at}"}
    if late >= timedelta(minutes=1):
        return {"kind": "late", "text": f"{look} {span(late)} late"}
    if late >= -DUE_SOON:
        return {"kind": "due", "text": f"{look} {time_of_day(stand.due_at.astimezone(facility.zone))}"}
    if stand.seen_at is None:  # somebody who has just arrived is nobody's "all done"
        return {"kind": "due", "text": "Not seen yet"}
    if meal is not None and meal.ends_at - moment <= MEAL_ENDS_SOON and not _had(stand, meal.starts_at):
        return {"kind": "due", "text": f"{meal.name} not logged"}
    return {"kind": "good", "text": "All done"}


def _taps(stand: Round, moment: datetime, night: bool, facility: Facility, here: bool) -> list[Tap]:
    def note(kind: str) -> tuple[str, str]:
        entry = stand.last.get(kind)
        return (time_of_day(entry.happened_at.astimezone(facility.zone)), "on") if entry else ("–", "")

    def look(kind: str, due: bool) -> tuple[str, str]:
        late = moment - stand.due_at
        if stand.not_found:
            return "not found", "over"
        if due and here and late >= timedelta(minutes=1):
            return f"{span(late)} late", "over"
        if due and here and late >= -DUE_SOON:
            return "now", "now"
        return note(kind)

    seen = Tap("Seen", f"{Kind.HEAD_COUNT}|In the house", *look(Kind.HEAD_COUNT, not night))
    if night:
        return [seen, Tap("Sleep check", f"{Kind.SLEEP}|Asleep", *look(Kind.SLEEP, True))]
    meal = meal_at(moment, facility.zone)
    last_meal = stand.last.get(Kind.MEAL)
    had_snack = last_meal is not None and last_meal.outcome == SNACK
    meal_tap = Tap(SNACK, f"{Kind.MEAL}|{SNACK}", *(note(Kind.MEAL) if had_snack else ("–", "")))
    if meal is not None:
        had = _had(stand, meal.starts_at)
        ends_soon = here and not had and meal.ends_at - moment <= MEAL_ENDS_SOON
        meal_tap = Tap(
            meal.name,
            f"{Kind.MEAL}|{meal.name}",
            *(note(Kind.MEAL) if had else ("now", "now") if ends_soon else ("–", "")),
        )
    return [seen, meal_tap, Tap("Activity", f"{Kind.ACTIVITY}|Took part", *note(Kind.ACTIVITY))]


def _had(stand: Round, since: datetime) -> bool:
    meal = stand.last.get(Kind.MEAL)
    return meal is not None and meal.happened_at >= since


def day_and_time(when: datetime, moment: datetime, zone: ZoneInfo) -> str:
    """Return a time of day, with the day before it when that is not the day of ``moment``."""
    here = when.astimezone(zone)
    same_day = here.date() == moment.astimezone(zone).date()
    return time_of_day(here) if same_day else f"{short_day(here)}, {time_of_day(here)}"
