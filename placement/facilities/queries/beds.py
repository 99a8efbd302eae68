"""How full homes are: what each bed is now. The one place that says which bed is free, held or promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from placement.access.visible import in_force
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Bed, Facility, Hold, Placement
from placement.facilities.queries.admissions import today_in

LIVED_IN, SHUT, PROMISED, HELD, FREE = "lived in", "out of use", "promised", "held", "free"
PROMISES = (Placement.Status.PROPOSED, Placement.Status.APPROVED)


@dataclass(frozen=True)
class Places:
    """How many beds a home has, and how many of them are what; the parts add up to ``beds``."""

    beds: int = 0
    living: int = 0
    promised: int = 0
    held: int = 0
    shut: int = 0

    @property
    def free(self) -> int:
        """Return the beds in use in which nobody lives and that are neither promised nor held."""
        return self.beds - self.living - self.promised - self.held - self.shut

    @property
    def others(self) -> str:
        """Return what the beds are that are not free: ``8 lived in, 3 promised, 1 held``. Who lives there is always told."""
        counted = [(self.living, LIVED_IN), (self.promised, PROMISED), (self.held, HELD), (self.shut, SHUT)]
        return ", ".join(f"{count} {word}" for count, word in counted if count or word == LIVED_IN)


def beds_now() -> QuerySet[Any]:
    """Return the beds, each with what it is now as ``state``.

    Lived in: until somebody has ended the stay. Promised: to somebody whose stay is proposed or approved, also when it
    begins later. Held: for a referral, now. Out of use is a bed in which nobody lives, on the day of its home.
    """
    stays = Placement.objects.order_by()
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    shut = Q(closed_from__lte=F("today")) & (Q(closed_until__isnull=True) | Q(closed_until__gte=F("today")))
    return Bed.objects.annotate(today=today_in(F("facility__time_zone"))).annotate(
        state=Case(
            When(pk__in=stays.filter(status=Placement.Status.ACTIVE).values("bed"), then=Value(LIVED_IN)),
            When(shut, then=Value(SHUT)),
            When(pk__in=stays.filter(ahead, status__in=PROMISES).values("bed"), then=Value(PROMISED)),
            When(pk__in=Hold.objects.filter(in_force()).order_by().values("bed"), then=Value(HELD)),
            default=Value(FREE),
        )
    )


@reading("occupancy")
def places_in(homes: Iterable[Facility]) -> dict[UUID, Places]:
    """Return how full each home is now: one query."""
    found: dict[UUID, dict[str, int]] = {home.pk: {} for home in homes}
    rows = beds_now().filter(facility__in=list(found)).order_by().values_list("facility", "state").annotate(Count("pk"))
    for home, state, count in rows:
        found[home][state] = count
    return {
        home: Places(
            beds=sum(counts.values()),
            living=counts.get(LIVED_IN, 0),
            promised=counts.get(PROMISED, 0),
            held=counts.get(HELD, 0),
            shut=counts.get(SHUT, 0),
        )
        for home, counts in found.items()
    }
