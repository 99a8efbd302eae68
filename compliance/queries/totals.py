"""How many young people were in care at the end of a month, by groups, for people outside."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.crypto import salted_hmac

from compliance.small_cells import Cells, hide_small
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Placement
from residents.models import Identity, LevelAssessment, LevelOfCare, Sex
from residents.queries.ages import full_years

AGES = [("Under 13", 0, 12), ("13 to 15", 13, 15), ("16 and 17", 16, 17), ("18 and over", 18, 99)]
NOT_KNOWN = "Not written down"


@dataclass(frozen=True)
class Totals:
    """The tables, by heading, and the last day of the month that they are of."""

    day: date
    tables: dict[str, Cells]


def totals(person: Person) -> Totals:
    """Return the totals of the young people whom ``person`` answers for, at the end of last month: three queries.

    Only of a month that is over, so that two readings a day apart tell nothing about who came or left between them.
    """
    zone = ZoneInfo(person.time_zone)
    day = now().astimezone(zone).date().replace(day=1) - timedelta(days=1)
    moment = datetime.combine(day, time.max, tzinfo=zone)
    stays = list(
        Placement.objects.visible_to(person, Can.VIEW_CASE_SUMMARY)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment), status__in=Placement.LIVED, starts_at__lte=moment)
        .order_by("resident_id", "-starts_at")
        .distinct("resident_id")
        .values_list("resident_id", "resident__sex", "facility__kind")
    )
    young = [resident for resident, _, _ in stays]
    born = dict(Identity.objects.filter(resident__in=young).values_list("resident_id", "birth_date"))
    assessed = LevelAssessment.objects.filter(resident__in=young, assessed_on__lte=day)
    newest = assessed.order_by("resident_id", "-assessed_on", "-written_at").distinct("resident_id")
    levels = dict(newest.values_list("resident_id", "level"))
    found = {
        "Age": ([name for name, _, _ in AGES], [age_group(born.get(one), day) for one in young]),
        "Sex": (Sex.labels, [Sex(sex).label for _, sex, _ in stays]),
        "Level of care": (
            LevelOfCare.labels,
            [LevelOfCare(levels[one]).label if one in levels else NOT_KNOWN for one in young],
        ),
        "Kind of home": (Facility.Kind.labels, [Facility.Kind(kind).label for _, _, kind in stays]),
    }
    return Totals(day, {name: table(name, *given) for name, given in found.items()})


def age_group(birth_date: date | None, day: date) -> str:
    """Return the group of somebody's age on ``day``."""
    if birth_date is None:
        return NOT_KNOWN
    age = full_years(birth_date, day)
    return next((name for name, youngest, oldest in AGES if youngest <= age <= oldest), NOT_KNOWN)


def table(what: str, groups: Iterable[str], found: Iterable[str]) -> Cells:
    """Return how many are in each group, without small numbers; a group that is not in ``groups`` only with somebody in it.

    Which larger number is hidden too is drawn by the application's secret key. It is the same one every month while it is
    larger: were it another one, two months in which nobody came or left would tell each hidden number.
    """
    counted = Counter(found)
    numbers = {name: counted.pop(name, 0) for name in groups} | dict(counted)
    return hide_small(numbers, lambda names: min(names, key=lambda name: drawn(what, name)))


def drawn(what: str, name: str) -> str:
    """Return what places the group ``name`` in the order of the draw for the table ``what``."""
    return salted_hmac("compliance.totals", f"{what}: {name}", algorithm="sha256").hexdigest()
