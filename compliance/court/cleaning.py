"""What is taken out of texts before they leave for a court: names of other young people, and where our homes are."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from compliance.binder.texts import where_it_is
from compliance.court.subject import Subject
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.queries.withholding import lived_with, of_units, stays_in
from residents.in_texts import A_YOUNG_PERSON, pattern_of, replaced
from residents.models import Resident
from residents.queries.names import hidden_names
from residents.sheet import addresses_of_homes, for_outside

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
AN_ADDRESS = "[where a home is]"
AT_ONCE = 100  # texts


def cleaned(subject: Subject, texts: Iterable[str], writers: set[UUID]) -> dict[str, str]:
    """Return each of ``texts``, which ``writers`` (ids of people) have written, → what may leave of it."""
    wanted = sorted({text for text in texts if text})
    thing = subject.thing
    if isinstance(thing, Resident):
        found: dict[str, str] = {}
        for some in (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)):
            lines = for_outside(thing, [{"value": text} for text in some])
            found |= {text: line["value"] for text, line in zip(some, lines, strict=True)}
        return found
    names, places = (
        names_known(subject, writers),
        [*addresses_of_homes(), *(where_it_is(subject.home) if subject.home else [])],
    )
    instead = ((places, AN_ADDRESS), (names, f"[{A_YOUNG_PERSON}]"))
    return {text: without(text, instead) for text in wanted}


def without(text: str, instead: Iterable[tuple[list[str], str]]) -> str:
    """Return ``text`` with what any of the patterns finds replaced by the words beside them."""
    for patterns, words in instead:
        text = replaced(text, patterns, words)[0]
    return text


def names_known(subject: Subject, writers: set[UUID]) -> list[str]:
    """Return what finds the names, not the codes, of all young people whom a writer could know by working in, or for, the home."""
    home, moment, writing = subject.home, now(), list(Person.objects.filter(pk__in=writers))
    if home is None:
        return []
    with reading("withholding"):
        stays = stays_in(home, since=ALWAYS, until=moment)
        found = lived_with(home, stays, since=ALWAYS, until=moment, people=writing)
        known = {pk for each in found.values() for pk in each}
        known |= {pk for each in writing for pk in of_units(each, {stay.resident_id for stay in stays})}
        people = list(Resident.objects.filter(pk__in=known))
    names = hidden_names(people) - {resident.code for resident in people}
    return [pattern_of(name) for name in names if name.strip()]
