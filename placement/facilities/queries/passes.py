"""What the pages ask about passes: those of a home, those that wait, and who is not back in time."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Facility, PassRequest, Placement

SHOWN = timedelta(days=7)
TOLD = timedelta(days=1)  # how long, and how long before it begins, the shift page tells of a pass that was withdrawn
PARTS = ("resident", "placement__facility", "outside_person", "asked_by", "decided_by", "return_by", "withdrawn_by")


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


def stopped(person: Person, facility: Facility) -> list[PassRequest]:
    """Return the passes of a home that were withdrawn by somebody else than who asked, as the shift must know it today."""
    near = Q(starts_at__lte=now() + TOLD) | Q(withdrawn_at__gte=now() - TOLD)
    seen = PassRequest.objects.visible_to(person, Can.LOG_CARE).visible_to(person, Can.WORK_SHIFT)
    taken = seen.filter(near, withdrawn_at__isnull=False, ends_at__gt=now(), placement__facility=facility)
    living = taken.filter(placement__status=Placement.Status.ACTIVE).exclude(withdrawn_by=F("asked_by"))
    return list(living.select_related(*PARTS).order_by("starts_at", "pk"))


def coming(person: Person, placement: Placement) -> list[PassRequest]:
    """Return the passes of a stay that wait or are approved and not over, for who may withdraw them."""
    found = to_look_at(person).filter(placement=placement, withdrawn_at=None, ends_at__gt=now())
    return list(found.exclude(decision=PassRequest.Decision.DECLINED).order_by("starts_at", "pk"))


def to_withdraw(person: Person, rows: list[PassRequest]) -> set[UUID]:
    """Return the keys of those of ``rows`` that ``person`` may withdraw now: their own, and those that they answer for."""
    open_ = [row for row in rows if row.may_be_withdrawn]
    answers = set(to_look_at(person).filter(pk__in=[row.pk for row in open_]).values_list("pk", flat=True))
    return {row.pk for row in open_ if row.asked_by_id == person.pk or row.pk in answers}


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
