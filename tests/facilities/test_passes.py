"""Going out: asked for, decided by somebody else, a leave while it lasts, and the return."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import Leave, PassRequest, Placement
from placement.facilities.queries.shifts import board
from residents import operations as residents
from residents.models import CareEntry, OutsidePerson
from tests.attack.sql import again, change, denied, refused, sql
from tests.facilities.conftest import do
from tests.facilities.home_pages import errors_of, post, queries_for, text_of
from tests.facilities.outings import DAY, HOUR, ask, decide, do_return, fields, noon, out, put, tasks, world_acting
from tests.facilities.shift_page import fill, url
from tests.world import World, browser


@pytest.fixture
def staff(world: World) -> Client:
    return browser(world, "staff_cedar")


def test_a_pass_is_asked_for_on_the_page_and_waits_for_the_administrator(world: World, staff: Client) -> None:
    address = url("ask-pass", world, world.ada.resident.pk)
    values = {"kind": "visit", "where": "The aunt's flat", "outside_person": str(world.ada.outside.pk), "company": ""}
    values |= {"transport": "She fetches her", "own_wish": "yes"}
    values |= fields("starts_at", noon(6)) | fields("ends_at", noon(6) + 2 * HOUR)
    assert list(errors_of(post(staff, address, values | {"outside_person": ""}))) == ["company"]
    assert post(staff, address, values).status_code == 302
    row = PassRequest.objects.get(where="The aunt's flat")
    assert (row.resident, row.outside_person, row.overnight, row.own_wish) == (
        world.ada.resident, world.ada.outside, False, True,
    )  # fmt: skip
    [task] = tasks(world.admin_cedar, "The aunt's flat")
    assert task.href == reverse("placements:pass", args=[row.pk])
    for person in (world.supervisor, world.staff_cedar, world.admin_birch):
        assert tasks(person, "The aunt's flat") == []
    assert "Waits for the administrator" in text_of(staff, url("passes", world))
    admin = browser(world, "admin_cedar")
    assert list(errors_of(post(admin, task.href, {"decision": "declined", "reason": ""}))) == ["reason"]
    assert post(admin, task.href, {"decision": "approved", "reason": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.leave.starts_at, row.leave.ends_at, row.leave.kind) == (row.starts_at, row.ends_at, "visit")
    assert row.leave.where == f"The aunt's flat, with {world.ada.outside.name} (aunt)"
    assert row.leave.approved_by == world.admin_cedar


def test_a_night_is_decided_by_the_supervisor(world: World) -> None:
    night = ask(world, kind="visit", where="Grandmother", ends_at=noon(6))
    assert night.overnight
    assert tasks(world.admin_cedar, "Grandmother") == []
    assert tasks(world.supervisor, "Grandmother")
    with pytest.raises(Refused, match="the supervisor decides"):
        decide(world.admin_cedar, night)
    assert decide(world.supervisor, night).leave.approved_by == world.supervisor


def test_whoever_asked_never_decides(world: World) -> None:
    own = ask(world, world.admin_cedar)
    assert tasks(world.admin_cedar, "Library") == []
    with pytest.raises(Refused, match="You asked"):
        decide(world.admin_cedar, own)
    page = browser(world, "admin_cedar").get(reverse("placements:pass", args=[own.pk])).content.decode()
    assert "somebody else must decide" in page
    for person in (world.caseworker, world.staff_cedar, world.supervisor2):
        with pytest.raises(Placement.DoesNotExist):
            decide(person, own)
    decide(world.supervisor, own, "declined", reason="A storm is coming")
    assert not Leave.objects.filter(placement=world.bea.stay).exists()
    with pytest.raises(Refused, match="already"):
        decide(world.supervisor, own)


def test_nobody_goes_out_with_somebody_who_is_not_allowed(world: World) -> None:
    def aunt(permission: str) -> OutsidePerson:
        values = {"name": "Aunt", "relation": "aunt", "permission": permission, "order": "Order 7"}
        return do(world.caseworker, residents.add_outside_person, world.bea.resident, **values)

    with pytest.raises(OutsidePerson.DoesNotExist):
        ask(world, outside_person=world.ada.outside)
    later = aunt("allowed")
    asked = ask(world, outside_person=later)
    do(world.caseworker, residents.change_outside_person, later, permission="prohibited", order="Order 8")
    with pytest.raises(Refused, match="You can only decline"):
        decide(world.admin_cedar, asked)
    with pytest.raises(Refused, match="not allowed"):
        ask(world, outside_person=later)
    for hidden in ({"company": "Aunt"}, {"where": " AUNT"}):
        with pytest.raises(Refused, match="not allowed"):
            ask(world, **hidden)


def test_the_tile_says_out_and_until_when_and_the_return_ends_it(world: World, staff: Client) -> None:
    asked = out(world)
    with at_time(now() + HOUR / 60), world_acting(world.staff_cedar):
        tile = next(t for t in board(world.staff_cedar, world.cedar.facility).tiles if t.resident == world.bea.resident)
        assert tile.where.startswith("Outing, back ")
    assert "Out</span>" in text_of(staff, url("passes", world))
    assert "From Library, with alone." in text_of(staff, url("pass-back", world, asked.pk))
    do_return(world, asked)
    asked.refresh_from_db()
    assert asked.return_by == world.staff_cedar
    assert not asked.is_late
    assert asked.leave.ends_at == asked.returned_at
    entry = CareEntry.objects.get(resident=world.bea.resident, kind="head_count")
    assert (entry.outcome, entry.happened_at) == ("In the house", asked.returned_at)
    with pytest.raises(Refused, match="already"):
        do_return(world, asked)


def test_who_is_not_back_in_time_shows_and_comes_back_late(world: World) -> None:
    asked = out(world)
    assert tasks(world.staff_cedar, "is not back yet") == []
    with at_time(now() + HOUR):
        for person in (world.staff_cedar, world.admin_cedar):
            [task] = tasks(person, "is not back yet from Library")
            assert task.strong
        assert tasks(world.staff_birch, "is not back yet") == []
        client = Client()
        client = Client()
        client.force_login(world.staff_cedar)
        assert "Not back yet" in text_of(client, url("passes", world))
    with pytest.raises(Refused, match="before they left"):
        do(world.staff_cedar, operations.log_return, asked, happened_at=asked.starts_at - HOUR)
    with pytest.raises(Refused, match="not approved"):
        do(world.staff_cedar, operations.log_return, world.ada.asked_pass, happened_at=now())
    asked.returned_at = asked.ends_at + HOUR
    assert asked.is_late


def test_the_list_costs_the_same_for_many(world: World, staff: Client, acting_as: Any) -> None:
    few = queries_for(staff, url("passes", world)), queries_for(browser(world, "admin_cedar"), "/")
    fill(world, acting_as, 6)
    for days in range(5, 12):
        ask(world, starts_at=noon(days), ends_at=noon(days) + HOUR)
    assert (queries_for(staff, url("passes", world)), queries_for(browser(world, "admin_cedar"), "/")) == few


def test_attack_a_pass_is_whole_and_begins_undecided(world: World) -> None:
    for missing in ({"where": " "}, {"company": " "}, {"transport": ""}):
        with refused("pass_says_where_and_with_whom"):
            put(world, **missing)
    with refused("pass_ends_after_start"):
        put(world, ends_at=noon(5))
    with refused("pass_is_with_somebody_allowed"):
        put(world, outside_person_id=world.ada.outside.pk)
    with refused("pass_begins_undecided"):
        put(world, returned_at=now())
    with refused("pass_is_of_a_stay"):
        put(world, placement_id=world.fay.stay.pk)
    _, pk = put(world, ends_at=noon(6), overnight=False)
    assert PassRequest.objects.get(pk=pk).overnight


def test_attack_the_decision_is_by_another_who_answers_for_it(world: World) -> None:
    asked = ask(world)
    night = ask(world, ends_at=noon(6))
    admin = world.admin_cedar

    def decided(row: PassRequest, by: Person, **changes: Any) -> int:
        values = {"decision": "declined", "decision_reason": "No", "decided_by_id": by.pk, "decided_at": now()}
        with world_acting(by):
            return change(row, **values | changes)

    for person, row in ((world.caseworker, asked), (world.staff_cedar, asked), (admin, night)):
        with refused("pass_is_decided_by_who_answers_for_it"):
            decided(row, person)
    with refused("pass_decided_by_another"):
        decided(ask(world, admin, where="Zoo"), admin)
    with refused("pass_decision_is_signed"):
        decided(asked, admin, decision_reason=" ")
    with refused("pass_decision_is_signed"):
        decided(asked, admin, decision="approved")
    with refused("approved_pass_is_its_leave"):
        decided(asked, admin, decision="approved", leave_id=world.ada.leave.pk)
    with refused("pass_is_kept"), world_acting(admin):
        change(asked, where="Elsewhere")
    other = decide(admin, ask(world))
    with refused("facilities_passrequest_leave_id_key"):
        decided(asked, admin, decision="approved", leave_id=other.leave_id)
    assert decided(asked, admin) == 1
    with refused("pass_is_kept"):
        decided(asked, world.supervisor, decision_reason="Another")
    with denied(), world_acting(admin):
        sql("DELETE FROM facilities_passrequest WHERE id = %s", asked.pk)


def test_attack_a_return_is_of_an_approved_pass_and_written_once(world: World) -> None:
    staff, asked = world.staff_cedar, out(world)
    with world_acting(staff):
        with refused("pass_is_kept"):
            change(world.ada.asked_pass, returned_at=now(), return_by_id=staff.pk)
        with refused("return_is_from_an_approved_pass"):
            change(asked, returned_at=now() - DAY, return_by_id=staff.pk)
        with refused("return_is_from_an_approved_pass"):
            change(asked, returned_at=now())
        with refused("time_has_come"):
            change(asked, returned_at=now() + DAY, return_by_id=staff.pk)
        assert change(asked, returned_at=now(), return_by_id=staff.pk) == 1
        with refused("pass_is_kept"):
            change(asked, return_note="Another")
    with refused("pass_begins_undecided"), world_acting(world.staff_cedar):
        again(asked)


def test_attack_an_absence_is_not_made_a_pass_afterwards(world: World) -> None:
    for times in (
        {"starts_at": now() - 2 * HOUR, "ends_at": now() + HOUR},
        {"starts_at": now() - 5 * HOUR, "ends_at": now() - HOUR},
        {"starts_at": now() - HOUR / 2, "ends_at": now() - HOUR / 4},
    ):
        with refused("pass_comes_before_it_starts"):
            put(world, **times)
    with pytest.raises(Refused, match="has begun already"):
        ask(world, starts_at=now() - 2 * HOUR, ends_at=now() + HOUR)
    asked = ask(world, starts_at=now() + HOUR, ends_at=now() + DAY)
    with at_time(now() + 3 * HOUR), pytest.raises(Refused, match="You can only decline"):
        decide(world.supervisor, asked)


def test_attack_nobody_who_is_missing_gets_a_pass(world: World) -> None:
    asked = ask(world)
    said = {
        "kind": "missing",
        "severity": "serious",
        "seen": "Gone",
        "done": "Looked",
        "residents": [world.bea.resident],
    }
    home = {"facility": world.cedar.facility, "shift": world.cedar.shift}
    do(world.staff_cedar, residents.report_incident, **home, happened_at=now() - HOUR / 60, **said)
    with refused("pass_is_of_somebody_who_is_here"):
        put(world)
    for act in (lambda: ask(world), lambda: decide(world.admin_cedar, asked)):
        with pytest.raises(Refused, match="reported as missing"):
            act()
    seen = {"kind": "head_count", "outcome": "Not found", "how": "told", "happened_at": now()}
    do(world.staff_cedar, residents.log_care, world.bea.resident, **home, **seen)
    with refused("pass_is_of_somebody_who_is_here"):
        put(world)
    do(
        world.staff_cedar,
        residents.log_care,
        world.bea.resident,
        **home,
        **seen | {"outcome": "In the house", "how": "saw"},
    )
    assert decide(world.admin_cedar, asked).leave


def test_attack_a_pass_has_no_hidden_company(world: World) -> None:
    values = {
        "name": "Uncle Max",
        "relation": "uncle",
        "permission": "prohibited",
        "order": "O",
        "other_names": "Big M",
    }
    do(world.caseworker, residents.add_outside_person, world.ada.resident, **values)
    for hidden in ({"company": "uncle max and two of us"}, {"where": "To Uncle Max"}, {"company": "Big M."}):
        with refused("pass_is_with_somebody_allowed"):
            put(world, **hidden)  # bea lives with ada
    brother = {"name": "Brother", "relation": "brother", "permission": "supervised", "order": "O"}
    with_brother = do(world.caseworker, residents.add_outside_person, world.bea.resident, **brother)
    with refused("supervised_pass_names_who_goes_along"):
        put(world, outside_person_id=with_brother.pk, company=" ")
    with pytest.raises(Refused, match="who of us goes along"):
        ask(world, outside_person=with_brother, company="")
    assert put(world, outside_person_id=with_brother.pk, company="Sam of the home")


def test_attack_the_small_hours_are_a_night(world: World) -> None:
    early = noon(5).replace(hour=1)
    _, pk = put(world, starts_at=early, ends_at=early + 2 * HOUR)
    assert PassRequest.objects.get(pk=pk).overnight


def test_attack_a_leave_never_grows_and_an_outing_is_asked_for(world: World) -> None:
    leave = decide(world.admin_cedar, ask(world)).leave
    with world_acting(world.admin_cedar):
        for values in (
            {"ends_at": leave.ends_at + DAY},
            {"starts_at": leave.starts_at - DAY},
            {"where": "Elsewhere"},
            {"kind": "other"},
            {"placement_id": world.ada.stay.pk},
        ):
            with refused("leave_is_kept"):
                change(leave, **values)
        later = {"starts_at": noon(9), "ends_at": noon(10)}
        for kind in ("outing", "visit"):
            with refused("outing_is_asked_for_as_a_pass"):
                again(leave, kind=kind, **later)
        with refused("leave_ends_after_start"):
            again(leave, kind="other", starts_at=noon(9), ends_at=noon(9))
    own = ask(world, world.admin_cedar, where="Zoo", starts_at=noon(9), ends_at=noon(9) + HOUR)
    with world_acting(world.admin_cedar), refused("outing_is_asked_for_as_a_pass"):  # nor by who asked
        again(leave, starts_at=own.starts_at, ends_at=own.ends_at)
    for other in (world.staff_cedar, world.caseworker):
        with world_acting(other), refused("leave_is_granted_by_who_answers_for_it"):
            again(leave, kind="other", approved_by_id=other.pk, **later)
    with pytest.raises(Refused, match="as a pass"):
        do(world.admin_cedar, operations.grant_leave, world.bea.stay, kind="visit", where="Aunt", **later)
