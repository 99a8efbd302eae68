"""The resident, and the parts of the record that say who the young person is and what care they need."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from placement.access.models import GroupPermission, UserPermission
from placement.access.rights import Can, model_permissions
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked

PERSON = settings.AUTH_USER_MODEL


class Sex(models.TextChoices):
    """As licences and the young person's own statement use it."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    NONBINARY = "nonbinary", "Non-binary"


class LevelOfCare(models.IntegerChoices):
    """The ordered scale that licences and assessments share."""

    BASIC = 1, "1 · basic"
    MODERATE = 2, "2 · moderate"
    SPECIALIZED = 3, "3 · specialized"
    INTENSE = 4, "4 · intense"
    INTENSE_PLUS = 5, "5 · intense plus"


class Population(models.TextChoices):
    """Which group of young people a licence serves or a designation names."""

    TRAFFICKED = "trafficked", "Trafficked young people"
    GENERAL = "general", "Young people in general residential care"
    RUNAWAY = "runaway", "Young people who ran away"
    STREET = "street", "Older young people living on the street"


class Stage(models.TextChoices):
    """How sure a population designation is."""

    SCREENED = "screened", "Screened"
    SUSPECTED = "suspected", "Suspected"
    CONFIRMED = "confirmed", "Confirmed"


class Resident(Tracked):
    """A young person in the record. ``code`` is for shared spaces; names are for people with the right to them."""

    code = models.CharField(max_length=12, unique=True)
    preferred_name = models.CharField(max_length=80)
    sex = models.CharField(max_length=12, choices=Sex.choices)
    languages = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    school_latitude = models.FloatField(null=True, blank=True)
    school_longitude = models.FloatField(null=True, blank=True)
    plan_of_the_day = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "id"}
    opened_by = (Opens(Can.VIEW_CODE),)
    read_for = ("codes", "emergency", "matching", "whereabouts", "withholding")
    added_by = None  # nobody has a right on a record that is only now opened
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        permissions = model_permissions("residents")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{1,3}-[0-9]{1,7}$"), name="code_is_short")
        ]

    def __str__(self) -> str:
        return self.code


class ResidentUserPermission(UserPermission):
    """Guardian's direct row: one person's right on one resident."""

    content_object = models.ForeignKey(Resident, models.CASCADE, related_name="user_permissions", db_index=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "permission"], include=["content_object"], name="resident_user_right"),
            models.Index(fields=["content_object", "user"], name="resident_user_thing"),
            models.Index(fields=["grant"], name="resident_user_grant"),
        ]


class ResidentGroupPermission(GroupPermission):
    """Guardian's direct row: one group's right on one resident."""

    content_object = models.ForeignKey(Resident, models.CASCADE, related_name="group_permissions", db_index=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(  # all that row security asks of it, for each of thousands, without a look at the table
                fields=["group", "permission"],
                include=["content_object", "starts_at", "ends_at"],
                name="resident_group_sight",
            ),
            models.Index(fields=["content_object", "group"], name="resident_group_thing"),
            models.Index(fields=["grant"], name="resident_group_grant"),
        ]


class Identity(Tracked):
    """The identity part: legal name, date of birth, family. Guarded by ``VIEW_IDENTITY``."""

    resident = models.OneToOneField(Resident, models.PROTECT, related_name="identity")
    legal_name = models.CharField(max_length=160)
    birth_date = models.DateField()
    birth_date_is_estimate = models.BooleanField(default=False)
    family = models.TextField(blank=True, max_length=4000)
    family_latitude = models.FloatField(null=True, blank=True)
    family_longitude = models.FloatField(null=True, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_IDENTITY),)
    read_for = ("age", "matching", "withholding")
    added_by = None  # with a new record; there is one for each
    objects = Guarded.as_manager()

    def __str__(self) -> str:
        return f"identity of {self.resident_id}"

    @property
    def first_name(self) -> str:
        """Return the first name of the legal one."""
        return self.legal_name.split()[0]


class Alias(Tracked):
    """Another name the young person is or was known by. Part of the identity."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=160)
    used_where = models.CharField(max_length=160, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_IDENTITY),)
    read_for = ("withholding",)
    objects = Guarded.as_manager()

    def __str__(self) -> str:
        return f"alias of {self.resident_id}"


class PopulationDesignation(Tracked):
    """Which population the young person belongs to, how sure, by whom and on what basis.

    The newest one that counts is in force. The database lets one that would change a confirmed one wait until a second
    person has agreed.
    """

    class Standing(models.TextChoices):
        COUNTS = "counts", "Counts"
        WAITING = "waiting", "Waits for a second person"
        AGREED = "agreed", "Counts, a second person agreed"
        DECLINED = "declined", "Declined by a second person"

    COUNTING: ClassVar[tuple[str, ...]] = (Standing.COUNTS, Standing.AGREED)

    signatures: ClassVar[tuple[str, ...]] = ("decided_by_id", "reviewed_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="designations")
    population = models.CharField(max_length=12, choices=Population.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    basis = models.TextField(max_length=4000)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=now)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.COUNTS, editable=False)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    review_reason = models.TextField(max_length=4000, blank=True, editable=False, default="")

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["resident", "-decided_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="designation_has_a_basis"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("decided_by")),
                name="designation_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["counts", "waiting"], reviewed_by__isnull=True)
                | Q(standing__in=["agreed", "declined"], reviewed_by__isnull=False, reviewed_at__isnull=False)
                & ~Q(review_reason=""),
                name="designation_review_is_signed",
            ),
        ]


class LevelAssessment(Tracked):
    """The level of care that an assessment says the young person needs. The newest one counts; of one day, the last written."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(choices=LevelOfCare.choices)
    assessed_on = models.DateField()
    assessor = models.CharField(max_length=120)
    basis = models.TextField(max_length=4000)
    again_on = models.DateField("assess again by", null=True, blank=True)
    written_at = models.DateTimeField(default=now, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-assessed_on", "-written_at"]
        indexes = [models.Index(fields=["resident", "-assessed_on", "-written_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="level_is_on_the_scale"),
            models.CheckConstraint(
                condition=Q(again_on__isnull=True) | Q(again_on__gt=F("assessed_on")), name="level_assessed_again_later"
            ),
        ]


class SafetyAlert(Tracked):
    """One thing that everybody who cares for the young person must know at a glance."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", "Allergy"
        MEDICAL = "medical", "Medical"
        SAFETY = "safety", "Safety"
        CONTACT = "contact", "Contact"
        CARE = "care", "Care"

    STRONG = Q(urgent=True) | Q(kind=Kind.ALLERGY)  # as ``strong`` says

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=160)
    urgent = models.BooleanField(default=False)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-urgent", "kind", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="alert_ends_after_start"
            )
        ]

    @property
    def strong(self) -> bool:
        """Return whether it is shown in the strongest way: what is urgent, and every allergy."""
        return self.urgent or self.kind == self.Kind.ALLERGY

    @property
    def words(self) -> str:
        """Return the text with its kind before it, where the text does not name it: ``Allergy: peanuts``."""
        said = self.text.lower()
        plain = said.startswith("allerg") if self.kind == self.Kind.ALLERGY else self.kind in said
        return self.text if plain else f"{self.get_kind_display()}: {self.text}"
