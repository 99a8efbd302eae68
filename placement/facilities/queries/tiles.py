"""The tiles of the shift page, one young person each, made of rows that are already there: no query here."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from placement.facilities.models import Facility, Leave
from placement.facilities.queries.rounds import (
    DUE_SOON,
    MEAL_ENDS_SOON,
    SNACK,
    USUAL,
    Every,
    Kind,
    Place,
    Round,
    is_night,
    meal_at,
)
from placement.facilities.queries.standing import EARLIER, place_of, stand_of
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

    ``place`` is where they are, ``here`` says that they are in the home's care now. ``not_found`` is the time of the look
    that did not find them, from which they can be reported as missing; ``missing`` that report. ``due_at`` is when the
    next look is due: now for somebody whom nobody has seen yet. ``since`` is when they came to live in the home.
    """

    resident: Resident
    alerts: list[SafetyAlert]
    where: str
    place: Place
    here: bool
    not_found: datetime | None
    missing: Incident | None
    due_at: datetime
    tag: dict[str, str]
    taps: list[Tap]
    moods: list[Tap]
    medicine: Tap
    since: datetime

    @property
    def lost(self) -> bool:
        """Return whether nobody knows where they are."""
        return self.place in (Place.NOT_FOUND, Place.MISSING)

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
    every: Every = USUAL,
) -> Tile:
    """Return the tile of one young person. Asks the database nothing."""
    zone, night = facility.zone, is_night(moment, facility.zone)
    away = next((leave for leave in leaves if leave.ends_at > moment), None)
    stand = stand_of(entries, leaves, since=since, begins=begins, moment=moment, zone=zone, every=every)

    def clock(when: datetime) -> str:
        return day_and_time(when, moment, zone)

    if missing is not None:
        where, tag = f"Missing since {clock(missing.happened_at)}", {"kind": "late", "text": "Missing"}
    elif away is not None:
        where = f"{away.get_kind_display()}, back {clock(away.ends_at)}"
        tag = {"kind": "", "text": "Away"}
    else:
        tag = _tag(stand, moment, night, facility)
        where = _where(stand, leaves, since, begins, moment, zone)
    here = missing is None and away is None
    taps: list[Tap] = []
    if is_open:
        taps = _taps(stand, begins, moment, night, facility, here)
    last_mood = stand.last.get(Kind.MOOD)

    def mood(word: str) -> Tap:
        now_so = last_mood is not None and last_mood.outcome == word
        return Tap(
            word,
            f"{Kind.MOOD}|{word}",
            clock(last_mood.happened_at) if now_so and last_mood else "mood",
            "on" if now_so else "",
        )

    dose = stand.last.get(Kind.MEDICATION)
    return Tile(
        resident=resident,
        alerts=alerts,
        where=where,
        place=place_of(stand, away, missing),
        here=here,
        not_found=stand.not_found.happened_at if here and stand.not_found else None,
        missing=missing,
        due_at=stand.due_at if stand.seen else min(stand.due_at, moment),
        tag=tag,
        taps=taps,
        moods=[mood(word) for word in MOODS] if is_open and not night else [],
        medicine=Tap("Medicine", "", clock(dose.happened_at), "on") if dose else Tap("Medicine", "", "none due"),
        since=since,
    )


def _where(
    stand: Round, leaves: list[Leave], since: datetime, begins: datetime, moment: datetime, zone: ZoneInfo
) -> str:
    if stand.seen is not None:
        seen = f"{stand.seen.outcome or 'Seen'}, {day_and_time(stand.seen.happened_at, moment, zone)}"
        return f"Last seen: {seen}" if stand.not_found else seen
    back = max((leave.ends_at for leave in leaves if since < leave.ends_at <= moment), default=None)
    word, when = ("Back", back) if back else ("Arrived", since)
    read_from = min(begins, moment - EARLIER)
    if when < read_from:  # an older look may exist
        word, when = "No look since", read_from
    return f"{word} {day_and_time(when, moment, zone)}"


