"""Builds the world of the tests, by the operations that pages use."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from compliance.stored import begin_at
from placement.access.models import AgencyUnit, UnusualAccess
from placement.access.operations import open_account
from placement.access.rights import Role
from placement.access.store import BEGAN, SEEN, SessionStore
from placement.audit.clock import at_time
from placement.database.context import acting_as_system
from tests.building.cases import let_two_go, open_cases, write_one_of_each
from tests.building.complaints import complain
from tests.building.homes import open_homes, try_exits_and_drill
from tests.building.stays import discharge, look_for_a_home, place
from tests.flags import flag
from tests.world import PASSWORD, World


def build() -> World:
    """Make the world in the open database and return it. Commits. Needs the owner's login, which may tell the past."""
    now = timezone.now().replace(second=0, microsecond=0)
    with acting_as_system("tests"), at_time(now - timedelta(days=100)):
        world = World(now, AgencyUnit.objects.create(name="North unit"), AgencyUnit.objects.create(name="South unit"))
        open_accounts(world)
    begin_at(now - timedelta(days=365))
    open_homes(world)
    open_cases(world)
    for days_ago, key, home, bed in [
        (60, "fay", "cedar", 2),
        (30, "ada", "cedar", 0),
        (30, "cleo", "birch", 0),
        (20, "bea", "cedar", 1),
        (20, "dina", "birch", 1),
    ]:
        place(world, key, home, bed, world.now - timedelta(days=days_ago))
    write_one_of_each(world, "fay", "cedar", world.now - timedelta(days=20))
    discharge(world, world.young["fay"], world.now - timedelta(days=10))
    for key, home in [("ada", "cedar"), ("cleo", "birch")]:
        write_one_of_each(world, key, home, world.now - timedelta(minutes=10))
    for home, keys in (("cedar", ("ada", "bea")), ("birch", ("cleo", "dina"))):
        try_exits_and_drill(world, world.homes[home], [world.young[key].resident for key in keys])
    for key, home in (("fay", "cedar"), ("ada", "cedar"), ("cleo", "birch")):
        complain(world, key, home)
    let_two_go(world)
    look_for_a_home(world)
    with acting_as_system("tests"):
        world.unusual = UnusualAccess.objects.create(person=world.stranger, at=world.now)
        world.flag = flag(world, world.stranger)
        for home, key in (("cedar", "ada"), ("birch", "cleo")):
            staff, of_home = world.homes[home].staff, {"facility": world.homes[home].facility}
            flag(world, staff, scope="home", rule="often_late", **of_home, facts={"minutes": 180}, evidence=[])
            young = world.young[key]
            read = [{"kind": "entry", "id": str(young.care.pk), "at": young.care.happened_at.isoformat()}]
            young.flag = flag(
                world,
                staff,
                scope="young",
                rule="sample",
                resident=young.resident,
                **of_home,
                facts={},
                evidence=read,
            )
    sign_in(world)
    return world


def open_accounts(world: World) -> None:
    for number, (key, role, unit) in enumerate(
        [
            ("caseworker", Role.CASEWORKER, world.north),
            ("caseworker2", Role.CASEWORKER, world.south),
            ("staff_cedar", Role.STAFF, None),
            ("staff_birch", Role.STAFF, None),
            ("admin_cedar", Role.ADMIN, None),
            ("admin_birch", Role.ADMIN, None),
            ("inspector_cedar", Role.INSPECTOR, None),
            ("inspector_birch", Role.INSPECTOR, None),
            ("clinician", Role.CLINICIAN, None),
            ("caseworker_past", Role.CASEWORKER, world.north),
            ("staff_past", Role.STAFF, None),
            ("clinician2", Role.CLINICIAN, None),
            ("supervisor", Role.SUPERVISOR, world.north),
            ("supervisor2", Role.SUPERVISOR, world.south),
            ("sysadmin", Role.SYSADMIN, None),
            ("stranger", Role.NONE, None),
        ],
        start=1,
    ):
        world.people[key] = open_account(
            username=f"{key}.of.the.world",
            name=key.replace("_", " ").title(),
            staff_number=f"W-{number:03}",
            role=role,
            unit=unit,
            password=PASSWORD,
            by=None,
        )


def sign_in(world: World) -> None:
    """An open session for everybody, so that a test with many people does not sign each of them in."""
    for key, person in world.people.items():
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        later = timezone.now() + timedelta(days=1)  # the run may last longer than anybody is idle, or any session
        session[SEEN] = session[BEGAN] = later.timestamp()
        session.set_expiry(timedelta(days=1))  # the run may last longer than people may be idle
        session.save()
        world.sessions[key] = session.session_key
