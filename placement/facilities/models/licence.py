"""What a home may do, for whom, until when."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models.facility import Facility
from residents.models import Document, LevelOfCare, Sex


class DaySpan(Func):
    """``daterange(from, to)`` with both days included."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(F(start), F(end), RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class LicencePopulation(models.TextChoices):
    """Whom the licence says the home serves."""

    EXCLUSIVE = "exclusive", "Only trafficked young people"
    GENERAL = "general", "General residential care"
    SHELTER = "shelter", "Runaway and street youth (shelter)"
    FOSTER = "foster", "Foster care"


class Licence(Tracked):
    """Number, authority, capacity, ages, sexes, population, levels of care, validity (both days included).

    ``terms_confirmed_by`` and ``terms_document``: who last let it allow more, and by which paper of the home. The database
    wants both whenever a person lets a licence allow more than before, and another person who filed the paper.
    """

    class Status(models.TextChoices):
        LICENSED = "licensed", "Licensed"
        PENDING = "pending", "Applied for, or not confirmed yet"
        PROBATION = "probation", "On probation"
        INACTIVE = "inactive", "Inactive"
        CLOSED = "closed", "Closed"

    signatures: ClassVar[tuple[str, ...]] = ("population_confirmed_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="licences")
    authority = models.CharField(max_length=80)
    number = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=8)
    status = models.CharField(max_length=12, choices=Status.choices)
    population = models.CharField(max_length=12, choices=LicencePopulation.choices)
    population_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    population_document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    terms_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    terms_document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    capacity = models.PositiveSmallIntegerField()
    min_age = models.PositiveSmallIntegerField(default=0)
    max_age = models.PositiveSmallIntegerField(default=17)
    sexes = ArrayField(models.CharField(max_length=12, choices=Sex.choices))
    levels = ArrayField(models.PositiveSmallIntegerField(choices=LevelOfCare.choices))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    guards = {"facilities": "facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "number", "valid_from"], name="licence_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="licence_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(max_age__gte=F("min_age")), name="licence_ages_in_order"),
            models.CheckConstraint(
                condition=~Q(population="exclusive")
                | Q(population_confirmed_by__isnull=False, population_document__isnull=False),
                name="exclusive_population_is_confirmed",
            ),
            ExclusionConstraint(
                name="one_licence_at_a_time",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    (DaySpan("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"

    @property
    def sexes_text(self) -> str:
        """Return in words for whom the licence is; empty when nobody has written it down."""
        return ", ".join(label for value, label in Sex.choices if value in self.sexes)

    @property
    def levels_text(self) -> str:
        """Return the levels of care in words; empty when nobody has written them down."""
        return ", ".join(label for value, label in LevelOfCare.choices if value in self.levels)

    @property
    def complete(self) -> bool:
        """Return whether sexes and levels are written down: without them nobody can be placed."""
        return bool(self.sexes and self.levels)


class LicenceCondition(Tracked):
    """A condition that the authority put on the licence. ``kind`` says what the system enforces."""

    class Kind(models.TextChoices):
        NO_ADMISSIONS = "no_admissions", "No new admissions"
        MAX_CAPACITY = "max_capacity", "Fewer places"
        MIN_AGE = "min_age", "Higher minimum age"
        MAX_AGE = "max_age", "Lower maximum age"
        PER_ADULT = "per_adult", "Fewer young people for each adult"
        AWAKE_NIGHT = "awake_night", "Adults awake at night"
        TEXT = "text", "Other condition"

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="conditions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    guards = {"facilities": "licence__facility_id"}
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["no_admissions", "text"]) | Q(value__isnull=False), name="condition_has_its_value"
            )
        ]


class Waiver(Tracked):
    """A leave that the authority gave in writing to differ from one term of the licence, or from rules of the state's law.

    ``rules``: the ids of the rules that it waives; a federal one can't be, which the database holds.
    It counts from ``confirmed_at`` on: when a supervisor has confirmed it with the ``document`` that somebody else filed.
    Those from before this rule are confirmed without a name.
    """

    class Kind(models.TextChoices):
        CAPACITY = "capacity", "Places"
        AGE = "age", "Age"
        SEX = "sex", "Sex"
        LEVEL = "level", "Level of care"
        RULES = "rules", "No term: only the rules below"

    signatures: ClassVar[tuple[str, ...]] = ("confirmed_by_id",)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="waivers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rules = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    text = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    guards = {"facilities": "licence__facility_id"}
    opened_by = (Opens(Can.VIEW_FACILITY),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="waiver_ends_after_start"),
            models.CheckConstraint(condition=~Q(kind="rules") | ~Q(rules=[]), name="waiver_waives_something"),
        ]
