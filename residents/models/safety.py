"""Who must be kept apart from whom and where, who exploited, who harmed, who belongs together."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.clock import now
from placement.audit.history import Tracked
from residents.models.resident import PERSON, Resident

# Who may write what joins two young people: they may be on two caseloads, and their supervisor sees both.
PAIRS = (Can.KEEP_CASE, Can.ASSIGN_TEAM)


class Separation(Tracked):
    """Two residents who must not live together, or a resident and a person or area to stay away from."""

    class Kind(models.TextChoices):
        RESIDENT = "resident", "Another young person"
        PERSON = "person", "Somebody outside"
        AREA = "area", "An area"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="separations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    other = models.ForeignKey(Resident, models.PROTECT, null=True, blank=True, related_name="separated_from")
    person = models.CharField("person to stay away from", max_length=160, blank=True)
    area = models.CharField("area to stay away from", max_length=160, blank=True)
    area_latitude = models.FloatField(null=True, blank=True)
    area_longitude = models.FloatField(null=True, blank=True)
    area_km = models.FloatField("distance to keep, in km", null=True, blank=True)
    reason = models.TextField(max_length=4000)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY), Opens(Can.VIEW_CASE_SUMMARY, through="other_id"))
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="separation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(kind="resident", other__isnull=False) & ~Q(other=F("resident"))
                | Q(kind="person", other__isnull=True) & ~Q(person="")
                | Q(
                    kind="area",
                    other__isnull=True,
                    area_km__gt=0,
                    area_latitude__isnull=False,
                    area_longitude__isnull=False,
                ),
                name="separation_says_from_whom",
            ),
        ]


class SeparationRequest(Tracked):
    """A separation from a young person who was named by a code only; the supervisor of the unit completes it.

    Kept as it was typed, whether or not there is anybody with that code: so the code tells nothing to who asks.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for the supervisor"
        COMPLETED = "completed", "Completed"
        DECLINED = "declined", "Closed without a separation"

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "decided_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="separation_requests")
    code = models.CharField("code of the other young person", max_length=12)
    reason = models.TextField(max_length=4000)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING, editable=False)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(reason=""), name="separation_request_says_whom_and_why"),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_by__isnull=True)
                | Q(status__in=["completed", "declined"], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decision_reason=""),
                name="separation_request_decision_is_signed",
            ),
        ]


class Exploiter(Tracked):
    """A known exploiter or recruiter. Restricted: reached only through a link of a resident with the right."""

    name = models.CharField(max_length=160)
    description = models.TextField(blank=True, max_length=4000)

    opened_by = (Opens(Can.VIEW_EXPLOITATION, through="links__resident_id"),)
    added_by = None  # before the link by which it is reached

    def __str__(self) -> str:
        return f"exploiter {self.pk}"


class ExploitationLink(Tracked):
    """A resident's link to a known exploiter or recruiter. Restricted part: ``VIEW_EXPLOITATION``."""

    class Kind(models.TextChoices):
        EXPLOITER = "exploiter", "Exploiter"
        RECRUITER = "recruiter", "Recruiter"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="exploitation_links")
    exploiter = models.ForeignKey(Exploiter, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    note = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_EXPLOITATION),)
    read_for = ("matching", "safety mark")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["resident", "exploiter", "kind"], name="exploitation_link_once")]


class ExploitationTrace(Tracked):
    """A number, place, online name or car that an exploiter or recruiter uses. Restricted part: ``VIEW_EXPLOITATION``."""

    class Kind(models.TextChoices):
        PHONE = "phone", "Telephone number"
        PLACE = "place", "Place"
        ONLINE = "online", "Online name"
        CAR = "car", "Car"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="exploitation_traces")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    value = models.CharField(max_length=160)
    note = models.TextField(blank=True, max_length=4000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_EXPLOITATION),)
    read_for = ("matching", "safety mark")
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["kind", "value"]
        constraints = [
            models.CheckConstraint(condition=Q(value__regex=r"[[:alnum:]]"), name="trace_says_which"),
            models.UniqueConstraint(fields=["resident", "kind", "value"], name="trace_once"),
        ]

    def __str__(self) -> str:
        return f"trace {self.pk}"


class HarmEvent(Tracked):
    """One event of the safety history: the young person harmed somebody, or was harmed by a peer."""

    class Kind(models.TextChoices):
        HARMED = "harmed", "Harmed another young person"
        WAS_HARMED = "was_harmed", "Was harmed by another young person"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="harm_events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happened_on = models.DateField()
    summary = models.TextField(max_length=4000)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_on"]


class Kinship(Tracked):
    """Two residents who are siblings. ``together`` says whether they wish and are advised to live together."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="kin")
    sibling = models.ForeignKey(Resident, models.PROTECT, related_name="kin_of")
    together = models.BooleanField(default=True)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CASE_SUMMARY),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["resident", "sibling"], name="kinship_once"),
            models.CheckConstraint(condition=~Q(resident=F("sibling")), name="kinship_is_with_another"),
        ]
