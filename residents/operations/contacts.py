"""People outside, and the calls, visits, letters and messages with them."""

from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.database.context import set_reason
from residents.models import Contact, ContactChange, Incident, OutsidePerson, Resident, Restriction
from residents.operations.care import NOT_YET, must_work_at
from residents.operations.guard import must
from residents.operations.incidents import draft_about_contact
from residents.queries.contacts import RANK, name_is_barred


@operation("recorded a person outside")
def add_outside_person(
    resident: Resident,
    *,
    name: str,
    relation: str,
    permission: str,
    by: Person,
    order: str = "",
    telephone: str = "",
    office: str = "",
    other_names: str = "",
) -> OutsidePerson:
    """Record somebody outside and whether contact is allowed. A contact that is not allowed names its ``order``.

    Args:
        office: of those with whom contact is never limited (``OutsidePerson.Office``).
        other_names: further names under which they call, with commas between them.

    Raises ``Refused`` for the name of somebody who is not allowed.
    """
    must(by, resident, Can.KEEP_CASE)
    return OutsidePerson.objects.create(
        resident=resident,
        name=name,
        relation=relation,
        permission=permission,
        order=order.strip(),
        telephone=telephone,
        office=office,
        other_names=other_names.strip(),
    )


@operation("changed who may be in contact")
def change_outside_person(
    person_row: OutsidePerson,
    *,
    permission: str,
    order: str,
    by: Person,
    office: str = "",
    other_names: str = "",
    reason: str = "",
) -> OutsidePerson | ContactChange:
    """Change whether contact with somebody outside is allowed, the order that says so, their office and other names.

    What allows more than before, or takes an office away, waits for the supervisor (``ContactChange``, which is returned).
    Raises ``Refused`` for that without a ``reason``, and while another such question waits.
    """
    must(by, person_row.resident, Can.KEEP_CASE)
    set_reason(reason.strip())
    row = OutsidePerson.objects.visible_to(by, Can.KEEP_CASE).locked().get(pk=person_row.pk)
    row.other_names = other_names.strip()
    wider = RANK[permission] < RANK[row.permission] or (row.office and office != row.office)
    if not wider:
        row.permission, row.order, row.office = permission, order.strip(), office
    row.save(update_fields=["permission", "order", "office", "other_names"])
    if not wider:
        return row
    if not reason.strip():
        raise Refused("Say why. The supervisor reads it and decides.", field="reason")
    return ContactChange.objects.create(
        resident_id=row.resident_id,
        outside_person=row,
        permission=permission,
        order=order.strip(),
        office=office,
        reason=reason.strip(),
        asked_by=by,
    )


@operation("decided whether contact may be wider")
def decide_contact_change(change: ContactChange, *, decision: str, by: Person, reason: str = "") -> ContactChange:
    """Agree that contact is allowed as asked, which changes the list, or decline with a ``reason``.

    For the supervisor. Raises ``Refused`` for whoever asked, a second decision, and a decline without a reason.
    """
    must(by, change.resident, Can.APPROVE_PLACEMENT)
    row = waiting_change(change)
    if row.asked_by_id == by.pk:
        raise Refused("You asked for this, so somebody else must decide.")
    row.decision, row.decided_by, row.decided_at, row.decision_reason = decision, by, now(), reason.strip()
    if decision == ContactChange.Decision.DECLINED and not row.decision_reason:
        raise Refused("Say why you decline.", field="reason")
    row.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason"])
    return row


@operation("withdrew the question whether contact may be wider")
def withdraw_contact_change(change: ContactChange, *, by: Person) -> ContactChange:
    """Take back what one has asked oneself. Raises ``Refused`` for anybody else's, and when it was decided."""
    must(by, change.resident, Can.KEEP_CASE)
    row = waiting_change(change)
    if row.asked_by_id != by.pk:
        raise Refused("Somebody else has asked for this, so only they can take it back.")
    row.decision, row.decided_by, row.decided_at = ContactChange.Decision.WITHDRAWN, by, now()
    row.save(update_fields=["decision", "decided_by", "decided_at"])
    return row


def waiting_change(change: ContactChange) -> ContactChange:
    """Return the row, locked. Raises ``Refused`` when somebody has decided."""
    row = ContactChange.objects.locked().get(pk=change.pk)
    if row.decision:
        raise Refused("Somebody has decided about this already. Nothing was changed.")
    return row


