"""Contacts with people outside: the list, what happened, what is limited, and since when nobody was in touch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.paging import after_key
from residents.models import Contact, ContactChange, OutsidePerson, Resident, Restriction

AFTER_CONTACT = timedelta(hours=48)
LONGEST_GAP = timedelta(days=7)
"""How long a young person may be without contact to anybody on the list before it shows as a gap. Rules will say it."""
CALLERS = (Can.LOG_CARE, Can.KEEP_CASE, Can.APPROVE_PLACEMENT)
"""Who needs the telephone numbers of people outside: those who make the calls, and the supervisor who answers for them."""
RANK = {"allowed": 0, "supervised": 1, "prohibited": 2}


def listed(person: Person, resident: Resident) -> list[OutsidePerson]:
    """Return the people outside of the record, allowed ones first."""
    people = OutsidePerson.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(resident=resident)
    return sorted(people, key=lambda row: (RANK[row.permission], row.name))


def name_is_barred(resident: Resident, facility: Any, name: str) -> bool:
    """Return whether ``name`` is that of somebody who must not be in contact with the young person, or with anybody who
    lives in ``facility`` (``None``: asked by the caseworker), also by a link that the acting person may not read."""
    with connection.cursor() as cursor:
        home = facility.pk if facility else None
        cursor.execute("SELECT contact_name_is_barred(%s, %s, %s)", [resident.pk, home, name])
        return bool(cursor.fetchone()[0])


def readable(person: Person) -> QuerySet[Contact]:
    """Return the contacts that ``person`` may read, as first written, each with its amendments."""
    amendments = Contact.objects.select_related("written_by").order_by("written_at", "pk")
    return (
        Contact.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
        .filter(amends=None)
        .select_related("resident", "outside_person", "written_by", "facility", "restriction", "seen_by")
        .prefetch_related(Prefetch("amendments", queryset=amendments))
    )


def may_have_led(person: Person, *, resident: str, at: str) -> QuerySet[Contact]:
    """Return the contacts of at most ``AFTER_CONTACT`` before a moment, of a row with these columns.

    The newest version of a contact counts, if it took place. Contacts with a lawyer or another office are private: they
    are in no pattern.
    """
    newer = Contact.objects.filter(
        amends=Coalesce(OuterRef("amends_id"), OuterRef("pk")), written_at__gt=OuterRef("written_at")
    )
    found: QuerySet[Contact] = Contact.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        ~Exists(newer),
        Q(outside_person=None) | Q(outside_person__office=""),
        outcome=Contact.Outcome.TOOK_PLACE,
        resident=OuterRef(resident),
        happened_at__lte=OuterRef(at),
        happened_at__gte=ExpressionWrapper(OuterRef(at) - AFTER_CONTACT, DateTimeField()),
    )
    return found


def with_the_one_above(person: Person, keys: Iterable[UUID]) -> dict[UUID, tuple[Contact, UUID | None]]:
    """Return key → the contact, and which one stands above it in the list of contacts."""
    first = Contact.objects.filter(pk=Coalesce(OuterRef("amends_id"), OuterRef("pk"))).values("happened_at")[:1]
    above: Any = readable(person).select_related(None).prefetch_related(None)
    above = above.filter(resident=OuterRef("resident_id"), happened_at__gt=OuterRef("listed_at"))
    rows = Contact.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(pk__in=list(keys))
    rows = rows.annotate(listed_at=Subquery(first)).annotate(
        above=Subquery(above.order_by("happened_at", "pk").values("pk")[:1])
    )
    return {row.pk: (row, row.above) for row in rows}


def address_of(contact: Contact, above: UUID | None) -> str:
    """Return the address of a contact in the list of contacts of its young person, below the one ``above``."""
    after = f"?{urlencode({'after': after_key(above)})}" if above else ""
    return (
        f"{reverse('residents:contacts', args=[contact.resident_id])}{after}#contact-{contact.amends_id or contact.pk}"
    )


@dataclass(frozen=True)
class Line:
    """A contact as a list shows it: ``now`` is its newest version, ``amendments`` those after the first, oldest first."""

    first: Contact
    now: Contact
    amendments: list[Contact]
    zone: Any

    @property
    def tags(self) -> list[dict[str, str]]:
        """Return the marks beside the title."""
        marks = []
        if self.now.outcome != Contact.Outcome.TOOK_PLACE:
            denied = self.now.outcome == Contact.Outcome.DENIED
            marks.append({"text": self.now.get_outcome_display(), "kind": "late" if denied else "due"})
        if self.first.permission == OutsidePerson.Permission.PROHIBITED:
            marks.append({"text": "not allowed", "kind": "late"})
        if self.first.unsupervised:
            marks.append({"text": "nobody present", "kind": "late"})
        if self.first.late:
            marks.append({"text": "late entry", "kind": "due"})
        return marks + ([{"text": "amended", "kind": "due"}] if self.amendments else [])


def lines(contacts: Iterable[Contact], zone: Any) -> list[Line]:
    """Return contacts from ``readable`` as lines; times are those of the home where it is known, else of ``zone``."""
    found = []
    for first in contacts:
        amendments = list(first.amendments.all())
        found.append(
            Line(first, (amendments or [first])[-1], amendments, first.facility.zone if first.facility else zone)
        )
    return found


def of_shift(person: Person, shift: Any) -> list[Line]:
    """Return what was logged about people outside in a shift, newest first."""
    return lines(readable(person).filter(shift=shift).order_by("-happened_at", "-pk")[:50], shift.facility.zone)


def limits(person: Person, resident: Resident) -> list[Restriction]:
    """Return the newest limits on the rights of one young person, those that hold first."""
    found = Restriction.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(resident=resident)
    newest = list(found.select_related("outside_person", "asked_by", "decided_by")[:20])
    return sorted(newest, key=lambda row: not row.holds)


def limits_to_decide(person: Person) -> QuerySet[Restriction]:
    """Return the limits that wait for a decision by ``person``: not those that they set."""
    waiting = to_answer_for(person).filter(decision="").exclude(asked_by=person)
    return waiting.exclude(contacts__written_by=person).exclude(answers__entry__written_by=person)


def to_answer_for(person: Person) -> QuerySet[Restriction]:
    """Return the limits of the young people for whom ``person`` decides about them, decided or not."""
    accepts, approves = (Restriction.objects.visible_to(person, right) for right in Restriction.DECIDERS)
    return (accepts | approves).select_related("resident", "outside_person", "asked_by", "decided_by")


def changes(person: Person) -> QuerySet[ContactChange]:
    """Return what ``person`` may read of the questions whether contact may be wider, newest first."""
    return ContactChange.objects.visible_to(person, Can.VIEW_CARE_PROFILE).select_related(
        "resident", "outside_person", "asked_by", "decided_by"
    )


def changes_to_decide(person: Person) -> QuerySet[ContactChange]:
    """Return those that wait for ``person``: not their own."""
    waiting = ContactChange.objects.visible_to(person, Can.APPROVE_PLACEMENT).filter(decision="")
    return waiting.exclude(asked_by=person).select_related("resident", "outside_person", "asked_by")


def change_for(person: Person, resident: UUID, row: UUID) -> ContactChange:
    """Return a question whether contact may be wider, for who decides or has asked. Raises ``ContactChange.DoesNotExist``."""
    return changes(person).get(pk=row, resident=resident)


def change_in_words(change: ContactChange) -> str:
    """Return what is asked, by whom and why."""
    person, office = change.outside_person, ""
    if person.office and person.office != change.office:
        office = f" They are no longer: {person.get_office_display().lower()}."
    if change.office and person.office != change.office:
        office += f" They would be: {change.get_office_display().lower()}. Nobody may refuse contact then."
    return (
        f"Contact with {person.name} ({person.relation}) is: {person.get_permission_display().lower()}"
        f"{f' ({person.order})' if person.order else ''}. {change.asked_by} asks that it be:"
        f" {change.get_permission_display().lower()}{f' ({change.order})' if change.order else ''}.{office}"
        f" Their reason: “{change.reason}”"
    )


def unsupervised(person: Person) -> QuerySet[Contact]:
    """Return the contacts with nobody present who had to be, of young people for whom ``person`` answers."""
    found = Contact.objects.visible_to(person, Can.APPROVE_PLACEMENT).filter(
        amends=None,
        permission=OutsidePerson.Permission.SUPERVISED,
        outcome=Contact.Outcome.TOOK_PLACE,
        supervised=False,
    )
    return found.select_related("resident", "outside_person", "written_by", "facility")


def unsupervised_to_read(person: Person) -> QuerySet[Contact]:
    """Return those that no supervisor has read of yet, without the own ones of ``person``."""
    return unsupervised(person).filter(seen_by=None).exclude(written_by=person)


def that_took_place() -> QuerySet[Contact]:
    """Return the contacts with somebody allowed that took place, without those that were written by mistake.

    Those with a lawyer or another office do not count: nobody is less alone for them.
    """
    mistaken = Contact.objects.filter(amends=OuterRef("pk"), outcome=Contact.Outcome.MISTAKE)
    return Contact.objects.filter(
        ~Exists(mistaken), amends=None, outcome=Contact.Outcome.TOOK_PLACE, outside_person__office=""
    ).exclude(permission=OutsidePerson.Permission.PROHIBITED)


@dataclass(frozen=True)
class Gap:
    """Since when a young person has not been in touch with anybody on the list; ``last`` is the last contact, if any.

    ``nobody``: nobody on the list may be in contact at all.
    """

    since: datetime
    last: datetime | None
    nobody: bool

    @property
    def days(self) -> int:
        """Return the whole days that have gone by."""
        return (now() - self.since).days

    @property
    def too_long(self) -> bool:
        """Return whether it is longer than ``LONGEST_GAP``."""
        return now() - self.since > LONGEST_GAP


def gap_of(resident: Resident, lived_since: datetime | None) -> Gap | None:
    """Return the gap of one young person who lives in a home since then, or has been in touch before; else ``None``."""
    last = that_took_place().filter(resident=resident).aggregate(last=Max("happened_at"))["last"]
    since = max((moment for moment in (last, lived_since) if moment), default=None)
    if since is None:
        return None
    nobody = not OutsidePerson.objects.filter(resident=resident, office="").exclude(permission="prohibited").exists()
    return Gap(since, last, nobody)


def with_gap(stays: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of ``since_contact`` whose young person has been without contact for too long."""
    return since_contact(stays).filter(Q(quiet_since__lt=now() - LONGEST_GAP))


