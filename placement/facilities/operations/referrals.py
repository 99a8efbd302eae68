"""Asking for a home: a draft that loses nothing, sending it, withdrawing it."""

from datetime import datetime
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Hold, Placement, Referral
from placement.facilities.operations.matching import hold_all_against, store_matches
from residents.models import Resident

FIELDS = frozenset({"urgency", "reason", "needs", "wishes", "needed_from", "expected_until", "level"})
MISSING = {
    "reason": "Say why a home is needed.",
    "urgency": "Say how urgent it is.",
    "needed_from": "Say from when a home is needed.",
}


@operation("began a referral")
def draft_referral(resident: Resident, *, by: Person, **fields: Any) -> Referral:
    """Begin a referral for ``resident`` as a draft; ``fields`` are any of ``FIELDS``, times aware.

    Raises ``Resident.DoesNotExist`` when ``by`` may not propose a placement for the young person.
    """
    resident = Resident.objects.visible_to(by, Can.PROPOSE_PLACEMENT).get(pk=resident.pk)
    referral = Referral(resident=resident, made_by=by, made_at=now(), number=0)
    fill(referral, fields)
    referral.save(force_insert=True)
    referral.refresh_from_db(fields=["number"])
    return referral


@operation("saved the draft of a referral")
def save_draft(referral: Referral, *, by: Person, **fields: Any) -> Referral:
    """Save what was typed so far. Raises ``Refused`` when the referral was sent in the meantime."""
    referral = to_change(referral, by)
    if referral.status != Referral.Status.DRAFT:
        raise Refused(
            "This referral was sent in the meantime, so the draft can't change any more. What you typed is still here."
        )
    fill(referral, fields)
    referral.save(update_fields=sorted(fields))
    return referral


@operation("sent a referral")
def send_referral(referral: Referral, *, by: Person) -> Referral:
    """Send the draft: the search for a home begins, and every home is held against it for the first time.

    Raises ``Refused`` next to the field that is missing, and when it was sent before.
    """
    referral = to_change(referral, by)
    if referral.status != Referral.Status.DRAFT:
        raise Refused("This referral was already sent.")
    for field, sentence in missing(referral).items():
        raise Refused(sentence, field=field)
    referral.status, referral.sent_at = Referral.Status.OPEN, now()
    referral.save(update_fields=["status", "sent_at"])
    store_matches(referral, hold_all_against(referral, by))
    return referral


@operation("corrected a referral")
def correct_referral(referral: Referral, *, by: Person, **fields: Any) -> Referral:
    """Put right what a sent referral says; every home is held against it again.

    For whoever may refer the young person, and for the supervisor; anybody else gets ``Referral.DoesNotExist``. Raises
    ``Refused`` next to the field that would be missing, for a draft, and from the moment a home is proposed.
    """
    mine = Referral.objects.visible_to(by, Can.PROPOSE_PLACEMENT) | Referral.objects.visible_to(
        by, Can.APPROVE_PLACEMENT
    )
    referral = mine.locked().get(pk=referral.pk)
    if referral.status == Referral.Status.DRAFT:
        raise Refused("This referral was not sent yet. Change the draft instead.")
    if referral.status != Referral.Status.OPEN:
        raise Refused(
            "This referral can't be corrected any more. What you typed is still here."
            f" Where it stands: {referral.get_status_display().lower()}."
        )
    fill(referral, fields)
    for field, sentence in missing(referral).items():
        raise Refused(sentence, field=field)
    referral.save(update_fields=sorted(fields))
    store_matches(referral, hold_all_against(referral, by))
    return referral


@operation("threw away the draft of a referral")
def discard_draft(referral: Referral, *, by: Person) -> None:
    """Delete a draft that was never sent. Raises ``Refused`` for any other."""
    referral = to_change(referral, by)
    if referral.status != Referral.Status.DRAFT:
        raise Refused("A referral that was sent is kept. Withdraw it instead.")
    referral.delete()


@operation("withdrew a referral")
def withdraw_referral(referral: Referral, *, reason: str, by: Person) -> Referral:
    """Stop looking for a home, with a reason; held beds are free again.

    Raises ``Refused`` for a draft, while a placement is proposed or approved, and when it ended before.
    """
    referral = to_change(referral, by)
    if referral.status in (Referral.Status.PLACED, Referral.Status.WITHDRAWN):
        raise Refused(f"This referral is closed: {referral.get_status_display().lower()}.")
    if referral.status == Referral.Status.DRAFT:
        raise Refused("This referral was not sent yet. Throw the draft away instead.")
    if referral.placements.filter(status__in=[Placement.Status.PROPOSED, Placement.Status.APPROVED]).exists():
        raise Refused("A placement is proposed. Withdraw it first.")
    if not reason.strip():
        raise Refused("Say why the referral is withdrawn.", field="reason")
    referral.status, referral.closing_reason = Referral.Status.WITHDRAWN, reason
    referral.save(update_fields=["status", "closing_reason"])
    free_held_beds(referral)
    return referral


def missing(referral: Referral) -> dict[str, str]:
    """Return field → sentence for everything that the referral needs before it can be sent."""
    return {field: sentence for field, sentence in MISSING.items() if not getattr(referral, field)}


def to_change(referral: Referral, by: Person) -> Referral:
    """Return the referral locked. Raises ``Referral.DoesNotExist`` when ``by`` may not refer the young person."""
    return Referral.objects.visible_to(by, Can.PROPOSE_PLACEMENT).locked().get(pk=referral.pk)


def free_held_beds(referral: Referral, moment: datetime | None = None) -> None:
    """End every hold of the referral that is in force at ``moment`` (now unless told)."""
    moment = moment or now()
    Hold.objects.filter(referral=referral, starts_at__lte=moment, ends_at__gt=moment).update(ends_at=moment)


def fill(referral: Referral, fields: dict[str, Any]) -> None:
    """Set ``fields`` on ``referral``. Raises TypeError for a field that a referral does not have."""
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"A referral has no {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(referral, name, value)
