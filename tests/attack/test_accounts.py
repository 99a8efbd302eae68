"""Nobody gives a role, a unit or an open account alone, whatever statement they send to the database."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group

from placement.access.models import AccountChange, Membership, Person
from placement.access.proposals import confirm_change, propose_change
from placement.access.rights import ROLE_RIGHTS, Can, Role
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.world import World


@contextlib.contextmanager
def by(person: Person) -> Iterator[None]:
    with acting(person.pk, person.name):
        yield


def new_row(**more: Any) -> dict[str, Any]:
    row = {"username": "mole", "name": "Mole", "staff_number": "M-1", "password": "!", "time_zone": "UTC"}
    return row | {"role": "none", "is_active": False} | more


def proposal(world: World, **more: Any) -> dict[str, Any]:
    row = {"person_id": world.stranger.pk, "kind": "change", "role": "staff", "unit_id": None, "reason": "Begins"}
    row |= {"proposed_by_id": world.sysadmin.pk, "proposed_at": world.now, "ends_at": world.now, "status": "waiting"}
    return row | {"decision_reason": ""} | more


def propose(world: World, **more: Any) -> tuple[type[AccountChange], UUID]:
    with by(world.sysadmin):
        return AccountChange, insert(AccountChange, **proposal(world, **more))


def signed(person: Person, status: str = "confirmed", **more: Any) -> dict[str, Any]:
    return {"status": status, "decided_by_id": person.pk, "decided_at": "2001-01-01T00:00Z"} | more


def decide(row: tuple[type[AccountChange], UUID], person: Person, **values: Any) -> int:
    with by(person):
        return change(row, **signed(person, **values))


def test_a_new_row_gives_nothing(world: World) -> None:
    for person in (world.sysadmin, world.supervisor, world.caseworker):
        with by(person):
            for more in (
                {"role": "sysadmin", "is_active": True},
                {"role": "sysadmin"},
                {"is_active": True},
                {"unit_id": world.north.pk},
            ):
                with refused("account_has_a_second_person"):
                    insert(Person, **new_row(**more))
    with acting_as_system("anything"), refused("account_has_a_second_person"):
        insert(Person, **new_row(role="sysadmin", is_active=True))  # there is a system administrator
    with by(world.sysadmin):
        insert(Person, **new_row())


def test_the_first_accounts_are_opened_by_a_command_and_by_nobody_else(world: World) -> None:
    with by(world.sysadmin):
        sql("UPDATE access_person SET is_active = false WHERE role IN ('sysadmin', 'supervisor')")
    with by(world.caseworker), refused("account_has_a_second_person"):
        insert(Person, **new_row(role="sysadmin", is_active=True))
    with acting_as_system("anything"):
        with refused("account_has_a_second_person"):
            insert(Person, **new_row(role="caseworker", is_active=True))
        with refused("account_has_a_second_person"):
            change(world.sysadmin, is_active=True)
        for number in (1, 2):
            insert(
                Person, **new_row(username=f"m{number}", staff_number=f"M-{number}", role="sysadmin", is_active=True)
            )
        with refused("account_has_a_second_person"):
            insert(Person, **new_row(role="sysadmin", is_active=True, staff_number="M-3"))


@pytest.mark.parametrize("values", [{"role": "sysadmin"}, {"role": "supervisor"}, {"role": "none"}, {"unit_id": None}])
def test_nobody_changes_a_role_or_a_unit_alone(world: World, values: dict) -> None:
    if values == {"role": "supervisor"}:
        values = values | {"unit_id": world.south.pk}
    for actor, person in [
        (world.caseworker, world.caseworker),
        (world.sysadmin, world.caseworker),
        (world.supervisor, world.caseworker),
    ]:
        with by(actor), refused("account_has_a_second_person"):
            change(person, **values)


def test_nobody_opens_a_closed_account_alone_and_everybody_may_close_one(world: World) -> None:
    with by(world.sysadmin):
        assert change(world.clinician2, is_active=False) == 1
        with refused("account_has_a_second_person"):
            change(world.clinician2, is_active=True)


def test_what_was_confirmed_is_given_and_nothing_else(world: World) -> None:
    row = propose(world)
    with by(world.supervisor):
        change(row, **signed(world.supervisor))
        for values in (
            {"role": "sysadmin"},
            {"role": "staff", "unit_id": world.north.pk},
            {"unit_id": world.north.pk},
        ):
            with refused("account_has_a_second_person"):
                change(world.stranger, **values)
        with refused("account_has_a_second_person"):
            change(world.clinician2, role="staff")
        assert change(world.stranger, role="staff") == 1


def test_a_role_that_was_confirmed_opens_no_closed_account(world: World) -> None:
    with by(world.sysadmin):
        change(world.stranger, is_active=False)
    row = propose(world)
    with by(world.supervisor):
        change(row, **signed(world.supervisor))
        with refused("account_has_a_second_person"):
            change(world.stranger, role="staff", is_active=True)


@pytest.mark.parametrize("status", ["refused", "withdrawn", "waiting"])
def test_only_a_confirmation_gives_it(world: World, status: str) -> None:
    row = propose(world)
    if status == "refused":
        decide(row, world.supervisor, status="refused", decision_reason="No")
    elif status == "withdrawn":
        decide(row, world.sysadmin, status="withdrawn")
    for person in (world.supervisor, world.sysadmin):
        with by(person), refused("account_has_a_second_person"):
            change(world.stranger, role="staff")


def test_somebody_else_in_the_same_transaction_does_not_use_the_confirmation(world: World) -> None:
    decide(propose(world), world.supervisor)
    with by(world.sysadmin), refused("account_has_a_second_person"):
        change(world.stranger, role="staff")


def test_nobody_confirms_the_own_proposal_or_what_is_for_them(world: World) -> None:
    row = propose(world)
    with by(world.sysadmin):
        with refused("account_change_decided_by_another"):
            change(row, **signed(world.sysadmin))
        with refused("account_change_decided_by_another"):
            change(row, **signed(world.sysadmin, "refused", decision_reason="No"))
    own = propose(world, person_id=world.supervisor.pk, role="supervisor", unit_id=world.south.pk)
    with by(world.supervisor), refused("account_change_decided_by_another"):
        change(own, **signed(world.supervisor))
    with by(world.supervisor2), refused("account_change_decided_by_another"):
        change(own, **signed(world.supervisor2, "withdrawn"))


def test_nobody_confirms_in_the_name_of_another(world: World) -> None:
    row = propose(world)
    with by(world.sysadmin), refused("signature_is_own"):
        change(row, **signed(world.supervisor))
    with by(world.supervisor), refused("signature_is_own"):
        insert(AccountChange, **proposal(world, person_id=world.clinician2.pk))
    with acting_as_system("anything"):
        assert change(row, **signed(world.supervisor)) == 0


def test_a_proposal_never_begins_as_a_confirmation(world: World) -> None:
    forged = signed(world.supervisor, decided_in=1)
    for person in (world.sysadmin, world.supervisor):
        with by(person), refused("account_change_begins_waiting"):
            insert(AccountChange, **proposal(world, **forged))
    with by(world.sysadmin), refused("account_change_is_for_another"):
        insert(AccountChange, **proposal(world, person_id=world.sysadmin.pk))


def test_only_those_whose_work_it_is_propose_and_decide(world: World) -> None:
    """The roles stand in the trigger and in the row policy as in the rights; who may not decide is not even shown it."""
    row = propose(world, reason="Was a patient here herself")
    for person in world.people.values():
        may = ROLE_RIGHTS[Role(person.role)]
        with by(person):
            if Can.CONFIRM_ACCOUNTS not in may:
                assert change(row, **signed(person)) == 0
                for table in ("access_accountchange", "access_historicalaccountchange"):
                    assert ask(f"SELECT count(*) FROM {table} WHERE reason LIKE '%patient%'") == 0
            if Can.MANAGE_ACCOUNTS not in may:
                with refused("account_change_proposer_may_propose"):
                    insert(AccountChange, **proposal(world, person_id=world.clinician2.pk, proposed_by_id=person.pk))
    with by(world.sysadmin):
        change(world.supervisor, is_active=False)
    with by(world.supervisor):
        assert change(row, **signed(world.supervisor)) == 0
    with by(world.supervisor2):
        assert ask("SELECT count(*) FROM access_accountchange WHERE reason LIKE '%patient%'") == 1
        change(world.sysadmin, is_active=False)
        with refused("account_change_proposer_may_propose"):
            change(row, **signed(world.supervisor2))


def test_what_was_proposed_and_decided_stays(world: World) -> None:
    row = propose(world)
    for values in ({"role": "sysadmin"}, {"person_id": world.clinician2.pk}, {"reason": "x"}, {"ends_at": world.now}):
        with by(world.sysadmin), refused("account_change_is_kept"):
            change(row, **values)
    decide(row, world.supervisor, status="refused", decision_reason="No")
    for values in ({"status": "confirmed"}, {"decision_reason": "Yes"}, {"decided_in": 7}, {"status": "waiting"}):
        with by(world.supervisor), refused("account_change_is_kept"):
            change(row, **values)
    with by(world.supervisor), denied():
        sql("DELETE FROM access_accountchange")


def test_a_decision_has_a_name_a_true_time_and_where_it_says_no_a_reason(world: World) -> None:
    row = propose(world)
    with by(world.supervisor):
        with refused("account_change_decider_may_decide"):
            change(row, status="confirmed")
        for values in (
            {"decided_in": 7},
            {"decided_by_id": world.supervisor.pk},
            signed(world.supervisor, "refused"),
            signed(world.supervisor, "sometimes"),
        ):
            with refused("account_change_is_signed"):
                change(row, **values)
        change(row, **signed(world.supervisor))
    found = AccountChange.objects.get(pk=row[1])
    assert found.proposed_at > world.now and found.decided_at > found.proposed_at
    assert found.decided_in == ask("SELECT pg_current_xact_id()::text::bigint")


def test_one_change_waits_at_a_time(world: World) -> None:
    row = propose(world)
    with by(world.sysadmin), refused("account_change_waits_once"):
        insert(AccountChange, **proposal(world, role="clinician"))
    decide(row, world.sysadmin, status="withdrawn")
    propose(world, role="clinician")


@pytest.fixture
def week_ago(committed_world: World) -> World:
    """The stranger as staff, proposed eight days ago."""
    world = committed_world
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "BEGIN; SELECT set_config('app.actor', %s, true), set_config('app.actor_name', 'x', true),"
            " set_config('app.clock', (now() - interval '8 days')::text, true)",
            [str(world.sysadmin.pk)],
        )
        columns = proposal(world, id=UUID(int=7))
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO access_accountchange ({', '.join(columns)}) VALUES ({marks}); COMMIT"
        cursor.execute(statement, [*columns.values()])
    return world


def test_after_seven_days_nobody_decides_and_it_can_be_proposed_anew(week_ago: World) -> None:
    world, row = week_ago, (AccountChange, UUID(int=7))
    with by(world.supervisor), refused("account_change_is_decided_in_time"):
        change(row, **signed(world.supervisor))
    with by(world.sysadmin), refused("account_change_is_decided_in_time"):
        change(row, **signed(world.sysadmin, "withdrawn"))
    decide(propose(world), world.supervisor)


def test_what_was_confirmed_in_an_earlier_transaction_gives_nothing_later(committed_world: World) -> None:
    """Confirmed and given; taken back by two people; and the first confirmation does not give it once more."""
    world = committed_world

    def two_people(role: Role) -> None:
        with by(world.sysadmin):
            row = propose_change(world.stranger, role=role, unit=None, reason="Begins", by=world.sysadmin)
        with by(world.supervisor):
            confirm_change(row, by=world.supervisor)

    two_people(Role.STAFF)
    with by(world.supervisor), refused("account_has_a_second_person"):
        change(world.stranger, role="sysadmin")
    two_people(Role.NONE)
    with by(world.supervisor), refused("account_has_a_second_person"):
        change(world.stranger, role="staff")
    unused = propose(world)
    decide(unused, world.supervisor)
    with by(world.supervisor), refused("account_has_a_second_person"):
        change(world.stranger, role="staff")


def test_nobody_is_in_a_group_whose_role_they_do_not_have(world: World) -> None:
    for name in ("agency/all/supervisor", f"unit/{world.north.pk}/supervisor"):
        group = Group.objects.get(name=name).pk
        for person in (world.caseworker, world.sysadmin, world.supervisor2):
            own = Membership.objects.filter(person=person).first()
            with by(person):
                if name not in {"agency/all/supervisor"} or person != world.supervisor2:
                    with refused("membership_follows_the_role"):
                        insert(Membership, person_id=person.pk, group_id=group)
                    if own:
                        with refused("membership_follows_the_role"):
                            change(own, group_id=group)
    with by(world.sysadmin), refused("membership_follows_the_role"):  # of somebody who comes later
        insert(Membership, person_id=UUID(int=9), group_id=group)
