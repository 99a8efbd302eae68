"""What keeps a record, and what is left of one that was erased."""

from uuid import UUID

from django.db.models import Q, QuerySet

from placement.access.models import Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from placement.access.visible import visible_ids
from placement.ui.paging import Page, keyset_page
from residents.models import Disposal, LegalHold
from residents.queries.homes import placement_model
from residents.queries.record import Record

OF_HOMES = (Can.VIEW_OPENED, Can.MANAGE_FACILITY)  # with either one reads the holds of a home


def holds_on(record: Record) -> list[LegalHold]:
    """Return the holds on the record that are not lifted, for those who read the summary of the case.

    Those on a home in which the young person has lived are among them for whoever reads the holds of that home.
    """
    if not record.may(Can.VIEW_CASE_SUMMARY, Can.VIEW_AUDIT):
        return []
    homes = placement_model().objects.filter(resident=record.resident, status__in=["active", "ended"])
    known = Q(*(Q(facility_id__any_of=visible_ids(record.person, right)) for right in OF_HOMES), _connector=Q.OR)
    lived = known & Q(facility__in=homes.order_by().values("facility"))
    holds = LegalHold.objects.filter(Q(resident=record.resident) | lived, lifted_at=None)
    return list(holds.select_related("laid_by", "facility"))


def gone(person: Person, pk: UUID) -> Disposal | None:
    """Return what is left of the record ``pk``, for a supervisor of a unit that answered for it; ``None`` where it is there."""
    found = _left(person).filter(resident_id=pk).first()
    if found is not None:
        note_audited("residents", [pk], Can.VIEW_AUDIT)
    return found


def erased_page(person: Person, after: str | None) -> Page:
    """Return one page of what is left of erased records, as ``Disposal``, newest first, for a supervisor of their units."""
    page = keyset_page(_left(person), order=("-erased_at",), after=after)
    note_audited("residents", [left.resident_id for left in page.rows], Can.VIEW_AUDIT)
    return page


def _left(person: Person) -> QuerySet[Disposal]:
    if not person.may(Can.READ_AUDIT) or not person.opens_records or person.unit_id is None:
        return Disposal.objects.none()
    done = Disposal.objects.filter(erased_at__isnull=False, units__contains=[person.unit_id])
    return done.exclude(closed_to__contains=[person.pk]).select_related("proposed_by", "decided_by")
