"""An alert says what kind it is wherever it stands, and an allergy always stands out."""

import pytest
from django.urls import reverse

from residents import operations as residents
from residents.models import SafetyAlert
from tests.facilities.shift_page import url


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("allergy", "Peanuts", "Allergy: Peanuts"),
        ("allergy", "Allergic to peanuts", "Allergic to peanuts"),
        ("allergy", "Peanut allergy", "Allergy: Peanut allergy"),
        ("medical", "Inhaler in the office", "Medical: Inhaler in the office"),
        ("contact", "No contact with the uncle", "No contact with the uncle"),
    ],
)
def test_the_words_name_the_kind_where_the_text_does_not(kind, text, words):
    assert SafetyAlert(kind=kind, text=text).words == words


def test_an_allergy_stands_out_on_every_page_though_nobody_called_it_urgent(world, acting_as, client_of):
    who = world.ada.resident.pk
    with acting_as(world.caseworker) as _:
        residents.add_alert(world.ada.resident, kind="allergy", text="Walnuts", urgent=False, by=world.caseworker)
        residents.add_alert(world.ada.resident, kind="care", text="Night light", urgent=False, by=world.caseworker)
    strong = '<span class="tag late">Allergy: Walnuts</span>'
    staff, admin = client_of(world.staff_cedar), client_of(world.admin_cedar)
    pages = [staff.get(reverse(f"residents:{name}", args=[who])) for name in ("detail", "plan", "health")]
    pages += [staff.get(url("shift", world)), admin.get(reverse("placements:safety", args=[world.ada.stay.pk]))]
    for page in pages:
        assert strong in page.content.decode(), page.request["PATH_INFO"]
    listed = staff.get(reverse("residents:list")).content.decode()
    assert strong in listed
    assert "Night light" not in listed
    assert "Allergy: Walnuts" in staff.get(reverse("residents:timeline", args=[who])).content.decode()
