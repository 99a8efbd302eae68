"""The text of the rights for one young person, in a language, and the readings of it that were signed."""

from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from residents.models import OutsidePerson, RightsNotice
from residents.queries.record import Record
from residents.rights_texts import LANGUAGES, RightsText, language_of, rights_text


def state_of(record: Record) -> str:
    """Return the state of the home where the young person lives, like ``CA``; empty when they live in none."""
    return str(record.stay.facility.jurisdiction) if record.stay else ""


def language_wanted(record: Record, asked: str) -> str:
    """Return the code of the language to read in: what was ``asked`` for, or the young person's own; English for any other."""
    if asked in LANGUAGES:
        return asked
    return next((code for name in record.resident.languages if (code := language_of(name))), "en")


def text_for(record: Record, language: str) -> RightsText:
    """Return what is read out, with the people of the young person's list who hold an office. One query."""
    people = OutsidePerson.objects.visible_to(record.person, Can.VIEW_CARE_PROFILE).filter(resident=record.resident)
    return rights_text(state_of(record), language, people.exclude(office="").order_by("office", "name"))


def needs_interpreter(record: Record) -> str:
    """Return the language of the young person that has no complete text; empty when one of theirs has."""
    names = list(record.resident.languages)
    return "" if not names or any(language_of(name) for name in names) else str(names[0])


def notice_for(person: Person, resident: UUID, row: UUID) -> RightsNotice:
    """Return a reading as it was signed. Raises ``RightsNotice.DoesNotExist``."""
    found = RightsNotice.objects.visible_to(person, Can.VIEW_CARE_PROFILE).select_related("explained_by", "facility")
    return found.get(pk=row, resident=resident)
