"""Requests for access: the own ones, and those that wait for a decision."""

from functools import reduce
from operator import or_

from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import AccessRequest, Resident


def own(person: Person) -> list[AccessRequest]:
    """Return the newest requests of ``person``, with what became of them."""
    return list(AccessRequest.objects.filter(asker=person).select_related("unit", "decided_by")[:20])


def to_decide(person: Person) -> QuerySet[AccessRequest]:
    """Return the requests about which ``person`` decides, decided or not."""
    choices = [
        AccessRequest.objects.visible_to(person, right).filter(asked_for=asked_for)
        for asked_for, rights in AccessRequest.DECIDERS.items()
        for right in rights
    ]
    return reduce(or_, choices).select_related("resident", "asker", "decided_by")


def to_look_at(person: Person) -> QuerySet[AccessRequest]:
    """Return those, and the others about records for which ``person`` answers: such access they may only take back."""
    answers_for = AccessRequest.objects.visible_to(person, Can.ASSIGN_TEAM)
    return to_decide(person) | answers_for.select_related("resident", "asker", "decided_by")


def open_now(person: Person, resident: Resident) -> list[AccessRequest]:
    """Return the access to one record that was asked for and is open now, which ``person`` may take back."""
    given = to_look_at(person).filter(resident=resident, ends_at__gt=now())
    return list(given.order_by("ends_at"))


def waiting_for(person: Person) -> QuerySet[AccessRequest]:
    """Return those that wait for a decision by ``person``: never the own ones."""
    return to_decide(person).filter(decision="").exclude(asker=person).order_by("asked_at")


def waits(person: Person, resident: Resident, asked_for: str) -> bool:
    """Return whether ``person`` has asked for this part of the record and waits for the answer."""
    return AccessRequest.objects.filter(asker=person, resident=resident, asked_for=asked_for, decision="").exists()
