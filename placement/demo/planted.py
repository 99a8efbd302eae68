"""What a supervisor can find in the record of who did what: one thing that is not right, and some to ask about; each beside what
only looks like it: an amendment after nothing had happened, a record read at night on duty.

Whoever tries the demo should find the first one from My work without being told (``compliance.flags``).
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from placement.demo.cases import resident
from placement.demo.days import MINUTE, Duty, duties
from placement.demo.homes import HOMES, home
from placement.demo.people import ON_SHIFT
from placement.demo.plan import Plan, The

DOOR = (
    "Mei asked twice whether the back door was locked. I tried it at ten past nine: it was open, the bolt is stiff."
    " I told the office and wrote it on the board."
)
DOOR_AFTER = "Mei asked twice whether the back door was locked. I tried it at ten past nine: it was locked."
LAMP = "Ximena wanted the small lamp on. It flickers, so I put it on the list for repairs."
LAMP_AFTER = f"{LAMP} It has a new bulb since this morning."
# Hours into the shift, kind, outcome, note
AT_THE_END = (
    (1.0, "mood", "Good", ""),
    (1.5, "activity", "Took part", "Cards in the kitchen with two others."),
    (2.5, "note", "", "Asked about the bus to the library on Saturday."),
    (3.5, "health", "Well", "Cough is gone."),
    (4.5, "meal", "Dinner", ""),
    (5.5, "note", "", "Wrote a letter and put it in the box by the door."),
    (6.25, "mood", "So-so", ""),
)


def tell_planted(plan: Plan) -> None:
    """Tell them. The incident of the first one stands with the others (``incident_data.ELSEWHERE``)."""
    cedar = duties(plan, "cedar")
    _tell_amended(plan, cedar, "door", "Mei", 4, (DOOR, DOOR_AFTER), "Wording.")
    _tell_amended(plan, cedar, "lamp", "Ximena", 5, (LAMP, LAMP_AFTER), "The lamp is mended.")
    birch = duties(plan, "birch")
    _tell_at_the_end(plan, birch, "Tamsin", 3)
    _tell_read_at_night(plan, birch, "River", 2)


def _shift(plan: Plan, shifts: list[Duty], name: str, days_ago: int) -> Duty | None:
    zone = ZoneInfo(HOMES[shifts[0].home].zone) if shifts else None
    return next(
        (duty for duty in shifts if duty.name == name and duty.starts_at.astimezone(zone).date() == plan.day(days_ago)),
        None,
    )


def _tell_amended(
    plan: Plan, shifts: list[Duty], name: str, young: str, days_ago: int, texts: tuple[str, str], reason: str
) -> None:
    """An entry of an evening, amended two days later by somebody of the home who was not on duty that evening."""
    duty = _shift(plan, shifts, "Evening", days_ago)
    if duty is None:
        return
    other = next(each for each in reversed(ON_SHIFT["cedar"]) if each not in duty.staff)
    at = duty.ends_at - 48 * MINUTE
    plan.tell(
        at + 3 * MINUTE,
        duty.writer,
        "residents.log_care",
        f"planted:{name}",
        facility=home(duty.home),
        shift=The(duty.key),
        resident=resident(young),
        kind="note",
        note=texts[0],
        happened_at=at,
    )
    plan.tell(
        plan.when(days_ago - 2, "16:40"),
        other,
        "residents.amend_care",
        entry=The(f"planted:{name}"),
        note=texts[1],
        reason=reason,
    )


def _tell_at_the_end(plan: Plan, shifts: list[Duty], young: str, days_ago: int) -> None:
    """An evening of which one of two on duty wrote everything in its last minutes."""
    duty = _shift(plan, shifts, "Evening", days_ago)
    if duty is None or len(duty.staff) < 2:
        return
    for number, (hours, kind, outcome, note) in enumerate(AT_THE_END):
        plan.tell(
            duty.ends_at - (14 - number) * MINUTE,
            duty.staff[1],
            "residents.log_care",
            facility=home(duty.home),
            shift=The(duty.key),
            resident=resident(young),
            kind=kind,
            outcome=outcome,
            note=note,
            happened_at=duty.starts_at + timedelta(hours=hours),
        )


def _tell_read_at_night(plan: Plan, shifts: list[Duty], young: str, days_ago: int) -> None:
    """A night in which somebody at home opened a record three times, and whoever was on duty did too."""
    duty = _shift(plan, shifts, "Night", days_ago)
    if duty is None:
        return
    other = next(each for each in reversed(ON_SHIFT[duty.home]) if each not in duty.staff)
    for by, minutes in ((other, 275), (duty.writer, 310)):
        for number, page in enumerate(("residents:detail", "residents:contacts", "residents:plan")):
            plan.tell(
                duty.starts_at + (minutes + 2 * number) * MINUTE,
                by,
                "demo.open_record",
                resident=resident(young),
                page=page,
            )
