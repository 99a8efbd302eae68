"""Medication orders: written, checked by a second person, stopped, and changed by a new one that follows."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import ORDERS, MedicationOrder, Resident
from residents.operations.guard import must

STOPPED = "This order is already stopped."


@operation("ordered medication")
def order_medication(
    resident: Resident,
    *,
    drug: str,
    strength: str,
    form: str,
    route: str,
    amount: Decimal,
    prescriber: str,
    prescriber_telephone: str,
    starts_at: datetime,
    consent_by: str,
    consent_on: date,
    consent_authority: str,
    by: Person,
    ends_at: datetime | None = None,
    controlled: bool = False,
    psychotropic: bool = False,
    as_needed: bool = False,
    times: Collection[time] = (),
    days: Collection[int] = (),
    hours_between: int | None = None,
    most_in_day: int | None = None,
    what_for: str = "",
    review_on: date | None = None,
    allergy_answer: str = "",
    replaces: MedicationOrder | None = None,
) -> MedicationOrder:
    """Write down what somebody prescribed: ``amount`` at each of ``times`` (of the home) on ``days`` (Monday is 1), or as needed.

    Raises ``Refused`` for what the rules of the database name: an order that is not whole, a drug that an allergy names without
    an ``allergy_answer``, a psychotropic drug without the authority that consented and the day on which it is looked at again.
    """
    must(by, resident, *ORDERS)
    order = MedicationOrder.objects.create(
        resident=resident,
        drug=drug.strip(),
        strength=strength.strip(),
        form=form,
        route=route,
        amount=amount,
        controlled=controlled,
        psychotropic=psychotropic,
        as_needed=as_needed,
        times=sorted(set(times)),
        days=sorted(set(days)),
        hours_between=hours_between,
        most_in_day=most_in_day,
        what_for=what_for.strip(),
        prescriber=prescriber.strip(),
        prescriber_telephone=prescriber_telephone.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        consent_by=consent_by.strip(),
        consent_on=consent_on,
        consent_authority=consent_authority,
        review_on=review_on,
        allergy_answer=allergy_answer.strip(),
        entered_by=by,
        replaces=replaces,
    )
    order.refresh_from_db(fields=["entered_at", "allergies_known"])
    return order


@operation("checked a medication order")
def check_medication(order: MedicationOrder, *, by: Person) -> MedicationOrder:
    """Sign that the order says what the prescription says. Raises ``Refused`` for whoever wrote it, and for a second check."""
    order = _locked(order, by, *ORDERS, Can.LOG_CARE)
    if order.checked_at is not None:
        raise Refused("This order is already checked.")
    if order.stopped_at is not None:
        raise Refused(STOPPED)
    order.checked_by, order.checked_at = by, now()
    order.save(update_fields=["checked_by", "checked_at"])
    return order


@operation("stopped a medication order")
def stop_medication(order: MedicationOrder, *, reason: str, by: Person) -> MedicationOrder:
    """Stop the order now, with the ``reason``. Raises ``Refused`` without one, and a second time."""
    order = _locked(order, by, *ORDERS)
    if order.stopped_at is not None:
        raise Refused(STOPPED)
    set_reason(reason)
    order.stopped_by, order.stopped_at, order.stop_reason = by, now(), reason.strip()
    order.save(update_fields=["stopped_by", "stopped_at", "stop_reason"])
    order.refresh_from_db(fields=["stopped_at"])
    return order


@operation("changed a medication order")
def change_medication(order: MedicationOrder, *, reason: str, new: Mapping[str, Any], by: Person) -> MedicationOrder:
    """Stop ``order`` and write the one that follows it. ``new`` says everything anew: the arguments of ``order_medication``."""
    stopped = stop_medication(order, reason=reason, by=by)
    return order_medication(stopped.resident, replaces=stopped, by=by, **new)


def _locked(order: MedicationOrder, by: Person, *any_of: Can) -> MedicationOrder:
    """Return the order locked. Raises ``DoesNotExist`` without one of the rights on the young person."""
    must(by, order.resident, *any_of)
    return MedicationOrder.objects.locked().get(pk=order.pk)
