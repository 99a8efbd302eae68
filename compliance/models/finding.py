"""A rule that is not met, for one home or young person, from a time until it was put right."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.models.rule import RuleVersion
from compliance.parts import OPENS, Part
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models import Facility
from residents.models import Resident


class Finding(Tracked):
    """``rule`` is not met by ``subject`` since ``since``. Opened and closed by the database's ``compliance_judge`` alone.

    opened_at: when that was found. evidence: ids and times, no names. closed_why: see ``Closed``.
    again_after: the corrective action after which the same home has failed the same rule once more.
    goes_on_from: the finding by an earlier text of the rule that this one goes on from, since the same first day. What is still
    being done about it has gone along.
    stays_with_home: what it is about was in the young person's time in the home, so that whoever runs the home goes on seeing it
    when they have left.
    """

    class Closed(models.TextChoices):
        PUT_RIGHT = "put right", "Put right"
        NOT_ASKED = "not asked", "No longer asked"
        CORRECTED = "corrected", "By corrective action"
        NEWER_TEXT = "newer text", "Goes on under a newer text"
        WAIVED = "waived", "Waived by the authority"

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    timeless = without_code = False  # for who reads it: see ``codes.as_open_to``
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="findings")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    subject = models.UUIDField()
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=12, choices=Closed.choices, blank=True)
    evidence = models.JSONField()
    again_after = models.ForeignKey("compliance.CorrectiveAction", models.PROTECT, null=True, related_name="+")
    goes_on_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="goes_on_as")
    stays_with_home = models.BooleanField(default=False, db_default=False)
    part = models.CharField(max_length=8, choices=Part.choices)
    area = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)

    # Of a young person whose record is closed to the reader: ``queries.opened_to`` asks the database for both.
    code: ClassVar[str] = ""
    exit_name: ClassVar[str] = ""  # of the exit that is not as it should be, where the reader may know
    left_at: ClassVar[datetime | None] = None

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    of_incident = "subject"
    opened_by = (*OPENS, Opens(Can.MANAGE_FACILITY, "stays_with_home", "true"))
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "facility", "subject", "resident"],
                name="one_open_finding",
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_why="") | Q(closed_at__isnull=False) & ~Q(closed_why=""),
                name="finding_closure_says_why",
            ),
            models.UniqueConstraint(fields=["goes_on_from"], name="finding_goes_on_once"),
            models.CheckConstraint(
                condition=Q(stays_with_home=False) | Q(resident__isnull=False) & ~Q(part="share"),
                name="finding_that_stays_is_of_a_stay",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "serious", "minor"]), name="finding_is_against_a_home"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "opened_at"], name="findings_by_home"),
            models.Index(
                fields=["severity", "since", "id"],
                name="findings_open_by_severity",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["subject"], name="findings_corrected", condition=Q(closed_why="corrected")),
        ]
