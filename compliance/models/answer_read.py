"""That somebody has read what became of what they had proposed, or what they were told."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from placement.audit.history import Tracked


class AnswerRead(Tracked):
    """``person`` has read the answer that stands in the row ``of``: it is on their work page no more. History says when.

    of: the id of a row that ``person`` has proposed, or that tells them something (``compliance.queries.answers``).
    """

    withheld: ClassVar[tuple[str, ...]] = ("UPDATE",)
    signatures: ClassVar[tuple[str, ...]] = ("person_id",)
    shown_to: ClassVar[tuple[str, ...]] = ("person",)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    of = models.UUIDField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "of"], name="answer_is_read_once")]
