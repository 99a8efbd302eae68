"""Exits tried in the last shifts, with one that was blocked for a while, and the drills of the last three months."""

from datetime import timedelta

from placement.demo.cases import resident
from placement.demo.days import duties
from placement.demo.homes import HOMES, home
from placement.demo.people import ON_SHIFT, person
from placement.demo.plan import Plan, The

SHIFTS = 6  # back from now, in which exits were tried
BLOCKED = ("cedar", 4, "Garden door", "A pile of chairs from the garden party. They are in the shed by evening.")
# Home → days ago, time of day, kind, seconds, what went wrong, what will be done.
DRILLS = {
    "cedar": (
        (80, "16:10", "fire", 214, "Two waited for their shoes.", "Shoes stay by the bed. Practised again next month."),
        (47, "03:20", "fire", 168, "The bell is hard to hear upstairs.", "A second bell on the upper floor by Friday."),
        (19, "17:30", "earthquake", 41, "", ""),
    ),
    "birch": (
        (71, "15:40", "fire", 132, "", ""),
        (26, "21:15", "lockdown", 58, "The annex door was forgotten.", "The list at the door names it now."),
    ),
}


def tell_exits(plan: Plan) -> None:
    """Tell how the exits of the two homes were found, and their drills."""
    for home_key in ON_SHIFT:
        exits = [name for name, _ in HOMES[home_key].exits]
        for duty in duties(plan, home_key)[:SHIFTS]:
            at = duty.starts_at + timedelta(minutes=25)
            if at > plan.now:
                continue
            blocked = {BLOCKED[2]: BLOCKED[3]} if (home_key, duty.number) == BLOCKED[:2] else {}
            tried = exits[:2] if duty.number == 0 else exits
            plan.tell(
                at,
                duty.writer,
                "demo.try_exits",
                shift=The(duty.key),
                exits=[The(f"exit:{home_key}:{name}") for name in tried],
                blocked=blocked,
            )
        for days_ago, clock, kind, seconds, problems, follow_up in DRILLS[home_key]:
            at = plan.when(days_ago, clock, HOMES[home_key].zone)
            staff = ON_SHIFT[home_key][days_ago % 3]
            plan.tell(
                at + timedelta(minutes=40),
                staff,
                "facilities.record_drill",
                facility=home(home_key),
                kind=kind,
                held_at=at,
                seconds=seconds,
                staff=[person(staff)],
                young=[resident(each) for each in plan.living_in(home_key, at)],
                problems=problems,
                follow_up=follow_up,
            )