def _tag(stand: Round, moment: datetime, night: bool, facility: Facility) -> dict[str, str]:
    look = "Sleep check" if night else "Head count"
    late = moment - stand.due_at
    meal = meal_at(moment, facility.zone)
    if stand.not_found:
        at = day_and_time(stand.not_found.happened_at, moment, facility.zone)
        return {"kind": "late", "text": f"{stand.not_found.outcome} at {at}"}
    if late >= timedelta(minutes=1):
        return {"kind": "late", "text": f"{look} {span(late)} late"}
    if stand.seen is None:
        return {"kind": "due", "text": "Not seen yet"}
    if late >= -DUE_SOON:
        return {"kind": "due", "text": f"{look} {day_and_time(stand.due_at, moment, facility.zone)}"}
    if meal is not None and meal.ends_at - moment <= MEAL_ENDS_SOON and not _had(stand, meal.starts_at):
        return {"kind": "due", "text": f"{meal.name} not logged"}
    return {"kind": "good", "text": "All done"}


def _taps(stand: Round, begins: datetime, moment: datetime, night: bool, facility: Facility, here: bool) -> list[Tap]:
    def note(entry: CareEntry | None) -> tuple[str, str]:
        if entry is None:
            return "–", ""
        return day_and_time(entry.happened_at, moment, facility.zone), "on" if entry.happened_at >= begins else ""

    def look(entry: CareEntry | None, due: bool) -> tuple[str, str]:
        late = moment - stand.due_at
        if stand.not_found:
            return "not found", "over"
        if due and here and late >= timedelta(minutes=1):
            return f"{span(late)} late", "over"
        if due and here and (stand.seen is None or late >= timedelta()):
            return "now", "now"
        if due and here and late >= -DUE_SOON:
            return f"by {time_of_day(stand.due_at.astimezone(facility.zone))}", "now"
        return note(entry)

    counted = stand.last.get(Kind.HEAD_COUNT) if night else stand.seen
    seen = Tap("Seen", f"{Kind.HEAD_COUNT}|In the house", *look(counted, not night))
    if here and stand.place in (Place.AWAY, Place.WITH_STAFF):  # the same tap says that they are in the house again
        seen = replace(
            seen,
            label="Back",
            note="in the house" if seen.state in ("", "on") else seen.note,
            state=seen.state.replace("on", ""),
        )
    if night:
        return [seen, Tap("Sleep check", f"{Kind.SLEEP}|Asleep", *look(stand.last.get(Kind.SLEEP), True))]
    meal = meal_at(moment, facility.zone)
    last_meal = stand.last.get(Kind.MEAL)
    had_snack = last_meal is not None and last_meal.outcome == SNACK and last_meal.happened_at >= begins
    meal_tap = Tap(SNACK, f"{Kind.MEAL}|{SNACK}", *note(last_meal if had_snack else None))
    if meal is not None:
        had = _had(stand, meal.starts_at)
        ends_soon = here and not had and meal.ends_at - moment <= MEAL_ENDS_SOON
        meal_tap = Tap(
            meal.name,
            f"{Kind.MEAL}|{meal.name}",
            *(note(last_meal) if had else ("now", "now") if ends_soon else ("–", "")),
        )
    return [seen, meal_tap, Tap("Activity", f"{Kind.ACTIVITY}|Took part", *note(stand.last.get(Kind.ACTIVITY)))]


def _had(stand: Round, since: datetime) -> bool:
    meal = stand.last.get(Kind.MEAL)
    return meal is not None and meal.happened_at >= since


def day_and_time(when: datetime, moment: datetime, zone: ZoneInfo) -> str:
    """Return a time of day, with the day before it when that is not the day of ``moment``."""
    here = when.astimezone(zone)
    same_day = here.date() == moment.astimezone(zone).date()
    return time_of_day(here) if same_day else f"{short_day(here)}, {time_of_day(here)}"
