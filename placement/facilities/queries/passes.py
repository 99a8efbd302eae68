"""What the pages ask about passes: those of a home, those that wait, and who is not back in time."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Facility, PassRequest, Placement

SHOWN = timedelta(days=7)
PARTS = ("resident", "placement__facility", "outside_person", "asked_by", "decided_by", "return_by")


def of_home(person: Person, facility: Facility) -> list[PassRequest]:
    """Return the passes of a home that wait, go on or come, and those of the last week."""
    found = PassRequest.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        Q(ends_at__gte=now() - SHOWN) | Q(decision="approved", returned_at=None, withdrawn_at=None),
        placement__facility=facility,
        placement__status=Placement.Status.ACTIVE,
    )
    return list(found.select_related(*PARTS).order_by("starts_at", "pk")[:100])


def to_look_at(person: Person) -> QuerySet[PassRequest]:
    """Return the passes of stays that ``person`` may interrupt, decided or not."""
    accepts = PassRequest.objects.visible_to(person, Can.ACCEPT_PLACEMENT).visible_to(person, Can.MANAGE_FACILITY)
    return (accepts | PassRequest.objects.visible_to(person, Can.APPROVE_PLACEMENT)).select_related(*PARTS)


def to_decide(person: Person) -> QuerySet[PassRequest]:
    """Return the passes that wait for ``person``: over night for the supervisor, others for the administrator."""
    waiting = to_look_at(person).filter(
        decision="", withdrawn_at=None, ends_at__gt=now(), placement__status=Placement.Status.ACTIVE
    )
    return waiting.filter(overnight=person.role == Role.SUPERVISOR).exclude(asked_by=person)


def not_back(person: Person) -> QuerySet[PassRequest]:
    """Return the approved passes in the homes of ``person`` whose time is over and from which nobody has come back."""
    seen = PassRequest.objects.visible_to(person, Can.LOG_CARE).visible_to(person, Can.WORK_SHIFT)
    late = seen.filter(decision="approved", returned_at=None, withdrawn_at=None, ends_at__lte=now())
    return late.filter(placement__status=Placement.Status.ACTIVE).select_related(*PARTS)


def pass_of(person: Person, facility: Facility, pk: UUID) -> PassRequest:
    """Return a pass of the home. Raises ``PassRequest.DoesNotExist``."""
    seen = PassRequest.objects.visible_to(person, Can.LOG_CARE).visible_to(person, Can.WORK_SHIFT)
    found: PassRequest = seen.select_related(*PARTS).get(pk=pk, placement__facility=facility)
    return found
