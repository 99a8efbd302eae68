"""The looks of ninety days, in the two homes whose days are told: most when they are due, some late, some left out.

Until a week ago the homes looked every two hours, at night every hour; since then every hour, at night every half hour. Birch has
fewer people at night, which shows. All looks of a shift are one act of the demo, because there are thousands.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection

from placement.access.models import Person
from placement.database.context import acting
from placement.demo.homes import HOMES, home
from placement.demo.people import ADMIN_OF, ON_SHIFT
from placement.demo.plan import Plan, chance
from placement.facilities.models import Facility, Shift
from residents.models import Resident

MINUTE = timedelta(minutes=1)
BEFORE, NOW = (120, 60), (60, 30)  # minutes between two looks, by day and by night
BY_DAY = range(6, 22)  # hours of the home's clock
LEFT_OUT = {"cedar": (0.004, 0.01), "birch": (0.01, 0.06)}  # of a hundred looks, by day and by night
LATER = {"cedar": (0.02, 0.03), "birch": (0.04, 0.08)}
# When somebody looked, when it was written, what was seen, and whom.
Round = tuple[datetime, datetime, str, str, Sequence[Any]]


def tell_how_often(plan: Plan, since: datetime) -> None:
    """Tell how often somebody looks in the homes: seldom until ``since``, and more often from then on."""
    for home_key in ON_SHIFT:
        for at, minutes in ((plan.when(plan.days + 3, "10:00"), BEFORE), (since, NOW)):
            given = {"day_minutes": minutes[0], "night_minutes": minutes[1], "vary_minutes": 0}
            plan.tell(at, ADMIN_OF[home_key], "facilities.set_looks", facility=home(home_key), **given)


def times(home_key: str, starts_at: datetime, ends_at: datetime, *, close: bool) -> Iterator[datetime]:
    """Yield when somebody looked in a shift: a little before it was due, sometimes later, and once before it ends."""
    luck, zone = chance("rounds", home_key, starts_at), ZoneInfo(HOMES[home_key].zone)
    at, last = starts_at + luck.randrange(3, 9) * MINUTE, ends_at - luck.randrange(6, 12) * MINUTE
    while at < last:
        night = at.astimezone(zone).hour not in BY_DAY
        if luck.random() >= LEFT_OUT[home_key][night]:
            yield at
        every = (NOW if close else BEFORE)[night]
        at += (every - luck.randrange(1, 8)) * MINUTE
        if luck.random() < LATER[home_key][night]:
            at += luck.randrange(10, 28) * MINUTE
    yield last


def write_rounds(*, facility: Facility, shift: Shift, rounds: Sequence[Round], by: Person) -> None:
    """Write the looks of one shift, each at its own time, as the operation that logs care for several would. As the owner."""
    entry = (
        "INSERT INTO residents_careentry (id, resident_id, facility_id, shift_id, kind, outcome, note, how, reason, happened_at,"
        " written_by_id, late) VALUES "
    )
    statements: list[str] = []
    values: list[Any] = []
    for at, written_at, kind, outcome, young in rounds:
        statements.append("SELECT set_config('app.clock', %s, true)")
        values.append(written_at.isoformat())
        statements.append(entry + ", ".join(["(%s, %s, %s, %s, %s, %s, '', '', '', %s, %s, false)"] * len(young)))
        for resident in young:
            key = resident.pk if isinstance(resident, Resident) else resident
            values += [uuid4(), key, facility.pk, shift.pk, kind, outcome, at, by.pk]
    if statements:
        with acting(by.pk, by.name, act="residents.log_care_for"), connection.cursor() as cursor:
            cursor.execute("; ".join(statements), values)
