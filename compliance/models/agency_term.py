"""How long the agency itself keeps the record of a young person, beside what the law says."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from placement.access.rights import Can
from placement.access.rows import Opens
from placement.audit.history import Tracked


class AgencyTerm(Tracked):
    """That the agency keeps records for ``months`` after the young person left, and until they are ``until_age`` years old.

    Every one that a second person has confirmed counts, and the longest of all terms: so none can shorten another, or the law.
    Until then the second person can refuse it, and whoever proposed it withdraw it: it ends in one of the three.
    """

    signatures: ClassVar[tuple[str, ...]] = ("proposed_by_id", "confirmed_by_id", "refused_by_id")
    months = models.SmallIntegerField()
    until_age = models.SmallIntegerField(null=True, blank=True)
    why = models.TextField(max_length=1000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    refusal = models.TextField(max_length=1000, blank=True, default="", editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    opened_by = (Opens(Can.READ_AUDIT),)

    class Meta:
        default_permissions = ()
        ordering = ["-proposed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=12, months__lte=1200), name="agency_term_is_of_years"),
            models.CheckConstraint(
                condition=Q(until_age__isnull=True) | Q(until_age__gte=18, until_age__lte=99),
                name="agency_term_is_until_an_age",
            ),
            models.CheckConstraint(condition=Q(why__regex=r"\S"), name="agency_term_says_why"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="agency_term_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True) | ~Q(refused_by=F("proposed_by")),
                name="agency_term_refused_by_another",
            ),
            models.CheckConstraint(
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refusal="")
                | Q(refused_by__isnull=False, refused_at__isnull=False, refusal__regex=r"\S"),
                name="agency_term_refusal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, refused_at__isnull=True)
                | Q(confirmed_at__isnull=True, withdrawn_at__isnull=True)
                | Q(refused_at__isnull=True, withdrawn_at__isnull=True),
                name="agency_term_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="agency_term_is_signed",
            ),
        ]

    @property
    def waits(self) -> bool:
        """Return whether it waits for a second person."""
        return self.confirmed_at is None and self.refused_at is None and self.withdrawn_at is None

    @property
    def years(self) -> int:
        """Return the time in years."""
        return self.months // 12

    def __str__(self) -> str:
        return f"term of {self.months} months"
