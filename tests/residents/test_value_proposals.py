"""A supervisor proposes a former value to whoever keeps the case, who puts it back by the usual form or refuses."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.ui.moments import moment_in_address
from residents import operations
from residents.models import Resident, ValueProposal
from tests.residents.test_forms import hidden
from tests.values import WHY, proposed_value
from tests.world import World, browser


def rename(world: World, name: str, person: Person | None = None) -> None:
    by = person or world.caseworker
    with acting(by.pk, by.name):
        operations.change_profile(
            world.ada.resident, preferred_name=name, languages=["English"], plan_of_the_day="", by=by
        )


def row_before(world: World) -> Any:
    """What history says of Ada before the newest change."""
    return world.ada.resident.history.order_by("-history_id")[1]


def page_of(proposal: ValueProposal) -> str:
    return reverse("residents:put_back", args=[proposal.resident_id, proposal.pk])


def proposing(world: World, *, field: str = "preferred_name") -> str:
    ada, row = world.ada.resident, row_before(world).history_id
    return reverse("residents:propose_value", args=[ada.pk, "residents.Resident", ada.pk, row]) + f"?field={field}"


def test_a_supervisor_proposes_it_where_the_former_value_stands(world: World) -> None:
    before = row_before_is(world)
    address, page = proposing(world), browser(world, "supervisor")
    as_of = reverse("audit:as_of_young", args=[world.ada.resident.pk])
    assert address in page.get(f"{as_of}?at={moment_in_address(before.history_date)}").text
    newest = world.ada.resident.history.latest("history_id")
    act = reverse("audit:act", args=[newest.history_xid, str(newest.history_date.timestamp())])
    assert address in page.get(act).text
    form = page.get(address)
    assert "Ada" in form.text and "Zara" in form.text
    assert "Ada" not in address
    assert page.post(address, hidden(form) | {"why": " "}).status_code == 200
    assert not ValueProposal.objects.exists()
    answer = page.post(address, hidden(form) | {"why": WHY})
    (made,) = ValueProposal.objects.all()
    assert answer.url == page_of(made)
    assert (made.fields, made.former, made.proposed_by_id) == (
        ["preferred_name"],
        before.history_id,
        world.supervisor.pk,
    )
    world.ada.resident.refresh_from_db()
    assert world.ada.resident.preferred_name == "Zara"  # nothing is changed by it


def row_before_is(world: World) -> Any:
    rename(world, "Zara")
    return row_before(world)


def test_the_caseworker_takes_it_by_the_usual_form_filled_in(world: World) -> None:
    rename(world, "Yara")
    rename(world, "Zara")
    with acting(
        world.supervisor.pk, world.supervisor.name
    ):  # somebody else's change, which the caseworker could not put back
        Resident.objects.filter(pk=world.ada.resident.pk).update(preferred_name="Xara")
    proposal = proposed_value(world.ada.resident, world.supervisor, back=1)
    page = browser(world, "caseworker")
    here = page_of(proposal)
    assert here in page.get("/").text
    assert WHY in page.get(here).text
    href = page.get(here).context["href"]
    without = href.partition("&proposal=")[0]
    assert page.get(without).status_code == 404
    form = page.get(href)
    assert (form.context["form"]["preferred_name"].value(), form.context["form"]["reason"].value()) == ("Zara", WHY)
    sent = hidden(form) | {"preferred_name": "Zara", "sex": "female", "languages": "English", "plan_of_the_day": ""}
    assert page.post(href, sent | {"reason": WHY}).status_code == 302
    world.ada.resident.refresh_from_db()
    proposal.refresh_from_db()
    assert world.ada.resident.preferred_name == "Zara"
    assert (proposal.answer, proposal.answered_by_id) == ("taken", world.caseworker.pk)
    newest = world.ada.resident.history.latest("history_id")
    assert (newest.history_user_id, newest.history_act, newest.history_change_reason) == (
        world.caseworker.pk,
        "residents.change_profile",
        WHY,
    )
    assert here not in page.get("/").text
    assert page.get(href).status_code == 404  # once is enough
    outcome = f"/answers/value/{proposal.pk}/"
    assert outcome in browser(world, "supervisor").get("/").text
    assert "was put back, as you proposed" in browser(world, "supervisor").get(outcome).text


def test_who_saves_another_value_by_the_form_leaves_the_proposal_waiting(world: World) -> None:
    rename(world, "Zara")
    proposal = proposed_value(world.ada.resident, world.supervisor, back=1)
    page, here = browser(world, "caseworker"), page_of(proposal)
    href = page.get(here).context["href"]
    sent = {"preferred_name": "Wren", "sex": "female", "languages": "English", "plan_of_the_day": "", "reason": WHY}
    assert page.post(href, hidden(page.get(href)) | sent).status_code == 302
    world.ada.resident.refresh_from_db()
    proposal.refresh_from_db()
    assert (world.ada.resident.preferred_name, proposal.answer) == ("Wren", "")
    assert here in page.get("/").text


def test_the_caseworker_refuses_with_a_reason_and_the_supervisor_reads_it(world: World) -> None:
    rename(world, "Zara")
    proposal = proposed_value(world.ada.resident, world.supervisor, back=1)
    page, here = browser(world, "caseworker"), page_of(proposal)
    assert page.post(here, hidden(page.get(here)) | {"reason": ""}).status_code == 200
    assert page.post(here, hidden(page.get(here)) | {"reason": "They chose Zara"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.answer_reason) == ("refused", "They chose Zara")
    world.ada.resident.refresh_from_db()
    assert world.ada.resident.preferred_name == "Zara"
    supervisor, outcome = browser(world, "supervisor"), f"/answers/value/{proposal.pk}/"
    read = supervisor.get(outcome)
    assert "They chose Zara" in read.text
    assert supervisor.post(outcome, {"form_key": read.context["form"]["form_key"].value()}).status_code == 302
    assert outcome not in supervisor.get("/").text
    with acting(world.caseworker.pk, world.caseworker.name), pytest.raises(Refused, match="answered already"):
        operations.take_value(proposal, by=world.caseworker)


@pytest.mark.parametrize(
    "key", ["caseworker2", "staff_cedar", "admin_cedar", "clinician", "supervisor2", "inspector_cedar"]
)
def test_for_everybody_else_there_is_no_such_page(world: World, key: str) -> None:
    rename(world, "Zara")
    proposal = proposed_value(world.ada.resident, world.supervisor, back=1)
    for url in (page_of(proposal), proposing(world), f"/answers/value/{proposal.pk}/"):
        assert browser(world, key).get(url).status_code == 404, url
    assert page_of(proposal) not in browser(world, key).get("/").text
    person = getattr(world, key)
    with acting(person.pk, person.name):
        assert not ValueProposal.objects.exists()
        with pytest.raises(ObjectDoesNotExist):
            operations.take_value(proposal, by=person)


def test_who_may_not_propose_or_answer_does_not(world: World) -> None:
    rename(world, "Zara")
    assert browser(world, "caseworker").get(proposing(world)).status_code == 404
    proposal = proposed_value(world.ada.resident, world.supervisor, back=1)
    supervisor = browser(world, "supervisor")
    shown = supervisor.get(page_of(proposal))
    assert shown.context["form"] is None and shown.context["href"] == ""
    with acting(world.supervisor.pk, world.supervisor.name):
        with pytest.raises(ObjectDoesNotExist):
            operations.refuse_value(proposal, reason="x", by=world.supervisor)
        with pytest.raises(Refused, match="proposed already"):
            operations.propose_value(
                world.ada.resident,
                record="residents.Resident",
                thing=world.ada.resident.pk,
                former=row_before(world).history_id,
                fields=["preferred_name"],
                why="Again",
                by=world.supervisor,
            )


@pytest.mark.parametrize(
    "what",
    [
        {"record": "residents.SafetyAlert"},
        {"record": "facilities.Bed"},
        {"record": "no.such"},
        {"thing": "bea"},
        {"thing": "nobody"},
        {"former": 0},
        {"former": 10**20},
        {"former": "bea"},
        {"fields": ["code"]},
    ],
    ids=str,
)
def test_nothing_but_a_row_of_this_record_with_a_form_is_proposed(world: World, what: dict[str, Any]) -> None:
    rename(world, "Zara")
    ada, bea, by = world.ada.resident, world.bea.resident, world.supervisor
    given = {"record": "residents.Resident", "thing": ada.pk, "former": row_before(world).history_id}
    given |= {"fields": ["preferred_name"]} | what
    given["thing"] = {"bea": bea.pk, "nobody": uuid4()}.get(given["thing"], given["thing"])
    if given["former"] == "bea":
        given["former"] = bea.history.latest("history_id").history_id
    with acting(by.pk, by.name), pytest.raises(ObjectDoesNotExist):
        operations.propose_value(ada, **given, why=WHY, by=by)


def test_a_proposal_opens_no_other_form_and_no_other_value(world: World) -> None:
    rename(world, "Yara")
    rename(world, "Zara")
    with acting(world.supervisor.pk, world.supervisor.name):
        Resident.objects.filter(pk=world.ada.resident.pk).update(preferred_name="Xara")
    proposal, page = proposed_value(world.ada.resident, world.supervisor, back=1), browser(world, "caseworker")
    href = page.get(page_of(proposal)).context["href"]
    rows = world.ada.resident.history.order_by("-history_id").values_list("history_id", flat=True)
    for other in (
        href.replace(f"former={proposal.former}", f"former={rows[2]}"),
        href.replace("field=preferred_name", "field=sex"),
        href + "&field=sex",
        href.replace(str(proposal.pk), str(uuid4())),
        href.replace(str(proposal.pk), "x"),
        href.replace(str(world.ada.resident.pk), str(world.bea.resident.pk)),
    ):
        assert page.get(other).status_code == 404, other
