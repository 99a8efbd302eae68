"""What stands in the record of who did what and should be looked at by a supervisor, and the numbers by which it is found."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import visible_ids
from placement.audit.history import Tracked
from placement.facilities.models import Facility
from residents.models import Resident

PERSON = settings.AUTH_USER_MODEL


class Flags(models.QuerySet[Any]):
    """Flags as far as they are open to somebody."""

    def open_to(self, person: Person) -> Self:
        """Return those that ``person`` may look at: a supervisor who audits the young person or the home; never about themselves.

        The database says the same, whoever asks.
        """
        if not (person.may(Can.READ_AUDIT) and person.opens_records):
            return self.none()
        young = Q(scope=Flag.Scope.YOUNG, resident_id__any_of=visible_ids(person, Can.VIEW_AUDIT))
        home = Q(scope=Flag.Scope.HOME, facility_id__any_of=visible_ids(person, Can.VIEW_OPENED))
        return self.filter(young | home | Q(scope=Flag.Scope.AGENCY)).exclude(person=person)


class Flag(Tracked):
    """That ``rule`` has found something which ``person`` did. Written once, by the owner's hourly command alone, and kept so.

    scope: what it is about: one young person, a home, or neither; whoever audits that is shown it, and never ``person``.
    facility: the home, also where it is about a young person, for the count of reviews. incident: the one that it follows.
    subject: what the rule groups by: an entry, a shift, a young person. on_day: its day in the home's zone, or the person's.
    facts: numbers for the sentence that says why; none of them counts young people. evidence: what it rests on, as kind, id and
    time, no names. took_part: who else did something in it, and so does not review it. due_at: until when somebody reviews it.
    """

    class Scope(models.TextChoices):
        YOUNG = "young", "A young person's record"
        HOME = "home", "A home"
        AGENCY = "agency", "Records of the agency"

    class Weight(models.TextChoices):
        FIRST = "first", "Look at this first"
        USUAL = "usual", "Look at this"

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    rule = models.CharField(max_length=30)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=6, choices=Scope.choices)
    weight = models.CharField(max_length=5, choices=Weight.choices)
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    incident_id = models.UUIDField(null=True)
    subject = models.UUIDField()
    on_day = models.DateField()
    happened_at = models.DateTimeField()
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    facts = models.JSONField()
    evidence = models.JSONField()
    took_part = ArrayField(models.UUIDField(), default=list)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    of_incident = "incident_id"
    opened_by = (Opens(Can.VIEW_AUDIT), Opens(Can.VIEW_OPENED, "scope", Scope.HOME.value))
    shown_by = "flags_of_the_agency"
    hidden_from = ("person",)
    objects = Flags.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["weight", "due_at", "id"]
        indexes = [models.Index(fields=["due_at"], name="flags_by_due_time")]
        constraints = [
            models.UniqueConstraint(fields=["rule", "person", "subject", "on_day"], name="flag_once_a_day"),
            models.CheckConstraint(
                condition=Q(scope="young", resident__isnull=False)
                | Q(scope="home", resident__isnull=True, facility__isnull=False)
                | Q(scope="agency", resident__isnull=True, facility__isnull=True),
                name="flag_is_of_its_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"flag {str(self.pk)[:8]}"


class FlagSetting(Tracked):
    """That a number of a rule is another one since ``set_at``, and why. The newest counts; none is changed or taken away.

    facility: for this home alone. The database holds the bounds that the rule gives it, so that no rule can be switched off.
    """

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("set_by_id",)
    opened_by = (Opens(Can.READ_AUDIT),)
    rule = models.CharField(max_length=30)
    name = models.CharField(max_length=20)
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, blank=True, related_name="+")
    value = models.IntegerField()
    why = models.TextField(max_length=1000)
    set_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-set_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(why__regex=r"\S"), name="flag_setting_says_why")]

    def __str__(self) -> str:
        return f"{self.rule} {self.name}"
