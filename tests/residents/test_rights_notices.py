"""The rights, read out with the young person in their language: signed or not, kept as it was, and what it closes."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from placement.database.constraints import Refused
from residents import operations
from residents.models import OutsidePerson, RightsNotice
from residents.rights_texts import LANGUAGES, STATES, language_of, rights_text
from tests.facilities.conftest import do
from tests.facilities.home_pages import errors_of, post
from tests.world import World, browser

DAY = timedelta(days=1)


def sent(**more: Any) -> dict[str, Any]:
    said = {"occasion": "arrival", "language": "English", "answer": "signed", "signed_as": "B. S.", "copy_given": "on"}
    return said | more


@pytest.mark.parametrize("state", [*STATES, "NV", ""])
def test_english_and_spanish_say_the_same_number_of_rights_and_offices(state: str) -> None:
    english, spanish = (rights_text(state, language) for language in LANGUAGES)
    assert [right.law for right in english.rights if "Code" in right.law] == [
        right.law for right in spanish.rights if "Code" in right.law
    ]
    assert len(english.rights) == len(spanish.rights) >= 9
    assert len(english.people) == len(spanish.people)
    assert all(right.text.strip() and right.law.strip() for text in (english, spanish) for right in text.rights)
    assert {right.text for right in english.rights}.isdisjoint(right.text for right in spanish.rights)


def test_no_number_is_made_up() -> None:
    """Those that there are were read in the sources that the files name, and are the same in both languages."""
    read = {"CA": ["1-877-846-1602", "1-844-538-8766"], "TX": [], "FL": ["1-844-543-7352", "1-800-962-2873"]}
    for state in STATES:
        for language in LANGUAGES:
            numbers = [one.number for one in rights_text(state, language).people]
            assert [number for number in numbers if any(sign.isdigit() for sign in number)] == read[state]


def test_an_office_is_told_in_the_language_of_the_text() -> None:
    people = [OutsidePerson(name="Ana Ruiz", office=office, telephone="555-0101") for office in OutsidePerson.Office]
    english, spanish = ([one.what for one in rights_text("CA", language, people).people[:4]] for language in LANGUAGES)
    assert english[0] == "your lawyer"
    assert spanish[0] == "tu abogado o abogada"
    assert all(english) and all(spanish) and not set(english) & set(spanish)


def test_languages_are_found_by_their_names() -> None:
    assert [language_of(name) for name in ("English", " spanish", "Español", "Vietnamese")] == ["en", "es", "es", ""]


def test_it_is_read_signed_and_kept_with_the_people_to_call(world: World) -> None:
    bea, staff = world.bea.resident, browser(world, "staff_cedar")
    named = {
        "name": "Lena Law",
        "relation": "lawyer",
        "permission": "allowed",
        "office": "lawyer",
        "telephone": "555 01 99",
    }
    do(world.caseworker, operations.add_outside_person, bea, **named)
    address = reverse("residents:read_out", args=[bea.pk])
    text = staff.get(address).content.decode()
    assert "Lena Law" in text
    assert "State Foster Care Ombudsperson" in text
    assert "1-877-846-1602" in text
    assert "ask your caseworker" not in text
    do(world.caseworker, operations.add_outside_person, bea, **named | {"name": "Olga Own", "telephone": ""})
    assert "ask your caseworker" in staff.get(address).content.decode()
    answer = post(staff, address, sent())
    made = RightsNotice.objects.get(resident=bea)
    assert answer.url == reverse("residents:rights_notice", args=[bea.pk, made.pk])
    kept = staff.get(answer.url).content.decode()
    assert "B. S." in kept
    assert "Lena Law, your lawyer: 555 01 99" in made.text
    assert (made.explained_by, made.jurisdiction, made.facility) == (world.staff_cedar, "CA", world.cedar.facility)


def test_to_refuse_to_sign_is_allowed_and_kept(world: World) -> None:
    bea, staff = world.bea.resident, browser(world, "staff_cedar")
    address = reverse("residents:read_out", args=[bea.pk])
    assert "signed_as" in errors_of(post(staff, address, sent(signed_as="")))
    assert "copy_given" in errors_of(post(staff, address, sent(copy_given="")))
    assert post(staff, address, sent(answer="refused", signed_as="")).status_code == 302
    assert RightsNotice.objects.get(resident=bea).signed_as == ""


def test_in_spanish_and_in_a_language_that_needs_an_interpreter(world: World) -> None:
    bea, staff = world.bea.resident, browser(world, "staff_cedar")
    address = reverse("residents:read_out", args=[bea.pk])
    assert "Tus derechos" in staff.get(f"{address}?language=es").content.decode()
    assert post(staff, f"{address}?language=es", sent(language="Spanish")).status_code == 302
    assert RightsNotice.objects.get(resident=bea).text.startswith("Tus derechos")
    assert "interpreter" in errors_of(post(staff, address, sent(language="Vietnamese")))
    assert post(staff, address, sent(language="Vietnamese", interpreter="T. Nguyen, line 3")).status_code == 302
    said = {"preferred_name": "Bea", "languages": ["Vietnamese"], "plan_of_the_day": "School"}
    do(world.caseworker, operations.change_profile, bea, **said)
    assert "An interpreter is needed" in staff.get(address).content.decode()


def test_others_are_refused(world: World) -> None:
    address = reverse("residents:read_out", args=[world.bea.resident.pk])
    for who in ("staff_birch", "supervisor", "clinician", "inspector_cedar", "stranger"):
        assert browser(world, who).get(address).status_code == 404
    with pytest.raises(Refused):
        do(
            world.staff_cedar,
            operations.read_out_rights,
            world.bea.resident,
            facility=world.cedar.facility,
            jurisdiction="CA",
            occasion="asked",
            language="Vietnamese",
            text="Words",
            text_language="en",
            answer="refused",
            copy_given=True,
        )
