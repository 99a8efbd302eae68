"""Emergency access: what is in force for the banner, and what waits to be judged."""

from uuid import UUID

from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import BreakGlass


def in_force_for(person: Person) -> list[BreakGlass]:
    """Return the own emergency access that is in force, soonest over first: no query for a person who has used none lately."""
    moment = now()
    if person.emergency_until is None or person.emergency_until <= moment:
        return []
    own = BreakGlass.objects.filter(person=person, ended_at=None, ends_at__gt=moment)
    return list(own.select_related("resident").order_by("ends_at"))


def own(person: Person, pk: UUID) -> BreakGlass:
    """Return an emergency access of ``person`` that is in force. Raises ``BreakGlass.DoesNotExist``."""
    return BreakGlass.objects.visible_to(person, Can.VIEW_CODE).get(
        pk=pk, person=person, ended_at=None, ends_at__gt=now()
    )


def to_audit(person: Person) -> QuerySet[BreakGlass]:
    """Return the emergency accesses to records that ``person`` audits, with who used them."""
    return BreakGlass.objects.visible_to(person, Can.VIEW_AUDIT).select_related("resident", "person", "judged_by")


def waiting_for(person: Person) -> QuerySet[BreakGlass]:
    """Return those that wait to be judged by ``person``: never the own ones."""
    return to_audit(person).filter(judged_by=None).exclude(person=person).order_by("starts_at")
