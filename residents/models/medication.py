"""Medication: what was ordered for a young person, each dose that was due or taken, and counts of what is kept locked."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.care import CareEntry
from residents.models.incident import Incident
from residents.models.resident import Resident

PERSON = settings.AUTH_USER_MODEL
ORDERS = (Can.WRITE_CLINICAL, Can.KEEP_CASE, Can.ACCEPT_PLACEMENT)  # clinician, caseworker, the home's administrator
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]  # Monday is 1


def said(field: str) -> Q:
    """Return the condition that a text says something."""
    return Q(**{f"{field}__regex": r"\S"})


def signed(who: str, when: str, text: str) -> Q:
    """Return the condition that a signature has its time and its words, or that there is none of it."""
    none = Q(**{f"{who}__isnull": True, f"{when}__isnull": True, text: ""})
    return none | Q(**{f"{who}__isnull": False, f"{when}__isnull": False}) & said(text)


class MedicationOrder(Tracked):
    """A drug that somebody prescribed. Never changed: it is checked once, and stopped once; another dose is a new order.

    ``times`` (of the home where the young person lives) and ``days`` say when it is due; an ``as_needed`` order has limits instead.
    ``entered_at``, ``checked_at``, ``stopped_at`` and ``allergies_known``, what was known at the entry, are set by the database.
    """

    class Form(models.TextChoices):
        TABLET = "tablet", "Tablet"
        CAPSULE = "capsule", "Capsule"
        LIQUID = "liquid", "Liquid (ml)"
        DROPS = "drops", "Drops"
        PUFF = "puff", "Inhaler or spray (puffs)"
        PATCH = "patch", "Patch"
        CREAM = "cream", "Cream or ointment"
        INJECTION = "injection", "Injection"
        OTHER = "other", "Something else"

    class Route(models.TextChoices):
        MOUTH = "mouth", "By mouth"
        TONGUE = "tongue", "Under the tongue"
        INHALED = "inhaled", "Inhaled"
        SKIN = "skin", "On the skin"
        EYE = "eye", "In the eye"
        EAR = "ear", "In the ear"
        NOSE = "nose", "In the nose"
        INJECTED = "injected", "Injected"
        OTHER = "other", "Another way"

    class Authority(models.TextChoices):
        PARENT = "parent", "A parent"
        GUARDIAN = "guardian", "A guardian"
        COURT = "court", "A court order"
        YOUNG = "young", "The young person, where the law lets them"
        AGENCY = "agency", "The agency, by a standing consent"

    PSYCHOTROPIC: ClassVar[tuple[str, ...]] = (Authority.PARENT, Authority.GUARDIAN, Authority.COURT)
    UNITS: ClassVar[dict[str, tuple[str, str]]] = {
        Form.TABLET: ("tablet", "tablets"),
        Form.CAPSULE: ("capsule", "capsules"),
        Form.LIQUID: ("ml", "ml"),
        Form.DROPS: ("drop", "drops"),
        Form.PUFF: ("puff", "puffs"),
        Form.PATCH: ("patch", "patches"),
        Form.CREAM: ("time", "times"),
        Form.INJECTION: ("injection", "injections"),
        Form.OTHER: ("unit", "units"),
    }

    signatures: ClassVar[tuple[str, ...]] = ("entered_by_id", "checked_by_id", "stopped_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="medication_orders")
    drug = models.CharField(max_length=120)
    strength = models.CharField(max_length=60)
    form = models.CharField(max_length=10, choices=Form.choices)
    route = models.CharField(max_length=10, choices=Route.choices)
    amount = models.DecimalField("how much at a time", max_digits=6, decimal_places=2)
    controlled = models.BooleanField("controlled drug", default=False)
    psychotropic = models.BooleanField("psychotropic drug", default=False)
    as_needed = models.BooleanField(default=False)
    times = ArrayField(models.TimeField(), default=list, blank=True)
    days = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    hours_between = models.SmallIntegerField("least hours between", null=True, blank=True)
    most_in_day = models.SmallIntegerField("most doses in 24 hours", null=True, blank=True)
    what_for = models.CharField(max_length=200, blank=True)
    prescriber = models.CharField("prescribed by", max_length=160)
    prescriber_telephone = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    consent_by = models.CharField("who gave consent", max_length=160)
    consent_on = models.DateField("day of the consent")
    consent_authority = models.CharField("by what authority", max_length=10, choices=Authority.choices)
    review_on = models.DateField("consent is looked at again", null=True, blank=True)
    allergies_known = models.TextField("allergies known at the entry", blank=True, editable=False)
    allergy_answer = models.TextField("why it is ordered in spite of an allergy", blank=True, max_length=1000)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    checked_at = models.DateTimeField(null=True, editable=False)
    stopped_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    stopped_at = models.DateTimeField(null=True, editable=False)
    stop_reason = models.TextField(blank=True, default="", max_length=1000, editable=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="replaced_by")

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG),)
    read_for = ("whereabouts",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["drug", "-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=said("drug") & said("strength") & said("prescriber") & said("prescriber_telephone"),
                name="medication_order_is_complete",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="medication_amount_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(as_needed=False, times__len__gt=0, days__len__gt=0, days__contained_by=EVERY_DAY)
                & Q(hours_between__isnull=True, most_in_day__isnull=True)
                | Q(as_needed=True, times__len=0, days__len=0, hours_between__gte=1, most_in_day__gte=1)
                & Q(hours_between__isnull=False, most_in_day__isnull=False)
                & said("what_for"),
                name="medication_order_says_when",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="medication_ends_after_start"
            ),
            models.CheckConstraint(condition=said("consent_by"), name="medication_consent_is_named"),
            models.CheckConstraint(
                condition=Q(psychotropic=False)
                | Q(consent_authority__in=["parent", "guardian", "court"], review_on__gt=F("consent_on"))
                & Q(review_on__isnull=False),
                name="psychotropic_consent_has_authority_and_review",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False) & ~Q(checked_by=F("entered_by")),
                name="medication_order_checked_by_another",
            ),
            models.CheckConstraint(
                condition=signed("stopped_by", "stopped_at", "stop_reason"), name="medication_stop_is_signed"
            ),
            models.UniqueConstraint(fields=["replaces"], name="medication_order_replaced_once"),
        ]

    def __str__(self) -> str:
        return f"medication order {self.pk}"

    @property
    def title(self) -> str:
        """Return drug and strength: ``Sertraline 50 mg``."""
        return f"{self.drug} {self.strength}"

    @property
    def needs_check(self) -> bool:
        """Return whether a second person must compare it with the prescription before the first dose."""
        return (self.controlled or self.psychotropic) and self.checked_at is None

    def amount_of(self, amount: object) -> str:
        """Return an amount with its unit: ``1 tablet``, ``2.5 ml``."""
        number = f"{amount:f}".rstrip("0").rstrip(".") if "." in str(amount) else str(amount)
        one, more = self.UNITS[self.form]
        return f"{number} {one if number == '1' else more}"

    @property
    def dose(self) -> str:
        """Return how much is taken, and how: ``1 tablet by mouth``."""
        return f"{self.amount_of(self.amount)} {self.get_route_display().lower()}"


class MedicationDose(Tracked):
    """What became of one dose: of an order at a ``due_at``, or of an as-needed order when somebody asked for it.

    Who wrote it, when it happened, in which home and shift says its ``entry`` in the care log, which is written with it; both stay
    as they are, and an amendment says everything anew. The newest counts. ``resident`` and ``error`` are set by the database.
    """

    class Outcome(models.TextChoices):
        GIVEN = "given", "Given"
        REFUSED = "refused", "Refused"
        MISSED = "missed", "Missed"
        HELD = "held", "Held"
        AWAY = "away", "Not in the home"
        MISTAKE = "mistake", CareEntry.MISTAKE

    class How(models.TextChoices):
        OBSERVED = "observed", "Taken by the young person, staff watched"
        ADMINISTERED = "administered", "Administered by staff"

    signatures: ClassVar[tuple[str, ...]] = ("witness_id", "effect_by_id")
    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="doses")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="doses", editable=False)
    entry = models.OneToOneField(CareEntry, models.PROTECT, related_name="dose")
    due_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    how = models.CharField(max_length=12, choices=How.choices, blank=True)
    amount = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    why = models.TextField(blank=True, max_length=1000)
    amends = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="amendments")
    error = models.BooleanField("medication error", default=False, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, editable=False, related_name="doses")
    witness = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    witnessed_at = models.DateTimeField(null=True, editable=False)
    effect = models.TextField("how it worked", blank=True, default="", max_length=1000, editable=False)
    effect_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    effect_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id", "facilities": "entry__facility_id"}
    follows = ("entry",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-due_at", "-id"]
        indexes = [models.Index(fields=["resident", "-due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "due_at"],
                condition=Q(amends__isnull=True, due_at__isnull=False),
                name="one_dose_for_each_time",
            ),
            models.UniqueConstraint(fields=["amends"], name="dose_amended_once"),
            models.CheckConstraint(condition=Q(outcome="given") | said("why"), name="dose_not_given_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="given", how__in=["observed", "administered"], amount__gt=0, amount__isnull=False)
                | Q(outcome__in=["refused", "missed", "held", "away", "mistake"], how="", amount__isnull=True),
                name="dose_given_says_how_and_how_much",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_by__isnull=True, effect_at__isnull=True)
                | Q(due_at__isnull=True, outcome="given", effect_by__isnull=False, effect_at__isnull=False)
                & said("effect"),
                name="effect_is_of_an_as_needed_dose",
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.pk}"

    @property
    def taken(self) -> str:
        """Return how much was taken, with its unit: ``1 tablet``."""
        return "" if self.amount is None else self.order.amount_of(self.amount)

    @property
    def needs_witness(self) -> bool:
        """Return whether a second person must still sign: a controlled drug was given."""
        return self.order.controlled and self.outcome == self.Outcome.GIVEN and self.witness_id is None


class MedicationCount(Tracked):
    """How much of a drug two people counted. ``expected`` is set by the database: the last count, what came and went, the doses.

    A difference needs words, and waits for the home's administrator. ``facility`` and ``shift`` point upward, as in ``CareEntry``.
    """

    signatures: ClassVar[tuple[str, ...]] = ("counted_by_id", "witness_id", "settled_by_id")
    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="counts")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="medication_counts", editable=False)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    received = models.DecimalField("came in since the last count", max_digits=7, decimal_places=2, default=0)
    removed = models.DecimalField("returned or destroyed since", max_digits=7, decimal_places=2, default=0)
    moved_note = models.TextField("from whom, to whom, how destroyed", blank=True, max_length=1000)
    expected = models.DecimalField(max_digits=7, decimal_places=2, editable=False)
    counted = models.DecimalField(max_digits=7, decimal_places=2)
    why = models.TextField("what explains the difference", blank=True, max_length=1000)
    counted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(db_default=Now(), editable=False)
    witness = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    witnessed_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_note = models.TextField(
        "what became of the difference", blank=True, default="", max_length=1000, editable=False
    )

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG), Opens(Can.INSPECT))
    read_for = ("whereabouts",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-counted_at", "-id"]
        indexes = [
            models.Index(fields=["order", "-counted_at"]),
            models.Index(fields=["facility", "-counted_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0, removed__gte=0, counted__gte=0), name="count_is_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(received=0, removed=0) | said("moved_note"), name="count_says_what_came_and_went"
            ),
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | said("why"), name="count_difference_is_explained"
            ),
            models.CheckConstraint(
                condition=Q(witness__isnull=True, witnessed_at__isnull=True)
                | Q(witness__isnull=False, witnessed_at__isnull=False) & ~Q(witness=F("counted_by")),
                name="count_witnessed_by_another",
            ),
            models.CheckConstraint(
                condition=signed("settled_by", "settled_at", "settled_note"), name="count_settlement_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return f"count {self.pk}"

    @property
    def difference(self) -> object:
        """Return how much more was counted than expected; below zero when some is gone."""
        return self.counted - self.expected
