"""The flyer about a missing young person: what may be released of them, agreed by two people, and to whom it was given."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from placement.ui.dates import full_day
from residents.models.disclosure import Disclosure
from residents.models.document import Document
from residents.models.incident import PERSON
from residents.models.incident_parts import IncidentPart

# What a flyer may say, in the order in which it says it: the field and its words. Each is released, or not, on its own.
ON_FLYER = (
    ("photo", "Photo"),
    ("name", "Name"),
    ("age", "Age"),
    ("height", "Height"),
    ("build", "Build"),
    ("hair", "Hair"),
    ("worn", "Wears"),
    ("since", "Missing since"),
    ("last_seen", "Last seen"),
    ("police", "Police to call"),
    ("case_number", "Police case number"),
)
HOTLINE = ("National Center for Missing & Exploited Children", "1-800-THE-LOST (1-800-843-5678)")
TEXTS = ("name", "age", "height", "build", "hair", "worn", "last_seen", "police", "case_number")


class Flyer(Tracked):
    """One version of the flyer about one young person. ``released``: which of its fields a supervisor has agreed to.

    It stays as it was written: a change is a new version, with an approval of its own, and only the newest is approved.
    """

    signatures: ClassVar[tuple[str, ...]] = ("drafted_by_id", "approved_by_id", "recalled_by_id")
    part = models.ForeignKey(IncidentPart, models.PROTECT, related_name="flyers")
    photo = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=80)
    age = models.CharField(max_length=20, blank=True, default="")
    height = models.CharField(max_length=60, blank=True, default="")
    build = models.CharField(max_length=60, blank=True, default="")
    hair = models.CharField(max_length=60, blank=True, default="")
    worn = models.CharField("what they wear", max_length=300, blank=True, default="")
    since = models.DateField("missing since")
    last_seen = models.CharField(max_length=200, blank=True, default="")
    police = models.CharField("police to call", max_length=160)
    case_number = models.CharField("police case number", max_length=60, blank=True, default="")
    drafted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(db_default=Now(), editable=False)
    released = ArrayField(models.CharField(max_length=12, choices=ON_FLYER), blank=True, default=list, editable=False)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(null=True, editable=False)
    recalled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    recalled_at = models.DateTimeField(null=True, editable=False)
    recall_reason = models.CharField(max_length=1000, blank=True, default="", editable=False)

    guards = {"residents": "part__resident_id"}
    opened_by = (Opens(Can.VIEW_IDENTITY),)
    within = ("part",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"\S", police__regex=r"\S"), name="flyer_says_whom_and_whom_to_call"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="flyer_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True, released=[])
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    released__len__gt=0,
                    released__contained_by=[name for name, _ in ON_FLYER],
                ),
                name="flyer_approval_says_what",
            ),
            models.CheckConstraint(
                condition=Q(recalled_by__isnull=True, recalled_at__isnull=True, recall_reason="")
                | Q(recalled_by__isnull=False, recalled_at__isnull=False, recall_reason__regex=r"\S"),
                name="flyer_recall_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"flyer {self.pk}"

    def lines(self, names: list[str]) -> list[tuple[str, str]]:
        """Return (words of the field, what it says) of each of the fields ``names`` in which something stands, but the photo."""
        said = {name: getattr(self, name) for name in TEXTS} | {"since": full_day(self.since)}
        return [(label, said[name]) for name, label in ON_FLYER if name in names and said.get(name)]

    @property
    def filled(self) -> list[str]:
        """Return the fields in which something stands."""
        return [name for name, _ in ON_FLYER if getattr(self, f"{name}_id" if name == "photo" else name)]


class FlyerRelease(Tracked):
    """That a flyer was given to somebody outside, with the sheet in the record of what was shared; and that they were told to
    take it down."""

    signatures: ClassVar[tuple[str, ...]] = ("released_by_id", "told_by_id")
    flyer = models.ForeignKey(Flyer, models.PROTECT, related_name="releases")
    disclosure = models.OneToOneField(Disclosure, models.PROTECT, related_name="+")
    recipient = models.CharField("who got it", max_length=160)
    released_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(db_default=Now(), editable=False)
    told_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    told_at = models.DateTimeField("told to take it down", null=True, editable=False)

    guards = {"residents": "flyer__part__resident_id"}
    opened_by = (Opens(Can.VIEW_IDENTITY),)
    within = ("flyer",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["released_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(recipient__regex=r"\S"), name="flyer_release_says_to_whom"),
            models.CheckConstraint(
                condition=Q(told_by__isnull=True, told_at__isnull=True)
                | Q(told_by__isnull=False, told_at__isnull=False),
                name="flyer_told_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.pk}"
