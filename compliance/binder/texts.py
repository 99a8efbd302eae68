"""What people have typed, as a binder may repeat it: without names of young people and of staff, and without where the home is.

Of young people everything is taken out that the writer could know by working in the home. Names beyond that would tell whoever
types them, and makes a binder then, who has lived here. Texts about a young person are not repeated at all.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, FacilityAddress
from placement.facilities.queries.withholding import lived_with, of_units, stays_in
from residents.in_texts import pattern_of, pattern_of_street, replaced
from residents.models import Resident
from residents.queries.names import hidden_names

Told = Callable[[str, UUID | None], str]
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
YOUNG, STAFF, PLACE = "[a young person]", "[staff]", "[where the home is]"


def telling(home: Facility, writers: set[UUID]) -> Told:
    """Return what takes out of a text by one of ``writers`` what a binder of ``home`` must not repeat: some eight queries."""
    people = list(Person.objects.filter(pk__in=writers))
    names = {
        who: [pattern_of(name) for name in found if name.strip()] for who, found in known_names(home, people).items()
    }
    everybody = [pattern for found in names.values() for pattern in found]
    places, staff = where_it_is(home), names_of_staff(home, writers)

    def told(text: str, writer: UUID | None) -> str:
        text = replaced(text, places, PLACE)[0]
        text = replaced(text, names.get(writer, everybody) if writer else everybody, YOUNG)[0]
        for pattern in staff:
            text = pattern.sub(STAFF, text)
        return text

    return told


def known_names(home: Facility, people: list[Person]) -> dict[UUID, set[str]]:
    """Return person id → codes and names of all whom that person could know by working in, or for, the home."""
    moment = now()
    with reading("withholding"):
        stays = stays_in(home, since=ALWAYS, until=moment)
        known = lived_with(home, stays, since=ALWAYS, until=moment, people=people)
        lived = {stay.resident_id for stay in stays}
        for person in people:
            known[person.pk] |= of_units(person, lived)
        found = Resident.objects.in_bulk({pk for each in known.values() for pk in each})
    return {who: hidden_names(found[pk] for pk in each if pk in found) for who, each in known.items()}


def names_of_staff(home: Facility, writers: set[UUID]) -> list[re.Pattern[str]]:
    """Return what finds the names of those who ever worked here, whole in any writing, and in parts as names are written."""
    works = Q(assignments__facility=home) | Q(pk__in=writers)
    found: set[str] = set(Person.objects.filter(works).values_list("name", flat=True))
    parts = {part for name in found for part in re.split(r"[\s,.]+", name) if len(part) > 2}
    whole = [re.compile(pattern_of(name), re.IGNORECASE) for name in sorted(found, key=len, reverse=True)]
    return [*whole, *(re.compile(rf"(?<!\w){re.escape(part)}(?!\w)") for part in sorted(parts))]


def where_it_is(home: Facility) -> list[str]:
    """Return the expressions that find where the home is; the address of another home is not looked for, nor told by that."""
    address: Any = FacilityAddress.objects.filter(facility=home).first()
    known = address.parts() if address else {}
    found = [pattern_of_street(known["street"])] if known.get("street") else []
    return found + [pattern_of(known[name]) for name in ("city", "postcode", "telephone", "email") if known.get(name)]
