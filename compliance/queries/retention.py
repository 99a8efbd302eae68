"""Which records have a time that is over, what keeps each, and the holds: for supervisors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from compliance.models import AgencyTerm
from compliance.queries.audit_kinds import audited_models, audited_words
from compliance.queries.tasks import Cut, Task
from compliance.retention.going import GOES, YOUNG
from placement.access.models import Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from placement.access.visible import visible_ids
from placement.audit.clock import now
from placement.database.constraints import sentence_of
from placement.facilities.models import Facility
from placement.ui.paging import SALT, Page, after_key
from residents.models import Disposal, LegalHold, Resident
from residents.models.retention import GOES_WITHIN

PAGE, WITHIN = 25, timedelta(days=7)


@dataclass
class Standing:
    """How one record stands.

    free_on: the first day on which it may go, ``None`` where nobody can say. kept: what keeps it now, in words. asked: the proposal
    that it goes, while it waits for a decision or to be done.
    """

    pk: UUID
    code: str
    began_on: date | None
    left_on: date
    free_on: date | None
    kept: str = ""
    asked: Disposal | None = None


@dataclass
class RecordPage:
    """One record: its terms, the longest first, what keeps it, and what would go."""

    resident: Resident
    standing: Standing | None
    kept: str
    terms: list[dict[str, Any]]
    holds: list[LegalHold]
    disposals: list[Disposal]
    counts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def waiting(self) -> Disposal | None:
        """Return the proposal that nobody has decided, if there is one."""
        return next((each for each in self.disposals if each.approved is None), None)

    @property
    def agreed(self) -> Disposal | None:
        """Return the one that two people have agreed to lately, if there is one."""
        return next(
            (one for one in self.disposals if one.approved and one.decided_at and one.decided_at > now() - GOES_WITHIN),
            None,
        )


def records_page(person: Person, after: str | None) -> Page:
    """Return one page of the records of those who have left, those that may go first, then by the day. Four queries."""
    mine = Resident.objects.visible_to(person, Can.VIEW_AUDIT).exclude(cases__status="open")
    codes = dict(mine.values_list("pk", "code"))
    found = sorted(_standings(codes), key=lambda one: (one.free_on is None, one.free_on or date.max, one.code))
    begin = _place(found, after)
    rows = found[begin : begin + PAGE]
    kept, asked = obstacles([row.pk for row in rows]), _asked(person, rows)
    for row in rows:
        row.kept, row.asked = kept.get(row.pk, ""), asked.get(row.pk)
    note_audited("residents", [row.pk for row in rows], Can.VIEW_AUDIT)
    return Page(rows, after_key(rows[-1].pk) if len(found) > begin + PAGE else "", begin == 0)


def _standings(codes: dict[UUID, str]) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT young, began_on, left_on, free_on FROM retention_stands(%s) WHERE left_on IS NOT NULL",
            [list(codes)],
        )
        return [Standing(young, codes[young], began, left, free) for young, began, left, free in cursor.fetchall()]


def _asked(person: Person, rows: list[Standing]) -> dict[UUID, Disposal]:
    """Return young person → the proposal that waits, or that two people have agreed to lately. One query."""
    open_now = Q(approved=None) | Q(approved=True, decided_at__gt=now() - GOES_WITHIN)
    found = Disposal.objects.visible_to(person, Can.VIEW_AUDIT).filter(open_now, resident__in=[row.pk for row in rows])
    return {one.resident_id: one for one in found.filter(erased_at=None).select_related("proposed_by")}


def _place(found: list[Standing], after: str | None) -> int:
    """Return where the page begins that comes after the row named by a token; the top where there is no such row."""
    try:
        key = signing.loads(after, salt=SALT) if after else ""
    except signing.BadSignature:
        key = ""
    return next((at + 1 for at, row in enumerate(found) if str(row.pk) == key), 0)


def obstacles(young: list[UUID]) -> dict[UUID, str]:
    """Return young person → what keeps the record now, in words; "" where it may go. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT young, obstacle FROM retention_obstacles(%s)", [young])
        return {one: sentence_of(name) if name else "" for one, name in cursor.fetchall()}


