"""Where young people live. Homes belong to the layer above and are reached through relations only."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import visible_ids
from residents.models import CareEntry, Resident


def home_model() -> Any:
    """Return the model of homes."""
    return CareEntry._meta.get_field("facility").related_model


def placement_model() -> Any:
    """Return the model of stays."""
    return Resident.placements.rel.related_model


def homes_of(person: Person) -> models.QuerySet[Any]:
    """Return the homes that ``person`` may see."""
    return home_model().objects.visible_to(person, Can.VIEW_FACILITY)


def homes_lived_in(person: Person) -> models.QuerySet[Any]:
    """Return the homes that ``person`` may see and in which somebody lives of whom ``person`` may know."""
    living = placement_model().objects.visible_to(person, Can.VIEW_CODE).filter(status="active")
    return homes_of(person).filter(pk__in=living.order_by().values("facility"))


def audited_homes(person: Person) -> set[UUID]:
    """Return the ids of the homes whose entries ``person`` may audit: the own home of an administrator or inspector."""
    model = home_model()
    managed = model.objects.visible_to(person, Can.MANAGE_FACILITY)
    inspected = model.objects.visible_to(person, Can.INSPECT)
    return set((managed | inspected).order_by().values_list("pk", flat=True))


def stays_now(person: Person, residents: Iterable[Resident]) -> dict[UUID, Any]:
    """Return resident id → the stay of now with ``facility`` and ``bed``, in homes that ``person`` may see."""
    stays = (
        placement_model()
        .objects.filter(resident__in=list(residents), status="active")
        .filter(facility__any_of=visible_ids(person, Can.VIEW_FACILITY))
        .select_related("facility", "bed__room")
        .order_by()
    )
    return {stay.resident_id: stay for stay in stays}
