"""Sharing part of a record with somebody outside: the consent for it, the sheet, asking for it back, and the answer."""

from collections.abc import Iterable
from datetime import date, datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import Consent, Disclosure, Resident
from residents.models.disclosure import fingerprint
from residents.operations.guard import must, today
from residents.sheet import BY_NAME, as_written, for_outside


@operation("recorded a consent to share")
def record_consent(
    resident: Resident,
    *,
    recipient: str,
    purpose: str,
    parts: Iterable[str],
    given_by: str,
    given_by_name: str,
    paper: str,
    ends_at: datetime,
    by: Person,
) -> Consent:
    """Record that ``parts`` of the record may be shared with ``recipient`` until ``ends_at`` (aware).

    Args:
        given_by: who may decide about it; ``given_by_name`` is that person's name, and ``paper`` where the signed paper is.

    Raises ``Refused`` for an end that has passed.
    """
    must(by, resident, Can.DISCLOSE)
    if ends_at <= now():
        raise Refused("This end has passed. Give one that is still to come.", field="ends_at")
    return Consent.objects.create(
        resident=resident,
        recipient=recipient.strip(),
        purpose=purpose.strip(),
        parts=sorted(set(parts)),
        given_by=given_by,
        given_by_name=given_by_name.strip(),
        paper=paper.strip(),
        ends_at=ends_at,
        recorded_by=by,
    )


@operation("withdrew a consent to share")
def withdraw_consent(consent: Consent, *, reason: str, by: Person) -> Consent:
    """Write down that a consent was taken back: nothing is shared by it from now on.

    Raises ``Refused`` when it was withdrawn before.
    """
    must(by, consent.resident, Can.DISCLOSE)
    consent = Consent.objects.visible_to(by, Can.DISCLOSE).locked().get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise Refused("This consent was withdrawn already. Nothing was changed.")
    consent.withdrawn_at, consent.withdrawn_by, consent.withdrawn_reason = now(), by, reason.strip()
    consent.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return consent


@operation("shared part of the record outside")
def disclose(
    resident: Resident,
    *,
    recipient_kind: str,
    handed_to: str,
    purpose: str,
    basis: str,
    fields: Iterable[str],
    channel: str,
    by: Person,
    recipient: str = "",
    consent: Consent | None = None,
    authority: str = "",
    until: date | None = None,
    seen: str = "",
) -> Disclosure:
    """Make a sheet of ``fields`` (names of ``residents.sheet``) for somebody outside, and keep what it says.

    Args:
        recipient: the court, school or whoever gets it; with a consent it is whom that names.
        handed_to: the person who receives it there.
        authority: the order or law, or what the danger is; a consent speaks for itself.
        until: the day by which it must be back or destroyed; only a court may keep it without one.
        seen: the fingerprint of what ``by`` has read, as the record has it; "" where nobody has read it. What tells where our
            homes are, and who else lives there, is taken out of it now.

    The database checks the consent, the rights and the number of young people per day once more. Raises ``Refused`` for a
    field of a part that is closed to ``by``, for a consent that does not allow this, and for a sheet that says something else
    than the one that was read.
    """
    rights = must(by, resident, Can.DISCLOSE)
    resident = Resident.objects.visible_to(by, Can.DISCLOSE).get(pk=resident.pk)  # as it is now
    names = [name for name in BY_NAME if name in set(fields)]
    if not names or any(BY_NAME[name].right not in rights for name in names):
        raise Refused("Choose from the parts of the record that are open to you.", field="fields")
    if until is not None and until < today(by):
        raise Refused("This day has passed. Give one that is still to come.", field="until")
    if basis == Disclosure.Basis.CONSENT:
        consent = allowing(consent, resident, names, by)
        recipient, authority = consent.recipient, ""
    else:
        consent = None
    set_reason(purpose.strip())
    sheet = Disclosure(
        resident=resident,
        recipient_kind=recipient_kind,
        recipient=recipient.strip(),
        handed_to=handed_to.strip(),
        purpose=purpose.strip(),
        basis=basis,
        consent=consent,
        authority=authority.strip(),
        fields=names,
        channel=channel,
        until=until,
        disclosed_by=by,
    )
    lines = as_written(resident, names)
    if seen and fingerprint(lines) != seen:
        raise Refused(
            "The sheet says something else now: the record or your choice has changed. Read it again, then sign."
        )
    sheet.seal(for_outside(resident, lines))
    sheet.save(force_insert=True)
    sheet.refresh_from_db(fields=["disclosed_at"])
    return sheet


@operation("asked for a shared sheet back")
def recall(sheet: Disclosure, *, reason: str, by: Person) -> Disclosure:
    """Write down that the recipient was asked to give the sheet back or destroy it. It can't be opened here any more.

    Raises ``Refused`` when that was done before, and when it is back already.
    """
    sheet = held(sheet, by)
    if sheet.recalled_at is not None or not sheet.is_out:
        raise Refused("This was asked for already, or is back. Nothing was changed.")
    sheet.recalled_at, sheet.recalled_by, sheet.recall_reason = now(), by, reason.strip()
    sheet.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    return sheet


@operation("wrote down what became of a shared sheet")
def answer_recall(sheet: Disclosure, *, answer: str, by: Person, note: str = "") -> Disclosure:
    """Write down whether the sheet came back, was destroyed, or is kept. Raises ``Refused`` when that is known already."""
    sheet = held(sheet, by)
    if sheet.answer:
        raise Refused("Somebody has written down already what became of it. Nothing was changed.")
    sheet.answer, sheet.answered_at, sheet.answered_by, sheet.answer_note = answer, now(), by, note.strip()
    sheet.save(update_fields=["answer", "answered_at", "answered_by", "answer_note"])
    return sheet


def held(sheet: Disclosure, by: Person) -> Disclosure:
    """Return the sheet as it is in the database now, held until the transaction ends."""
    must(by, sheet.resident, Can.DISCLOSE)
    return Disclosure.objects.visible_to(by, Can.DISCLOSE).locked().get(pk=sheet.pk)


def allowing(consent: Consent | None, resident: Resident, names: list[str], by: Person) -> Consent:
    """Return the consent, as it is now. Raises ``Refused`` where it does not allow to share these fields."""
    if consent is None:
        raise Refused("Choose the consent that allows it.", field="consent")
    consent = Consent.objects.visible_to(by, Can.DISCLOSE).locked().get(pk=consent.pk, resident=resident)
    if not consent.in_force:
        raise Refused("This consent is not in force any more.", field="consent")
    beyond = {BY_NAME[name].label for name in names if BY_NAME[name].part not in consent.parts}
    if beyond:
        raise Refused(f"This consent does not cover: {', '.join(sorted(beyond)).lower()}.", field="fields")
    return consent
