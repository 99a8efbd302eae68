"""Every name by which a text could give a young person away."""

import re
from collections.abc import Iterable

from placement.database.context import reading
from residents.models import Alias, Identity, Resident


@reading("withholding")
def hidden_names(hidden: Iterable[Resident], *, legal: bool = True) -> set[str]:
    """Return every code and name of these young people, whole and in parts; with ``legal`` also legal and other names."""
    people = list(hidden)
    full = {resident.preferred_name for resident in people}
    if legal:
        full |= set(Identity.objects.filter(resident__in=people).values_list("legal_name", flat=True))
        full |= set(Alias.objects.filter(resident__in=people).values_list("name", flat=True))
    parts = {part for name in full for part in re.split(r"[\s,]+", name) if len(part) > 1}
    return {resident.code for resident in people} | full | parts
