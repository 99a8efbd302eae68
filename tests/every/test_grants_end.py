"""A grant ends with its fact: the next request is refused, for pages, downloads and history, and no answer is stored."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.access import operations as accounts
from placement.access.models import Membership
from placement.facilities import operations as homes
from placement.facilities.models import Assignment, Credential
from residents import operations as residents
from tests.accounts import changed
from tests.every.incident_states import by
from tests.world import World, browser, text_file


def caseload_ends(world: World) -> None:
    with by(world.supervisor):
        residents.end_caseload(world.ada.caseload, at=timezone.now(), by=world.supervisor)


def team_ends(world: World) -> None:
    with by(world.supervisor):
        residents.leave_team(world.ada.team, at=timezone.now(), by=world.supervisor)


def assignment_of(world: World) -> Assignment:
    return Assignment.objects.get(person=world.staff_cedar, ends_at=None)


def assignment_ends(world: World) -> None:
    with by(world.supervisor):
        homes.end_assignment(assignment_of(world), at=timezone.now(), by=world.supervisor)


def contract_runs_out(world: World) -> None:
    """The end was written down when the contract was made; now it has passed, and nobody did anything."""
    with by(world.supervisor):
        homes.end_assignment(assignment_of(world), at=timezone.now() + timedelta(days=1), by=world.supervisor)
        home = Membership.objects.filter(person=world.staff_cedar, group__name__startswith="home/")
        assert home.update(ends_at=timezone.now()) == 1


def placement_ends(world: World) -> None:
    with by(world.supervisor):
        homes.discharge(
            world.ada.stay,
            at=timezone.now(),
            to="family",
            reason="Goes home",
            after_care="A call",
            after_care_contact="The caseworker",
            first_check_on=world.today,
            by=world.supervisor,
        )


def unit_changes(world: World) -> None:
    changed(world.supervisor, role=world.supervisor.role, unit=world.south)


def account_closes(world: World) -> None:
    with by(world.sysadmin):
        accounts.close_account(world.caseworker, by=world.sysadmin)


def barred(world: World) -> None:
    with by(world.supervisor):
        residents.bar_from_record(world.ada.resident, world.admin_cedar, reason="A cousin", by=world.supervisor)


def clearance_ends(world: World) -> None:
    with by(world.supervisor):
        filed = Credential.objects.get(person=world.staff_cedar, kind="background")
        homes.end_credential(filed, on=world.today - timedelta(days=1), by=world.supervisor)


ENDS: dict[str, tuple[str, Callable[[World], None]]] = {
    "caseload": ("caseworker", caseload_ends),
    "team": ("clinician", team_ends),
    "assignment": ("staff_cedar", assignment_ends),
    "contract": ("staff_cedar", contract_runs_out),
    "placement": ("admin_cedar", placement_ends),
    "unit": ("supervisor", unit_changes),
    "account": ("caseworker", account_closes),
    "conflict": ("admin_cedar", barred),
    "clearance": ("staff_cedar", clearance_ends),
}


@pytest.mark.parametrize("fact", sorted(ENDS))
def test_the_next_request_after_the_end_is_refused(world: World, fact: str) -> None:
    key, end = ENDS[fact]
    with by(world.caseworker):
        paper = residents.file_document(
            upload=text_file("a.txt", "care"),
            title="Paper",
            part="care",
            resident=world.ada.resident,
            by=world.caseworker,
        )
    client = browser(world, key)
    names = ("detail", "care", "history", "documents", "confidential")
    pages = [reverse(f"residents:{name}", args=[world.ada.resident.pk]) for name in names]
    pages.append(reverse("residents:document", args=[paper.pk]))
    before = {page: client.get(page) for page in pages}
    opened = [page for page, answer in before.items() if answer.status_code == 200]
    assert {pages[0], pages[1], pages[-1]} <= set(opened)
    assert all(answer["Cache-Control"] == "no-store, private" for answer in before.values())
    end(world)
    for page in opened:
        answer = client.get(page)
        if fact == "account":
            assert answer["Location"].startswith("/accounts/login/"), page
        else:
            assert answer.status_code == 404, page
            assert answer["Cache-Control"] == "no-store, private"
