"""Filters of the audit list that a person keeps under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from placement.audit.history import Tracked


class SavedFilter(Tracked):
    """What ``person`` looks for often: nobody else is shown it, because names may stand in it. History keeps only its name.

    asked: field of the form → what was typed. The days are not kept: it is opened with the last seven.
    """

    deletable: ClassVar[bool] = True
    signatures: ClassVar[tuple[str, ...]] = ("person_id",)
    history_excludes: ClassVar[tuple[str, ...]] = ("asked",)
    shown_to: ClassVar[tuple[str, ...]] = ("person",)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_filters")
    name = models.CharField("name", max_length=60)
    asked = models.JSONField()

    class Meta:
        default_permissions = ()
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="saved_filter_has_a_name"),
            models.UniqueConstraint(fields=["person", "name"], name="saved_filter_named_once"),
        ]
