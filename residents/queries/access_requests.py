"""Requests for access: the own ones, and those that wait for a decision."""

from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import AccessRequest, Resident


def own(person: Person) -> list[AccessRequest]:
    """Return the newest requests of ``person``, with what became of them."""
    return list(AccessRequest.objects.filter(asker=person).select_related("unit", "decided_by")[:20])


def to_decide(person: Person) -> QuerySet[AccessRequest]:
    """Return the requests about records that ``person`` owns, decided or not."""
    keeps = AccessRequest.objects.visible_to(person, Can.KEEP_CASE)
    assigns = AccessRequest.objects.visible_to(person, Can.ASSIGN_TEAM)
    return (keeps | assigns).select_related("resident", "asker", "decided_by")


def open_now(person: Person, resident: Resident) -> list[AccessRequest]:
    """Return the access to one record that was asked for and is open now, to whom ``person`` may take it from."""
    given = to_decide(person).filter(resident=resident, ends_at__gt=now())
    return list(given.order_by("ends_at"))


def waiting_for(person: Person) -> QuerySet[AccessRequest]:
    """Return those that wait for a decision by ``person``: never the own ones."""
    return to_decide(person).filter(decision="").exclude(asker=person).order_by("asked_at")
