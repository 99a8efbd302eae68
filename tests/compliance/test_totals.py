"""The totals page: of the own young people only, at the end of a month, and without small numbers."""

from datetime import datetime, time, timedelta

import pytest
import time_machine

from compliance.queries.totals import totals
from compliance.small_cells import Cells
from placement.database.context import acting
from placement.facilities.models import Placement
from tests.world import LOS_ANGELES, World, browser


def test_few_young_people_are_not_counted_at_all(world: World) -> None:
    text = browser(world, "supervisor").get("/reports/totals/").content.decode()
    main = text[text.index("<main") :]
    assert "hidden" in main and "Level of care" in main
    for key in ("caseworker", "staff_cedar", "admin_cedar", "inspector_cedar", "sysadmin"):
        assert browser(world, key).get("/reports/totals/").status_code == 404, key


def test_the_same_numbers_hide_the_same_large_one_every_month(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the page of one month shows what that of another one hides, and the rest of the total is the small number."""
    found, asked = [], []
    monkeypatch.setattr(
        "compliance.queries.totals.hide_small", lambda numbers, draw: asked.append(draw) or Cells(numbers, 0)
    )
    with acting(world.supervisor.pk, world.supervisor.name):
        for month in range(1, 13):
            asked.clear()
            with time_machine.travel(datetime(2031, month, 9, 12, tzinfo=LOS_ANGELES)):
                totals(world.supervisor)
            found.append([draw(list("abcdef")) for draw in asked])
    assert len(found[0]) == 4 and found == [found[0]] * 12
    assert all(draw(list("abcdef")) == draw(list("fedcba")) for draw in asked)


def test_the_numbers_are_those_of_the_unit_at_the_end_of_last_month(
    world: World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    monkeypatch.setattr("compliance.queries.totals.hide_small", lambda numbers, draw: Cells(numbers, 0))
    last = world.today.replace(day=1) - timedelta(days=1)
    end = datetime.combine(last, time.max, tzinfo=LOS_ANGELES)
    in_care = {
        stay.resident_id
        for stay in Placement.objects.filter(status__in=["active", "ended"], starts_at__lte=end)
        if stay.ends_at is None or stay.ends_at > end
    }
    for key, unit in (("supervisor", world.north), ("supervisor2", world.south)):
        person = world.people[key]
        own = {young.resident.pk for young in world.young.values() if young.case.unit_id == unit.pk}
        with acting(person.pk, person.name), django_assert_num_queries(3):
            found = totals(person)
        assert found.day == last
        for name, cells in found.tables.items():
            assert sum(cells.rows.values()) == len(in_care & own), (key, name)
