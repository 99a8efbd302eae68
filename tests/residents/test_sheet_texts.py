"""What is taken out of the texts of a sheet: where our homes are, and who else lives there; and who may ask for that."""

import re

import pytest
from django.urls import reverse

from placement.database.context import acting, acting_as_system
from residents.in_texts import pattern_of_street, replaced
from residents.models import Disclosure, Resident
from residents.operations import add_alias, record_siblings, separate
from residents.sheet import A_HOME, AN_ADDRESS, as_written, for_outside
from tests.attack.sql import ask, denied
from tests.residents.test_disclosures import TYPED, shared
from tests.residents.test_forms import hidden
from tests.world import PASSWORD, World, browser

OTHER = "[another young person]"


def write(world: World, plan: str) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        Resident.objects.filter(pk=world.ada.resident.pk).update(plan_of_the_day=plan)


def told(world: World, plan: str) -> str:
    """The plan of the day as the sheet tells it."""
    write(world, plan)
    with acting(world.caseworker.pk, world.caseworker.name):
        ada = Resident.objects.get(pk=world.ada.resident.pk)
        return for_outside(ada, as_written(ada, ["care.plan"]))[0]["value"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Goes to 1 Hidden Birch Lane by bus", f"Goes to {AN_ADDRESS} by bus"),
        ("1 HIDDEN  BIRCH LN., then home", f"{AN_ADDRESS}, then home"),
        ("at 1 Hidden Birch, 2nd floor", f"at {AN_ADDRESS}, 2nd floor"),
        ("call 555 Birch or 555-cedar", f"call {AN_ADDRESS} or {AN_ADDRESS}"),
        ("11 Hidden Birch Lane", "11 Hidden Birch Lane"),
        ("1 Hidden Birchwood Lane", "1 Hidden Birchwood Lane"),
    ],
)
def test_where_our_homes_are_is_told_to_nobody(world: World, written: str, shown: str) -> None:
    """Also of a home that whoever shares may not find."""
    assert told(world, written) == shown


@pytest.mark.parametrize(
    ("street", "text", "left"),
    [
        ("1420 Cedar Avenue", "lives at 1420 Cedar Ave. since May", "lives at X since May"),
        ("1420 Cedar Ave", "1420 cedar avenue", "X"),
        ("Main Street", "on Main St, and the main street", "on Main St, and the X"),
        ("12 St. John Street", "12 St John St", "X"),
        ("12 Calle Ñandú", "12 calle nandu", "X"),
        ("9 Oak Court", "9 Oak courtyard", "X courtyard"),
    ],
)
def test_a_street_is_found_with_its_last_word_shortened(street: str, text: str, left: str) -> None:
    assert replaced(text, [pattern_of_street(street)], "X") == (left, left.count("X"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Saw Cleo Secretname there.", f"Saw {OTHER} there."),
        ("saw SECRETNAME, cléo (again)", f"saw {OTHER} (again)"),
        ("Cleo-Secretname's phone", f"{OTHER}'s phone"),
        ("Sister   Moon and moon sister", f"{OTHER} and {OTHER}"),
        ("Maria del Mar Lopez; Maria Lopez", f"{OTHER}; {OTHER}"),
        ("Cleo and a sister of the moon, Mar Lopez", None),
        ("Cleopatra Secretname or Cleo Secretnames", None),
        ("Ada Secretname: Secretname, Ada", None),
        ("Bea is loud, and Béa's friend BEA", f"{OTHER} is loud, and {OTHER}'s friend {OTHER}"),
        ("Ada Secretname, Bea Secretname", f"Ada Secretname, {OTHER}"),
        ("Ada\nBea\n\n- school,  ", f"Ada\n{OTHER}\n\n- school,"),
        ("to bea or not to be; Beatrice", None),
        ("Ask Eve", None),
    ],
)
def test_other_young_people_are_not_named(world: World, written: str, shown: str | None) -> None:
    """In full whoever it is; by one word those who live with her, whatever she herself is called."""
    with acting(world.caseworker2.pk, world.caseworker2.name):
        add_alias(world.cleo.resident, name="Sister Moon", used_where="online", by=world.caseworker2)
        add_alias(world.dina.resident, name="Maria del Mar López", used_where="online", by=world.caseworker2)
    assert told(world, written) == (written if shown is None else shown)


def test_by_one_word_a_sibling_is_found_too(world: World) -> None:
    assert told(world, "Eve and Gwen") == "Eve and Gwen"
    with acting(world.supervisor.pk, world.supervisor.name):
        record_siblings(world.ada.resident, world.eve.resident, together=True, by=world.supervisor)
    assert told(world, "Her sister Eve, and Gwen") == f"Her sister {OTHER}, and Gwen"


def test_nobody_finds_out_without_a_signature_which_addresses_and_names_are_ours(world: World) -> None:
    """A caseworker may not know where homes are, and types street after street into a record that they keep."""
    written = f"Bea and Cleo Secretname at 1 Hidden Birch Lane, in {world.birch.facility.name}"
    write(world, written)
    before = Disclosure.objects.count()
    client, page = browser(world, "caseworker"), reverse("residents:disclose", args=[world.ada.resident.pk])
    typed = TYPED | {"care": ["care.plan"]}
    check = client.post(page, hidden(client.get(page)) | typed)
    assert written in check.content.decode()
    ours = re.compile(r"\[an|taken out: ", re.IGNORECASE)
    assert not ours.search(check.content.decode())
    wrong = client.post(page, hidden(check) | typed | {"sign": "yes", "password": "wrong"})
    assert not ours.search(wrong.content.decode()) and Disclosure.objects.count() == before
    made = client.post(page, hidden(check) | typed | {"sign": "yes", "password": PASSWORD}, follow=True)
    assert "Read it before you hand it on" in made.content.decode()
    kept = f"{OTHER} and {OTHER} at {AN_ADDRESS}, in {A_HOME}"
    sheet = Disclosure.objects.latest("disclosed_at")
    assert Disclosure.objects.count() == before + 1
    assert sheet.lines()[0]["value"] == kept
    assert kept in client.get(reverse("residents:sheet", args=[sheet.resident_id, sheet.pk])).content.decode()
    write(world, "Quiet")
    assert shared(world, fields=["care.plan"]).lines()[0]["value"] == "Quiet"


def test_only_who_may_share_the_record_has_its_texts_cleaned(world: World) -> None:
    """So that nobody finds out by it whether a name is one of a young person."""
    statement = "SELECT (without_names_of_others(%s, ARRAY['Cleo Secretname'])).cleaned"
    may = {world.caseworker, world.supervisor}
    for person in world.people.values():
        with acting(person.pk, person.name):
            if person in may:
                assert ask(statement, world.ada.resident.pk) == [OTHER]
            else:
                with denied():
                    ask(statement, world.ada.resident.pk)
    with acting_as_system("anything"), denied():
        ask(statement, world.ada.resident.pk)
    with acting(world.caseworker.pk, world.caseworker.name), denied():
        ask(statement, world.cleo.resident.pk)


def test_by_one_word_those_are_found_who_are_kept_apart_or_lived_with_her_once(world: World) -> None:
    ada, supervisor = world.ada.resident, world.supervisor
    assert told(world, "Fay, Eve, Dina") == f"{OTHER}, Eve, Dina"
    with acting(supervisor.pk, supervisor.name):
        separate(ada, kind="resident", other=world.eve.resident, reason="They quarrel", by=supervisor)
    assert told(world, "Fay, Eve, Dina") == f"{OTHER}, {OTHER}, Dina"
