"""People outside, and the calls, visits, letters and messages with them."""

from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import Contact, OutsidePerson, Resident
from residents.operations.guard import must


@operation("recorded a person outside")
def add_outside_person(
    resident: Resident, *, name: str, relation: str, permission: str, by: Person, order: str = "", telephone: str = ""
) -> OutsidePerson:
    """Record somebody outside and whether contact is allowed. A contact that is not allowed names its ``order``."""
    must(by, resident, Can.KEEP_CASE)
    return OutsidePerson.objects.create(
        resident=resident, name=name, relation=relation, permission=permission, order=order.strip(), telephone=telephone
    )


@operation("changed who may be in contact")
def change_outside_person(
    person_row: OutsidePerson, *, permission: str, order: str, by: Person, reason: str = ""
) -> OutsidePerson:
    """Change whether contact with somebody outside is allowed, and the order that says so."""
    must(by, person_row.resident, Can.KEEP_CASE)
    set_reason(reason.strip())
    row = OutsidePerson.objects.visible_to(by, Can.KEEP_CASE).locked().get(pk=person_row.pk)
    row.permission, row.order = permission, order.strip()
    row.save(update_fields=["permission", "order"])
    return row


@operation("logged a contact")
def log_contact(
    resident: Resident,
    *,
    outside_person: OutsidePerson,
    kind: str,
    happened_at: datetime,
    by: Person,
    minutes: int | None = None,
    own_wish: bool = True,
    supervised: bool = False,
    note: str = "",
) -> Contact:
    """Log a contact that happened at ``happened_at`` (aware) and lasted ``minutes``.

    Raises ``Refused`` for a time to come, for a person with whom contact is not allowed, and for one with whom it is
    allowed only with somebody of the home present when nobody was: those are incidents.
    """
    must(by, resident, Can.LOG_CARE, Can.KEEP_CASE)
    person = (
        OutsidePerson.objects.visible_to(by, Can.VIEW_CARE_PROFILE)
        .locked()
        .get(pk=outside_person.pk, resident=resident)
    )
    if person.permission == OutsidePerson.Permission.PROHIBITED:
        raise Refused(
            f"Contact with this person is not allowed ({person.order}). If it happened, report an incident.",
            field="outside_person",
        )
    if person.permission == OutsidePerson.Permission.SUPERVISED and not supervised:
        raise Refused(
            "Contact with this person needs somebody of the home present. If nobody was, report an incident.",
            field="supervised",
        )
    if happened_at > now():
        raise Refused("This time has not come yet. Give the time when it happened.", field="happened_at")
    return Contact.objects.create(
        resident=resident,
        outside_person=person,
        kind=kind,
        happened_at=happened_at,
        minutes=minutes,
        own_wish=own_wish,
        supervised=supervised,
        note=note,
        written_by=by,
        written_at=now(),
    )
