"""Who has left a home for somewhere else, and which look at how they are doing is due."""

from typing import Any

from django.db import connection, models
from django.db.models import Case as Choice
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from placement.access.models import Person
from placement.access.opened import note_asked
from placement.access.rights import Can
from residents.models import Resident

LOOKING = ("draft", "open", "proposed")  # referrals that still look for a home
COMING = ("approved", "active")  # stays that begin, or go on
HOME, WAITING, LEFT, CLOSED = "home", "waiting", "left", "closed"  # where somebody stands, as residents_standing says


def has_left(person: Person, resident: Resident) -> bool:
    """Return whether ``resident`` has left a home during the open case, and nobody looks for another one. One query.

    As far as ``person``, who acts, may know of the case.
    """
    if not person.opens_records:
        return False
    note_asked(Can.VIEW_CASE_SUMMARY)
    with connection.cursor() as cursor:
        zone = timezone.get_current_timezone_name()
        cursor.execute("SELECT standing FROM residents_standing(%s, %s)", [zone, resident.pk])
        return cursor.fetchone() == (LEFT,)


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
            due_on=Choice(
                When(checked=True, then=Subquery(newest.values("next_check_on")[:1])), default=F("first_check_on")
            )
        )
        .filter(due_on__isnull=False)
    )
