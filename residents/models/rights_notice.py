"""That a young person's rights were read out to them, in which language and words, and what they said to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.access.visible import Guarded
from placement.audit.history import Tracked
from residents.models.resident import Resident


class RightsNotice(Tracked):
    """One reading of the rights with the young person: ``text`` is what was read, with the names and numbers, as it was then.

    It stays as it was signed. ``interpreter``: who put it into the young person's ``language``, where the text is in another
    one (``text_language``). To refuse to sign is allowed, and says so. ``facility`` points upward, to where it was; the
    caseworker's has none.
    """

    class Occasion(models.TextChoices):
        ARRIVAL = "arrival", "The young person has just come"
        AGAIN = "again", "It is time again"
        ASKED = "asked", "The young person has asked"
        CHANGED = "changed", "A right or a name has changed"

    class Answer(models.TextChoices):
        SIGNED = "signed", "Signs that they have heard it and have got a copy"
        REFUSED = "refused", "Does not want to sign"

    signatures: ClassVar[tuple[str, ...]] = ("explained_by_id",)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="rights_notices")
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+")
    jurisdiction = models.CharField(max_length=8)
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    language = models.CharField("the young person's language", max_length=60)
    text_language = models.CharField("language of the text", max_length=8)
    interpreter = models.CharField("who interpreted", max_length=160, blank=True, default="")
    text = models.TextField("what was read out", max_length=20000)
    answer = models.CharField(max_length=8, choices=Answer.choices)
    signed_as = models.CharField("name or initials", max_length=160, blank=True, default="")
    said = models.TextField("what the young person said or asked", blank=True, default="", max_length=2000)
    copy_given = models.BooleanField("the young person has got a copy", default=False)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(db_default=Now(), editable=False)

    guards = {"residents": "resident_id"}
    opened_by = (Opens(Can.VIEW_CARE_PROFILE),)
    objects = Guarded.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-given_at"]
        indexes = [models.Index(fields=["resident", "-given_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=r"\S", language__regex=r"\S"), name="rights_notice_says_what_was_read"
            ),
            models.CheckConstraint(
                condition=Q(answer="signed", signed_as__regex=r"\S") | Q(answer="refused", signed_as=""),
                name="rights_notice_is_signed_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"rights read out, {self.get_answer_display().lower()}"
