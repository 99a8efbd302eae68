"""Rules as the packs had them, version by version, and the holidays by which they count: written by the owner alone."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from compliance.parts import Duty, Part
from placement.audit.history import Tracked


class RuleVersion(Tracked):
    """One rule for the days from ``valid_from`` to ``valid_to``, as one pack had it.

    What it asks never changes: another text of the same days is a further version (``version`` counts them), and this one is
    switched off. ``off`` says why it is not judged; empty while it is. ``parameters``: what its kind's statement takes.
    ``facts``: those that it needs. ``young_part``, ``home_part``: what opens its rows about young people and about homes
    (``compliance.parts``); empty where it has none. ``duty``: whose it is, where its words say who.
    """

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    pack = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    version = models.SmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    jurisdiction = models.CharField(max_length=12)
    citation = models.TextField()
    area = models.CharField(max_length=40)
    title = models.TextField()
    summary = models.TextField()
    severity = models.CharField(max_length=8)
    source = models.TextField()
    verified = models.BooleanField()
    as_of = models.DateField()
    reading = models.TextField(blank=True)
    off = models.TextField(blank=True)
    duty = models.CharField(max_length=20, choices=Duty.choices, blank=True, db_default="")
    kind = models.CharField(max_length=24, blank=True)
    parameters = models.JSONField(default=dict)
    proofs = ArrayField(models.TextField(), default=list)
    facts = ArrayField(models.TextField(), default=list)
    young_part = models.CharField(max_length=8, choices=Part.choices, blank=True)
    home_part = models.CharField(max_length=8, choices=Part.choices, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["pack", "rule", "valid_from", "version"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "valid_from", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rule_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(off="") | ~Q(kind=""), name="rule_in_force_has_a_check"),
            ExclusionConstraint(
                name="one_version_in_force",
                expressions=[
                    ("rule", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(off=""),
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def by_proof(self) -> bool:
        """Return whether what it asks for is shown by proofs that somebody files."""
        return bool(self.proofs)


class Holiday(Tracked):
    """A day on which the offices of a jurisdiction are closed, beside Saturdays and Sundays."""

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    deletable: ClassVar[bool] = False
    calendar = models.CharField(max_length=12)
    day = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="holiday_once")]