@operation("logged a contact")
def log_contact(
    resident: Resident,
    *,
    kind: str,
    happened_at: datetime,
    by: Person,
    outside_person: OutsidePerson | None = None,
    other_name: str = "",
    outcome: str = Contact.Outcome.TOOK_PLACE,
    initiative: str = Contact.Initiative.YOUNG,
    minutes: int | None = None,
    supervised: bool = False,
    supervised_by: str = "",
    note: str = "",
    why_denied: str = "",
    facility: Any = None,
    shift: Any = None,
    reason: str = "",
) -> Contact:
    """Log a contact that happened at ``happened_at`` (aware) and lasted ``minutes``, or that did not come about.

    Args:
        outside_person: somebody on the young person's list; or else ``other_name``, who it was.
        facility, shift: where it was logged; neither for the caseworker. A signed shift needs a ``reason``.
        why_denied: why a contact that is allowed was refused, unless a limit holds already. That makes a ``Restriction``,
            about which somebody else decides.

    A contact with somebody who is not allowed, whoever has their name, and the try of somebody whom nobody knows begin the
    report of an incident (``Contact.incident``). Raises ``Refused`` where ``note`` or a name is missing, for a time to come,
    for an office that is refused, and for a caseworker's contact that would be an incident; ``DoesNotExist`` without the
    right on the young person or the home.
    """
    if facility is None:
        must(by, resident, Can.KEEP_CASE)
    else:
        must(by, resident, Can.LOG_CARE)
        must_work_at(facility, by)
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    if shift is not None and shift.signed_at is not None and not reason.strip():
        raise Refused("The shift is signed. Say why this contact comes late.", field="reason")
    contact = Contact(
        resident=resident,
        outside_person=known(resident, outside_person, by),
        other_name=other_name.strip(),
        kind=kind,
        outcome=outcome,
        initiative=initiative,
        happened_at=happened_at,
        minutes=minutes,
        supervised=supervised,
        supervised_by=supervised_by.strip() if supervised else "",
        note=note,
        facility=facility,
        shift=shift,
        written_by=by,
        reason=reason,
    )
    barred = is_barred(contact)
    must_be_told(contact, barred)
    if barred:
        contact.incident = report_of(contact, by)
    elif outcome == Contact.Outcome.DENIED and contact.outside_person:
        contact.restriction = limit_on(contact.outside_person, why_denied, by)
    contact.save(force_insert=True)
    contact.refresh_from_db(fields=["permission", "late", "written_at"])
    return contact


@operation("amended a contact")
def amend_contact(
    contact: Contact,
    *,
    reason: str,
    by: Person,
    happened_at: datetime | None = None,
    minutes: int | None = None,
    note: str | None = None,
    mistake: bool = False,
) -> Contact:
    """Say anew when a contact happened, how long it was and what is noted, or that it was written by mistake.

    The first text stays, and so do with whom it was and what became of it. ``minutes`` is what they are from now on.
    Raises ``Refused`` without a reason or for a time to come, ``DoesNotExist`` for who may not log contacts here.
    """
    mine = Contact.objects.visible_to(by, Can.LOG_CARE) | Contact.objects.visible_to(by, Can.KEEP_CASE)
    first = mine.locked().get(pk=contact.amends_id or contact.pk)
    if first.facility is not None:
        must(by, first.resident, Can.LOG_CARE)
        must_work_at(first.facility, by)
    else:
        must(by, first.resident, Can.KEEP_CASE)
    if not reason.strip():
        raise Refused("Say why you amend it.", field="reason")
    if happened_at is not None and happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    set_reason(reason)
    newest = first.amendments.order_by("-written_at", "-pk").first() or first
    again = Contact.objects.get(pk=first.pk)
    again.pk, again.amends, again.written_by, again.reason = uuid4(), first, by, reason
    again.seen_by = again.seen_at = None
    again.happened_at = happened_at or newest.happened_at
    again.minutes = minutes
    again.note = newest.note if note is None else note
    again.outcome = Contact.Outcome.MISTAKE if mistake else first.outcome
    again.save(force_insert=True)
    again.refresh_from_db(fields=["late", "written_at"])
    return again


