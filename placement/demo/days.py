"""Ninety days in the two exclusive homes: shifts with people on duty, and what they write about each day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from placement.demo import words
from placement.demo.cases import outside_people, resident
from placement.demo.homes import HOMES, home
from placement.demo.people import ADMIN_OF, ON_SHIFT, person
from placement.demo.plan import Plan, The, chance
from placement.demo.rounds import BY_DAY, Round, tell_how_often, times
from placement.demo.young import Young
from placement.facilities.queries.hand_offs import READ_BACK
from residents.models import CareEntry

UTC = ZoneInfo("UTC")
HOURS = {"Morning": (time(6), time(14)), "Evening": (time(14), time(22)), "Night": (time(22), time(6))}
HOURS_BEFORE = {
    "Day": (time(6), time(18)),
    "Night": (time(18), time(6)),
}  # the homes went over to three shifts a week ago
CLOSE = 7  # days of which more is told: more rounds, and more about single young people
HOURLY = 2  # shifts back from now in which everybody is looked for each hour, at night each half hour
MISSED = ("Destiny", "Kaya")  # not looked for in the last round, so that the shift page has something to say
MINUTE = timedelta(minutes=1)
READERS = ("cedar", "birch")  # homes whose accounts people try first
UNREAD = 2  # shifts back that nobody has read yet
TAKEN_OVER = 9  # shifts back for which somebody has counted with the next one


@dataclass(frozen=True)
class Duty:
    """One shift as planned. ``number`` counts back from the one that is going on now (0)."""

    home: str
    number: int
    name: str
    starts_at: datetime
    ends_at: datetime
    staff: tuple[str, ...]
    close: bool  # lies in the last days, of which more is told

    @property
    def key(self) -> str:
        """Return the name in the plan."""
        return f"shift:{self.home}:{self.number}"

    @property
    def writer(self) -> str:
        """Return who writes for this shift."""
        return self.staff[0]


def duties(plan: Plan, home_key: str) -> list[Duty]:
    """Return every shift of ``plan.days`` days, the current one first: three a day in the last week, two before."""
    zone = ZoneInfo(HOMES[home_key].zone)
    found: list[Duty] = []
    today = plan.now.astimezone(zone).date()
    for back in range(-1, plan.days):
        day, close = today - timedelta(days=back), back < CLOSE
        hours = HOURS if close else HOURS_BEFORE
        for name in reversed(hours):
            begins, ends = hours[name]
            starts_at = datetime.combine(day, begins, zone).astimezone(UTC)
            ends_at = datetime.combine(day + timedelta(days=name == "Night"), ends, zone).astimezone(UTC)
            if starts_at <= plan.now:
                staff = _on_duty(home_key, len(found), name, day.weekday())
                found.append(Duty(home_key, len(found), name, starts_at, ends_at, staff, close))
    return found


def _on_duty(home_key: str, number: int, name: str, weekday: int) -> tuple[str, ...]:
    """Return who is on duty; the contract's staff account is always in the shift that is going on now."""
    pool = ON_SHIFT[home_key]
    staff = [pool[number % 3]]
    if name in ("Morning", "Day") and weekday < 5:
        staff.append(ADMIN_OF[home_key])
    if name == "Evening" and home_key == "birch":
        staff.append("staff4.birch")  # one adult for five young people: at the weekend the mornings are short of one
    if number == 1 and home_key == "birch":
        staff.append(pool[0])  # stayed to help, and has not signed yet
    return tuple(staff)


