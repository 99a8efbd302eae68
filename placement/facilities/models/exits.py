"""Whether people can get out: each exit looked at in each shift, and the drills."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models.facility import Exit, Facility
from placement.facilities.models.shift import Shift

PERSON = settings.AUTH_USER_MODEL
READERS = (Opens(Can.VIEW_BEDS), Opens(Can.INSPECT))


class ExitCheck(Tracked):
    """Somebody on shift has tried an exit. It stays as it was written; an amendment stands beside it, with a reason.

    ``alarm_works`` is None where the exit has no alarm. ``facility``, ``checked_at`` and ``written_at`` are set by the database:
    an amendment is of the moment of the check that it amends.
    """

    signatures: ClassVar[tuple[str, ...]] = ("checked_by_id",)
    exit = models.ForeignKey(Exit, models.PROTECT, related_name="checks")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+", editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="exit_checks")
    opens = models.BooleanField("opens from inside without a key")
    unblocked = models.BooleanField("the way is free")
    alarm_works = models.BooleanField("the alarm works", null=True)
    wrong = models.TextField("what is wrong", blank=True, max_length=1000)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(db_default=Now(), editable=False)
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    reason = models.TextField("reason for the amendment", blank=True, max_length=1000)

    guards = {"facilities": "facility_id"}
    opened_by = READERS
    objects = Guarded.as_manager()

    @property
    def is_danger(self) -> bool:
        """Return whether nobody could get out here in a fire."""
        return not (self.opens and self.unblocked)

    @property
    def faults(self) -> list[str]:
        """Return in words what was found wrong."""
        said = [(self.opens, "does not open"), (self.unblocked, "blocked"), (self.alarm_works is not False, "no alarm")]
        return [words for right, words in said if not right]

    class Meta:
        default_permissions = ()
        ordering = ["-checked_at", "-written_at"]
        indexes = [models.Index(fields=["exit", "-checked_at"]), models.Index(fields=["facility", "-checked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(amends__isnull=True, reason="") | Q(amends__isnull=False, reason__regex=r"\S"),
                name="exit_amendment_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(wrong__regex=r"\S")
                | Q(opens=True, unblocked=True) & (Q(alarm_works__isnull=True) | Q(alarm_works=True)),
                name="exit_fault_is_described",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exit}, {', '.join(self.faults) or 'good'}"


class Drill(Tracked):
    """Everybody practised to get out, or to stay in: how long it took, and what is done about what went wrong.

    ``shift`` is the one in which it was held, None when nobody had opened one. It stays as it was written; an amendment stands
    beside it, with a reason, and is of the same kind and moment. Its ``young`` are those who did not get out.
    """

    class Kind(models.TextChoices):
        FIRE = "fire", "Fire"
        EVACUATION = "evacuation", "Evacuation for another reason"
        LOCKDOWN = "lockdown", "Somebody who must not get in"
        EARTHQUAKE = "earthquake", "Earthquake"
        STORM = "storm", "Storm or flood"
        OTHER = "other", "Other"

    LONGEST = 7200  # seconds
    signatures: ClassVar[tuple[str, ...]] = ("written_by_id",)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="drills")
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    held_at = models.DateTimeField()
    seconds = models.IntegerField("seconds until everybody was out, or safe")
    all_out = models.BooleanField("everybody got out, or was safe")
    problems = models.TextField("what went wrong", blank=True, max_length=4000)
    follow_up = models.TextField("what will be done", blank=True, max_length=4000)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    reason = models.TextField("reason for the amendment", blank=True, default="", db_default="", max_length=1000)

    guards = {"facilities": "facility_id"}
    opened_by = READERS
    objects = Guarded.as_manager()

    @property
    def written_late(self) -> str:
        """Return in words how long after the drill it was first written down; empty within a day, and for an amendment."""
        days = (self.written_at - self.held_at).days
        return "" if self.amends_id or not days else f"written down {days} day{'' if days == 1 else 's'} later"

    class Meta:
        default_permissions = ()
        ordering = ["-held_at", "-id"]
        indexes = [models.Index(fields=["facility", "-held_at", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gte=1, seconds__lte=7200), name="drill_takes_seconds"),
            models.CheckConstraint(condition=Q(held_at__lte=F("written_at")), name="drill_is_not_in_the_future"),
            models.CheckConstraint(
                condition=Q(problems="") | Q(follow_up__regex=r"\S"), name="drill_problem_has_a_follow_up"
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, reason="") | Q(amends__isnull=False, reason__regex=r"\S"),
                name="drill_amendment_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} drill"


class DrillYoung(Tracked):
    """A young person who took part in a drill; ``why_not`` says why they did not get out."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="young")
    resident = models.ForeignKey("residents.Resident", models.PROTECT, related_name="+")
    got_out = models.BooleanField()
    why_not = models.TextField("why not", blank=True, max_length=1000)

    guards = {"facilities": "drill__facility_id"}
    follows = ("drill",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["drill", "resident"], name="young_person_in_a_drill_once"),
            models.CheckConstraint(
                condition=Q(got_out=True, why_not="") | Q(got_out=False, why_not__regex=r"\S"),
                name="who_did_not_get_out_has_a_reason",
            ),
        ]


class DrillStaff(Tracked):
    """Somebody of the home who took part in a drill."""

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="staff")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    guards = {"facilities": "drill__facility_id"}
    follows = ("drill",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["drill", "person"], name="person_in_a_drill_once")]