def since_contact(stays: QuerySet[Any]) -> QuerySet[Any]:
    """Return stays with ``last_contact``, ``quiet_since`` (that, or the arrival) and ``nobody_allowed``."""
    newest = (
        that_took_place().filter(resident=OuterRef("resident_id")).order_by("-happened_at").values("happened_at")[:1]
    )
    allowed = OutsidePerson.objects.filter(resident=OuterRef("resident_id"), office="").exclude(permission="prohibited")
    return stays.annotate(
        quiet_since=Greatest(F("starts_at"), Subquery(newest)),
        last_contact=Subquery(newest),
        nobody_allowed=~Exists(allowed),
    )


def contact_to_amend(person: Person, resident: UUID, row: UUID, *, lock: bool = False) -> Contact:
    """Return a contact as first written, with what its newest version says. Raises ``Contact.DoesNotExist``."""
    mine = Contact.objects.visible_to(person, Can.LOG_CARE) | Contact.objects.visible_to(person, Can.KEEP_CASE)
    first: Contact = (mine.locked() if lock else mine).get(pk=row, resident=resident, amends=None)
    newest = first.amendments.order_by("-written_at", "-pk").first()
    if newest is not None:
        first.happened_at, first.minutes, first.note = newest.happened_at, newest.minutes, newest.note
        first.outcome = newest.outcome
    return first


def unsupervised_for(person: Person, resident: UUID, row: UUID) -> Contact:
    """Return a contact with nobody present, for the supervisor to read. Raises ``Contact.DoesNotExist``."""
    return unsupervised(person).get(pk=row, resident=resident)


def limit_for(person: Person, resident: UUID, row: UUID) -> Restriction:
    """Return a limit on a right, for who decides about it. Raises ``Restriction.DoesNotExist``."""
    return to_answer_for(person).get(pk=row, resident=resident)


def limit_in_words(limit: Restriction) -> str:
    """Return what is limited, by whom and why, for whoever decides."""
    what = f"{limit.asked_by} refused {limit.resident}: {limit.of_what}. Their reason: “{limit.reason}”"
    if limit.kind == Restriction.Kind.ACTIVITY:
        return (
            f"{what} Nobody is kept from activities as a punishment for a contact or for something that they have told."
        )
    return what


def unsupervised_in_words(contact: Contact) -> str:
    """Return what happened at a contact with nobody present, for the supervisor."""
    return (
        f"{contact.get_kind_display()} with {contact.whom} ({contact.relation}), written by {contact.written_by}."
        f" Somebody has to be present, and nobody was. The note: “{contact.note}”"
    )
