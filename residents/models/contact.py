"""People outside, whether contact with them is allowed, and the contacts that happened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import Resident


class OutsidePerson(Tracked):
    """Somebody outside with whom contact is allowed, supervised or prohibited, and the order that says so."""

    class Permission(models.TextChoices):
        ALLOWED = "allowed", "Allowed"
        SUPERVISED = "supervised", "Allowed with somebody present"
        PROHIBITED = "prohibited", "Not allowed"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="outside_people")
    name = models.CharField(max_length=160)
    relation = models.CharField(max_length=80)
    permission = models.CharField(max_length=12, choices=Permission.choices)
    order = models.CharField("order or decision that says so", max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["permission", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(permission="prohibited") | ~Q(order=""), name="prohibition_names_its_order"
            )
        ]


class Contact(Tracked):
    """A call, visit, letter or message with someone outside."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        VISIT = "visit", "Visit"
        LETTER = "letter", "Letter"
        MESSAGE = "message", "Message"

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="contacts")
    outside_person = models.ForeignKey(OutsidePerson, models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    own_wish = models.BooleanField("the young person's own wish", default=True)
    supervised = models.BooleanField("somebody of the home was present", default=False)
    note = models.TextField(blank=True, max_length=10000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=now)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["resident", "-happened_at"])]
