"""People, the agency's units, membership in groups, and the bases of guardian's permission tables."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, Permission
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import BrinIndex
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from placement.access.rights import ROLE_RIGHTS, Can, Role
from placement.access.rows import Opens
from placement.audit.clock import now
from placement.audit.history import Tracked

WAITS = timedelta(days=7)
PLAIN = r"^[A-Za-z0-9][A-Za-z0-9 ./-]*$"


class Folded(models.Func):
    """A plain staff number as everybody reads it: letters and digits only, without capitals, O as 0, I and l as 1."""

    template = "translate(lower(regexp_replace(%(expressions)s, '[^A-Za-z0-9]', '', 'g') COLLATE \"C\"), 'oil', '011')"
    output_field = models.CharField()


class AgencyUnit(Tracked):
    """A part of the agency with its own supervisors and cases ("north unit")."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Finds people by username; accounts are made by ``access.proposals.propose_account``."""


class Person(AbstractBaseUser, Tracked):
    """Somebody who signs in. Deactivated, never deleted; one account per staff number, so one account per human.

    Staff numbers that read alike are the same: capitals, spaces and dashes don't count, O is 0, and I and l are 1.
    ``emergency_until``: when the newest emergency access ends at the latest, so that a page looks for one only then.
    ``cleared``: when records may open to somebody who works in homes, by the clearances on file; None when there never was one,
    and for other roles. The database writes it.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField("name as colleagues know it", max_length=120)
    staff_number = models.CharField(max_length=20)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.NONE)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, null=True, blank=True, related_name="people")
    time_zone = models.CharField(max_length=40, default="America/Los_Angeles")
    is_active = models.BooleanField("may sign in", default=True)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    password_set_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="password set by somebody else",
    )
    factor_since = models.DateTimeField(null=True, editable=False)
    signed_out_at = models.DateTimeField(null=True, editable=False)
    # hashed; never a way in by itself: access.pins
    pin = models.CharField(max_length=128, default="", db_default="", editable=False)
    pin_set_at = models.DateTimeField(null=True, editable=False)
    emergency_until = models.DateTimeField(null=True, editable=False)
    cleared = ArrayField(DateTimeRangeField(), null=True, editable=False)
    groups = models.ManyToManyField(Group, through="Membership", related_name="user_set", related_query_name="user")
    last_login = None
    is_superuser: ClassVar[bool] = False
    is_staff: ClassVar[bool] = False

    history_excludes: ClassVar[tuple[str, ...]] = ("password", "pin", "emergency_until", "cleared")
    objects = People()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        default_permissions = ()
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="person_has_a_known_role"),
            models.CheckConstraint(
                condition=~models.Q(role=Role.SUPERVISOR) | models.Q(unit__isnull=False), name="supervisor_has_a_unit"
            ),
            models.CheckConstraint(condition=models.Q(staff_number__regex=PLAIN), name="staff_number_is_plain"),
            models.UniqueConstraint(Folded("staff_number"), name="staff_number_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name as colleagues know it."""
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Set the password; the time of the change is what history keeps of it."""
        super().set_password(raw_password)
        self.password_changed_at = now()

    def is_cleared(self, moment: datetime) -> bool:
        """Return whether no clearance is asked of this person at ``moment`` (aware), or one lasts then."""
        return self.cleared is None or any(moment in span for span in self.cleared)

    @property
    def opens_records(self) -> bool:
        """Return whether grants count for this person now: the account is open and the clearance has not ended."""
        return self.is_active and self.is_cleared(now())

    def may(self, right: Can) -> bool:
        """Return whether the role gives ``right``. Rights on records are asked through ``visible_to`` instead."""
        return self.is_active and right in ROLE_RIGHTS[Role(self.role)]


class AccountChange(Tracked):
    """What a system administrator proposes for an account, and what a second person has decided about it.

    ``person`` has it only once it is confirmed, in the same transaction: a trigger on ``Person`` looks for that here. Nobody
    decides after ``ends_at``. Times and ``decided_in``, the transaction of the decision, are the database's own.
    """

    class Kind(models.TextChoices):
        OPEN = "open", "Open a new account"
        CHANGE = "change", "Change role or unit"
        REOPEN = "reopen", "Open a closed account again"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "decided_by_id")
    opened_by: ClassVar[tuple[Opens, ...]] = (Opens(Can.MANAGE_ACCOUNTS), Opens(Can.CONFIRM_ACCOUNTS))
    person = models.ForeignKey(Person, models.PROTECT, related_name="account_changes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    role = models.CharField(max_length=12, choices=Role.choices)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now, editable=False)
    ends_at = models.DateTimeField(default=now, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING, editable=False)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_in = models.BigIntegerField(null=True, editable=False)
    decision_reason = models.TextField(max_length=4000, blank=True, default="", editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-proposed_at", "id"]
        indexes = [models.Index(fields=["-proposed_at", "id"], name="account_change_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["open", "change", "reopen"], role__in=Role.values),
                name="account_change_is_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.SUPERVISOR) | Q(unit__isnull=False), name="proposed_supervisor_has_a_unit"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="account_change_says_why"),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="account_change_is_for_another"),
            models.CheckConstraint(
                condition=Q(status="withdrawn", decided_by=F("proposed_by"))
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person")) & ~Q(status="withdrawn"),
                name="account_change_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="waiting",
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decided_in__isnull=True,
                    decision_reason="",
                )
                | Q(
                    status__in=["confirmed", "refused", "withdrawn"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decided_in__isnull=False,
                )
                & ~Q(status="refused", decision_reason=""),
                name="account_change_is_signed",
            ),
            ExclusionConstraint(
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        models.Func("proposed_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status="waiting"),
                name="account_change_waits_once",
            ),
        ]

    @property
    def is_over(self) -> bool:
        """Return whether it waited for too long, and nobody can decide about it any more."""
        return self.status == self.Status.WAITING and self.ends_at <= now()

    @property
    def waits(self) -> bool:
        """Return whether somebody can decide about it now."""
        return self.status == self.Status.WAITING and self.ends_at > now()


class Membership(Tracked):
    """A person in a group for a time. Follows from assignments, roles and units; written by operations only."""

    deletable = True
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="membership_once")]


class Granted(Tracked):
    """A right on one object for a time. ``grant``: the id of the row from which it follows."""

    deletable = True
    grant = models.UUIDField()
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        default_permissions = ()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save without guardian's own look-up of the content type: a check constraint holds the right's model."""
        models.Model.save(self, *args, **kwargs)


