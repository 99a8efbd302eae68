"""Who may do what on one young person and one home, asserted as a whole, by equality: one right too many fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import NotSupportedError, models
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.database.context import acting_as_system
from placement.facilities.models import Facility
from residents.models import Resident, ResidentUserPermission
from tests.world import World

CARE = {Can.VIEW_CODE, Can.VIEW_CARE_PROFILE, Can.VIEW_CARE_LOG}
CASEWORKER = CARE | {
    Can.VIEW_IDENTITY,
    Can.VIEW_CASE,
    Can.VIEW_CASE_SUMMARY,
    Can.KEEP_CASE,
    Can.VIEW_EXPLOITATION,
    Can.DISCLOSE,
    Can.PROPOSE_PLACEMENT,
    Can.VIEW_OWN_AUDIT,
}
SUPERVISOR = CARE | {
    Can.VIEW_IDENTITY,
    Can.VIEW_CASE,
    Can.VIEW_CASE_SUMMARY,
    Can.VIEW_EXPLOITATION,
    Can.DISCLOSE,
    Can.APPROVE_PLACEMENT,
    Can.ASSIGN_TEAM,
    Can.VIEW_SEALED,
    Can.VIEW_AUDIT,
}
CLINICIAN = CARE | {
    Can.VIEW_IDENTITY,
    Can.VIEW_CASE_SUMMARY,
    Can.VIEW_EXPLOITATION,
    Can.VIEW_CLINICAL,
    Can.WRITE_CLINICAL,
}
STAFF = CARE | {Can.LOG_CARE}
ADMIN = CARE | {Can.LOG_CARE, Can.VIEW_IDENTITY, Can.VIEW_CASE_SUMMARY, Can.ACCEPT_PLACEMENT, Can.VIEW_HOME_AUDIT}
INSPECTOR = {Can.VIEW_CODE, Can.VIEW_HOME_AUDIT}
KNOWS_HOME = {Can.VIEW_FACILITY, Can.VIEW_ADDRESS, Can.VIEW_BEDS}
AGENCY = {
    "caseworker": {Can.VIEW_FACILITY, Can.HOLD_BED},
    "caseworker2": {Can.VIEW_FACILITY, Can.HOLD_BED},
    "caseworker_past": {Can.VIEW_FACILITY, Can.HOLD_BED},
    "supervisor": KNOWS_HOME | {Can.CHANGE_FACILITY, Can.HOLD_BED, Can.REVIEW_INCIDENT, Can.VIEW_OPENED},
    "supervisor2": KNOWS_HOME | {Can.CHANGE_FACILITY, Can.HOLD_BED, Can.REVIEW_INCIDENT, Can.VIEW_OPENED},
}


def rights(world: World, thing: models.Model) -> dict[str, frozenset[Can]]:
    """Everybody with any right on the thing, and which."""
    found = {key: rights_on(person, thing) for key, person in world.people.items()}
    return {key: given for key, given in found.items() if given}


def test_rights_on_young_people(world: World) -> None:
    north = {"caseworker": CASEWORKER, "supervisor": SUPERVISOR, "clinician": CLINICIAN}
    south = {"caseworker2": CASEWORKER, "supervisor2": SUPERVISOR, "clinician2": CLINICIAN}
    cedar = {"staff_cedar": STAFF, "admin_cedar": ADMIN, "inspector_cedar": INSPECTOR}
    birch = {"staff_birch": STAFF, "admin_birch": ADMIN, "inspector_birch": INSPECTOR}
    assert rights(world, world.ada.resident) == rights(world, world.bea.resident) == north | cedar
    assert rights(world, world.cleo.resident) == rights(world, world.dina.resident) == south | birch
    assert rights(world, world.eve.resident) == rights(world, world.fay.resident) == north
    assert rights(world, world.gwen.resident) == south


def test_rights_on_homes(world: World) -> None:
    def people(key: str) -> dict[str, set[Can]]:
        return {
            f"staff_{key}": KNOWS_HOME | {Can.WORK_SHIFT, Can.REPORT_INCIDENT},
            f"admin_{key}": KNOWS_HOME
            | {Can.WORK_SHIFT, Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT}
            | {Can.CHANGE_FACILITY, Can.MANAGE_FACILITY},
            f"inspector_{key}": KNOWS_HOME | {Can.INSPECT},
        }

    assert rights(world, world.cedar.facility) == AGENCY | people("cedar")
    assert rights(world, world.birch.facility) == AGENCY | people("birch")
    assert rights(world, world.maple.facility) == AGENCY


def test_visible_to_says_the_same_as_rights_on(world: World) -> None:
    for model in (Resident, Facility):
        for person in world.people.values():
            for right in [right for right in Can if right.app == model._meta.app_label]:
                seen = set(model.objects.visible_to(person, right))
                assert seen == {thing for thing in model.objects.all() if right in rights_on(person, thing)}


def test_visible_to_refuses_a_query_that_can_no_longer_be_narrowed(world: World) -> None:
    with pytest.raises(TypeError, match="slice"):
        Resident.objects.order_by("code")[:5].visible_to(world.stranger, Can.VIEW_CODE)
    with pytest.raises(NotSupportedError, match="union"):
        Resident.objects.all().union(Resident.objects.all()).visible_to(world.stranger, Can.VIEW_CODE)


def test_visible_to_holds_wherever_the_query_goes(world: World) -> None:
    ada = world.ada.resident
    for person, shown in [(world.caseworker, True), (world.stranger, False)]:
        seen = Resident.objects.visible_to(person, Can.VIEW_CODE)
        for found in (
            seen | Resident.objects.visible_to(person, Can.VIEW_CASE),
            Resident.objects.filter(pk=ada.pk).visible_to(person, Can.VIEW_CODE),
            Resident.objects.filter(pk__in=seen.order_by().values("pk")),
            Resident.objects.filter(Exists(seen.filter(pk=OuterRef("pk")))),
            Resident.objects.exclude(pk__in=Resident.objects.exclude(pk__in=seen.order_by().values("pk")).values("pk")),
            Resident.objects.values("code").annotate(number=Count("cases")).visible_to(person, Can.VIEW_CODE),
        ):
            assert found.filter(code=ada.code).exists() is shown


def test_no_right_without_a_right(world: World) -> None:
    for person in (world.stranger, world.sysadmin, world.caseworker_past, world.staff_past):
        for right in [right for right in Can if right.app == "residents"]:
            assert not Resident.objects.visible_to(person, right).exists()


def test_a_closed_account_has_no_right(world: World) -> None:
    with acting_as_system("tests"):
        Person.objects.filter(pk=world.supervisor.pk).update(is_active=False)
    closed = Person.objects.get(pk=world.supervisor.pk)
    assert rights_on(closed, world.ada.resident) == frozenset()
    assert not Resident.objects.visible_to(closed, Can.VIEW_CODE).exists()
    assert not any(closed.may(right) for right in Can)


def test_a_grant_counts_from_its_start_to_its_end(world: World) -> None:
    rows = ResidentUserPermission.objects.filter(user=world.caseworker, content_object=world.ada.resident)
    moment = timezone.now()
    for starts_at, ends_at, counts in [
        (moment - timedelta(days=2), None, True),
        (moment - timedelta(days=2), moment + timedelta(hours=1), True),
        (moment - timedelta(days=2), moment - timedelta(seconds=1), False),
        (moment + timedelta(hours=1), None, False),
    ]:
        with acting_as_system("tests"):
            rows.update(starts_at=starts_at, ends_at=ends_at)
        seen = Resident.objects.visible_to(world.caseworker, Can.VIEW_CASE).filter(pk=world.ada.resident.pk)
        assert seen.exists() is counts
        assert bool(rights_on(world.caseworker, world.ada.resident)) is counts


def test_rights_and_visibility_cost_one_query(world: World, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(1):
        rights_on(world.caseworker, world.ada.resident)
    with django_assert_num_queries(1):
        list(Resident.objects.visible_to(world.caseworker, Can.VIEW_CODE))


def test_nobody_is_a_superuser_and_roles_hold_no_permission_of_django(world: World) -> None:
    for person in world.people.values():
        assert not person.is_superuser
        assert not person.is_staff
        assert not hasattr(person, "user_permissions")
    assert {Role(person.role) for person in world.people.values()} == set(Role)
