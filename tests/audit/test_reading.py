"""simple-history's reading API over rows that triggers wrote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from placement.access.models import AgencyUnit, Membership
from placement.audit.history import tracked_models
from placement.database import roles
from placement.database.context import acting
from residents.models import Resident
from tests.world import World

NAMES = ["Ada", "Star", "Sky", "Sun", "Sea"]


@pytest.fixture
def resident(world: World) -> Resident:
    """Ada, renamed four times, each time in the same transaction."""
    resident = world.ada.resident
    with acting(world.caseworker.pk, world.caseworker.name):
        for name in NAMES[1:]:
            resident.preferred_name = name
            resident.save()
    return resident


def test_all_newest_first(resident: Resident) -> None:
    assert [row.preferred_name for row in resident.history.all()] == NAMES[::-1]
    assert [row.history_type for row in resident.history.all()] == ["~", "~", "~", "~", "+"]
    assert resident.history.count() == Resident.history.filter(id=resident.pk).count() == 5


def test_changes_within_one_transaction_are_in_order(resident: Resident) -> None:
    rows = list(resident.history.order_by("history_id"))
    moments = [row.history_date for row in rows]
    assert moments == sorted(set(moments))
    assert len({row.history_xid for row in rows[1:]}) == 1


def test_previous_and_next(resident: Resident) -> None:
    row, seen = resident.history.latest(), []
    while row:
        seen.append(row.preferred_name)
        row = row.prev_record
    assert seen == NAMES[::-1]
    first = resident.history.earliest()
    assert first.prev_record is None
    assert first.next_record.preferred_name == "Star"
    assert first.next_record.prev_record == first
    assert resident.history.latest().next_record is None


def test_differences_field_by_field(resident: Resident, world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        resident.preferred_name, resident.languages, resident.school_latitude = "Ada", ["English", "Dari"], 1.5
        resident.save()
    delta = resident.history.latest().diff_against(resident.history.latest().prev_record)
    assert sorted(delta.changed_fields) == ["languages", "preferred_name", "school_latitude"]
    assert {(change.field, str(change.old), str(change.new)) for change in delta.changes} == {
        ("languages", "['English']", "['English', 'Dari']"),
        ("preferred_name", "Sea", "Ada"),
        ("school_latitude", "None", "1.5"),
    }


def test_differences_name_the_other_record(world: World) -> None:
    case = world.ada.case
    with acting(world.caseworker.pk, world.caseworker.name):
        case.unit = world.south
        case.save()
    newest = case.history.latest()
    change = newest.diff_against(newest.prev_record).changes[0]
    assert (change.field, change.old, change.new) == ("unit", world.north.pk, world.south.pk)
    named = newest.diff_against(newest.prev_record, foreign_keys_are_objs=True).changes[0]
    assert (named.old, named.new) == (world.north, world.south)


def test_as_of(resident: Resident, world: World) -> None:
    for row in resident.history.all():
        assert resident.history.as_of(row.history_date).preferred_name == row.preferred_name
        just_before = row.history_date - timedelta(microseconds=1)
        if row.history_type == "+":
            with pytest.raises(Resident.DoesNotExist):
                resident.history.as_of(just_before)
        else:
            assert resident.history.as_of(just_before).preferred_name == row.prev_record.preferred_name
    renamed_once = resident.history.earliest().next_record.history_date
    everybody = Resident.history.as_of(renamed_once)
    assert sorted(one.preferred_name for one in everybody) == ["Bea", "Cleo", "Dina", "Eve", "Fay", "Gwen", "Star"]
    assert not Resident.history.as_of(world.now - timedelta(days=99)).exists()
    assert Resident.history.as_of(timezone.now()).get(pk=resident.pk).preferred_name == "Sea"
    assert Resident.history.as_of(timezone.now()).count() == len(world.young)


def test_most_recent_and_instance(resident: Resident) -> None:
    assert resident.history.most_recent().preferred_name == "Sea"
    old = resident.history.all()[2].instance
    assert isinstance(old, Resident)
    assert (old.pk, old.preferred_name) == (resident.pk, "Sky")


def test_deleted_rows(world: World) -> None:
    membership = Membership.objects.filter(person=world.staff_cedar).get()
    key, group = membership.pk, membership.group_id
    with acting(world.sysadmin.pk, world.sysadmin.name, reason="left"):
        membership.delete()
    row = Membership.history.filter(id=key).latest()
    assert (row.history_type, row.group_id, row.person_id) == ("-", group, world.staff_cedar.pk)
    assert (row.history_user, row.history_change_reason) == (world.sysadmin, "left")
    assert key not in [one.pk for one in Membership.history.as_of(timezone.now())]
    assert key in [one.pk for one in Membership.history.as_of(row.history_date - timedelta(microseconds=1))]


def test_rows_of_the_same_moment(committed_world: World) -> None:
    """The owner writes ties that a trigger never makes, to see that the order of writing decides."""
    world, table = committed_world, AgencyUnit.history.model._meta.db_table
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        for name in ("first", "second", "third"):
            cursor.execute(
                f"INSERT INTO {table} (id, name, history_date, history_type, history_user_name, history_xid, history_db_user)"
                " VALUES (%s, %s, '2030-01-01T00:00:00Z', '~', 'owner', 1, 'owner')",
                [world.north.pk, name],
            )
    row, seen = world.north.history.latest(), []
    while row:
        seen.append(row.name)
        row = row.prev_record
    assert seen == ["third", "second", "first", "North unit"]
    row, seen = world.north.history.earliest(), []
    while row:
        seen.append(row.name)
        row = row.next_record
    assert seen == ["North unit", "first", "second", "third"]
    as_of = AgencyUnit.history.as_of(timezone.now().replace(year=2031))
    assert sorted(unit.name for unit in as_of) == ["South unit", "third"]


def test_every_tracked_model_can_be_read(world: World) -> None:
    for model in tracked_models():
        rows = list(model.history.all()[:3])
        assert list(model.history.as_of(timezone.now())[:3]) is not None
        for row in rows:
            assert row.instance.pk == row.id
            assert row.history_user_name
            assert row.prev_record is None or row.prev_record.history_date <= row.history_date
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM residents_historicalresident")
        assert cursor.fetchone()[0] == len(world.young)