def record_page(person: Person, pk: UUID) -> RecordPage:
    """Return how one record stands. Raises ``Resident.DoesNotExist``."""
    young: Resident = Resident.objects.visible_to(person, Can.VIEW_AUDIT).get(pk=pk)
    standing = next(iter(_standings({young.pk: young.code})), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, title, free_on FROM retention_terms(%s)", [pk])
        terms = [{"source": source, "title": title, "free_on": free_on} for source, title, free_on in cursor.fetchall()]
    lived = Facility.objects.visible_to(person, Can.VIEW_OPENED).filter(placements__resident=young)
    holds = LegalHold.objects.filter(resident=young) | LegalHold.objects.filter(
        facility__in=lived.values("pk").order_by()
    )
    return RecordPage(
        young,
        standing,
        obstacles([pk]).get(pk, ""),
        terms,
        list(holds.select_related("facility", "laid_by", "lifted_by").order_by("lifted_at", "-laid_at")),
        list(Disposal.objects.filter(resident=young).select_related("proposed_by", "decided_by", "outside__unit")),
        _counts(pk) if standing else [],
    )


def _counts(pk: UUID) -> list[tuple[str, int]]:
    """Return kind → how many rows of the record the reader is shown, as its page of what would go. One query."""
    words = audited_words()
    labels = [label for label, columns in GOES.items() if YOUNG in columns and label in words]
    parts = [
        f'SELECT %s, count(*) FROM "{audited_models()[label][0]._meta.db_table}" WHERE resident_id = %s'
        for label in labels
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [value for label in labels for value in (label, pk)])
        return sorted((words[label].many, number) for label, number in cursor.fetchall() if number)


def erased_kinds(disposal: Disposal) -> list[tuple[str, int]]:
    """Return kind → how many records went, in words; rights and what has no words together."""
    words = audited_words()
    found: dict[str, int] = {}
    for label, number in disposal.erased.items():
        many = words[label].many if label in words else "other entries"
        found[many] = found.get(many, 0) + number
    return sorted(found.items())


def holds_of_home(person: Person, pk: UUID) -> tuple[Facility, list[LegalHold]]:
    """Return the home with its holds, those that are not lifted first. Raises ``Facility.DoesNotExist``."""
    home: Facility = Facility.objects.visible_to(person, Can.VIEW_OPENED).get(pk=pk)
    holds = LegalHold.objects.filter(facility=home).select_related("laid_by", "lifted_by")
    return home, list(holds.order_by("lifted_at", "-laid_at"))


def hold_for(person: Person, pk: UUID, *, lock: bool = False) -> LegalHold:
    """Return a hold that ``person`` supervises; ``lock`` keeps it until the transaction ends. Raises ``LegalHold.DoesNotExist``."""
    rows = LegalHold.objects.visible_to(person, Can.VIEW_AUDIT) | LegalHold.objects.visible_to(person, Can.VIEW_OPENED)
    if not person.may(Can.READ_AUDIT):
        rows = rows.none()
    rows = rows.select_related("resident", "facility", "laid_by")
    found: LegalHold = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).get(pk=pk)
    note_audited("residents", [found.resident_id] if found.resident_id else [], Can.VIEW_AUDIT)
    note_audited("facilities", [found.facility_id] if found.facility_id else [], Can.VIEW_OPENED)
    return found


def disposal_for(person: Person, pk: UUID, *, lock: bool = False) -> Disposal:
    """Return a proposal about a record that is there, or that ``person`` is named to decide. Raises ``Disposal.DoesNotExist``."""
    mine = Q(resident_id__any_of=visible_ids(person, Can.VIEW_AUDIT)) | Q(outside=person)
    rows = Disposal.objects.filter(mine, erased_at=None) if person.may(Can.READ_AUDIT) else Disposal.objects.none()
    found: Disposal = (rows.locked() if lock else rows).get(pk=pk)
    note_audited("residents", [found.resident_id], Can.VIEW_AUDIT)
    return found


def terms(person: Person) -> list[AgencyTerm]:
    """Return the times that the agency has set or proposed, newest first."""
    rows = AgencyTerm.objects.select_related("proposed_by", "confirmed_by", "refused_by")
    return list(rows) if person.may(Can.READ_AUDIT) else []


def terms_to_confirm(person: Person) -> QuerySet[AgencyTerm]:
    """Return the times that another supervisor has proposed, and that wait for a second person, newest first."""
    waiting = AgencyTerm.objects.filter(confirmed_at=None, refused_at=None, withdrawn_at=None)
    rows = waiting if person.may(Can.READ_AUDIT) else AgencyTerm.objects.none()
    return rows.exclude(proposed_by=person).select_related("proposed_by")


def term_for(person: Person, pk: UUID, *, lock: bool = False) -> AgencyTerm:
    """Return one of them. Raises ``AgencyTerm.DoesNotExist``."""
    rows = AgencyTerm.objects.all() if person.may(Can.READ_AUDIT) else AgencyTerm.objects.none()
    rows = rows.select_related("proposed_by", "confirmed_by", "refused_by")
    return (rows.select_for_update(of=("self",), no_key=True) if lock else rows).get(pk=pk)


def to_decide(person: Person) -> QuerySet[Disposal]:
    """Return the proposals that wait for a decision by somebody else than who made them."""
    waiting = Disposal.objects.visible_to(person, Can.VIEW_AUDIT).filter(approved=None)
    return waiting.exclude(proposed_by=person).select_related("proposed_by").order_by("proposed_at")


def approvals(person: Person, cut: Cut) -> Iterable[Task]:
    """Records that another supervisor proposes to let go, and times for which another one proposes to keep all records."""
    for disposal in cut(to_decide(person)):
        yield Task(
            disposal.proposed_at + WITHIN,
            f"Decide: may the record of {disposal.code} go?",
            f"Proposed by {disposal.proposed_by}",
            reverse("audit:retention_young", args=[disposal.resident_id]),
            "Read and decide",
        )
    for term in cut(terms_to_confirm(person)):
        yield Task(
            term.proposed_at + WITHIN,
            "Decide: how long the agency keeps records",
            f"Proposed by {term.proposed_by}",
            reverse("audit:agency_term", args=[term.pk]),
            "Read and decide",
        )
