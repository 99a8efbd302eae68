"""Intrusive measures: written down from the shift, judged by somebody else in a day, ended, and amended beside the first text."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.database.context import acting
from residents import operations
from residents.models import IntrusiveMeasure
from residents.queries import measures
from tests.facilities.conftest import do
from tests.facilities.home_pages import post
from tests.facilities.shift_page import local
from tests.world import World, browser

DAY = timedelta(days=1)


def log(world: World, by: str = "staff_cedar", **values: Any) -> IntrusiveMeasure:
    """A room check of Bea by Cedar's staff."""
    person = getattr(world, by)
    row = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "room", "why": "A knife was missing"}
    row |= {"done": "Looked under the bed", "done_by": person, "told": True, "happened_at": now()}
    return do(person, operations.log_measure, world.bea.resident, **row | values)


def tasks(person: Person) -> list[str]:
    with acting(person.pk, person.name):
        work = my_work(person, everything=True)
    return [task.title for task in (*work.first, *work.later)]


def test_it_is_written_down_from_the_shift_page_and_stands_on_the_page_of_rights(world: World) -> None:
    staff, bea = browser(world, "staff_cedar"), world.bea.resident
    address = reverse("facilities:log-measure", args=[world.cedar.facility.pk, bea.pk])
    said = {"kind": "belongings", "why": "A lighter was smelled", "done": "Looked into the bag", "told": "on"}
    said |= {"done_by": str(world.staff_cedar.pk)} | local(now() - timedelta(minutes=1))
    answer = post(staff, address, said)
    assert answer.status_code == 302, answer.context["form"].errors
    row = IntrusiveMeasure.objects.get(resident=bea)
    assert (row.kind, row.done_by, row.shift) == ("belongings", world.staff_cedar, world.cedar.shift)
    assert row.review_by - row.written_at == IntrusiveMeasure.WAITS
    for who in ("staff_cedar", "admin_cedar", "supervisor", "caseworker"):
        text = browser(world, who).get(reverse("rights:young", args=[bea.pk])).content.decode()
        assert "A lighter was smelled" in text
    assert browser(world, "staff_birch").get(reverse("rights:young", args=[bea.pk])).status_code == 404


def test_what_is_missing_is_asked_for(world: World) -> None:
    for field, values in {
        "witness": {"kind": "person"},
        "why_not_told": {"told": False},
        "lasts": {"lasts": True},
        "happened_at": {"happened_at": now() + DAY},
    }.items():
        with pytest.raises(Refused) as refused:
            log(world, **values)
        assert refused.value.field == field
    with pytest.raises(Refused):
        log(world, kind="person", witness=world.staff_cedar.name)
    assert not IntrusiveMeasure.objects.filter(resident=world.bea.resident).exists()


def test_somebody_else_judges_it_and_it_goes_from_my_work(world: World) -> None:
    row = log(world, by="admin_cedar")
    words = f"{row.get_kind_display()}: {world.bea.resident}"
    assert words in tasks(world.supervisor)
    assert words not in tasks(world.admin_cedar)  # who did it
    with pytest.raises(Refused):
        do(world.admin_cedar, operations.judge_measure, row, decision="approved")
    with pytest.raises(Refused):
        do(world.supervisor, operations.judge_measure, row, decision="declined")  # without a reason
    do(world.supervisor, operations.judge_measure, row, decision="declined", reason="There was no ground for it")
    assert words not in tasks(world.supervisor)
    with pytest.raises(Refused):
        do(world.supervisor, operations.judge_measure, row, decision="approved")


def test_what_lasts_holds_a_day_without_a_judgement_and_then_until_its_end(world: World) -> None:
    row = world.ada.measure
    assert row.holds
    with at_time(row.review_by):
        assert not row.holds
        assert row.kept_too_long
    with pytest.raises(Refused):
        do(world.supervisor, operations.judge_measure, row, decision="approved", ends_at=now() + 4 * DAY)
    row = do(world.supervisor, operations.judge_measure, row, decision="approved", ends_at=now() + 2 * DAY)
    with at_time(now() + DAY * 1.5):
        assert row.holds
    row = do(world.staff_cedar, operations.end_measure, row)
    assert not row.holds
    assert not row.kept_too_long
    with pytest.raises(Refused):
        do(world.staff_cedar, operations.end_measure, row)


def test_an_amendment_stands_beside_the_first_text_and_a_mistake_counts_until_somebody_else_believes_it(
    world: World,
) -> None:
    row = log(world)
    with pytest.raises(Refused):
        do(world.staff_cedar, operations.amend_measure, row, why="Another", done="Looked", reason=" ")
    do(world.staff_cedar, operations.amend_measure, row, why="A fork was missing", done="Looked", reason="Wrong word")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        found = measures.measure_of(measures.readable(world.staff_cedar).get(pk=row.pk))
    assert (found.first.why, found.now.why) == ("A knife was missing", "A fork was missing")
    values = {"why": "A fork was missing", "done": "Looked", "reason": "Of somebody else", "mistake": True}
    do(world.staff_cedar, operations.amend_measure, row, **values)
    supervisor = world.supervisor

    def counts() -> bool:
        with acting(supervisor.pk, supervisor.name):
            return measures.that_count(IntrusiveMeasure.objects.filter(pk=row.pk)).exists()

    with acting(supervisor.pk, supervisor.name):
        [waits] = measures.to_judge(supervisor).filter(pk=row.pk)
        assert "written by mistake: “Of somebody else”" in measures.in_words(waits)
    with at_time(now() + 2 * DAY):
        assert any("Room check" in title for title in tasks(supervisor))
    assert (
        "called a mistake"
        in browser(world, "supervisor").get(reverse("rights:young", args=[row.resident_id])).content.decode()
    )
    do(supervisor, operations.judge_measure, row, decision="approved")
    assert not counts()
    other = log(world)
    do(supervisor, operations.judge_measure, other, decision="approved")
    row = other
    do(world.staff_cedar, operations.amend_measure, other, **values)  # too late: somebody has judged what it was
    assert counts()
    third = log(world)
    do(world.staff_cedar, operations.amend_measure, third, **values)
    do(supervisor, operations.judge_measure, third, decision="declined", reason="I do not believe that")
    row = third
    assert counts()
