"""What a signed shift hands on, and what others sign after it: that they have read it, taken over, and reviewed its looks."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.facilities.models.shift import Shift
from residents.models import Resident

PERSON = settings.AUTH_USER_MODEL


class HandOffLine(Tracked):
    """What a hand-off keeps of one young person: what the entries of the shift say, and what was open when it was signed.

    The database's function writes all lines of a shift, in the transaction of its signature, and nobody changes them.
    ``lost``: nobody knew where they were.
    """

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="lines")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+")
    said = models.TextField("what the entries say", blank=True)
    left_open = models.TextField("what was open at the hand-off", blank=True)
    lost = models.BooleanField("nobody knew where they were", default=False)

    guards = {"residents": "resident_id", "facilities": "shift__facility_id"}
    opened_by = (Opens(Can.VIEW_CARE_LOG),)
    read_for = ("whereabouts",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["shift", "resident"], name="hand_off_has_one_line_of_each"),
            models.CheckConstraint(condition=~Q(said="", left_open=""), name="hand_off_line_says_something"),
        ]


class LooksReview(Tracked):
    """Somebody who was not on duty has read all looks of a signed shift: how many were late or missed, and which rounds
    cannot have been as they were written."""

    signatures: ClassVar[tuple[str, ...]] = ("reviewed_by_id",)
    shift = models.OneToOneField(Shift, models.PROTECT, related_name="looks_review")
    late = models.PositiveSmallIntegerField()
    missed = models.PositiveSmallIntegerField()
    doubtful = models.PositiveSmallIntegerField()
    note = models.TextField("what was found", blank=True, max_length=4000)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(late=0, missed=0, doubtful=0) | ~Q(note=""), name="looks_review_says_what_was_found"
            )
        ]


class HandOffRead(Tracked):
    """Somebody has read the hand-off of a signed shift."""

    signatures: ClassVar[tuple[str, ...]] = ("read_by_id",)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="reads")
    read_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["shift", "read_by"], name="hand_off_read_once")]


class TakeOver(Tracked):
    """Somebody of the next shift has taken over duty after a signed shift: what both counted, and where it differs."""

    signatures: ClassVar[tuple[str, ...]] = ("taken_by_id",)
    shift = models.OneToOneField(Shift, models.PROTECT, related_name="take_over")
    expected = models.PositiveSmallIntegerField("young people who should be in the house")
    counted = models.PositiveSmallIntegerField("young people who were seen in the house")
    keys = models.PositiveSmallIntegerField("keys that were handed over")
    medication = models.BooleanField("the medication was counted together and agrees")
    difference = models.TextField("what differs, and what is done about it", blank=True, max_length=4000)
    taken_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    guards = {"facilities": "shift__facility_id"}
    follows = ("shift",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expected=F("counted"), medication=True) | ~Q(difference=""),
                name="take_over_explains_its_difference",
            )
        ]
