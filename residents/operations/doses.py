"""Doses: what became of each, the second signature, how it worked; and the counts of drugs. Home and shift come from above."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import CareEntry, Incident, MedicationCount, MedicationDose, MedicationOrder
from residents.operations.care import NOT_YET, log_care, must_work_at, written
from residents.operations.guard import must
from residents.operations.incidents import report_incident

Outcome, How = MedicationDose.Outcome, MedicationDose.How
AGAIN = "Written anew after a mistake"


@operation("logged a dose")
def log_dose(
    order: MedicationOrder,
    *,
    facility: Any,
    shift: Any,
    due_at: datetime | None,
    outcome: str,
    happened_at: datetime,
    by: Person,
    how: str = "",
    amount: Decimal | None = None,
    why: str = "",
    reason: str = "",
) -> MedicationDose:
    """Write down what became of a dose at ``happened_at`` (aware), in the care log too.

    Args:
        due_at: which dose of the order; ``None`` for an as-needed one.
        how, amount: of a dose that was given; watched, and as ordered, when they are not told.
        why: needed where it was not given, and for a dose outside the limits, which becomes a report of a medication error.
        reason: why it comes late, for a shift that is signed.

    Raises ``Refused`` for a dose that is there already, and for what the rules of the database name.
    """
    must(by, order.resident, Can.LOG_CARE)
    mistaken = _newest(order, due_at)
    if mistaken is not None and mistaken.outcome == Outcome.MISTAKE:
        return amend_dose(
            mistaken, outcome=outcome, happened_at=happened_at, how=how, amount=amount, why=why, reason=AGAIN, by=by
        )
    dose = _dose(order, due_at=due_at, outcome=outcome, how=how, amount=amount, why=why)
    dose.entry = log_care(
        order.resident,
        facility=facility,
        shift=shift,
        kind=CareEntry.Kind.MEDICATION,
        happened_at=happened_at,
        outcome=dose.get_outcome_display(),
        note=_words(dose),
        reason=reason,
        by=by,
    )
    return _written(dose, by)


@operation("amended a dose")
def amend_dose(
    dose: MedicationDose,
    *,
    outcome: str,
    happened_at: datetime,
    reason: str,
    by: Person,
    how: str = "",
    amount: Decimal | None = None,
    why: str = "",
) -> MedicationDose:
    """Say anew what became of a dose, with a ``reason``; the first text stays. ``mistake`` opens the dose again.

    Raises ``Refused`` without a reason, for a time to come, and when somebody else has amended it meanwhile.
    """
    must(by, dose.resident, Can.LOG_CARE)
    entry = dose.entry
    must_work_at(entry.facility, by)
    if not reason.strip():
        raise Refused("Say why you amend this dose.", field="reason")
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    set_reason(reason)
    new = _dose(dose.order, due_at=dose.due_at, outcome=outcome, how=how, amount=amount, why=why)
    new.amends, new.incident = dose, dose.incident
    [new.entry] = written(
        [
            CareEntry(
                resident_id=entry.resident_id,
                facility_id=entry.facility_id,
                shift_id=entry.shift_id,
                kind=entry.kind,
                outcome=new.get_outcome_display(),
                note=_words(new),
                happened_at=happened_at,
                written_by=by,
                amends_id=entry.amends_id or entry.pk,
                reason=reason,
            )
        ]
    )
    return _written(new, by)


@operation("signed a dose as the second person")
def witness_dose(dose: MedicationDose, *, by: Person) -> MedicationDose:
    """Sign that the dose was given as written. Raises ``Refused`` for whoever gave it, and for a second signature."""
    dose = _to_sign(MedicationDose, dose, by)
    dose.witness, dose.witnessed_at = by, now()
    dose.save(update_fields=["witness", "witnessed_at"])
    return dose


@operation("noted how a dose worked")
def note_effect(dose: MedicationDose, *, effect: str, by: Person) -> MedicationDose:
    """Say how an as-needed dose worked, once. Raises ``Refused`` without words, for another dose, and a second time."""
    must(by, dose.resident, Can.LOG_CARE)
    dose = MedicationDose.objects.locked().get(pk=dose.pk)
    if dose.effect_at is not None:
        raise Refused("Somebody has written down how it worked already.")
    if not effect.strip():
        raise Refused("Say how it worked.", field="effect")
    dose.effect, dose.effect_by, dose.effect_at = effect.strip(), by, now()
    dose.save(update_fields=["effect", "effect_by", "effect_at"])
    return dose


@operation("counted medication")
def count_medication(
    order: MedicationOrder,
    *,
    facility: Any,
    shift: Any,
    counted: Decimal,
    by: Person,
    received: Decimal = Decimal(0),
    removed: Decimal = Decimal(0),
    moved_note: str = "",
    why: str = "",
) -> MedicationCount:
    """Write down how much there is, and what came and went since the last count. The database says what was expected.

    Raises ``Refused`` for a difference without ``why``, and for what came or went without ``moved_note``.
    """
    must(by, order.resident, Can.LOG_CARE)
    must_work_at(facility, by)
    count = MedicationCount(
        order=order,
        resident_id=order.resident_id,
        facility=facility,
        shift=shift,
        received=received,
        removed=removed,
        moved_note=moved_note.strip(),
        counted=counted,
        expected=0,
        why=why.strip(),
        counted_by=by,
    )
    count.save(force_insert=True)
    count.refresh_from_db(fields=["expected", "counted_at"])
    return count


@operation("signed a count as the second person")
def witness_count(count: MedicationCount, *, by: Person) -> MedicationCount:
    """Sign that the count is right. Raises ``Refused`` for whoever counted, and for a second signature."""
    count = _to_sign(MedicationCount, count, by)
    count.witness, count.witnessed_at = by, now()
    count.save(update_fields=["witness", "witnessed_at"])
    return count


@operation("closed a difference in a count")
def settle_count(count: MedicationCount, *, note: str, by: Person) -> MedicationCount:
    """Say what became of a difference, as the administrator of the home. Raises ``Refused`` without words and a second time."""
    if Can.MANAGE_FACILITY not in rights_on(by, count.facility):
        raise MedicationCount.DoesNotExist
    count = MedicationCount.objects.visible_to(by, Can.VIEW_CARE_LOG).locked().get(pk=count.pk)
    if count.settled_at is not None:
        raise Refused("This difference is already closed.")
    count.settled_by, count.settled_at, count.settled_note = by, now(), note.strip()
    count.save(update_fields=["settled_by", "settled_at", "settled_note"])
    return count


def outside(dose: MedicationDose) -> list[str]:
    """Return in which ways a dose that is given is outside of its order: ``allergy``, ``much``, ``unchecked``, ``close``, ``soon``,
    ``many``. The database's ``dose_is_outside`` decides, which knows also doses of other orders of the same drug."""
    with connection.cursor() as cursor:
        told = [dose.order_id, dose.due_at, dose.entry.happened_at, dose.amount, dose.amends_id]
        cursor.execute("SELECT dose_is_outside(%s, %s, %s, %s, %s)", told)
        return list(cursor.fetchone()[0])


