"""Whole records that a court has sealed, and the orders by which that was done, lifted, or opened for a time."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from placement.access.models import AgencyUnit
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.document import Document
from residents.models.resident import PERSON, Resident


class SealedRecord(Tracked):
    """Which record a court's order seals, and what the order says. It is a part of the record, and hidden with it."""

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="seals")
    says = models.TextField("what the order says", max_length=1000)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.KEEP_CASE), Opens(Can.ASSIGN_TEAM))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(says__regex=r"\S"), name="sealing_says_what_is_ordered")]


class SealingNotice(Tracked):
    """What a caseworker of the case is told when a court's order about the record was put into force: the code, and what was done.

    Written by the database when the order is confirmed, for whoever has the case then and is not barred from the record. Only
    ``person`` is shown it, also while the record is hidden from everybody.

    until: of a record that is open for a time (aware).
    """

    class Said(models.TextChoices):
        SEALED = "sealed", "A court has sealed this record"
        OPEN = "open", "This record is open again"

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    record = models.ForeignKey(SealedRecord, models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    said = models.CharField(max_length=6, choices=Said.choices)
    until = models.DateTimeField(null=True)
    told_at = models.DateTimeField()

    shown_to: ClassVar[tuple[str, ...]] = ("person",)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person", "told_at"], name="sealing_notices_of_a_person")]


class SealingOrder(Tracked):
    """One order of a court about a sealed record, which a second person puts into force, or refuses.

    The database's ``access_records_sealed`` reads these rows: from the moment in which the order to seal is confirmed the record is
    shown to nobody and no command, until an order lifts that, or while one opens it. They name no young person: ``number`` stands
    for the record in the register, which supervisors of ``unit`` read.

    number, unit: of the database, the unit that had the case. until: of an order that opens for a time (aware). lifted_at,
    open_until: of an order to seal, when an order to lift or to open it was confirmed; written by the database alone.
    """

    class Kind(models.TextChoices):
        SEAL = "seal", "Seals the record"
        LIFT = "lift", "Ends the sealing"
        OPEN = "open", "Opens the record for a time"

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "In force"
        REFUSED = "refused", "Not put into force"

    signatures: ClassVar[tuple[str, ...]] = ("recorded_by_id", "decided_by_id")
    record = models.ForeignKey(SealedRecord, models.PROTECT, related_name="orders")
    number = models.IntegerField(default=0, editable=False)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, null=True, editable=False, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    court = models.CharField(max_length=120)
    order_number = models.CharField(max_length=60)
    ordered_on = models.DateField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=1000, blank=True, default="", editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)
    open_until = models.DateTimeField(null=True, editable=False)

    shown_by = "sealing_orders_shown"
    added_by = None  # the rules of the table say who adds which

    class Meta:
        default_permissions = ()
        ordering = ["number", "recorded_at"]
        indexes = [
            models.Index(
                fields=["record"],
                condition=Q(kind="seal", decision="confirmed", lifted_at=None),
                name="records_sealed_now",
            ),
            models.Index(fields=["unit", "-number"], name="sealed_records_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(order_number__regex=r"\S", court__regex=r"\S"), name="sealing_names_its_order"
            ),
            models.CheckConstraint(
                condition=Q(kind="open", until__isnull=False) | Q(kind__in=["seal", "lift"], until__isnull=True),
                name="sealing_opens_until_a_time",
            ),
            models.UniqueConstraint(fields=["record"], condition=Q(kind="seal"), name="record_is_sealed_by_one_order"),
            models.UniqueConstraint(fields=["record"], condition=Q(decision=""), name="sealing_waits_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recorded_by")),
                name="sealing_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | Q(decision="confirmed", decided_by__isnull=False, decided_at__isnull=False)
                | Q(
                    decision="refused",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decision_reason__regex=r"\S",
                ),
                name="sealing_decision_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"sealed record {self.number}"
