"""What is measured of the rules of law, at a tenth of the homes and at all of them, with a year of entries (``law_data``).

- ``evaluate-first``: everything is judged for the first time, so all obligations and findings of the year are opened.
- ``evaluate-all``: everything is judged again, as every night; nothing has changed.
- ``evaluate-recent``: the same but for what is settled, as every hour.
- ``evaluate-one``: what an act concerns is judged: one young person and their home.
- ``dashboard-supervisor``, ``dashboard-home``: the compliance page for who sees all homes, and for who works in one.
- ``report-…``: each report over twelve months at all homes, for who sees all of them.

``queries`` of the first three is the number of statements of the database's function that judges, which stand in it one after the
other and are gone through at most twice, whatever there is to judge; of the others, what was sent. ``exponent``: growth over homes.
"""

import re
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from django.utils import timezone
from tqdm import tqdm

from compliance.judging import judge, judge_all
from compliance.queries.board import Wanted, board, homes_judged
from compliance.queries.reports import REPORTS
from compliance.queries.reports import shape as reports
from compliance.stored import begin_at
from placement.access.models import Person
from placement.bench import law_data
from placement.bench.law_data import DAYS, Homes
from placement.bench.measure import Measure, Taken, once, report
from placement.database import roles
from placement.database.context import acting_as_system
from placement.facilities.models import Placement

COMMAND = "bench"
TABLES = ("compliance_obligation", "compliance_finding")
ROUNDS, MORE = 3, 11  # of judging everything, and of what is quick
STATEMENT = re.compile(r"(?:^|;|LOOP)\s*(?:--[^\n]*\n\s*)*(DROP|CREATE|ANALYZE|INSERT|UPDATE|WITH|RETURN QUERY)\b")


def run(scale: Homes) -> list[dict[str, Any]]:
    """Load and measure at two sizes, in the database that is in use. Return the contract's lines."""
    taken: dict[int, dict[str, Taken]] = {}
    measures: list[Measure] = []
    moment, before = timezone.now(), 0
    with roles.owner_connection() as owner:
        for size in sorted({max(2, scale.homes // 10), scale.homes}):
            with (
                tqdm(desc=f"{size:,} homes", unit=" steps", disable=None, mininterval=0.5) as bar,
                owner.cursor() as cursor,
            ):
                law_data.load(cursor, scale, before, size, moment)
                with roles.as_owner():
                    begin_at(moment - DAYS * law_data.DAY)
                    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'compliance_judge_all'")
                    statements = len(STATEMENT.findall(cursor.fetchone()[0]))
                    first = Taken([everything()], statements)
                    bar.update()
                    for table in TABLES:
                        cursor.execute(f"VACUUM ANALYZE {table}")
                    again, recent = Taken([], statements), Taken([], statements)
                    for _ in range(ROUNDS):
                        again.times.append(everything())
                        recent.times.append(everything(recent=True))
                        bar.update()
                    stay = Placement.objects.order_by("pk")[0]
                quick = quick_measures(stay)
                taken[size] = {"evaluate-first": first, "evaluate-all": again, "evaluate-recent": recent}
                measures = [*(Measure(name, judge_all) for name in taken[size]), *quick]
                for measure in quick:
                    once(measure)
                    found = [once(measure) for _ in range(MORE)]
                    taken[size][measure.name] = Taken([time for time, _ in found], found[-1][1])
                    bar.update()
            before = size
    return report(measures, taken)


def everything(*, recent: bool = False) -> float:
    """Judge everything, as the owner, or all but what is settled; return the time in milliseconds, until it is committed."""
    begun = perf_counter()
    with acting_as_system(COMMAND):
        judge_all(recent=recent)
    return (perf_counter() - begun) * 1000


def quick_measures(stay: Placement) -> list[Measure]:
    """Return the measures of what people wait for."""
    supervisor = Person.objects.filter(role="supervisor").order_by("username")[0]
    works = Person.objects.filter(role="staff").order_by("username")[0]
    act: Callable[[], Any] = partial(judge, [stay.facility_id], [stay.resident_id])

    year = reports.Wanted.last_months(timezone.localdate())

    def page(person: Person) -> Any:
        return board(person, Wanted(), homes_judged(person))

    return [
        Measure("evaluate-one", act, person=supervisor),
        Measure("dashboard-supervisor", partial(page, supervisor), person=supervisor),
        Measure("dashboard-home", partial(page, works), person=works),
        *(
            Measure(f"report-{each.key}", partial(each.counted, supervisor, year), person=supervisor)
            for each in REPORTS
        ),
    ]
