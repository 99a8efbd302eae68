"""How often somebody looks at one young person, where that differs from what is usual in the home."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.case import TimeSpan
from residents.models.resident import Resident


class LookPlan(Tracked):
    """Somebody decides, with a reason, to look more or less often, by day and by night, for 31 days at most.

    Looks come up to ``vary_minutes`` earlier, so that nobody can tell when the next one comes; never later. A plan stays as
    it was decided; it can end earlier, with a reason.
    """

    signatures: ClassVar[tuple[str, ...]] = ("decided_by_id", "ended_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="look_plans")
    day_minutes = models.SmallIntegerField("minutes between looks by day")
    night_minutes = models.SmallIntegerField("minutes between looks by night")
    vary_minutes = models.PositiveSmallIntegerField("minutes by which a look may come earlier", default=0)
    reason = models.TextField(max_length=1000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.TextField(blank=True, default="", max_length=1000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    read_for = ("whereabouts",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day_minutes__range=(5, 240), night_minutes__range=(5, 240)), name="looks_come_in_reach"
            ),
            models.CheckConstraint(
                condition=Q(day_minutes__gte=F("vary_minutes") * 2, night_minutes__gte=F("vary_minutes") * 2),
                name="looks_vary_by_half_at_most",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="look_plan_has_a_reason"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="look_plan_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, end_reason="") | Q(ended_by__isnull=False) & ~Q(end_reason=""),
                name="look_plan_end_is_signed",
            ),
            ExclusionConstraint(
                name="one_look_plan_at_a_time",
                expressions=[
                    ("resident", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
