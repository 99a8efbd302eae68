"""Drills: who took part, how long it took, what will be done; and when the next one is due."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Drill
from placement.facilities.queries.drills import DRILL_EVERY, for_chart, is_overdue, next_due
from residents import operations as residents
from residents.models import Resident
from tests.every.hidden import stands_in
from tests.facilities.home_pages import errors_of, post, queries_for, text_of, url
from tests.facilities.shift_page import fill
from tests.world import World

DAY = timedelta(days=1)


def hold(world: World, **said: Any) -> Drill:
    """Write down a drill of Cedar as its staff."""
    by = world.staff_cedar
    given = {
        "kind": "fire",
        "held_at": world.now - timedelta(minutes=20),
        "seconds": 100,
        "staff": [by],
        "young": [world.ada.resident, world.bea.resident],
    }
    with acting(by.pk, by.name):
        return operations.record_drill(world.cedar.facility, **given | said, by=by)


def sent(world: World, **more: Any) -> dict[str, Any]:
    """What the form posts."""
    here = (world.now - timedelta(minutes=3)).astimezone(world.cedar.facility.zone)
    return {
        "kind": "fire",
        "held_at_date": f"{here:%m/%d/%Y}",
        "held_at_time": f"{here:%H:%M}",
        "held_at_which": "",
        "minutes": "2",
        "seconds": "5",
        "staff": [str(world.staff_cedar.pk)],
        "young": [str(world.ada.resident.pk), str(world.bea.resident.pk)],
        **more,
    }


def test_a_drill_is_written_down_and_read_by_code(world, client_of):
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    bea = str(world.bea.resident.pk)
    said = sent(world, not_out=[bea], why_not="W-2 slept", problems="The bell is too low", follow_up="A new bell")
    assert post(staff, url("add-drill", home), said).url == url("drills", home)
    drill = Drill.objects.get(seconds=125)
    assert drill.shift == world.cedar.shift
    assert {(row.resident.code, row.got_out, row.why_not) for row in drill.young.all()} == {
        ("W-1", True, ""),
        ("W-2", False, "W-2 slept"),
    }
    page = text_of(staff, url("drills", home))
    for words in ("W-1, W-2", "W-2: W-2 slept", "125 seconds", "The bell is too low", "A new bell"):
        assert words in page
    assert f"{url('drills', home)}#d-{drill.pk}" in text_of(staff, url("detail", home))


def test_what_a_drill_lacks_is_asked_for(world, client_of):
    staff, address = client_of(world.staff_cedar), url("add-drill", world.cedar.facility)
    bea = str(world.bea.resident.pk)
    for more, fields in (
        ({"not_out": [bea]}, ["why_not"]),
        ({"not_out": [bea], "why_not": "Slept", "young": []}, ["not_out"]),
        ({"problems": "The bell"}, ["follow_up"]),
        ({"minutes": "0", "seconds": "0"}, ["seconds"]),
        ({"minutes": "120", "seconds": "1"}, ["minutes"]),
        ({"staff": []}, ["staff"]),
    ):
        assert list(errors_of(post(staff, address, sent(world, **more)))) == fields
    assert Drill.objects.filter(facility=world.cedar.facility).count() == 1


def test_what_the_operation_refuses(world):
    for said, words in (
        ({"held_at": world.now + DAY}, "has not come yet"),
        ({"staff": []}, "who of the staff"),
        ({"not_out": [world.ada.resident]}, "did not get out"),
        ({"young": [world.fay.resident]}, "did not live in the home"),
        ({"staff": [world.staff_birch]}, "did not work in the home"),
    ):
        with pytest.raises(Refused, match=words):
            hold(world, **said)


def test_the_inspector_and_a_barred_colleague_read_what_they_may(world, client_of, acting_as):
    hold(world, not_out=[world.ada.resident], why_not="Ada hid", problems="Ada hid", follow_up="Talk with Ada")
    home = world.cedar.facility
    page = text_of(client_of(world.inspector_cedar), url("drills", home))
    assert "W-1: another young person hid" in page
    assert "Ada" not in page
    assert "Write down a drill" not in page
    with acting_as(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.staff_cedar, reason="A cousin", by=world.supervisor)
    page = text_of(client_of(world.staff_cedar), url("drills", home))
    assert not stands_in(b"W-1", page.encode()) and "Ada" not in page
    assert stands_in(b"W-2", page.encode())
    assert "Somebody whose record is closed to you." in page  # not everybody got out, whoever reads it


def test_somebody_who_has_left_is_counted_without_a_code(world, client_of):
    hold(world, held_at=world.now - 15 * DAY, young=[world.fay.resident, world.ada.resident])
    page = text_of(client_of(world.staff_cedar), url("drills", world.cedar.facility))
    assert "W-1, 1 who lived here" in page
    assert "W-6" not in page


def titles(person: Person, moment: datetime) -> list[str]:
    """What My work of a person says at a moment."""
    with acting(person.pk, person.name), at_time(moment):
        work = my_work(person)
    return [task.title for task in (*work.first, *work.later)]


def test_a_drill_is_due_half_a_year_after_the_last_one(world):
    hold_one = f"Hold a drill at {world.cedar.facility}"
    assert hold_one not in titles(world.admin_cedar, world.now + DRILL_EVERY - 40 * DAY)
    assert hold_one in titles(world.admin_cedar, world.now + DRILL_EVERY - 20 * DAY)
    assert hold_one not in titles(world.admin_birch, world.now + DRILL_EVERY - 20 * DAY)
    assert is_overdue(None)
    assert is_overdue(world.now - DRILL_EVERY - DAY)
    assert not is_overdue(world.now - DRILL_EVERY + DAY)
    assert next_due(world.now) == world.now + DRILL_EVERY
    assert next_due(None) is None


def test_the_page_costs_the_same_for_two_young_people_and_for_twelve(world, client_of, acting_as):
    hold(world, not_out=[world.ada.resident], why_not="Slept", problems="The bell", follow_up="A new one")
    staff, home = client_of(world.staff_cedar), world.cedar.facility
    few = queries_for(staff, url("drills", home))
    fill(world, acting_as, 10)
    for _ in range(5):
        young = list(Resident.objects.filter(code__startswith="X-"))
        hold(world, held_at=now(), young=young, not_out=young, why_not="Slept")
    assert queries_for(staff, url("drills", home)) == few


def test_a_drill_is_amended_beside_its_first_text(world, client_of):
    """What counts on the chart is the newest word; the first one stays on the page."""
    staff, home, drill = client_of(world.staff_cedar), world.cedar.facility, world.cedar.drill
    address = url("amend-drill", home, drill.pk)
    bea = world.bea.resident
    said = {"minutes": "4", "seconds": "0", "not_out": [str(bea.pk)], "why_not": "Slept", "reason": ""}
    assert set(errors_of(post(staff, address, said))) == {"reason"}
    assert set(errors_of(post(staff, address, said | {"reason": "Counted anew", "why_not": ""}))) == {"why_not"}
    answer = post(staff, address, said | {"reason": "Counted anew"})
    assert answer.url == f"{url('drills', home)}#d-{drill.pk}"
    for reader in (staff, client_of(world.inspector_cedar)):
        page, text = reader.get(url("drills", home)), text_of(reader, url("drills", home))
        assert "1 min 35 s" in text  # as first written
        assert "4 min 0 s" in text
        assert "Counted anew" in text
        assert f"{bea.code}: Slept" in text
        assert [bar.seconds for bar in for_chart(home)] == [240]
        assert len(page.context["drills"]) == 1
    assert "4 min 0 s" in text_of(staff, address)


def test_only_who_works_there_amends_a_drill_and_only_the_first_text(world, client_of):
    drill = world.cedar.drill
    for other in (world.inspector_cedar, world.supervisor, world.staff_birch):
        assert client_of(other).get(url("amend-drill", world.cedar.facility, drill.pk)).status_code == 404
        with acting(other.pk, other.name), pytest.raises(Drill.DoesNotExist):
            operations.amend_drill(drill, seconds=5, reason="x", by=other)
    staff = client_of(world.staff_birch)
    assert staff.get(url("amend-drill", world.birch.facility, drill.pk)).status_code == 404
    by = world.staff_cedar
    with acting(by.pk, by.name):
        second = operations.amend_drill(drill, seconds=5, reason="x", by=by)
        with pytest.raises(Drill.DoesNotExist):
            operations.amend_drill(second, seconds=6, reason="y", by=by)
        with pytest.raises(Refused, match="why you amend"):
            operations.amend_drill(drill, seconds=6, reason=" ", by=by)
    assert client_of(by).get(url("amend-drill", world.cedar.facility, second.pk)).status_code == 404
