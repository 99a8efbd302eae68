"""Second signatures from outside the unit: whom one can name, and what waits for somebody who was named."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from compliance.models import CourtExport
from compliance.queries.retention import WITHIN
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from residents.models import Disposal


def to_name(proposal: Disposal | CourtExport) -> QuerySet[Person]:
    """Return whom the acting person can name to decide their own proposal: nobody while somebody with sight of the record can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seconds_to_name(%s)", [proposal.pk])
        return Person.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]).order_by("name", "pk")


def _named(person: Person) -> QuerySet[Disposal]:
    """Return the disposals that ``person`` is named to decide, or has decided so; the database shows no others of another unit."""
    rows = (
        Disposal.objects.filter(outside=person, erased_at=None)
        if person.may(Can.READ_AUDIT)
        else Disposal.objects.none()
    )
    return rows.select_related("proposed_by", "decided_by")


def disposal_to_second(person: Person, pk: UUID) -> Disposal:
    """Return a disposal that ``person`` is named to decide, or has decided so. Raises ``Disposal.DoesNotExist``."""
    found: Disposal = _named(person).get(pk=pk)
    note_opened(found)
    return found


def approvals(person: Person, cut: Cut) -> Iterable[Task]:
    """Disposals that this person is named to decide for another unit. Sealed exports stand among the others."""
    for disposal in cut(_named(person).filter(approved=None).order_by("proposed_at")):
        yield Task(
            disposal.proposed_at + WITHIN,
            f"Decide: may the record of {disposal.code} go?",
            f"Proposed by {disposal.proposed_by}, whose unit has no other supervisor who can decide",
            reverse("audit:second_disposal", args=[disposal.pk]),
            "Read and decide",
        )
