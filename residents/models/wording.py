"""Which wording that was pointed out somebody kept all the same."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import PERSON


class WordingIgnored(Tracked):
    """The writer has read a hint and kept the term: who, when, which term, in which record; never the text.

    ``record`` is the model's label, ``record_id`` the key of its row. ``facility`` points upward, to the home of the record where
    it has one, so that the homes can be compared; the layers above know everything else about it.
    """

    signatures: ClassVar[tuple[str, ...]] = ("person_id",)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(db_default=Now(), editable=False)
    term = models.CharField(max_length=80)
    record = models.CharField("kind of record", max_length=60)
    record_id = models.UUIDField("key of the record")
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, null=True, related_name="+")

    guards = {"facilities": "facility_id"}
    opened_by = (Opens(Can.READ_AUDIT),)
    shown_to = ("person",)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-kept_at", "-id"]
        indexes = [models.Index(fields=["-kept_at"])]
        constraints = [models.CheckConstraint(condition=~Q(term=""), name="ignored_wording_names_the_term")]
