"""Who is barred from a record, because they know the young person or the family in another way."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can, Role
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident

JUDGED_WITHIN = timedelta(hours=24)


class ConflictOfInterest(Tracked):
    """A person who is barred from a record. It beats every grant until somebody else has lifted it.

    The database's ``access_barred`` reads these rows. They start when they are written and have no end that is still to come.
    A bar that somebody lays on a supervisor takes a pair of eyes from the record, so a supervisor of another unit judges it,
    also when it is lifted meanwhile: whom the database's ``access_judges`` names.
    """

    class Judgement(models.TextChoices):
        UPHELD = "upheld", "Judged right"
        LIFTED = "lifted", "Judged not right, and lifted"

    WAITS: ClassVar[Q] = Q(judgement="", person__role=Role.SUPERVISOR) & ~Q(declared_by=F("person"))
    signatures: ClassVar[tuple[str, ...]] = ("declared_by_id", "ended_by_id", "judged_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    declared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    end_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)
    judgement = models.CharField(max_length=6, choices=Judgement.choices, blank=True, default="", editable=False)
    judged_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    judged_at = models.DateTimeField(null=True, editable=False)
    judgement_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.ASSIGN_TEAM),)
    added_by = (Opens(Can.VIEW_CODE),)  # whoever knows of the young person can say that they must not
    judged_outside = True
    objects = Guarded.as_manager()

    @property
    def judge_by(self) -> datetime:
        """Return the moment by which it should be judged."""
        return self.starts_at + JUDGED_WITHIN

    @property
    def waits(self) -> bool:
        """Return whether it waits to be judged, as ``WAITS``."""
        return not self.judgement and self.person.role == Role.SUPERVISOR and self.declared_by_id != self.person_id

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_has_a_reason"),
            models.UniqueConstraint(fields=["person", "resident"], condition=Q(ends_at=None), name="conflict_once"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("person")), name="conflict_lifted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True, ended_by__isnull=True, end_reason="")
                | Q(ends_at__isnull=False, ends_at__gte=F("starts_at"), ended_by__isnull=False) & ~Q(end_reason=""),
                name="conflict_end_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("person")) & ~Q(judged_by=F("declared_by")),
                name="conflict_judged_by_another",
            ),
            models.CheckConstraint(
                condition=Q(judgement="", judged_by__isnull=True, judged_at__isnull=True, judgement_reason="")
                | Q(judgement__in=["upheld", "lifted"], judged_by__isnull=False, judged_at__isnull=False)
                & ~Q(judgement_reason=""),
                name="conflict_judgement_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(judgement="lifted") | Q(ends_at__isnull=False), name="conflict_judged_not_right_is_lifted"
            ),
        ]
