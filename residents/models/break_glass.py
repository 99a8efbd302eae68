"""Emergency access: a record that somebody opened without a grant, for two hours, and what was thought of it later."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident

LASTS = timedelta(hours=2)
JUDGED_WITHIN = timedelta(hours=24)
SHORTEST_REASON = 20


class BreakGlass(Tracked):
    """One person's emergency access to one record. An access grant.

    The database sets its start and its end. A supervisor of the case judges it afterwards, never the person who used it.
    """

    class Judgement(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        NOT_JUSTIFIED = "not_justified", "Not justified"

    signatures: ClassVar[tuple[str, ...]] = ("person_id", "judged_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="emergencies")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    starts_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField("ended early", null=True, editable=False)
    judgement = models.CharField(max_length=14, choices=Judgement.choices, blank=True, default="", editable=False)
    judged_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    judged_at = models.DateTimeField(null=True, editable=False)
    judgement_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_AUDIT),)
    shown_to = ("person",)
    read_for = ("verify",)
    objects = Guarded.as_manager()

    @property
    def judge_by(self) -> datetime:
        """Return the moment by which it should be judged."""
        return self.starts_at + JUDGED_WITHIN

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=rf"\S.{{{SHORTEST_REASON - 2},}}\S"), name="emergency_says_why"
            ),
            models.CheckConstraint(condition=Q(ends_at=F("starts_at") + LASTS), name="emergency_lasts_two_hours"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at")),
                name="emergency_ends_early",
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("person")), name="emergency_judged_by_another"
            ),
            models.CheckConstraint(
                condition=Q(judgement="", judged_by__isnull=True, judged_at__isnull=True, judgement_reason="")
                | Q(judgement__in=["justified", "not_justified"], judged_by__isnull=False, judged_at__isnull=False)
                & ~Q(judgement_reason=""),
                name="emergency_judgement_is_signed",
            ),
            ExclusionConstraint(
                name="emergency_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("resident", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            Coalesce("ended_at", "ends_at"),
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
