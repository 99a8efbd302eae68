"""Documents that a court has sealed: by which order, and by which other order the seal was lifted."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.document import Document
from residents.models.resident import PERSON, Resident


class DocumentSeal(Tracked):
    """A document is sealed from when this is written until another order lifts it.

    The database's ``access_sealed`` reads these rows: while one is not lifted, the document and its history are shown only to
    people with ``VIEW_SEALED`` on the record, and so is the seal itself.
    """

    signatures: ClassVar[tuple[str, ...]] = ("sealed_by_id", "lifted_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="document_seals")
    document = models.ForeignKey(Document, models.PROTECT, related_name="seals")
    order_number = models.CharField(max_length=60)
    court = models.CharField(max_length=120)
    ordered_on = models.DateField()
    sealed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(default=now, editable=False)
    lift_order_number = models.CharField(max_length=60, blank=True, default="")
    lift_court = models.CharField(max_length=120, blank=True, default="")
    lift_ordered_on = models.DateField(null=True, blank=True)
    lifted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_SEALED),)
    added_by = (Opens(Can.KEEP_CASE),)  # who keeps the case seals, and does not read it afterwards
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-sealed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order_number__regex=r"\S", court__regex=r"\S"), name="seal_names_its_order"
            ),
            models.UniqueConstraint(fields=["document"], condition=Q(lifted_at=None), name="document_sealed_once"),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("sealed_by")), name="seal_lifted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(
                    lifted_at__isnull=True,
                    lifted_by__isnull=True,
                    lift_ordered_on__isnull=True,
                    lift_order_number="",
                    lift_court="",
                )
                | Q(
                    lifted_at__isnull=False,
                    lifted_by__isnull=False,
                    lift_ordered_on__isnull=False,
                    lift_order_number__regex=r"\S",
                    lift_court__regex=r"\S",
                ),
                name="seal_lift_names_its_order",
            ),
        ]