def tell_days(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell every shift of the two homes, and what was written."""
    tell_how_often(plan, plan.when(CLOSE - 1, "00:00"))
    for home_key in ON_SHIFT:
        for duty in duties(plan, home_key):
            _tell_shift(plan, duty, everybody)
        _tell_contacts(plan, home_key, everybody)
        _tell_kept_wording(plan, home_key)


def _tell_kept_wording(plan: Plan, home_key: str) -> None:
    """Tell a note in which a term stayed that was pointed out, so that the page of kept words has something to say."""
    duty = duties(plan, home_key)[4]
    at, key, (term, note) = duty.starts_at + 180 * MINUTE, f"kept:{home_key}", words.KEPT[home_key]
    living = plan.living_in(home_key, at)
    if not living or at + 4 * MINUTE > plan.now:
        return
    what = {"resident": resident(living[0]), "kind": "note", "note": note, "happened_at": at}
    where = {"facility": home(home_key), "shift": The(duty.key)}
    plan.tell(at + 3 * MINUTE, duty.writer, "residents.log_care", key, **where, **what)
    plan.tell(at + 3 * MINUTE, duty.writer, "demo.keep_wording", entry=The(key), term=term)


def _luck_of(plan: Plan, duty: Duty) -> Random:
    return chance(duty.home, duty.name, duty.starts_at.date())


def _hand_off(plan: Plan, duty: Duty, everybody: dict[str, Young], luck: Random) -> str:
    living = plan.living_in(duty.home, duty.starts_at)
    who = everybody[luck.choice(living)].preferred if living else "Nobody"
    return luck.choice(words.HAND_OFF).format(who=who)


def _tell_shift(plan: Plan, duty: Duty, everybody: dict[str, Young]) -> None:
    """Tell a shift, each thing as the act that it was."""
    luck = _luck_of(plan, duty)
    plan.tell(
        duty.starts_at,
        duty.writer,
        "facilities.open_shift",
        duty.key,
        facility=home(duty.home),
        name=duty.name,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        staff=[person(each) for each in duty.staff],
    )
    where = {"facility": home(duty.home), "shift": The(duty.key)}
    for each in _entries(plan, duty, luck):
        for written_at, what in _rounds_of(plan, duty, luck, *each):
            if duty.number < HOURLY or what["kind"] not in CareEntry.LOOKS:
                plan.tell(written_at, duty.writer, "residents.log_care_for", **where, **what)
    if duty.number >= HOURLY:
        looks = tuple(_looks(plan, duty))
        plan.tell(duty.ends_at, duty.writer, "demo.write_rounds", **where, rounds=looks)
    if duty.close or luck.random() < 0.2:
        _tell_note(plan, duty, luck)
    hand_off = _hand_off(plan, duty, everybody, luck)
    signed_at = min(duty.ends_at + luck.randrange(1, 12) * MINUTE, plan.now)
    if duty.number != 0 and (duty.home, duty.number) != ("birch", 1):
        plan.tell(
            signed_at,
            duty.writer,
            "facilities.sign_shift",
            shift=The(duty.key),
            hand_off=hand_off,
            about_open=words.OPEN,
        )
        if 1 < duty.number <= TAKEN_OVER:
            following = ON_SHIFT[duty.home][(duty.number - 1) % 3]
            plan.tell(signed_at + 3 * MINUTE, following, "demo.take_over", shift=The(duty.key), keys=6)
        if duty.number > UNREAD and duty.home in READERS and signed_at > plan.now - READ_BACK:
            _tell_readers(plan, duty, signed_at)


def _tell_readers(plan: Plan, duty: Duty, signed_at: datetime) -> None:
    """Tell who has read the hand-off and, of a night, who has reviewed its looks."""
    readers = {ON_SHIFT[duty.home][0], ADMIN_OF[duty.home]} - set(duty.staff)
    for reader in sorted(readers):
        plan.tell(signed_at + 20 * MINUTE, reader, "facilities.read_hand_off", shift=The(duty.key))
    if duty.name == "Night":
        plan.tell(
            signed_at + 40 * MINUTE,
            ADMIN_OF[duty.home],
            "facilities.review_looks",
            shift=The(duty.key),
            note=words.NIGHT_READ,
        )


# when, kind, the usual outcome, how often it is another one
Entry = tuple[datetime, str, str, float]


def _entries(plan: Plan, duty: Duty, luck: Random) -> Iterator[Entry]:
    """Yield what is written about everybody in this shift."""
    begin = duty.starts_at
    if not duty.close:
        yield from _long_shift(duty, luck)
        return
    weekday = begin.astimezone(ZoneInfo(HOMES[duty.home].zone)).weekday() < 5
    if duty.number < HOURLY:
        yield from _rounds(plan, duty, luck)
    elif duty.name == "Night":
        for hours in (2, 4, 6):
            yield begin + timedelta(hours=hours, minutes=luck.randrange(0, 9)), "sleep", "Asleep", 0.06
    else:
        for hours in (1, 3, 7):
            at = begin + timedelta(hours=hours, minutes=luck.randrange(0, 9))
            yield at, "head_count", "In the house", 0.15
    if duty.name == "Morning":
        yield begin + timedelta(hours=1, minutes=40), "meal", "Breakfast", 0.08
        if weekday:
            yield begin + timedelta(hours=2, minutes=luck.randrange(10, 38)), "school", "Went to school", 0
        yield begin + timedelta(hours=6, minutes=20), "meal", "Lunch", 0.05
    if duty.name == "Evening":
        yield begin + timedelta(hours=4, minutes=25), "meal", "Dinner", 0.07
        yield begin + timedelta(hours=2, minutes=20), "activity", "Took part", 0.2
        yield begin + timedelta(hours=6, minutes=30), "mood", "Good", 0.4


def _long_shift(duty: Duty, luck: Random) -> Iterator[Entry]:
    """Yield what is told of a shift further back: little, so that the demo loads soon."""
    if duty.name == "Night":
        yield duty.starts_at + timedelta(hours=7, minutes=luck.randrange(0, 9)), "sleep", "Asleep", 0.02
        return
    if duty.starts_at.weekday() == 2:
        yield duty.starts_at + timedelta(hours=2, minutes=luck.randrange(10, 38)), "school", "Went to school", 0
    if duty.starts_at.day % 4:
        yield duty.starts_at + timedelta(hours=1, minutes=40), "meal", "Breakfast", 0
    else:
        yield duty.starts_at + timedelta(hours=10, minutes=20), "activity", "Took part", 0


def _looks(plan: Plan, duty: Duty) -> Iterator[Round]:
    """Yield the looks of a shift that is over: for each time those who were seen alike."""
    luck, zone = chance("looks", duty.home, duty.starts_at), ZoneInfo(HOMES[duty.home].zone)
    for at in times(duty.home, duty.starts_at, duty.ends_at, close=duty.close):
        night = at.astimezone(zone).hour not in BY_DAY
        kind, usual, seldom = ("sleep", "Asleep", 0.06) if night else ("head_count", "In the house", 0.15)
        entry = (at, kind, usual, seldom)
        for _, what in _rounds_of(plan, duty, luck, *entry):
            written_at = at + luck.randrange(1, 4) * MINUTE
            yield at, written_at, kind, what["outcome"], what["residents"]


def _rounds(plan: Plan, duty: Duty, luck: Random) -> Iterator[Entry]:
    """Yield a look at everybody each hour, each half hour at night; the newest one lies more than ten minutes back."""
    every = 30 if duty.name == "Night" else 60
    at = duty.starts_at + 4 * MINUTE
    while at < min(duty.ends_at, plan.now - 12 * MINUTE):
        night = duty.name == "Night"
        yield at, "sleep" if night else "head_count", "Asleep" if night else "In the house", 0.1
        at += (every - luck.randrange(0, 6)) * MINUTE


AT_SCHOOL = ("Went to school", "Came late")


def _school_day(home_key: str, young: str, at: datetime) -> str:
    """Return how it went with school that day, empty for those who learn in the house and at the weekend."""
    day = at.astimezone(ZoneInfo(HOMES[home_key].zone)).date()
    if day.weekday() > 4 or chance("school outside", young).random() < 0.5:
        return ""
    luck = chance("school", young, day).random()
    return "Went to school" if luck < 0.8 else "Came late" if luck < 0.88 else "Did not go"


def _in_school_hours(home_key: str, at: datetime) -> bool:
    return time(8, 40) <= at.astimezone(ZoneInfo(HOMES[home_key].zone)).time() < time(14, 45)


OTHERWISE = {
    "head_count": ("At school", "In the yard", "Out with staff"),
    "sleep": ("Awake, calm", "Awake, calm", "Awake, upset"),
    "meal": ("Meal not wanted",),
    "activity": ("Offered, not wanted",),
    "mood": ("So-so", "So-so", "Low", "Upset"),
}


def _rounds_of(
    plan: Plan, duty: Duty, luck: Random, at: datetime, kind: str, usual: str, seldom: float
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield (when it is written, what) for all who are in: most with the usual outcome, a few with another."""
    if at > plan.now - 6 * MINUTE:
        return
    groups: dict[str, list[The]] = {}
    for young in plan.living_in(duty.home, at):
        if duty.number == 0 and young in MISSED and at > plan.now - timedelta(minutes=80):
            continue
        outcome = luck.choice(OTHERWISE[kind]) if luck.random() < seldom else usual
        said = _school_day(duty.home, young, at)
        out = said in AT_SCHOOL and _in_school_hours(duty.home, at)
        if (kind == "school" and not said) or (kind == "meal" and out):
            continue
        if kind == "school":
            outcome = said
        elif kind == "head_count" and (out or outcome == "At school"):
            outcome = "At school" if out else usual
        groups.setdefault(outcome, []).append(resident(young))
    written_at = at + luck.randrange(1, 5) * MINUTE
    if luck.random() < 0.03:
        written_at = min(at + luck.randrange(45, 110) * MINUTE, duty.ends_at - MINUTE, plan.now)
    note = luck.choice(words.ACTIVITIES) if kind == "activity" else ""
    for outcome, group in groups.items():
        yield written_at, {"residents": group, "kind": kind, "happened_at": at, "outcome": outcome, "note": note}


ALONE = (("note", ""), ("note", ""), ("health", "Well"), ("health", "Not well"))


def _note(plan: Plan, duty: Duty, luck: Random) -> dict[str, Any] | None:
    """Return what is written about one young person alone: a note, or health. ``None`` when nobody is in."""
    at = duty.starts_at + luck.randrange(40, 420) * MINUTE
    living = plan.living_in(duty.home, at)
    if not living or at > plan.now - 6 * MINUTE:
        return None
    kind, outcome = luck.choice(ALONE)
    return {
        "resident": resident(luck.choice(living)),
        "kind": kind,
        "outcome": outcome,
        "note": _words(kind, outcome, luck),
        "happened_at": at,
    }


def _words(kind: str, outcome: str, luck: Random) -> str:
    return luck.choice(words.HEALTH[outcome] if kind == "health" else words.NOTES)


def _tell_note(plan: Plan, duty: Duty, luck: Random) -> None:
    """Tell what is written about one young person; sometimes after the shift was signed, sometimes amended."""
    note = _note(plan, duty, luck) if luck.random() < 0.8 else None
    if note is None:
        return
    over = duty.number > 1 and duty.ends_at + timedelta(hours=3) < plan.now
    if over and luck.random() < 0.1:
        _tell_after_signing(plan, duty, luck, note)
        return
    key = f"entry:{duty.home}:{duty.number}"
    where = {"facility": home(duty.home), "shift": The(duty.key)}
    plan.tell(note["happened_at"] + 3 * MINUTE, duty.writer, "residents.log_care", key, **where, **note)
    if over and luck.random() < 0.25:
        plan.tell(
            duty.ends_at + timedelta(hours=2, minutes=20),
            duty.writer,
            "residents.amend_care",
            entry=The(key),
            reason=luck.choice(words.AMENDMENTS),
            note=note["note"] + " It was an hour later than first written.",
        )


def _tell_after_signing(plan: Plan, duty: Duty, luck: Random, note: dict[str, Any]) -> None:
    plan.tell(
        duty.ends_at + timedelta(hours=2),
        duty.writer,
        "residents.log_care",
        facility=home(duty.home),
        shift=The(duty.key),
        reason=luck.choice(words.LATE_REASONS),
        **note,
    )


def _tell_contacts(plan: Plan, home_key: str, everybody: dict[str, Young]) -> None:
    """Tell the calls, visits, letters and messages: about one a week for each young person, two have a gap."""
    shifts = duties(plan, home_key)
    for stay in (s for s in plan.stays if s.home == home_key):
        luck = chance("contacts", stay.young, home_key)
        first = max(stay.starts_at, plan.now - timedelta(days=plan.days))
        at = first + timedelta(days=luck.randrange(1, 6), hours=luck.randrange(0, 4))
        ends = min(stay.ends_at or plan.now, plan.now)
        if stay.young in ("Linh", "Rosa"):
            ends -= timedelta(days=17)
        while at < ends - timedelta(hours=1):
            _tell_contact(plan, home_key, shifts, everybody[stay.young], at, luck)
            at += timedelta(days=luck.randrange(5, 11), minutes=luck.randrange(0, 180))


def _tell_contact(plan: Plan, home_key: str, shifts: list[Duty], young: Young, at: datetime, luck: Random) -> None:
    zone = ZoneInfo(HOMES[home_key].zone)
    at = at.astimezone(zone).replace(hour=luck.randrange(16, 20), second=0, microsecond=0).astimezone(UTC)
    who, permission = luck.choice(outside_people(young))
    if at > plan.now - timedelta(hours=1) or young.preferred not in plan.living_in(home_key, at):
        return
    kind = luck.choice(("call", "call", "call", "visit", "letter", "message"))
    supervised = permission == "supervised"
    tell_contact(
        plan,
        shifts,
        young.key,
        at,
        luck.randrange(15, 50) * MINUTE,
        ON_SHIFT[home_key][luck.randrange(0, 3)],
        outside_person=The(who),
        kind=kind,
        minutes={"call": luck.randrange(5, 40), "visit": luck.randrange(60, 150)}.get(kind),
        initiative="young" if luck.random() > 0.15 else "other",
        supervised=supervised,
        supervised_by="The staff on duty" if supervised else "",
        note=luck.choice(words.CONTACT_NOTES),
    )


def tell_contact(
    plan: Plan, shifts: list[Duty], young: str, at: datetime, later: timedelta, by: str, makes: str = "", **said: Any
) -> None:
    """Tell a contact at ``at``, written down ``later`` but before its shift is over. ``shifts``: those of the home."""
    duty = next(each for each in shifts if each.starts_at <= at)
    plan.tell(
        max(at, min(at + later, duty.ends_at - MINUTE)),
        by,
        "residents.log_contact",
        makes,
        resident=resident(young),
        happened_at=at,
        facility=home(duty.home),
        shift=The(duty.key),
        **said,
    )
