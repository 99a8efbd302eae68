"""Who has left a home for somewhere else, and which look at how they are doing is due. Reached through relations only."""

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from placement.access.models import Person
from placement.access.rights import Can
from residents.models import Case as AgencyCase
from residents.models import Resident
from residents.queries.homes import placement_model

LOOKING = ("draft", "open", "proposed")  # referrals that still look for a home
COMING = ("approved", "active")  # stays that begin, or go on


def gone(person: Person) -> QuerySet[Any]:
    """Return the ids of the residents who left a home during the open case and for whom nobody looks for another one.

    Only of those whose case ``person`` may know of. For ``pk__in``: it is asked once, as a set, for any number of rows.
    """
    discharges = discharge_model().objects.visible_to(person, Can.VIEW_CASE_SUMMARY)
    looking = Resident.referrals.rel.related_model.objects.filter(status__in=LOOKING)  # type: ignore[attr-defined]
    return (
        discharges.filter(
            resident__cases__status=AgencyCase.Status.OPEN,
            placement__ends_at__date__gte=F("resident__cases__opened_on"),
        )
        .exclude(resident__in=looking.order_by().values("resident"))
        .exclude(resident__in=placement_model().objects.filter(status__in=COMING).order_by().values("resident"))
        .order_by()
        .values("resident")
    )


def discharge_model() -> Any:
    """Return the model of discharges."""
    return Resident.discharges.rel.related_model


def checks_due(discharges: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of ``discharges`` after which a look is still to come, with its day as ``due_on``.

    ``checked`` says whether somebody has looked before: the first look is due on the day of the plan, each later one
    on the day that the newest look named.
    """
    looks: type[models.Model] = discharges.model.checks.rel.related_model
    newest = looks._default_manager.filter(discharge=OuterRef("pk")).order_by("-checked_at", "-written_at")
    return (
        discharges.annotate(checked=Exists(newest))
        .annotate(
            due_on=Case(
                When(checked=True, then=Subquery(newest.values("next_check_on")[:1])), default=F("first_check_on")
            )
        )
        .filter(due_on__isnull=False)
    )
