"""A caseworker proposes how a stay ends; the home or the supervisor writes it, never whoever proposed it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.queries.work import Task, my_work
from placement.access.models import Person
from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Discharge, DischargeProposal, Placement
from tests.attack.sql import change, denied, insert, refused, sql
from tests.facilities.conftest import Steps, do
from tests.facilities.test_placements_pages import moment, post
from tests.world import World, browser

DAY = timedelta(days=1)
PLAN = {
    "to": "relative",
    "reason": "The aunt was approved.",
    "after_care": "A call each week.",
    "after_care_contact": "Aunt",
}


def plan(world: World, **values: Any) -> dict[str, Any]:
    leaves_at = now() + 3 * DAY
    return {**PLAN, "leaves_at": leaves_at, "first_check_on": (leaves_at + 5 * DAY).date(), **values}


def propose(world: World, by: Person | None = None, **values: Any) -> DischargeProposal:
    """A proposal to end the stay of bea in Cedar."""
    return do(by or world.caseworker, operations.propose_discharge, world.bea.stay, **plan(world, **values))


def told() -> dict[str, Any]:
    return {**PLAN, "at": now(), "first_check_on": (now() + 5 * DAY).date()}


def tasks(person: Person, young: str) -> list[Task]:
    work = my_work(person)
    return [task for task in [*work.first, *work.later] if task.title.startswith(f"{young} leaves")]


def test_the_caseworker_proposes_and_history_says_so(world: World) -> None:
    proposal = propose(world)
    proposal.refresh_from_db()
    assert (proposal.resident, proposal.proposed_by) == (world.bea.resident, world.caseworker)
    [row] = DischargeProposal.history.filter(id=proposal.pk)
    assert (row.history_type, row.history_user_name) == ("+", world.caseworker.name)
    assert row.history_act == "facilities.propose_discharge"


@pytest.mark.parametrize("key", ["caseworker2", "supervisor", "admin_cedar", "staff_cedar", "clinician"])
def test_for_anybody_else_there_is_no_such_stay(world: World, key: str) -> None:
    with pytest.raises(Placement.DoesNotExist):
        propose(world, world.people[key])
    with pytest.raises(Placement.DoesNotExist):
        do(world.people[key], operations.withdraw_discharge_proposal, world.ada.proposal, reason="No.")
    assert not DischargeProposal.objects.filter(placement=world.bea.stay).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("leaves_at", lambda: now() - timedelta(minutes=1)),
        ("first_check_on", lambda: now().date() - DAY),
        ("reason", lambda: "  "),
        ("after_care", lambda: ""),
        ("after_care_contact", lambda: " "),
    ],
)
def test_bad_input_is_refused_at_its_field(world: World, field: str, value: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as caught:
        propose(world, **{field: value()})
    assert caught.value.field == field
    assert not DischargeProposal.objects.filter(placement=world.bea.stay).exists()


def test_one_waits_at_a_time_and_only_in_a_stay_that_goes_on(steps: Steps, world: World) -> None:
    with pytest.raises(Refused, match="has proposed a discharge already"):
        do(world.caseworker, operations.propose_discharge, world.ada.stay, **plan(world))
    with pytest.raises(Refused, match="already ended"):
        do(world.caseworker, operations.propose_discharge, world.fay.stay, **plan(world))
    with pytest.raises(Refused, match="next step is the arrival"):
        do(world.caseworker, operations.propose_discharge, steps.approved(), **plan(world))
    do(world.caseworker, operations.withdraw_discharge_proposal, world.ada.proposal, reason="The aunt is ill.")
    again = do(world.caseworker, operations.propose_discharge, world.ada.stay, **plan(world))
    assert DischargeProposal.objects.get(placement=world.ada.stay, withdrawn_at=None) == again


def test_what_is_withdrawn_keeps_its_reason_and_is_withdrawn_once(world: World) -> None:
    with pytest.raises(Refused) as caught:
        do(world.caseworker, operations.withdraw_discharge_proposal, world.ada.proposal, reason=" ")
    assert caught.value.field == "reason"
    do(world.caseworker, operations.withdraw_discharge_proposal, world.ada.proposal, reason="The aunt is ill.")
    with pytest.raises(Refused, match="withdrawn already"):
        do(world.caseworker, operations.withdraw_discharge_proposal, world.ada.proposal, reason="Again.")
    with pytest.raises(Refused, match="already ended"):
        do(world.caseworker, operations.withdraw_discharge_proposal, world.fay.proposal, reason="Too late.")
    assert DischargeProposal.objects.get(pk=world.ada.proposal.pk).withdrawn_why == "The aunt is ill."


def test_the_discharge_refers_to_what_was_proposed(world: World) -> None:
    proposal = propose(world)
    discharge = do(world.admin_cedar, operations.discharge, world.bea.stay, **told())
    assert discharge.proposal == proposal
    discharge.refresh_from_db()
    assert discharge.proposal == proposal
    assert Discharge.history.get(id=discharge.pk).proposal_id == proposal.pk
    assert world.fay.discharge.proposal == world.fay.proposal


def test_a_withdrawn_proposal_is_not_carried_out(world: World) -> None:
    do(world.caseworker, operations.withdraw_discharge_proposal, world.ada.proposal, reason="The aunt is ill.")
    discharge = do(world.admin_cedar, operations.discharge, world.ada.stay, **told())
    discharge.refresh_from_db()
    assert discharge.proposal is None


@pytest.fixture
def both(world: World) -> Person:
    """The caseworker, who may also end the stays of bea."""
    with acting(world.supervisor.pk, world.supervisor.name):
        rights = frozenset({Can.APPROVE_PLACEMENT})
        give_person(world.bea.resident, world.caseworker, rights, grant=world.bea.case.pk, starts_at=now())
    return world.caseworker


def test_whoever_proposed_it_never_writes_it(world: World, both: Person) -> None:
    propose(world)
    with pytest.raises(Refused, match="You proposed this discharge, so somebody else must write it"):
        do(both, operations.discharge, world.bea.stay, **told())
    page = browser(world, "caseworker").get(reverse("placements:detail", args=[world.bea.stay.pk]))
    labels = [action.label for action in page.context["actions"]]
    assert "Discharge" not in labels and "Grant a leave" in labels
    assert Placement.objects.get(pk=world.bea.stay.pk).status == "active"
    assert do(world.admin_cedar, operations.discharge, world.bea.stay, **told()).written_by == world.admin_cedar


def test_without_a_proposal_they_may_end_the_stay(world: World, both: Person) -> None:
    assert do(both, operations.discharge, world.bea.stay, **told()).proposal is None


def test_the_page_of_the_stay_shows_the_plan_and_takes_it_back(world: World) -> None:
    page, stay = browser(world, "caseworker"), world.bea.stay
    detail = reverse("placements:detail", args=[stay.pk])
    form = reverse("placements:propose-discharge", args=[stay.pk])
    assert form in page.get(detail).text
    zone = world.cedar.facility.zone
    typed = {**PLAN, "first_check_on": "", **moment("leaves_at", now() + 3 * DAY, zone)}
    kept = post(page, form, typed).text
    assert "A call each week." in kept and not DischargeProposal.objects.filter(placement=stay).exists()
    done = post(page, form, typed | {"first_check_on": (now() + 9 * DAY).strftime("%m/%d/%Y")}).text
    assert "The discharge is proposed." in done
    for key in ("caseworker", "supervisor", "admin_cedar"):
        seen = browser(world, key).get(detail).text
        assert "Waits for the home" in seen and "A call each week." in seen and world.caseworker.name in seen
        assert (reverse("placements:withdraw-discharge", args=[stay.pk]) in seen) is (key == "caseworker")
        assert form not in seen
    gone = post(page, reverse("placements:withdraw-discharge", args=[stay.pk]), {"reason": "The aunt is ill."}).text
    assert "Withdrawn by" in gone and "The aunt is ill." in gone and form in gone
    nothing = page.get(reverse("placements:withdraw-discharge", args=[stay.pk]), follow=True).text
    assert "there is nothing to withdraw" in nothing


def test_the_page_says_what_became_of_it(world: World, steps: Steps) -> None:
    page = browser(world, "caseworker")
    assert ">Carried out<" in page.get(reverse("placements:detail", args=[world.fay.stay.pk])).text
    moved_from = world.ada.stay
    steps.admitted("ada", "cedar", 3)
    assert "The stay ended in another way" in page.get(reverse("placements:detail", args=[moved_from.pk])).text
    assert tasks(world.admin_cedar, "W-1") == []


def test_the_home_finds_it_on_my_work_and_its_form_is_filled_in(world: World) -> None:
    proposal = propose(world)
    [task] = tasks(world.admin_cedar, "W-2")
    day = proposal.leaves_at.astimezone(world.cedar.facility.zone)
    assert task.title == f"W-2 leaves {world.cedar.facility} on {day:%b} {day.day}, proposed by {world.caseworker}"
    assert task.due == proposal.leaves_at
    for person in (world.admin_birch, world.caseworker, world.staff_cedar):
        assert tasks(person, "W-2") == []
    form = browser(world, "admin_cedar").get(task.href)
    initial = form.context["form"].initial
    assert {name: initial[name] for name in PLAN} == PLAN
    assert initial["first_check_on"] == proposal.first_check_on
    assert initial["at"] <= now() and "A call each week." in form.text and str(world.caseworker) in form.text
    with at_time(proposal.leaves_at + timedelta(hours=5)):
        late = browser(world, "admin_cedar").get(task.href)
    assert late.context["form"].initial["at"] == proposal.leaves_at
    do(world.admin_cedar, operations.discharge, world.bea.stay, **told())
    assert tasks(world.admin_cedar, "W-2") == []


def test_the_next_home_does_not_learn_where_the_young_person_lives(world: World, steps: Steps) -> None:
    """The administrator of a home to which a move is approved may accept the young person, who lives elsewhere until then."""
    propose(world)
    steps.approved("bea", "birch", 2)
    assert world.bea.stay in Placement.objects.visible_to(world.admin_birch, Can.ACCEPT_PLACEMENT)
    assert tasks(world.admin_birch, "W-2") == []


def test_my_work_costs_the_same_for_one_and_for_many(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            my_work(world.admin_cedar)
        return len(seen)

    assert tasks(world.admin_cedar, "W-1")
    before = cost()
    propose(world)
    assert tasks(world.admin_cedar, "W-1") and tasks(world.admin_cedar, "W-2")
    assert cost() == before


def test_it_stays_as_it_was_proposed_whatever_writes(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in ({"leaves_at": now() + DAY}, {"to": "other"}, {"placement_id": world.bea.stay.pk}):
            with refused("discharge_proposal_is_kept"):
                change(world.ada.proposal, **values)
        with refused("discharge_proposal_is_kept"):
            change(world.fay.proposal, withdrawn_by_id=world.caseworker.pk, withdrawn_why="It was otherwise")
        with denied():
            sql("DELETE FROM facilities_dischargeproposal")
        change(world.ada.proposal, withdrawn_by_id=world.caseworker.pk, withdrawn_why="x", withdrawn_at=now() - 9 * DAY)
        with refused("discharge_proposal_is_kept"):
            change(world.ada.proposal, withdrawn_why="Another")
    world.ada.proposal.refresh_from_db()
    assert world.ada.proposal.withdrawn_at > now() - DAY


def test_nobody_proposes_in_the_name_of_another_or_for_another_young_person(world: World) -> None:
    row = {**plan(world), "placement_id": world.bea.stay.pk, "withdrawn_why": "", "proposed_at": now()}
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("signature_is_own"):
            insert(DischargeProposal, **row, proposed_by_id=world.caseworker2.pk)
        key = insert(DischargeProposal, **row, proposed_by_id=world.caseworker.pk, resident_id=world.ada.resident.pk)
    assert DischargeProposal.objects.get(pk=key).resident == world.bea.resident
    for person in (world.caseworker2, world.admin_cedar):
        with acting(person.pk, person.name), refused("discharge_is_proposed_by_the_caseworker"):
            insert(DischargeProposal, **row, proposed_by_id=person.pk)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("discharge_is_proposed_by_the_caseworker"):
        change((DischargeProposal, key), withdrawn_by_id=world.admin_cedar.pk, withdrawn_why="Not now")
