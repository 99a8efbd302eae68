"""What keeps a record from going, and what was decided to let go: legal holds, and disposals of whole records."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident

GOES_WITHIN = timedelta(days=30)  # of the approval; then it must be asked for anew


class LegalHold(Tracked):
    """Nothing of the record of ``resident`` may go until somebody else than who laid it has lifted it.

    On a ``facility`` (which points upward) it keeps the records of all young people who ever lived there. The database's
    ``retention_obstacle`` reads these rows. They stay when a record has gone, so ``resident`` is no foreign key there.
    """

    class Why(models.TextChoices):
        LITIGATION = "litigation", "A lawsuit, or one that is to be expected"
        INVESTIGATION = "investigation", "An investigation"
        ORDER = "order", "An order of a court"
        REQUEST = "request", "A request to keep it"

    signatures: ClassVar[tuple[str, ...]] = ("laid_by_id", "lifted_by_id")
    resident = models.ForeignKey(
        Resident, models.DO_NOTHING, null=True, db_constraint=False, related_name="legal_holds"
    )
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=13, choices=Why.choices)
    reference = models.CharField("number or name by which it is known", max_length=160)
    note = models.TextField("what it is about", max_length=2000)
    laid_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    laid_at = models.DateTimeField(db_default=Now(), editable=False)
    lifted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)
    lift_reason = models.TextField(max_length=2000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by = (
        Opens(Can.VIEW_AUDIT),
        Opens(Can.VIEW_CASE_SUMMARY),
        Opens(Can.VIEW_OPENED),
        Opens(Can.MANAGE_FACILITY),
    )
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-laid_at", "id"]
        indexes = [
            models.Index(fields=["resident"], condition=Q(lifted_at=None), name="holds_on_young_people"),
            models.Index(fields=["facility"], condition=Q(lifted_at=None), name="holds_on_homes"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(resident__isnull=False, facility__isnull=True)
                | Q(resident__isnull=True, facility__isnull=False),
                name="legal_hold_is_on_one_thing",
            ),
            models.CheckConstraint(condition=Q(reference__regex=r"\S", note__regex=r"\S"), name="legal_hold_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("laid_by")), name="legal_hold_lifted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True, lift_reason="")
                | Q(lifted_by__isnull=False, lifted_at__isnull=False, lift_reason__regex=r"\S"),
                name="legal_hold_lift_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {str(self.pk)[:8]}"


class Disposal(Tracked):
    """That a record whose time is over shall go: proposed by a supervisor, approved by another one, done by the owner's command.

    When it has gone, this is what is left of it for people to read. The database fills in what it says of the record: ``code``,
    the days from ``began_on`` to ``left_on``, ``free_on`` (the first day on which it may go) and ``rules`` (each that says so, with
    the day). ``homes``, ``units``, ``closed_to``: where the young person lived, which units answered for the record, and who is
    barred from it. ``outside``: a supervisor of another unit who is named to decide it, because nobody else of the unit can; they
    are shown this row and nothing else of the record (the database's ``seconds_outside`` says whom one may name).
    ``age`` in years and ``absent_year``, of the last absence: for the rules that ask for them. ``erased``: label of
    a model → how many rows of it went. ``files``: the stored files that went with it.
    """

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "decided_by_id")
    resident = models.ForeignKey(Resident, models.DO_NOTHING, db_constraint=False, related_name="disposals")
    code = models.CharField(max_length=12, editable=False)
    began_on = models.DateField(null=True, editable=False)
    left_on = models.DateField(editable=False)
    free_on = models.DateField(editable=False)
    rules = models.JSONField(editable=False)
    age = models.SmallIntegerField(null=True, editable=False)
    absent_year = models.SmallIntegerField(null=True, editable=False)
    homes = ArrayField(models.UUIDField(), editable=False)
    units = ArrayField(models.UUIDField(), editable=False)
    closed_to = ArrayField(models.UUIDField(), default=list, editable=False)
    reason = models.TextField(max_length=2000)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    outside = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    approved = models.BooleanField(null=True, editable=False)
    decision = models.TextField(max_length=2000, blank=True, default="", editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    erased = models.JSONField(default=dict, editable=False)
    files = ArrayField(models.UUIDField(), default=list, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_AUDIT),)
    shown_by = "disposals_shown"
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-proposed_at", "id"]
        indexes = [models.Index(fields=["resident"], name="disposals_of_a_record")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="disposal_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="disposal_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, approved__isnull=True, decision="")
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    approved__isnull=False,
                    decision__regex=r"\S",
                ),
                name="disposal_decision_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"disposal {str(self.pk)[:8]}"
