"""What a report says of young people whom its reader may not know: their codes and names, however they are written."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from placement.database.context import reading
from placement.facilities.models import Facility, Placement
from residents.models import Alias, Identity, Resident

ANOTHER = "another young person"
MARKS = "[\u0300-\u036f]*"  # accents, which stand apart in decomposed text
BETWEEN = r"[\W_]{0,3}"
WORDS = frozenset(
    "am an as at be by da de di do du el go he if in is it la le me my no of on or so to up us we".split()  # noqa: SIM905
)


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


def withheld(text: str, names: Iterable[str], *, instead: str = ANOTHER) -> str:
    """Return ``text`` with each of ``names`` replaced by ``instead``.

    A name is found as a whole word, in any case, with or without accents and with a plural s. Between its parts, and
    between the letters and the digits of a code, any dash, space or nothing may stand.
    """
    wanted = sorted((pattern_of(name) for name in names if name.strip()), key=len, reverse=True)
    if not wanted:
        return text
    found = re.sub("|".join(wanted), instead, unicodedata.normalize("NFD", text), flags=re.IGNORECASE)
    return unicodedata.normalize("NFC", found)


def pattern_of(name: str) -> str:
    """Return the expression that finds ``name`` in decomposed text."""
    bare = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    parts = re.findall(r"[^\W\d_]+|\d+", bare)
    if len("".join(parts)) < 2:
        return rf"(?<!\w){re.escape(unicodedata.normalize('NFD', name))}(?!\w)"
    words = BETWEEN.join(part if part.isdecimal() else "".join(letter + MARKS for letter in part) for part in parts)
    if parts[-1].isdecimal():
        return rf"(?<![^\W_]){words}s?(?!\d)"
    if bare.lower() in WORDS:
        words = f"(?-i:{words})"
    return rf"(?<![^\W_]){words}s?(?![^\W_])"