class UserPermission(Granted, UserObjectPermissionBase):
    """A right of one person on one object, by a caseload, team or break-glass row.

    Looked up by person and right together; an index of one of them alone makes the planner read all rights of the person.
    """

    user = models.ForeignKey(Person, models.CASCADE, db_index=False)
    permission = models.ForeignKey(Permission, models.CASCADE, db_index=False)

    class Meta:
        abstract = True
        default_permissions = ()


class GroupPermission(Granted, GroupObjectPermissionBase):
    """A right of one group on one object, by a placement, case or facility. Looked up as in ``UserPermission``."""

    group = models.ForeignKey(Group, models.CASCADE, db_index=False)
    permission = models.ForeignKey(Permission, models.CASCADE, db_index=False)

    class Meta:
        abstract = True
        default_permissions = ()


class AccessLogEntry(models.Model):
    """That somebody opened a record, or was refused. Written by the database's ``access_log``; never changed.

    ``page``: the name of the address. ``parts``: codenames of the rights that were asked for and held. ``grants``: ids of
    the rows from which those rights follow. ``thing``: the id in the address; of one that was refused there may be no such record.
    ``purpose``: the reason that the person gave for what they did, where one is asked for.
    """

    class Outcome(models.TextChoices):
        SHOWN = "shown", "Opened"
        CHANGED = "changed", "Changed something"
        REFUSED = "refused", "Refused"
        EXPORTED = "exported", "Printed or saved"
        FAILED = "failed", "Sign-in failed"

    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=12)
    page = models.CharField(max_length=80)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    resident_id = models.UUIDField(null=True)
    facility_id = models.UUIDField(null=True)
    thing = models.UUIDField(null=True)
    parts = ArrayField(models.CharField(max_length=40))
    grants = ArrayField(models.UUIDField())
    request_id = models.CharField(max_length=32)
    purpose = models.TextField(default="", db_default="")

    guards: ClassVar[dict[str, str]] = {"residents": "resident_id", "facilities": "facility_id"}
    opened_by: ClassVar[tuple[Opens, ...]] = (
        Opens(Can.VIEW_AUDIT),
        Opens(Can.VIEW_OPENED),
        Opens(Can.MANAGE_FACILITY, "role", "inspector"),  # whoever runs a home reads what inspectors have opened there
    )
    shown_to: ClassVar[tuple[str, ...]] = ()
    follows: ClassVar[tuple[str, ...]] = ()
    within: ClassVar[tuple[str, ...]] = ()
    read_for: ClassVar[tuple[str, ...]] = ()
    kept_by: ClassVar[tuple[str, ...]] = ()
    sealable: ClassVar[bool] = False
    of_incident: ClassVar[str] = "thing"
    hidden_from: ClassVar[tuple[str, ...]] = ()
    shown_by: ClassVar[str] = ""
    judged_outside: ClassVar[bool] = False
    added_by: ClassVar[tuple[Opens, ...]] = ()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["resident_id", "-at", "-id"], name="access_log_resident"),
            models.Index(fields=["facility_id", "-at", "-id"], name="access_log_facility"),
            models.Index(fields=["person", "-at"], name="access_log_person"),
            BrinIndex(fields=["at"], autosummarize=True, name="access_log_at"),
        ]


