"""Hints about words for one writer, and what was kept in spite of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import Identity, Resident, WordingIgnored
from residents.wording import Hint, Named, hints, names_in

WINDOW = timedelta(days=90)


def hints_for(person: Person, text: str, about: UUID | None = None) -> list[Hint]:
    """Return what is pointed out to ``person`` in ``text``: terms, and names of young people whom they may know anyway.

    The young person ``about`` whom the text is may be named. Two queries.
    """
    return hints(text) + names_in(text, [] if not text.strip() else named(person, about))


def named(person: Person, about: UUID | None) -> list[Named]:
    """Return the young people whom ``person`` may name, each with the names that are open to them, without ``about``."""
    called = Resident.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
    whole = Identity.objects.visible_to(person, Can.VIEW_IDENTITY)
    names: dict[Any, tuple[str, str]] = {
        pk: (code, name) for pk, code, name in called.values_list("pk", "code", "preferred_name")
    }
    legal: dict[Any, str] = {}
    for pk, code, name in whole.values_list("resident", "resident__code", "legal_name"):
        legal[pk] = name
        names.setdefault(pk, (code, ""))
    return [Named(code, (legal.get(pk, ""),), (name,)) for pk, (code, name) in names.items() if pk != about]


def ignored() -> QuerySet[WordingIgnored]:
    """Return what was kept in the last 90 days, as far as the database shows it to the acting person."""
    return WordingIgnored.objects.filter(kept_at__gte=now() - WINDOW)


def ignored_by_home() -> list[dict[str, Any]]:
    """Return, for each home and for records without one: its name, how often a term was kept, and which, most first."""
    rows = ignored().order_by().values("facility__name", "term").annotate(times=Count("pk"))
    homes: dict[str, dict[str, int]] = {}
    for row in rows:
        homes.setdefault(row["facility__name"] or "", {})[row["term"]] = row["times"]
    return sorted(
        (
            {
                "home": home or "Records outside a home",
                "times": sum(of_home.values()),
                "terms": sorted(of_home.items(), key=lambda pair: (-pair[1], pair[0])),
            }
            for home, of_home in homes.items()
        ),
        key=lambda each: (-each["times"], each["home"]),
    )
