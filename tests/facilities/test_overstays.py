"""A stay whose planned end has passed goes on until somebody ends it: in matching, on the bed board, in numbers and lists."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compliance.queries.work import my_work
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.matching import Span
from placement.facilities.matching.load import stays_of_others
from placement.facilities.models import Placement
from placement.facilities.queries import bed_board, occupancy
from placement.facilities.queries.beds import places_in
from placement.ui.moments import DATE_FORMAT
from tests.facilities.conftest import do
from tests.facilities.home_pages import Browser, errors_of, post, text_of
from tests.world import World

TASK = "has passed: end or extend the stay"


@pytest.fixture
def overdue(world: World) -> Placement:
    """Ada's stay in Cedar was planned to end an hour ago."""
    do(world.supervisor, shorten, world.ada.stay)
    return Placement.objects.get(pk=world.ada.stay.pk)


def shorten(stay: Placement, *, by) -> None:
    Placement.objects.filter(pk=stay.pk).update(ends_at=now() - timedelta(hours=1))


def tasks(person) -> list:
    work = my_work(person)
    return [task for task in [*work.first, *work.later] if TASK in task.title]


def test_the_bed_is_taken_wherever_it_is_shown(world: World, overdue: Placement) -> None:
    home = world.cedar.facility
    [stay] = [
        row for row in stays_of_others([home.pk], world.eve.resident.pk, Span(now())) if row["bed"] == overdue.bed_id
    ]
    assert stay["ends_at"] is None
    board = bed_board.board(world.admin_cedar, home, by_code=True)
    [row] = [row for row in board.rows if row.bed.pk == overdue.bed_id]
    assert "free" not in {block.kind for block in row.blocks}
    assert places_in([home])[home.pk].free == 2
    last = occupancy.weeks(home)[-1]
    assert world.ada.resident.pk in {night.stay.resident_id for night in last.stays}


def test_it_is_late_work_of_three_people_and_of_nobody_else(world: World, overdue: Placement) -> None:
    for person in (world.caseworker, world.supervisor, world.admin_cedar):
        [task] = tasks(person)
        assert task.due == overdue.ends_at
        assert task.href == reverse("placements:detail", args=[overdue.pk])
    for person in (world.caseworker2, world.supervisor2, world.admin_birch, world.staff_cedar):
        assert not tasks(person)


def test_a_supervisor_who_did_not_propose_it_extends_the_stay(
    world: World, overdue: Placement, client_of: Browser
) -> None:
    page, address = (reverse(f"placements:{name}", args=[overdue.pk]) for name in ("detail", "extend"))
    client = client_of(world.supervisor)
    assert address in text_of(client, page)
    assert "has passed" in text_of(client, page)
    assert address not in text_of(client_of(world.admin_cedar), page)
    assert "reason" in errors_of(post(client, address, {}))
    day = now() + timedelta(days=5)
    values = {"ends_at_date": f"{day:{DATE_FORMAT}}", "ends_at_time": "12:00", "reason": "School ends later"}
    assert post(client, address, values).status_code == 302
    overdue.refresh_from_db()
    assert overdue.ends_at > now()
    assert not tasks(world.supervisor)
    assert "School ends later" in text_of(client, page)
    do(world.supervisor, operations.extend_stay, overdue, ends_at=None, reason="Nobody can say")
    overdue.refresh_from_db()
    assert overdue.ends_at is None


def test_an_end_that_another_supervisor_gave_meanwhile_is_shown_and_not_overwritten(
    world: World, overdue: Placement, client_of: Browser
) -> None:
    address, client = reverse("placements:extend", args=[overdue.pk]), client_of(world.supervisor)
    opened = client.get(address).context["form"].current_version
    theirs, mine = (
        f"{(now() + timedelta(days=days)).astimezone(world.cedar.facility.zone):{DATE_FORMAT}}" for days in (40, 5)
    )
    agreed = (now() + timedelta(days=40)).replace(second=0, microsecond=0)
    do(world.supervisor, operations.extend_stay, overdue, ends_at=agreed, reason="The court wants it so")
    typed = {"ends_at_date": mine, "ends_at_time": "12:00", "reason": "School ends later"}
    answer = post(client, address, {"version": opened, **typed})
    text = answer.content.decode()
    assert "Someone else changed this record" in text
    assert theirs in text and mine in text and "School ends later" in text
    overdue.refresh_from_db()
    assert overdue.ends_at == agreed
    version = answer.context["form"]["version"].value()
    assert post(client, address, {"version": version, **typed}).status_code == 302


def test_an_extension_is_refused_for_the_past_and_to_others(world: World, overdue: Placement) -> None:
    with pytest.raises(Refused, match="This time has passed"):
        do(world.supervisor, operations.extend_stay, overdue, ends_at=now(), reason="x")
    for person in (world.caseworker, world.admin_cedar, world.supervisor2):
        with pytest.raises(Placement.DoesNotExist):
            do(person, operations.extend_stay, overdue, ends_at=None, reason="x")
