"""Whoever answers for a record is led to write down what a notification told outside, until it stands among what was shared."""

from typing import Any

from django.urls import reverse
from django.utils.html import escape

from residents import operations
from tests.law import NCMEC, of, prove, report
from tests.world import World

LEADS = "Write down what was shared…"


def test_a_proof_of_telling_leads_to_the_record_of_what_was_shared(
    world: World, client_of: Any, acting_as: Any
) -> None:
    report(world, world.ada.resident)
    asked = of(NCMEC)
    page, law = reverse("compliance:obligation", args=[asked.pk]), asked.rule.citation
    keeps = client_of(world.caseworker)
    assert LEADS not in keeps.get(page).text
    prove(asked, world.staff_cedar, told="")
    assert LEADS not in keeps.get(page).text  # nobody was told
    prove(asked, world.staff_cedar, item=2, told="NCMEC, desk")
    assert LEADS in keeps.get(page).text
    address = keeps.get(page).context["to_share"]
    assert escape(address) in keeps.get("/?all").text
    for other in (world.caseworker2, world.staff_cedar, world.admin_cedar, world.clinician):
        assert escape(address) not in client_of(other).get("/?all").text
    assert LEADS not in client_of(world.staff_cedar).get(page).text  # sharing is not theirs
    form = keeps.get(address).context["form"]
    assert [form[name].value() for name in ("basis", "authority", "channel")] == ["law", law, "told"]
    told = {"recipient_kind": "police", "handed_to": "Desk", "purpose": "To find her", "basis": "law"}
    with acting_as(world.caseworker):
        operations.disclose(
            world.ada.resident,
            **told,
            recipient="NCMEC",
            authority=law,
            fields=["care.preferred_name"],
            channel="told",
            until=world.today,
            by=world.caseworker,
        )
    assert LEADS not in keeps.get(page).text
    assert escape(address) not in keeps.get("/?all").text
