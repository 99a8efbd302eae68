"""The agency's responsibility for a resident, and the grants that follow from it: caseload and team."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from placement.access.models import AgencyUnit
from placement.access.rights import Can, Role
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL


class TimeSpan(Func):
    """``tstzrange(start, end)``: start included, end not; a missing end is open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(F(start), F(end), RangeBoundary())


class Case(Tracked):
    """Status, legal basis, court, permanency goal, and the days that nobody else sets. One open case per resident."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Goal(models.TextChoices):
        REUNIFICATION = "reunification", "Return to family"
        RELATIVE = "relative", "Live with a relative"
        GUARDIANSHIP = "guardianship", "Guardianship"
        ADOPTION = "adoption", "Adoption"
        INDEPENDENCE = "independence", "Independent living"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="cases")
    number = models.CharField("case number", max_length=24, unique=True)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, related_name="cases")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    legal_basis = models.CharField(max_length=160)
    court = models.CharField(max_length=160, blank=True)
    next_hearing_on = models.DateField(null=True, blank=True)
    next_health_check_on = models.DateField(null=True, blank=True)
    next_school_review_on = models.DateField(null=True, blank=True)
    permanency_goal = models.CharField(max_length=16, choices=Goal.choices)
    summary = models.TextField(blank=True, max_length=4000)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("emergency", "team", "verify")
    added_by = None  # with a new record; only one is open for each
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["resident"], condition=Q(status="open"), name="one_open_case"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on__isnull=True) | Q(status="closed", closed_on__gte=F("opened_on")),
                name="case_closes_after_it_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Caseload(Tracked):
    """A resident on a caseworker's caseload, from start to end. An access grant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="caseload")
    caseworker = models.ForeignKey(PERSON, models.PROTECT, related_name="caseload")
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    guards = {"residents": "case__resident_id"}
    follows = ("case",)
    added_by = None  # with a new record; no right comes of a row alone
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="caseload_ends_after_start"
            ),
            ExclusionConstraint(
                name="caseload_once_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("caseworker", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class TeamMember(Tracked):
    """A person on a case's team (the clinician), from start to end. An access grant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="team")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="teams")
    role = models.CharField(max_length=12, choices=[(Role.CLINICIAN, Role.CLINICIAN.label)])
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    guards = {"residents": "case__resident_id"}
    follows = ("case",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="team_ends_after_start"
            ),
            ExclusionConstraint(
                name="team_member_once_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
