"""``manage.py access verify``: clean on the world, and it names every row that differs from the facts."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from placement.access.facts import FACTS, Difference, differences
from placement.access.models import Membership
from placement.access.operations import close_account, join
from placement.access.rights import HOME_RIGHTS, RESIDENT_RIGHTS, Role
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import FacilityGroupPermission
from residents import operations as residents
from residents.models import ResidentGroupPermission, ResidentUserPermission
from tests.attack.sql import fingerprint, sql
from tests.world import World

DAY = timedelta(days=1)
PEOPLE, GROUPS = "residents_residentuserpermission", "residents_residentgrouppermission"


def verify(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""
    out = StringIO()
    try:
        call_command("access", "verify", *arguments, stdout=out)
    except SystemExit as stopped:
        return int(stopped.code), out.getvalue()
    return 0, out.getvalue()


def kinds() -> list[tuple[str, str]]:
    return [(difference.kind, difference.given) for difference in differences()]


def test_the_world_follows_from_its_facts(world: World) -> None:
    assert differences() == []
    assert verify() == (0, "Permissions and memberships follow from the facts.\n")
    code, printed = verify("--json")
    assert (code, json.loads(printed)) == (0, {"differences": []})
    assert len(FACTS) == 11


def test_it_changes_nothing_and_needs_nobody(world: World) -> None:
    before = fingerprint()
    verify()
    assert fingerprint() == before


def test_a_stray_row_is_named(world: World) -> None:
    with acting_as_system("tests"):
        sql(
            f'INSERT INTO {PEOPLE} (id, user_id, permission_id, content_object_id, "grant", starts_at)'
            f" SELECT gen_random_uuid(), %s, permission_id, content_object_id, %s, now() FROM {PEOPLE}"
            ' WHERE content_object_id = %s AND "grant" = %s',
            world.stranger.pk,
            grant := uuid4(),
            world.ada.resident.pk,
            world.ada.caseload.pk,
        )
    found = differences()
    assert {difference.kind for difference in found} == {"stray"}
    assert {difference.given for difference in found} == {right.value for right in RESIDENT_RIGHTS[Role.CASEWORKER]}
    assert {(row.owner, row.object, row.grant) for row in found} == {
        (str(world.stranger.pk), str(world.ada.resident.pk), str(grant))
    }
    code, printed = verify()
    assert code == 1
    lines = printed.splitlines()
    assert len(lines) == len(found) + 1
    assert lines[0] == str(found[0])
    assert lines[-1] == f"{len(found)} permissions or memberships differ from the facts."
    code, printed = verify("--json")
    assert code == 1
    assert json.loads(printed) == {"differences": [row.as_data() for row in found]}


def test_a_missing_row_is_named(world: World) -> None:
    row = ResidentUserPermission.objects.filter(grant=world.ada.caseload.pk).order_by("permission__codename").first()
    given = f"residents.{row.permission.codename}"
    with acting_as_system("tests"):
        row.delete()
    expected = Difference(
        "missing", PEOPLE, str(world.caseworker.pk), given, str(world.ada.resident.pk), str(world.ada.caseload.pk)
    )
    assert differences() == [expected]


@pytest.mark.parametrize("key", ["case", "team", "stay"])
def test_every_kind_of_grant_is_recomputed(world: World, key: str) -> None:
    grant = getattr(world.ada, key).pk
    with acting_as_system("tests"):
        gone = sum(
            model.objects.filter(grant=grant).delete()[0] for model in (ResidentUserPermission, ResidentGroupPermission)
        )
    found = differences()
    assert gone == len(found) > 0
    assert {(row.kind, row.grant) for row in found} == {("missing", str(grant))}


def test_an_outlived_row_is_named(world: World) -> None:
    """The caseload ends behind the back of the operation: its rights are still in force."""
    with acting(world.caseworker.pk, world.caseworker.name):
        world.ada.caseload.ends_at = timezone.now()
        world.ada.caseload.save()
    found = differences()
    assert {row.kind for row in found} == {"stray"}
    assert {row.owner for row in found} == {str(world.caseworker.pk)}
    assert len(found) == len(RESIDENT_RIGHTS[Role.CASEWORKER])


def test_a_row_that_ends_at_another_time_is_named(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        world.ada.caseload.ends_at = timezone.now() + DAY
        world.ada.caseload.save()
    assert {kind for kind, _ in kinds()} == {"outlived"}
    with acting_as_system("tests"):
        ResidentUserPermission.objects.filter(grant=world.ada.caseload.pk).update(ends_at=world.ada.caseload.ends_at)
    assert kinds() == []
    with acting_as_system("tests"):
        ResidentUserPermission.objects.filter(grant=world.ada.caseload.pk).update(ends_at=timezone.now())
    assert {kind for kind, _ in kinds()} == {"missing"}


def test_a_row_that_begins_at_another_time_is_named(world: World) -> None:
    rows = ResidentUserPermission.objects.filter(grant=world.ada.caseload.pk)
    with acting_as_system("tests"):
        rows.update(starts_at=world.ada.caseload.starts_at - DAY)
    assert {kind for kind, _ in kinds()} == {"early"}
    with acting_as_system("tests"):
        rows.update(starts_at=timezone.now() + DAY)
    assert {kind for kind, _ in kinds()} == {"late"}


def test_a_row_that_is_there_twice_is_named(world: World) -> None:
    with acting_as_system("tests"):
        for row in ResidentGroupPermission.objects.filter(grant=world.ada.stay.pk)[:1]:
            row.pk = uuid4()
            row.save(force_insert=True)
    assert [kind for kind, _ in kinds()] == ["twice"]


def test_rows_that_have_ended_are_no_difference(world: World) -> None:
    with acting_as_system("tests"):
        for row in ResidentGroupPermission.objects.filter(grant=world.ada.stay.pk):
            row.pk, row.grant, row.starts_at, row.ends_at = uuid4(), uuid4(), world.now - 2 * DAY, world.now - DAY
            row.save(force_insert=True)
    assert kinds() == []


def test_memberships_are_verified_too(world: World) -> None:
    with acting_as_system("tests"):
        join(world.stranger, "home", world.cedar.facility.pk, Role.STAFF)
    row = differences()[0]
    assert (row.kind, row.owner, row.given) == (
        "stray",
        str(world.stranger.pk),
        f"home/{world.cedar.facility.pk}/staff",
    )
    assert str(row).startswith(f"stray: person {world.stranger.pk} in group home/")
    with acting_as_system("tests"):
        Membership.objects.filter(person=world.stranger).delete()
        Membership.objects.filter(person=world.supervisor).delete()
    assert sorted(kinds()) == [("missing", "agency/all/supervisor"), ("missing", f"unit/{world.north.pk}/supervisor")]


def test_rights_on_homes_are_verified_too(world: World) -> None:
    with acting_as_system("tests"):
        FacilityGroupPermission.objects.filter(
            content_object=world.cedar.facility, group__name=f"home/{world.cedar.facility.pk}/inspector"
        ).delete()
    assert {(kind, given) for kind, given in kinds()} == {
        ("missing", right.value) for right in HOME_RIGHTS[Role.INSPECTOR]
    }


def test_it_stays_clean_through_the_operations(world: World, acting_as: Any) -> None:
    def step(by: Any, act: Any) -> Any:
        with acting_as(by):
            result = act()
        assert differences() == []
        return result

    now = timezone.now()
    ada, supervisor, caseworker = world.ada, world.supervisor, world.caseworker
    step(supervisor, lambda: residents.assign_caseload(ada.case, world.caseworker2, by=supervisor))
    step(supervisor, lambda: residents.end_caseload(ada.caseload, at=timezone.now() + DAY, by=supervisor))
    step(supervisor, lambda: residents.leave_team(ada.team, at=timezone.now(), by=supervisor))
    step(supervisor, lambda: residents.join_team(ada.case, world.clinician2, by=supervisor))
    assignment = world.cedar.assignments[0]
    step(supervisor, lambda: homes.end_assignment(assignment, at=now + DAY, by=supervisor))
    step(supervisor, lambda: homes.end_assignment(assignment, at=timezone.now(), by=supervisor))
    step(supervisor, lambda: homes.assign(world.staff_birch, world.cedar.facility, role="staff", by=supervisor))
    referral = step(
        caseworker,
        lambda: homes.send_referral(
            homes.draft_referral(
                ada.resident, by=caseworker, urgency="urgent", reason="Move", needed_from=now, level=2
            ),
            by=caseworker,
        ),
    )
    stay = step(
        caseworker,
        lambda: homes.propose_placement(referral, bed=world.birch.beds[2], starts_at=now, reason="Fits", by=caseworker),
    )
    step(supervisor, lambda: homes.approve_placement(stay, reason="Agreed", by=supervisor))
    step(world.admin_birch, lambda: homes.read_safety_history(stay, by=world.admin_birch))
    step(world.admin_birch, lambda: homes.admit(stay, at=timezone.now(), by=world.admin_birch))
    with acting(world.sysadmin.pk, world.sysadmin.name):
        close_account(world.staff_cedar, by=world.sysadmin)
    assert differences() == []
