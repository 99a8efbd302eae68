"""What a report says of young people whom its reader may not know: their codes and names, however they are written."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from placement.database.context import reading
from placement.facilities.models import Facility, Placement
from residents.models import Alias, Identity, Resident


def lived_in(home: Facility, *, since: datetime, until: datetime) -> list[Resident]:
    """Return everybody who lived in ``home`` at some moment from ``since`` to ``until``."""
    stays = Placement.objects.filter(facility=home, starts_at__lte=until).filter(
        Q(status=Placement.Status.ACTIVE) | Q(status=Placement.Status.ENDED, ends_at__gt=since)
    )
    return list(Resident.objects.filter(pk__in=stays.values("resident")))


@reading("withholding")
def hidden_names(hidden: Iterable[Resident]) -> set[str]:
    """Return every code and name of these young people: preferred, legal and other names, whole and in their parts."""
    people = list(hidden)
    full = {resident.preferred_name for resident in people}
    full |= set(Identity.objects.filter(resident__in=people).values_list("legal_name", flat=True))
    full |= set(Alias.objects.filter(resident__in=people).values_list("name", flat=True))
    parts = {part for name in full for part in re.split(r"[\s,]+", name) if len(part) > 1}
    return {resident.code for resident in people} | full | parts
