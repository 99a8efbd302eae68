"""Who is planned in the homes this week and the next, and what the people who work there hold."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from placement.access.rights import Role
from placement.demo.homes import HOMES, OPENED, SUPERVISOR, home
from placement.demo.people import ACCOUNTS, ADMIN_OF, ON_SHIFT, person
from placement.demo.plan import Plan
from placement.facilities.queries.rounds import PERIODS, period_at

NEEDED = ("background", "first_aid", "training")
MORE = {"staff.cedar": ("medication", "driving"), "staff2.cedar": ("medication",), "staff.birch": ("medication",)}
MORE |= {"staff2.birch": ("medication", "driving"), "admin.cedar": ("medication",), "admin.birch": ("medication",)}
# Account and kind → days until it ends (negative: since it ended); the others end in a year or so.
ENDS = {("staff2.cedar", "first_aid"): 8, ("staff2.birch", "background"): 25, ("staff.maple", "training"): -3}
COURSE = {"training": "Trauma and trafficking", "medication": "Giving medication", "first_aid": "Adult and child CPR"}
Hours = dict[str, list[tuple[int, int, int, bool]]]  # person → (day of the week, hour, how many hours, awake)


def tell_roster(plan: Plan) -> None:
    """File what everybody holds when the homes open; plan this week a week ago, and copy it into the next one."""
    for number, account in enumerate(a for a in ACCOUNTS if a.home and a.role in (Role.STAFF, Role.ADMIN)):
        by = SUPERVISOR if account.role == Role.ADMIN else ADMIN_OF[account.home]
        for kind in (*NEEDED, *MORE.get(account.username, ())):
            plan.tell(
                plan.when(OPENED - 1, "11:00"),
                by,
                "facilities.file_credential",
                facility=home(account.home),
                person=person(account.username),
                kind=kind,
                course=COURSE.get(kind, ""),
                number=f"{kind[:2].upper()}-{4100 + 7 * number}" if kind in ("background", "driving") else "",
                valid_from=plan.day(OPENED + 30),
                valid_to=plan.day(-ENDS.get((account.username, kind), 300 + 11 * number)),
            )
    for key in HOMES:
        _tell_week(plan, key)


def _tell_week(plan: Plan, key: str) -> None:
    zone = ZoneInfo(HOMES[key].zone)
    today = plan.now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    for username, hours in _hours(plan, key).items():
        for awake in (True, False):
            times: Any = []
            for weekday, hour, length, is_awake in hours:
                if is_awake == awake:
                    begins = datetime(monday.year, monday.month, monday.day, hour, tzinfo=zone) + timedelta(
                        days=weekday
                    )
                    ends = begins + timedelta(hours=length)  # by the clock of the wall
                    times.append((begins.astimezone(UTC), ends.astimezone(UTC)))
            if times:
                plan.tell(
                    plan.when(8, "15:30"),
                    ADMIN_OF[key],
                    "facilities.plan_shifts",
                    facility=home(key),
                    person=person(username),
                    times=times,
                    awake=awake,
                    duty="lead" if username in ON_SHIFT.get(key, ()) else "care",
                )
    copied_at = min(plan.when(0, "00:30"), plan.now)
    plan.tell(copied_at, ADMIN_OF[key], "facilities.copy_week", facility=home(key), monday=monday + timedelta(days=7))


def _hours(plan: Plan, key: str) -> Hours:
    """Return who works when: in the two homes with shifts as they do, in the others as well as one or two people can."""
    admin = ADMIN_OF[key]
    if key in ON_SHIFT:
        names = [name for name, *_ in PERIODS]
        now_at = names.index(period_at(plan.now, ZoneInfo(HOMES[key].zone)).name)
        found: Hours = {admin: [(day, 6, 8, True) for day in range(5)]}
        for index, (_, starts, _) in enumerate(PERIODS):
            who = ON_SHIFT[key][(now_at - index) % 3]
            found[who] = [(day, starts.hour, 8, True) for day in range(7)]
        if key == "birch":
            found["staff4.birch"] = [(day, 14, 8, True) for day in range(7)]
        return found
    if key == "alder":  # the carers live there
        return {admin: [each for day in range(7) for each in ((day, 6, 16, True), (day, 22, 8, False))]}
    if key == "maple":  # the other one lacks the training, so evenings and nights are open
        return {admin: [(day, 6, 12, True) for day in range(6)]}
    return {admin: [(day, 8, 12, True) for day in range(7)]}