def _dose(
    order: MedicationOrder, *, due_at: datetime | None, outcome: str, how: str, amount: Decimal | None, why: str
) -> MedicationDose:
    dose = MedicationDose(order=order, resident_id=order.resident_id, due_at=due_at, outcome=outcome, why=why.strip())
    if outcome == Outcome.GIVEN:
        dose.how, dose.amount = how or How.OBSERVED, order.amount if amount is None else amount
    return dose


def _words(dose: MedicationDose) -> str:
    """Return what the care log says of a dose beside its outcome."""
    parts = [dose.order.title]
    if dose.amount is not None:
        parts.append(f"{dose.order.amount_of(dose.amount)}, {dose.get_how_display().lower()}")
    return ". ".join([*parts, *([dose.why] if dose.why else [])])


def _newest(order: MedicationOrder, due_at: datetime | None) -> MedicationDose | None:
    """Return what was written last about the dose of that time."""
    if due_at is None:
        return None
    return order.doses.filter(due_at=due_at, amendments=None).select_related("order", "entry__facility").first()


def _written(dose: MedicationDose, by: Person) -> MedicationDose:
    """Save a dose whose entry is written. One outside the limits, with the reason why, is reported as a medication error."""
    entry = dose.entry
    if dose.outcome == Outcome.GIVEN and dose.why and dose.incident is None and outside(dose):
        dose.incident = report_incident(
            facility=entry.facility,
            shift=entry.shift,
            kind=Incident.Kind.MEDICATION,
            severity=Incident.Severity.SERIOUS,
            happened_at=entry.happened_at,
            seen=f"{dose.order.title} was given outside the limits of its order. {dose.why}",
            done="Tell the administrator.",
            residents=[dose.order.resident],
            by=by,
        )
    dose.save(force_insert=True)
    dose.refresh_from_db(fields=["error"])
    return dose


def _to_sign(model: Any, row: Any, by: Person) -> Any:
    """Return the row locked, for a second signature."""
    must(by, row.resident, Can.LOG_CARE)
    row = model.objects.locked().get(pk=row.pk)
    if row.witness_id is not None:
        raise Refused("A second person has signed it already.")
    return row
