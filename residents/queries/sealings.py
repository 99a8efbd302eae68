"""Orders of a court to seal whole records: those that wait, and the register of what is sealed.

The database says who is shown an order (``sealing_orders_shown``). Of a sealed record nothing else is: no query here may join it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.paging import Page, keyset_page
from residents.models import Document, SealedRecord, SealingOrder
from residents.queries.record import Record

PEOPLE = ("recorded_by", "decided_by")
Kind, Decision = SealingOrder.Kind, SealingOrder.Decision


@dataclass(frozen=True)
class Sealed:
    """One line of the register: the order that seals, how the record stands now, and what another order waits to change."""

    seal: SealingOrder
    others: list[SealingOrder]

    @property
    def number(self) -> int:
        """Return the number that stands for the record."""
        return self.seal.number

    @property
    def opened(self) -> bool:
        """Return whether an order has opened the record until a time that is still to come."""
        return self.seal.lifted_at is None and self.seal.open_until is not None and self.seal.open_until > now()

    @property
    def waits(self) -> SealingOrder | None:
        """Return the order that nobody has decided about."""
        return next((one for one in self.others if not one.decision), None)

    @property
    def orders(self) -> list[SealingOrder]:
        """Return all orders, the oldest first."""
        return [self.seal, *self.others]


def _register() -> QuerySet[SealingOrder]:
    return SealingOrder.objects.filter(kind=Kind.SEAL, decision=Decision.CONFIRMED).select_related(*PEOPLE)


def register(after: str | None) -> Page:
    """Return one page of the records that are sealed, or were, as ``Sealed``, newest first. Two queries."""
    page = keyset_page(_register(), order=("-number",), after=after)
    others = SealingOrder.objects.exclude(kind=Kind.SEAL).filter(record__in=[one.record_id for one in page.rows])
    found: dict[UUID, list[SealingOrder]] = {}
    for one in others.order_by("recorded_at"):
        found.setdefault(one.record_id, []).append(one)
    return Page([Sealed(one, found.get(one.record_id, [])) for one in page.rows], page.next_token, page.is_first)


def sealed(pk: UUID) -> Sealed:
    """Return one record of the register by the id of the order that seals it. Raises ``SealingOrder.DoesNotExist``."""
    seal = _register().get(pk=pk)
    others = SealingOrder.objects.filter(record=seal.record_id).exclude(kind=Kind.SEAL).select_related(*PEOPLE)
    return Sealed(seal, list(others.order_by("recorded_at")))


def order_to_decide(pk: UUID) -> tuple[SealingOrder, SealingOrder]:
    """Return an order that ends or opens, which waits, and the order that seals. Raises ``SealingOrder.DoesNotExist``."""
    order = SealingOrder.objects.exclude(kind=Kind.SEAL).select_related(*PEOPLE).get(pk=pk, decision="")
    return order, SealingOrder.objects.get(record=order.record_id, kind=Kind.SEAL)


def sealing_to_decide(person: Person, resident: UUID, row: UUID) -> SealingOrder:
    """Return an order to seal this record, which waits. Raises ``SealedRecord.DoesNotExist`` and ``SealingOrder.DoesNotExist``."""
    records = SealedRecord.objects.visible_to(person, Can.ASSIGN_TEAM).select_related("document")
    record = records.get(resident=resident, orders=row)
    order = SealingOrder.objects.select_related(*PEOPLE).get(pk=row, kind=Kind.SEAL, decision="")
    order.record = record
    return order


def of_record(record: Record) -> dict[str, Any]:
    """Return what the page of documents says: the ``whole`` record's sealings, newest first, each with its ``orders``.

    ``may_seal``: whether another order can be recorded. ``opened``: the order that seals the record, where another one has opened
    it for a time. Nothing for who neither keeps the case nor supervises it. Two queries.
    """
    if not record.may(Can.KEEP_CASE, Can.ASSIGN_TEAM):
        return {}
    right = Can.ASSIGN_TEAM if record.may(Can.ASSIGN_TEAM) else Can.KEEP_CASE
    found = SealedRecord.objects.visible_to(record.person, right).filter(resident=record.resident)
    orders = Prefetch("orders", SealingOrder.objects.select_related(*PEOPLE).order_by("recorded_at"))
    whole = sorted(found.prefetch_related(orders), key=lambda one: -one.orders.all()[0].number)
    seals = [one.orders.all()[0] for one in whole]
    over = [seal.decision == Decision.REFUSED or seal.lifted_at is not None for seal in seals]
    opened = next((seal for seal in seals if seal.lifted_at is None and seal.open_until), None)
    return {"whole": whole, "may_seal": all(over), "opened": opened}


def opened(record: Record) -> SealingOrder | None:
    """Return the order that seals the record, where another one has opened it for a time, for who reads its orders. One query."""
    if not record.may(Can.KEEP_CASE, Can.ASSIGN_TEAM):
        return None
    seals = SealingOrder.objects.filter(record__resident=record.resident, kind=Kind.SEAL, decision=Decision.CONFIRMED)
    found: SealingOrder | None = seals.filter(lifted_at=None, open_until__isnull=False).first()
    return found


def to_seal(person: Person) -> QuerySet[SealingOrder]:
    """Return the orders to seal a record that wait for ``person``, each with the young person."""
    found = SealingOrder.objects.filter(kind=Kind.SEAL, decision="")
    return found.exclude(recorded_by=person).select_related("recorded_by", "record__resident").order_by("recorded_at")


def to_unseal(person: Person) -> QuerySet[SealingOrder]:
    """Return the orders that end or open a sealing and wait for ``person``."""
    found = SealingOrder.objects.exclude(kind=Kind.SEAL).filter(decision="").exclude(recorded_by=person)
    return found.select_related("recorded_by").order_by("recorded_at")


def documents_of(person: Person, resident: UUID) -> QuerySet[Document]:
    """Return the documents of the record that can be the order itself."""
    found = Document.objects.visible_to(person, Can.VIEW_CASE).filter(resident=resident, part="case")
    return found.order_by("-uploaded_at")
