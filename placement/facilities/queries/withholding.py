"""What a report says of young people whom its reader may not know: their codes and names, however they are written.

Withheld is only what the writer of a text could know. Whatever else it hid would tell who lived in the home before the
writer's time, to anybody who writes a list of names into a report of long ago and reads which of them are gone.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from placement.access.models import Person
from placement.access.permissions import group_name
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.facilities.models import Assignment, Facility, Placement
from residents.models import Resident, ResidentGroupPermission
from residents.queries.names import hidden_names


def lived_in(home: Facility, *, since: datetime, until: datetime, known_to: Person) -> list[Resident]:
    """Return who lived in ``home`` at some moment from ``since`` to ``until`` at which ``known_to`` worked there too.

    For a supervisor, who works in no home: those of the units in which they have ever been.
    """
    stays = stays_in(home, since=since, until=until)
    found = lived_with(home, stays, since=since, until=until, people=[known_to])[known_to.pk]
    everybody = {stay.resident_id for stay in stays}
    return list(Resident.objects.filter(pk__in=found | of_units(known_to, everybody)))


def stays_in(home: Facility, *, since: datetime, until: datetime) -> list[Placement]:
    """Return the stays in ``home`` that some part of the time from ``since`` to ``until`` belongs to."""
    return list(
        Placement.objects.filter(facility=home, starts_at__lte=until).filter(
            Q(status=Placement.Status.ACTIVE) | Q(status=Placement.Status.ENDED, ends_at__gt=since)
        )
    )


def lived_with(
    home: Facility, stays: Iterable[Placement], *, since: datetime, until: datetime, people: Iterable[Person]
) -> dict[UUID, set[UUID]]:
    """Return person id → who lived in ``home`` while that person worked there, within that time. One query."""
    found: dict[UUID, set[UUID]] = {person.pk: set() for person in people}
    work = list(Assignment.objects.filter(facility=home, person__in=found))
    for stay in stays:
        first = max(stay.starts_at, since)
        last = min(stay.ends_at or until, until) if stay.status == Placement.Status.ENDED else until
        for one in work:
            if one.starts_at <= last and (one.ends_at is None or one.ends_at > first):
                found[one.person_id].add(stay.resident_id)
    return found


def of_units(person: Person, residents: Iterable[UUID]) -> set[UUID]:
    """Return which of the residents have a case in a unit of which ``person`` is or was a supervisor."""
    units = person.history.filter(role=Role.SUPERVISOR).values_list("unit", flat=True)
    groups = [group_name("unit", unit, Role.SUPERVISOR) for unit in set(units)]
    rows = ResidentGroupPermission.objects.filter(group__name__in=groups, content_object__in=residents)
    return set(rows.values_list("content_object", flat=True))


def names_in_text_by(writer: Person, hidden: Iterable[Resident], *, reader: Person) -> set[str]:
    """Return what is withheld from ``reader`` of these in a text by ``writer``.

    Of the own text nothing that the role never shows, or somebody could find a legal name by trying many.
    """
    own = reader == writer
    return hidden_names(hidden, legal=not own or Can.VIEW_IDENTITY in RESIDENT_RIGHTS.get(Role(reader.role), ()))
