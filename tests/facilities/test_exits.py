"""Exits: tried in each shift on one form; one that is locked or blocked is a danger until somebody finds it good."""

from datetime import timedelta
from typing import Any

import pytest

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Exit, ExitCheck
from placement.facilities.operations.exits import Tried
from placement.facilities.queries.exits import exits_left_open, exits_now
from tests.facilities.home_pages import errors_of, post, queries_for, text_of, url
from tests.world import World


def tried(way: Exit, **found: Any) -> Tried:
    """How an exit was found: good unless told."""
    return Tried(way, **{"opens": True, "unblocked": True, "alarm_works": True if way.has_alarm else None} | found)


def check(world: World, *found: Tried, by: Person | None = None) -> list[ExitCheck]:
    """Write down how exits of Cedar were found."""
    by = by or world.staff_cedar
    with acting(by.pk, by.name):
        return operations.check_exits(world.cedar.shift, list(found), by=by)


def amend(world: World, row: ExitCheck, **found: Any) -> ExitCheck:
    """Amend a check as staff of Cedar."""
    said = {"opens": True, "unblocked": True, "alarm_works": row.alarm_works, "reason": "I mixed up two doors."}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return operations.amend_exit_check(row, **said | found, by=world.staff_cedar)


def blocked(world: World) -> ExitCheck:
    """Cedar's back door has a bicycle before it."""
    return check(world, tried(world.cedar.exits[1], unblocked=False, wrong="A bicycle of W-1 stands there."))[0]


