"""Looks where young people are: which of them found somebody."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from residents.models import CareEntry

NOT_FOUND = "Not found"
NOT_IN_BED = "Not in bed"
A_MINUTE = timedelta(minutes=1)  # reports say no seconds: a look within the minute may have been before
NOT_SEEN = (NOT_FOUND, NOT_IN_BED, CareEntry.MISTAKE)


def that_found(entries: QuerySet[CareEntry]) -> QuerySet[CareEntry]:
    """Return the looks among ``entries`` at which the young person was seen; an amended look counts as its newest version says."""
    newer = CareEntry.objects.filter(
        amends=Coalesce(OuterRef("amends_id"), OuterRef("pk")), written_at__gt=OuterRef("written_at")
    )
    looks = entries.filter(kind__in=CareEntry.LOOKS)
    return looks.exclude(outcome__in=NOT_SEEN).exclude(Exists(newer))
