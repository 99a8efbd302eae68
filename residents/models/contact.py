"""People outside, whether contact with them is allowed, and the contacts that happened."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident


class OutsidePerson(Tracked):
    """Somebody outside with whom contact is allowed, supervised or prohibited, and the order that says so.

    ``office``: a young person's contact with somebody in it is private and never limited (California Welfare and Institutions
    Code 16001.9(a): lawyers, court-appointed advocates, social workers and probation officers, the State Foster Care Ombudsperson
    and licensing, in confidence).
    To allow more than before, or to take an office away, one person asks and the supervisor agrees: ``ContactChange``.
    """

    class Office(models.TextChoices):
        LAWYER = "lawyer", "Lawyer of the young person"
        ADVOCATE = "advocate", "Advocate or guardian whom the court has appointed"
        CASEWORKER = "caseworker", "Caseworker or probation officer"
        OMBUDSPERSON = "ombudsman", "Ombudsperson, licensing, or an independent visitor"

    class Permission(models.TextChoices):
        ALLOWED = "allowed", "Allowed"
        SUPERVISED = "supervised", "Allowed with somebody present"
        PROHIBITED = "prohibited", "Not allowed"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="outside_people")
    name = models.CharField(max_length=160)
    relation = models.CharField(max_length=80)
    permission = models.CharField(max_length=12, choices=Permission.choices)
    order = models.CharField("order or decision that says so", max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    office = models.CharField(max_length=10, choices=Office.choices, blank=True, default="")
    other_names = models.CharField("other names they use", max_length=300, blank=True, default="")

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    read_for = ("matching",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["permission", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(permission="prohibited") | ~Q(order=""), name="prohibition_names_its_order"
            ),
            models.CheckConstraint(condition=Q(office="") | Q(permission="allowed"), name="office_is_allowed"),
        ]

    @property
    def standing(self) -> str:
        """Return whether contact is allowed, in words."""
        return "Always allowed, in private" if self.office else self.get_permission_display()


class ContactChange(Tracked):
    """The question to the supervisor whether contact with somebody may be allowed that was not, or an office be taken away.

    When they agree, the database changes the list itself. ``resident`` is set by the database.
    """

    class Decision(models.TextChoices):
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    signatures: ClassVar[tuple[str, ...]] = ("asked_by_id", "decided_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="contact_changes", editable=False)
    outside_person = models.ForeignKey(OutsidePerson, models.PROTECT, related_name="changes")
    permission = models.CharField(max_length=12, choices=OutsidePerson.Permission.choices)
    office = models.CharField(max_length=10, choices=OutsidePerson.Office.choices, blank=True, default="")
    order = models.CharField(max_length=200, blank=True, default="")
    reason = models.TextField(max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True, default="", editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="wider_contact_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(permission="prohibited") | Q(order__regex=r"\S"), name="asked_prohibition_names_its_order"
            ),
            models.CheckConstraint(condition=Q(office="") | Q(permission="allowed"), name="asked_office_is_allowed"),
            models.CheckConstraint(
                condition=Q(decision="withdrawn") | Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="wider_contact_is_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True, decision_reason="")
                | Q(decision__in=["agreed", "withdrawn"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(
                    decision="declined",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decision_reason__regex=r"\S",
                ),
                name="wider_contact_decision_is_signed",
            ),
            models.UniqueConstraint(
                fields=["outside_person"], condition=Q(decision=""), name="wider_contact_waits_once"
            ),
        ]


class Contact(Tracked):
    """A call, visit, letter or message with someone outside, or one that did not come about, and why.

    It stays as it was written; what was wrong is said by an amendment. ``facility`` and ``shift`` point upward, to where it
    was logged; a caseworker's contact has neither. The database sets ``written_at``, ``late`` and ``permission``, how the
    list stood then. ``restriction``: the limit under which a contact that is allowed was refused. ``incident``: the report
    about somebody who must not be in contact, or whom nobody knows. ``seen_by``: the supervisor who has read of a contact
    with nobody present.
    """

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        VISIT = "visit", "Visit"
        LETTER = "letter", "Letter"
        MESSAGE = "message", "Message"

    class Outcome(models.TextChoices):
        TOOK_PLACE = "took_place", "It took place"
        NOT_REACHED = "not_reached", "Nobody was reached"
        NOT_WANTED = "not_wanted", "The young person did not want it"
        DENIED = "denied", "We did not let it happen"
        MISTAKE = "mistake", "Written by mistake"  # an amendment alone says so; it does not count

    class Initiative(models.TextChoices):
        YOUNG = "young", "The young person"
        OTHER = "other", "The other person"
        STAFF = "staff", "Staff"
        NOT_YOUNG = "not_young", "Not the young person"  # written before it was asked who else

    signatures: ClassVar[tuple[str, ...]] = ("written_by_id", "seen_by_id")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="contacts")
    outside_person = models.ForeignKey(OutsidePerson, models.PROTECT, null=True, blank=True, related_name="contacts")
    other_name = models.CharField("somebody else", max_length=160, blank=True, default="")
    permission = models.CharField(
        "contact was",
        max_length=12,
        choices=OutsidePerson.Permission.choices,
        blank=True,
        db_default="",
        editable=False,
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.TOOK_PLACE)
    initiative = models.CharField("whose wish it was", max_length=10, choices=Initiative.choices)
    happened_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    supervised = models.BooleanField("somebody was present", default=False)
    supervised_by = models.CharField("who was present", max_length=160, blank=True, default="")
    note = models.TextField(blank=True, max_length=10000)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+")
    shift = models.ForeignKey("facilities.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    restriction = models.ForeignKey(
        "residents.Restriction", models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    incident = models.ForeignKey("residents.Incident", models.PROTECT, null=True, blank=True, related_name="contacts")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    late = models.BooleanField(db_default=False, editable=False)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    reason = models.TextField("reason for the amendment or late entry", blank=True, default="", max_length=1000)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    seen_at = models.DateTimeField(null=True, editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["resident", "-happened_at"]),
            models.Index(fields=["shift"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outside_person__isnull=False, other_name="")
                | Q(outside_person__isnull=True, other_name__regex=r"\S"),
                name="contact_is_with_one",
            ),
            models.CheckConstraint(
                condition=Q(supervised=True) | Q(supervised_by=""), name="who_was_present_was_present"
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False) & ~Q(seen_by=F("written_by")),
                name="contact_is_read_by_another",
            ),
        ]

    @property
    def whom(self) -> str:
        """Return with whom it was, in words."""
        return self.outside_person.name if self.outside_person else self.other_name

    @property
    def relation(self) -> str:
        """Return what the other person is to the young person."""
        return self.outside_person.relation if self.outside_person else "not on the list"

    @property
    def unsupervised(self) -> bool:
        """Return whether it took place with nobody present although somebody had to be."""
        needed = self.permission == OutsidePerson.Permission.SUPERVISED
        return needed and self.outcome == self.Outcome.TOOK_PLACE and not self.supervised
