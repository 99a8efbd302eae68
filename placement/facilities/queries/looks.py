"""How often each young person of a home is looked at: as planned for them, else as is usual in the home."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from placement.access.visible import in_force
from placement.database.context import reading
from placement.facilities.models import Facility
from placement.facilities.queries.rounds import Every
from residents.models import LookPlan


@reading("whereabouts")
def every_of(home_of: Mapping[UUID, Facility]) -> dict[UUID, Every]:
    """Return how often each is looked at now (``home_of``: resident id → home). One query."""
    found = {pk: usual_in(home, pk) for pk, home in home_of.items()}
    for plan in LookPlan.objects.filter(in_force(), resident__in=list(home_of)):
        found[plan.resident_id] = planned(plan)
    return found


def usual_in(home: Any, resident: UUID) -> Every:
    """Return how often somebody is looked at without a plan of their own in ``home``, a home or what it was in its history."""
    return Every.of_minutes(
        home.look_day_minutes, home.look_night_minutes, home.look_vary_minutes, f"{home.id} {resident}"
    )


def usual_between(home: Facility, start: datetime, end: datetime) -> list[tuple[datetime, Any]]:
    """Return what a home was from ``start`` to ``end``: from when, and the state, for ``usual_in``; oldest first. One query."""
    looks = [field.name for field in Facility._meta.concrete_fields if field.name.startswith("look_")]
    past = Facility.history.filter(id=home.pk, history_date__lt=end).order_by("history_date", "history_id")
    states = [(state.history_date, state) for state in past.only("id", "history_date", *looks)]
    return states[max(sum(since <= start for since, _ in states) - 1, 0) :] or [(start, home)]


def planned(plan: LookPlan) -> Every:
    """Return how often somebody is looked at by ``plan``."""
    return Every.of_minutes(plan.day_minutes, plan.night_minutes, plan.vary_minutes, plan.pk)
