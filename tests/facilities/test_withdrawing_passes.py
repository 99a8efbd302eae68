"""A pass is withdrawn before they leave: by whoever asked, and by who answers for the stay when it is no longer safe."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.models import PassRequest
from tests.attack.sql import change, refused, sql
from tests.facilities.conftest import Steps, do
from tests.facilities.home_pages import errors_of, post, queries_for, text_of
from tests.facilities.outings import HOUR, ask, decide, do_return, noon, out, put, tasks, world_acting
from tests.facilities.shift_page import url
from tests.world import World, browser

MINUTE = timedelta(minutes=1)
UNSAFE = {"do": "withdraw", "reason": "The man was seen with two others"}


@pytest.fixture
def staff(world: World) -> Client:
    return browser(world, "staff_cedar")


def withdraw(by: Person, asked: PassRequest) -> PassRequest:
    return do(by, operations.withdraw_pass, asked, reason=UNSAFE["reason"])


def page_of(asked: PassRequest) -> str:
    """Where who answers for the stay reads of it."""
    return reverse("placements:pass", args=[asked.pk])


def test_whoever_asked_withdraws_a_pass_before_it_starts(world: World, staff: Client) -> None:
    asked, approved = ask(world), decide(world.admin_cedar, ask(world, starts_at=noon(6), ends_at=noon(6) + HOUR))
    address = url("pass-withdraw", world, asked.pk)
    assert address in text_of(staff, url("passes", world))
    for other in ("staff_birch", "caseworker"):
        assert browser(world, other).get(address).status_code == 404, other
    assert list(errors_of(post(staff, address, {"reason": " "}))) == ["reason"]
    assert post(staff, address, {"reason": "She changed her mind"}).status_code == 302
    assert tasks(world.admin_cedar, "Library") == []
    assert "She changed her mind" in text_of(staff, url("passes", world))
    with pytest.raises(Refused, match=f"{world.staff_cedar} has withdrawn"):
        decide(world.admin_cedar, asked)
    with pytest.raises(Refused, match="already"):
        withdraw(world.staff_cedar, asked)
    withdraw(world.staff_cedar, approved)
    approved.leave.refresh_from_db()
    assert approved.leave.ends_at == approved.leave.starts_at  # it holds at no moment
    decide(world.admin_cedar, ask(world, starts_at=noon(6), ends_at=noon(6) + HOUR))  # the time is free again
    with at_time(noon(6) + 2 * HOUR):
        assert [task.title for task in tasks(world.staff_cedar, "is not back yet")] == [
            f"{world.bea.resident} is not back yet from Library"
        ]
    with pytest.raises(Refused, match="not approved"):
        do_return(world, approved)
    declined = decide(world.admin_cedar, ask(world), "declined", reason="A storm")
    for row in (out(world), declined):
        for by in (world.staff_cedar, world.admin_cedar, world.supervisor):
            with pytest.raises(Refused, match="before the young person leaves"):
                withdraw(by, row)
    over = ask(world, starts_at=now() - MINUTE, ends_at=now() + 5 * MINUTE)
    with at_time(now() + HOUR), pytest.raises(Refused, match="before the young person leaves"):
        withdraw(world.admin_cedar, over)


@pytest.mark.parametrize("who", ["admin_cedar", "supervisor"])
def test_who_answers_for_the_stay_withdraws_an_approved_pass(world: World, staff: Client, who: str) -> None:
    soon = now() + HOUR
    asked = decide(world.supervisor, ask(world, starts_at=soon, ends_at=soon + 26 * HOUR))
    by, client = getattr(world, who), browser(world, who)
    assert "Withdraw the pass" in text_of(client, page_of(asked))
    assert page_of(asked) in text_of(client, reverse("placements:detail", args=[world.bea.stay.pk]))
    assert list(errors_of(post(client, page_of(asked), UNSAFE | {"reason": " "}))) == ["reason"]
    assert post(client, page_of(asked), UNSAFE).status_code == 302
    asked.refresh_from_db()
    assert (asked.withdrawn_by, asked.withdrawn_why, asked.decision) == (by, UNSAFE["reason"], "approved")
    assert asked.leave.ends_at == asked.leave.starts_at
    page = text_of(client, page_of(asked))
    assert UNSAFE["reason"] in page
    assert "Withdraw the pass" not in page
    for place in ("passes", "shift"):  # whoever asked reads who withdrew it, and why
        told = text_of(staff, url(place, world))
        assert UNSAFE["reason"] in told, place
        assert by.name in told, place
    assert "Do not let" in text_of(staff, url("shift", world))
    with at_time(soon + 27 * HOUR):
        assert tasks(world.staff_cedar, "is not back yet") == []
        assert "Do not let" not in text_of(fresh(world.staff_cedar), url("shift", world))


def fresh(person: Person) -> Client:
    """A browser that signs in at the moment of the test."""
    client = Client()
    client.force_login(person)
    return client


def test_the_administrator_withdraws_on_the_page_of_passes_too(world: World) -> None:
    asked, admin = ask(world), browser(world, "admin_cedar")
    address = url("pass-withdraw", world, asked.pk)
    assert address in text_of(admin, url("passes", world))
    assert post(admin, address, {"reason": UNSAFE["reason"]}).status_code == 302
    assert address not in text_of(admin, url("passes", world))
    asked.refresh_from_db()
    assert asked.withdrawn_by == world.admin_cedar


def test_a_night_that_waits_is_withdrawn_by_the_administrator_who_may_not_decide_it(world: World) -> None:
    asked, admin = ask(world, kind="visit", ends_at=noon(6)), browser(world, "admin_cedar")
    page = text_of(admin, page_of(asked))
    assert "the supervisor decides" in page
    assert "Sign the decision" not in page
    assert post(admin, page_of(asked), UNSAFE).status_code == 302
    with pytest.raises(Refused, match=f"{world.admin_cedar} has withdrawn"):
        decide(world.supervisor, asked)


def test_the_shift_page_does_not_tell_staff_what_they_have_withdrawn_themselves(world: World, staff: Client) -> None:
    withdraw(world.staff_cedar, ask(world, starts_at=now() + HOUR, ends_at=now() + 2 * HOUR))
    assert "Do not let" not in text_of(staff, url("shift", world))


def test_the_shift_page_tells_of_a_day_far_off_only_at_first(world: World) -> None:
    birch = reverse("facilities:shift", args=[world.birch.facility.pk])
    withdraw(world.admin_cedar, ask(world))
    for later, told in ((HOUR, True), (48 * HOUR, False), (noon(5) - now() - HOUR, True)):
        with at_time(now() + later):
            assert ("Do not let" in text_of(fresh(world.staff_cedar), url("shift", world))) is told, later
            assert "Do not let" not in text_of(fresh(world.staff_birch), birch)


def test_who_has_left_is_fetched_and_the_page_leads_on(world: World) -> None:
    asked = out(world)
    back = url("pass-back", world, asked.pk)
    with at_time(now() + MINUTE):
        page = text_of(fresh(world.admin_cedar), page_of(asked))
        assert "Withdraw the pass" not in page
        assert f"{world.bea.resident.code} has left" in page
        assert back in page
        assert f"kind=missing&amp;resident={world.bea.resident.pk}" in page
        page = text_of(fresh(world.supervisor), page_of(asked))
        assert f"{world.bea.resident.code} has left" in page
        assert back not in page  # it is the home's page
    do_return(world, asked)
    assert "has left" not in text_of(browser(world, "admin_cedar"), page_of(asked))


def test_a_decision_that_came_too_late_is_refused_and_keeps_what_was_typed(world: World) -> None:
    asked, admin = ask(world), browser(world, "admin_cedar")
    withdraw(world.staff_cedar, asked)
    sent = post(admin, page_of(asked), {"decision": "declined", "reason": "A storm is near", "form_key": str(asked.pk)})
    page = sent.content.decode()
    assert f"{world.staff_cedar} has withdrawn this pass" in page
    assert "A storm is near" in page


def test_the_shift_page_costs_the_same_for_many(world: World, staff: Client) -> None:
    withdraw(world.admin_cedar, ask(world))
    few = queries_for(staff, url("shift", world)), queries_for(staff, url("passes", world))
    for days in (4, 6, 7):
        withdraw(world.admin_cedar, ask(world, starts_at=noon(days), ends_at=noon(days) + HOUR))
    assert (queries_for(staff, url("shift", world)), queries_for(staff, url("passes", world))) == few


def signed(by: Person, row: Any, **values: Any) -> int:
    """Withdraw a pass in plain SQL, as ``by``."""
    said = {"withdrawn_by_id": by.pk, "withdrawn_at": now(), "withdrawn_why": "Rain"}
    with world_acting(by):
        return change(row, **said | values)


def test_attack_a_pass_is_withdrawn_before_it_starts_and_signed(world: World) -> None:
    asked, gone, staff = ask(world), out(world), world.staff_cedar
    for lacking in ({"withdrawn_why": " "}, {"withdrawn_by_id": None}):
        with refused("pass_withdrawal_is_signed"):
            signed(staff, asked, **lacking)
    for by in (staff, world.admin_cedar, world.supervisor):
        with refused("pass_is_withdrawn_before_it_starts"):
            signed(by, gone)
    with refused("pass_begins_undecided"):
        put(world, withdrawn_by_id=staff.pk, withdrawn_at=now(), withdrawn_why="Rain")
    assert signed(staff, asked) == 1
    with refused("pass_is_kept"):
        signed(staff, asked, withdrawn_why="Another")
    with world_acting(world.admin_cedar), refused("pass_is_kept"):
        change(asked, decision="declined", decision_reason="No", decided_by_id=world.admin_cedar.pk, decided_at=now())
    over = ask(world, starts_at=now() - MINUTE, ends_at=now() + timedelta(seconds=1))
    sql("SELECT pg_sleep(1)")
    with refused("pass_is_withdrawn_before_it_starts"):
        signed(staff, over)


def test_attack_only_who_asked_or_answers_for_the_stay_withdraws_a_pass(world: World) -> None:
    Steps(world).approved("bea", "birch", 2)  # its administrator may accept her, but she lives in another home
    own, other = ask(world), ask(world, world.admin_cedar)
    for by, row in ((world.staff_cedar, other), (world.caseworker, own), (world.admin_birch, own)):
        with refused("pass_is_withdrawn_by_who_answers_for_it"):
            signed(by, row)
        with pytest.raises(Refused, match="Whoever asked"):
            withdraw(by, row)
    for stranger in (world.staff_birch, world.supervisor2):  # they do not see it
        assert signed(stranger, own) == 0
        with pytest.raises(PassRequest.DoesNotExist):
            withdraw(stranger, own)
    for by in (world.admin_cedar, world.supervisor):
        with refused("signature_is_own"):
            signed(by, own, withdrawn_by_id=world.staff_cedar.pk)
        night = decide(world.supervisor, ask(world, ends_at=noon(6)))
        assert signed(by, night) == 1
        night.leave.refresh_from_db()
        assert night.leave.ends_at == night.leave.starts_at