@operation("read of a contact with nobody present")
def read_unsupervised(contact: Contact, *, by: Person) -> Contact:
    """Sign, for the supervisor, that one has read of a contact at which nobody was present. Raises ``Refused`` a second time."""
    contact = Contact.objects.visible_to(by, Can.APPROVE_PLACEMENT).locked().get(pk=contact.pk)
    if contact.seen_by_id is not None:
        raise Refused("Somebody has signed for this already.")
    contact.seen_by, contact.seen_at = by, now()
    contact.save(update_fields=["seen_by", "seen_at"])
    return contact


def known(resident: Resident, person: OutsidePerson | None, by: Person) -> OutsidePerson | None:
    """Return ``person`` as the list of the young person has them now, locked. Raises ``DoesNotExist`` for anybody else's."""
    if person is None:
        return None
    mine = OutsidePerson.objects.visible_to(by, Can.VIEW_CARE_PROFILE)
    return cast(OutsidePerson, mine.locked().get(pk=person.pk, resident=resident))


def must_be_told(contact: Contact, barred: bool) -> None:
    """Raise ``Refused`` where what was written leaves out what somebody needs who reads it. ``barred``: it is an incident."""
    person = contact.outside_person
    if person is None and not contact.other_name:
        raise Refused("Say with whom it was.", field="other_name")
    if barred and contact.facility is None:
        raise Refused(
            "This has to be reported as an incident, in the home where the young person lives."
            + (f" Contact with this person is not allowed ({person.order})." if person else ""),
            field="outside_person" if person else "other_name",
        )
    if contact.supervised and not contact.supervised_by:
        raise Refused("Say who was present.", field="supervised_by")
    noted = bool(contact.note.strip())
    if person is not None and person.office:
        if contact.outcome == Contact.Outcome.DENIED:
            raise Refused(sentence_of("office_is_never_refused"), field="outcome")
        if contact.supervised and not noted:
            raise Refused(sentence_of("private_contact_has_words"), field="note")
    took_place = contact.outcome == Contact.Outcome.TOOK_PLACE
    alone = person is not None and person.permission == OutsidePerson.Permission.SUPERVISED and not contact.supervised
    if took_place and alone and not noted:
        raise Refused("Somebody has to be present with this person. Write why nobody was.", field="note")
    if (barred or (person is None and contact.outcome == Contact.Outcome.DENIED)) and not noted:
        raise Refused("Write what was said and done.", field="note")


def is_barred(contact: Contact) -> bool:
    """Return whether it is with somebody who is not allowed or has their name, or the try of somebody whom nobody knows."""
    if contact.outside_person is not None:
        return contact.outside_person.permission == OutsidePerson.Permission.PROHIBITED
    return contact.initiative == Contact.Initiative.OTHER or name_is_barred(
        contact.resident, contact.facility, contact.other_name
    )


def report_of(contact: Contact, by: Person) -> Incident:
    """Begin the report about a contact that is not allowed."""
    person = contact.outside_person
    who = (
        f"{person.name} ({person.relation}), not allowed: {person.order}"
        if person
        else f"{contact.other_name}, not on the list"
    )
    facts = (
        f"{contact.get_kind_display()} with {who}. Whose wish: {contact.get_initiative_display().lower()}."
        f" {contact.get_outcome_display()}."
    )
    return draft_about_contact(
        contact.resident,
        facility=contact.facility,
        shift=contact.shift,
        happened_at=contact.happened_at,
        seen=f"{facts}\n{contact.note.strip()}",
        by=by,
    )


def limit_on(person: OutsidePerson, why: str, by: Person) -> Restriction:
    """Return the limit under which contact with somebody who is allowed is refused: the one that holds, or a new one."""
    limits = Restriction.objects.filter(outside_person=person).order_by("-asked_at")
    holding = next((limit for limit in limits[:5] if limit.holds), None)
    if holding is not None:
        return holding
    if limits.filter(decision="").exists():
        raise Refused(
            "Nobody has decided about the limit within 24 hours, so it does not hold any more. Let the contact happen, or"
            " ask the home's administrator or the supervisor to decide.",
            field="outcome",
        )
    if not why.strip():
        raise Refused("Contact with this person is allowed. Say why you refused it.", field="why_denied")
    return Restriction.objects.create(
        resident=person.resident, kind=Restriction.Kind.CONTACT, outside_person=person, reason=why.strip(), asked_by=by
    )