class UnusualAccess(Tracked):
    """That somebody opened the records of ``MANY`` young people or more within ten minutes. A supervisor judges it.

    Written by the database's ``access_log``, once for each ten minutes; at ``TOO_MANY`` it shows no more.
    """

    class Judgement(models.TextChoices):
        EXPLAINED = "explained", "There was a reason for it"
        NOT_EXPLAINED = "not_explained", "There was no reason for it"

    MANY: ClassVar[int] = 60
    TOO_MANY: ClassVar[int] = 200
    withheld: ClassVar[tuple[str, ...]] = ("INSERT",)
    signatures: ClassVar[tuple[str, ...]] = ("judged_by_id",)
    opened_by: ClassVar[tuple[Opens, ...]] = (Opens(Can.READ_AUDIT),)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    judgement = models.CharField(max_length=14, choices=Judgement.choices, blank=True, default="")
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    judgement_reason = models.TextField(max_length=1000, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(judged_by__isnull=True) | ~models.Q(judged_by=models.F("person")),
                name="unusual_access_judged_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(judgement="", judged_by__isnull=True, judged_at__isnull=True, judgement_reason="")
                | models.Q(
                    judgement__in=["explained", "not_explained"], judged_by__isnull=False, judged_at__isnull=False
                )
                & ~models.Q(judgement_reason=""),
                name="unusual_access_judgement_is_signed",
            ),
        ]


class FormKey(models.Model):
    """A one-time key of a form that was saved: a second press of the same button finds it and changes nothing.

    ``path`` and ``digest`` tell a second press from something else that was sent with the same key.
    """

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, default="")
    digest = models.CharField(max_length=64, default="")
    went_to = models.CharField(max_length=200)
    used_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        default_permissions = ()


class Session(AbstractBaseSession):
    """A browser's session, with what its owner needs to know it by. Deleting the row ends it with the next request.

    ``device`` and ``place`` are words, no fingerprint: "Chrome on Android", and the network without the last part.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    device = models.CharField(max_length=60)
    place = models.CharField(max_length=64)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store that writes these rows."""
        from placement.access.store import SessionStore

        return SessionStore


class CalendarFeed(Tracked):
    """An address under which a calendar program reads what is due for ``person``, without a session and without names.

    Of the token in the address only the hash is kept. A feed ends when its person says so, with being signed out everywhere, and
    with a new password.
    """

    signatures: ClassVar[tuple[str, ...]] = ("person_id",)
    history_excludes: ClassVar[tuple[str, ...]] = ("digest", "read_at")
    shown_to: ClassVar[tuple[str, ...]] = ("person",)
    person = models.ForeignKey(Person, models.PROTECT, related_name="calendar_feeds")
    name = models.CharField("where it is read", max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="calendar_feed_keeps_a_hash"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="calendar_feed_has_a_name"),
        ]


class SignInFailure(models.Model):
    """A try to sign in that failed, kept for as long as it counts: ``access.tries``."""

    name = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["place", "at"], name="sign_in_failure_place")]