def sign(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        operations.sign_shift(world.cedar.shift, hand_off="All calm.", about_open="Seen to.", by=world.staff_cedar)


def tasks(person: Person) -> list[str]:
    """What My work of a person says cannot wait."""
    with acting(person.pk, person.name):
        return [task.title for task in my_work(person).first]


def exits_fact(client: Any, world: World) -> dict[str, Any]:
    board = client.get(url("shift", world.cedar.facility)).context["board"]
    return next(fact for fact in board.facts if fact["label"] == "Exits")


def sent(world: World, **said: str) -> dict[str, str]:
    """What the form posts: for ``front_opens`` and the like."""
    keys = {"front": world.cedar.exits[0].pk, "back": world.cedar.exits[1].pk}
    return {f"{name.split('_')[1]}_{keys[name.split('_')[0]]}": value for name, value in said.items()}


def test_one_form_for_all_exits_says_how_they_are(world, client_of):
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    assert exits_fact(staff, world)["value"] == "1"
    assert exits_fact(staff, world)["note"] == "still to check"
    assert exits_fact(staff, world)["kind"] == "due"
    address = exits_fact(staff, world)["href"]
    page = text_of(staff, address)
    assert "checked=" not in page.replace("unchecked", "")
    assert page.count('type="radio"') == 8
    answer = post(staff, address, sent(world, back_opens="yes", back_unblocked="yes"))
    assert answer.url == url("shift", home)
    assert exits_fact(staff, world) | {"href": ""} == {
        "label": "Exits",
        "value": "2 of 2",
        "note": "checked",
        "kind": "good",
        "href": "",
    }
    row = ExitCheck.objects.get(exit=world.cedar.exits[1])
    assert (row.opens, row.unblocked, row.alarm_works, row.checked_by) == (True, True, None, world.staff_cedar)


def test_what_is_half_said_is_asked_for(world, client_of):
    staff, address = client_of(world.staff_cedar), url("check-exits", world.cedar.facility)
    back = world.cedar.exits[1].pk
    assert errors_of(post(staff, address, {})) == {"__all__": ["Try at least one exit and say how it is."]}
    half = errors_of(post(staff, address, sent(world, back_opens="yes")))
    assert list(half) == [f"unblocked_{back}"]
    wordless = errors_of(post(staff, address, sent(world, back_opens="yes", back_unblocked="no")))
    assert wordless == {f"wrong_{back}": ["Say in words what is wrong."]}
    assert ExitCheck.objects.filter(exit=back).count() == 0


def test_the_alarm_is_asked_for_only_where_there_is_one(world, client_of, acting_as):
    with acting_as(world.admin_cedar):
        hatch = operations.add_exit(world.cedar.facility, "Hatch", has_alarm=True, by=world.admin_cedar)
    staff, address = client_of(world.staff_cedar), url("check-exits", world.cedar.facility)
    assert f"alarm_{hatch.pk}" in text_of(staff, address)
    assert f"alarm_{world.cedar.exits[0].pk}" not in text_of(staff, address)
    values = {f"opens_{hatch.pk}": "yes", f"unblocked_{hatch.pk}": "yes", f"alarm_{hatch.pk}": "no"}
    post(staff, address, values | {f"wrong_{hatch.pk}": "The battery is empty."})
    assert ExitCheck.objects.get(exit=hatch).faults == ["no alarm"]
    assert exits_fact(staff, world)["kind"] == "due"  # a silent alarm locks nobody in
    assert not any("Hatch" in title for title in tasks(world.admin_cedar))


def test_a_blocked_exit_stands_on_top_until_somebody_finds_it_good(world, client_of):
    blocked(world)
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    said = "Back door: blocked."
    assert said in text_of(staff, url("shift", home))
    assert exits_fact(staff, world)["kind"] == "late"
    title = f"Back door of {home}: blocked"
    for person in (world.admin_cedar, world.supervisor, world.supervisor2):
        assert title in tasks(person)
    for person in (world.admin_birch, world.caseworker, world.inspector_cedar):
        assert title not in tasks(person)
    assert said in text_of(client_of(world.supervisor), url("detail", home))
    assert said not in text_of(
        client_of(world.caseworker), url("detail", home)
    )  # who may not know how the house is locked
    check(world, tried(world.cedar.exits[1]))
    assert said not in text_of(staff, url("shift", home))
    assert title not in tasks(world.admin_cedar)


def test_an_amendment_takes_no_danger_away_and_can_bring_one(world):
    first = blocked(world)
    amend(world, first)
    home = world.cedar.facility
    now = {each.exit.name: each for each in exits_now([home])}
    assert now["Back door"].in_danger == first
    assert now["Front door"].in_danger is None
    amend(world, world.cedar.exit_check, opens=False, wrong="It was locked.")
    assert {each.exit.name for each in exits_now([home]) if each.in_danger} == {"Back door", "Front door"}
    check(world, tried(world.cedar.exits[0]), tried(world.cedar.exits[1]))
    assert [each.in_danger for each in exits_now([home])] == [None, None]


def test_a_danger_goes_on_into_the_next_shift_where_all_exits_are_due_again(world, acting_as):
    blocked(world)
    sign(world)
    staff, moment = world.staff_cedar, world.now
    with acting_as(staff):
        world.cedar.shift.refresh_from_db()
        new = operations.open_shift(
            world.cedar.facility,
            name="Evening",
            starts_at=world.cedar.shift.ends_at,
            ends_at=moment + timedelta(hours=5),
            staff=[staff],
            by=staff,
        )
        left = [(each.exit.name, each.what, each.is_danger) for each in exits_left_open(new)]
    assert left == [("Back door", "blocked", True), ("Front door", "not checked in this shift", False)]


def test_what_a_hand_off_must_say_about_the_exits(world, acting_as):
    shift = world.cedar.shift
    assert [each.exit.name for each in exits_left_open(shift)] == ["Back door"]
    check(world, tried(world.cedar.exits[1]))
    assert exits_left_open(shift) == []


def test_after_signing_a_check_is_amended_with_a_reason_and_its_first_text_stays(world, client_of):
    row = check(world, tried(world.cedar.exits[1]))[0]
    sign(world)
    with pytest.raises(Refused, match="Amend a check"):
        check(world, tried(world.cedar.exits[1]))
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    address = url("amend-exit-check", home, row.pk)
    said = {"opens": "no", "unblocked": "yes", "wrong": "It needed a key.", "reason": ""}
    assert list(errors_of(post(staff, address, said))) == ["reason"]
    assert list(errors_of(post(staff, address, said | {"wrong": "", "reason": "x"}))) == ["wrong"]
    assert post(staff, address, said | {"reason": "I wrote it from memory."}).url == url("exits", home)
    page = text_of(staff, url("exits", home))
    for words in ("It needed a key.", "I wrote it from memory.", "Amended:"):
        assert words in page
    assert ExitCheck.objects.get(pk=row.pk).opens is True


def test_without_a_shift_nobody_checks(world, client_of):
    sign(world)
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    answer = staff.get(url("check-exits", home))
    assert answer.url == url("shift", home)
    assert "Open the shift first" in staff.get(answer.url).text
    assert exits_fact(staff, world)["href"] == url("exits", home)


def test_another_home_is_not_found(world, client_of):
    birch, staff = world.birch.facility, client_of(world.staff_cedar)
    for name in ("exits", "check-exits", "drills", "add-drill"):
        assert staff.get(url(name, birch)).status_code == 404
    with acting(world.staff_birch.pk, "birch"), pytest.raises(type(birch).DoesNotExist):
        operations.check_exits(world.cedar.shift, [tried(world.cedar.exits[1])], by=world.staff_birch)
    with acting(world.staff_birch.pk, "birch"), pytest.raises(ExitCheck.DoesNotExist):
        operations.amend_exit_check(
            world.cedar.exit_check, opens=True, unblocked=True, alarm_works=None, reason="x", by=world.staff_birch
        )


def test_the_inspector_reads_the_checks_and_no_name_of_a_young_person(world, client_of):
    check(world, tried(world.cedar.exits[1], unblocked=False, wrong="The bicycle of Ada stands there."))
    page = text_of(client_of(world.inspector_cedar), url("exits", world.cedar.facility))
    assert "The bicycle of another young person stands there." in page
    assert "Check the exits</a>" not in page
    assert "The bicycle of Ada stands there." in text_of(
        client_of(world.staff_cedar), url("exits", world.cedar.facility)
    )


def test_the_pages_cost_the_same_for_two_exits_and_for_twenty(world, client_of, acting_as):
    home, staff = world.cedar.facility, client_of(world.staff_cedar)
    blocked(world)
    addresses = [url("exits", home), url("check-exits", home), url("shift", home), url("detail", home)]
    few = [queries_for(staff, address) for address in addresses]
    with acting_as(world.admin_cedar):
        more = [operations.add_exit(home, f"Door {n}", has_alarm=True, by=world.admin_cedar) for n in range(18)]
    for row in check(world, *(tried(way, opens=False, wrong="Locked") for way in more)):
        amend(world, row, opens=False, wrong="Really locked")
    assert [queries_for(staff, address) for address in addresses] == few
