"""What must be done by a time because a rule met a fact."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.models.rule import RuleVersion
from compliance.parts import OPENS, Part
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models import Facility
from residents.models import Resident


class Obligation(Tracked):
    """One thing that ``rule`` asks for after one event. Opened, met and ended by the database's ``compliance_judge`` alone.

    resident: whom it is about; none for what is about the home itself. subject: the id of what the event is about (a stay, an
    incident, a person who works there). event: the fact that it follows, ``event_at`` when that was, or when the running period
    of what is done again and again began. due_at: none where the rule sets no time. ended_at: it is no longer asked, because its
    event was taken back or is over. That it is overdue is not kept: ``due_at`` has passed, and it is neither met nor ended.
    begun: what is done again and again was done before, so that the rule is met until ``due_at``.
    part, area, severity: those of the rule, for what opens a row and for the order.
    """

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    timeless = without_code = False  # for who reads it: see ``codes.as_open_to``
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="obligations")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    subject = models.UUIDField()
    event = models.CharField(max_length=40)
    event_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    begun = models.BooleanField(default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)
    part = models.CharField(max_length=8, choices=Part.choices)
    area = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    of_incident = "subject"
    opened_by = OPENS
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "resident", "event_at"], name="obligation_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(ended_at__isnull=True), name="obligation_is_met_or_ended"
            ),
            models.CheckConstraint(
                condition=Q(late=False) | Q(met_at__isnull=False, due_at__isnull=False),
                name="obligation_late_is_met",
            ),
        ]
        indexes = [
            models.Index(
                fields=["facility", "due_at"],
                name="obligations_open_by_home",
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
            ),
            models.Index(
                fields=["due_at"],
                name="obligations_open_by_time",
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
            ),
        ]
