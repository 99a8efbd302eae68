"""Looks where young people are: which of them found somebody."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from residents.models import CareEntry

NOT_FOUND = "Not found"
NOT_IN_BED = "Not in bed"
A_MINUTE = timedelta(minutes=1)
NOT_SEEN = (NOT_FOUND, NOT_IN_BED, CareEntry.MISTAKE)


def that_found(entries: QuerySet[CareEntry]) -> QuerySet[CareEntry]:
    """Return the looks among ``entries`` at which the young person was seen; an amended look counts as its newest version says."""
    newer = CareEntry.objects.filter(
        amends=Coalesce(OuterRef("amends_id"), OuterRef("pk")), written_at__gt=OuterRef("written_at")
    )
    looks = entries.filter(kind__in=CareEntry.LOOKS)
    return looks.exclude(outcome__in=NOT_SEEN).exclude(Exists(newer))


def since(looks: QuerySet[CareEntry], happened_at: Any, reported_at: Any) -> QuerySet[CareEntry]:
    """Return those of ``looks`` that end a report of somebody missing, made at ``reported_at`` (both aware, or of the outer row).

    Reports say no seconds: a look within the minute may have been before. And who reports knows more than an earlier look
    says: it counts when it was after the report, or was written after it, as that of somebody who came back meanwhile.
    """
    newer = Q(happened_at__gt=reported_at) | Q(amends=None, written_at__gt=reported_at)
    return looks.filter(newer, happened_at__gte=happened_at + A_MINUTE)
