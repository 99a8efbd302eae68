"""Each changed row leaves exactly one history row, whatever wrote it; an unchanged one leaves none; nor does a rollback."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from placement.access.models import AgencyUnit, Membership, Person
from placement.audit.history import tracked_models
from placement.database.context import acting, name_act, set_reason
from placement.facilities.models import Match, Referral
from residents.models import Alias, Incident, IncidentResident, Resident
from tests.attack.sql import insert, sql
from tests.world import World


def rows() -> dict[str, int]:
    """How many history rows each tracked model has, also those that are not shown to who acts."""
    tables = {model._meta.label: model.history.model._meta.db_table for model in tracked_models()}
    name = "SELECT set_config('app.actor_name', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.actor_name')")
        actor = cursor.fetchone()[0]
        cursor.execute(name, [""])
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{label}', count(*) FROM {table}" for label, table in tables.items())
        )
        found = dict(cursor.fetchall())
        cursor.execute(name, [actor])
    return found


@contextmanager
def leaves(**expected: int) -> Iterator[None]:
    """The block leaves exactly these history rows: ``Resident=2`` and nothing in any other table."""
    before = rows()
    yield
    after = rows()
    found = {label.split(".")[1]: after[label] - before[label] for label in after if after[label] != before[label]}
    assert found == expected


@pytest.fixture(autouse=True)
def caseworker_acts(world: World) -> Iterator[None]:
    """Everything in these tests is one request of the caseworker, with an act and a reason."""
    with acting(world.caseworker.pk, world.caseworker.name, reason="asked by the court", request_id="request-1"):
        name_act("tests.change")
        yield


def newest(model: type[models.Model], **found_by: Any) -> Any:
    return model.history.filter(**found_by).latest("history_id")


def transaction_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return cursor.fetchone()[0]


def aliases(world: World, *names: str) -> list[Alias]:
    return [Alias(resident=world.ada.resident, name=name) for name in names]


def test_save_new(world: World) -> None:
    with leaves(Alias=1):
        alias = Alias.objects.create(resident=world.ada.resident, name="Star")
    row = newest(Alias)
    assert (row.history_type, row.id, row.name, row.resident_id) == ("+", alias.pk, "Star", world.ada.resident.pk)


def test_every_row_says_who_why_in_which_request_and_transaction(world: World) -> None:
    Alias.objects.create(resident=world.ada.resident, name="Star")
    row = newest(Alias)
    assert row.history_user_id == world.caseworker.pk
    assert row.history_user == world.caseworker
    assert row.history_user_name == world.caseworker.name
    assert row.history_change_reason == "asked by the court"
    assert row.history_act == "tests.change"
    assert row.history_request_id == "request-1"
    assert row.history_xid == transaction_id()
    assert row.history_date >= world.now
    assert row.history_db_user


def test_save_changed(world: World) -> None:
    resident = world.ada.resident
    with leaves(Resident=1):
        resident.preferred_name = "Star"
        resident.save()
    assert (newest(Resident).history_type, newest(Resident).preferred_name) == ("~", "Star")


def test_save_of_some_fields_records_what_was_stored(world: World) -> None:
    resident = world.ada.resident
    resident.preferred_name, resident.plan_of_the_day = "Star", "never saved"
    with leaves(Resident=1):
        resident.save(update_fields=["preferred_name"])
    assert (newest(Resident).preferred_name, newest(Resident).plan_of_the_day) == ("Star", "")


def test_save_unchanged_leaves_nothing(world: World) -> None:
    with leaves():
        for model in (Resident, Person):
            for thing in model.objects.all():
                thing.save()


def test_update_of_many(world: World) -> None:
    mine = Resident.objects.count()
    assert mine > 2
    with leaves(Resident=mine):
        assert Resident.objects.update(plan_of_the_day="Picnic") == mine
    with leaves():
        Resident.objects.update(plan_of_the_day="Picnic")
    Resident.objects.filter(pk=world.ada.resident.pk).update(plan_of_the_day="Rest")
    with leaves(Resident=1):  # all rows are written, one of them says something new
        Resident.objects.update(plan_of_the_day="Picnic")


def test_update_to_and_from_null(world: World) -> None:
    with leaves(Resident=1):
        Resident.objects.filter(pk=world.ada.resident.pk).update(school_latitude=1.5)
    with leaves(Resident=1):
        Resident.objects.filter(pk=world.ada.resident.pk).update(school_latitude=None)
    with leaves():
        Resident.objects.filter(pk=world.ada.resident.pk).update(school_latitude=None)


def test_bulk_create(world: World) -> None:
    with leaves(Alias=3):
        Alias.objects.bulk_create(aliases(world, "One", "Two", "Three"))
    assert set(Alias.history.values_list("history_type", "name")) >= {("+", "One"), ("+", "Two"), ("+", "Three")}
    with leaves():
        Alias.objects.bulk_create([])


def test_bulk_create_that_ignores_or_updates_conflicts() -> None:
    east, west = AgencyUnit(name="East unit"), AgencyUnit(name="West unit")
    AgencyUnit.objects.bulk_create([east])
    with leaves(AgencyUnit=1):
        AgencyUnit.objects.bulk_create([AgencyUnit(name="East unit"), west], ignore_conflicts=True)
    again = AgencyUnit(pk=east.pk, name="Far east unit")
    new = AgencyUnit(name="South-west unit")
    with leaves(AgencyUnit=2):
        AgencyUnit.objects.bulk_create(
            [again, new], update_conflicts=True, unique_fields=["id"], update_fields=["name"]
        )
    assert newest(AgencyUnit, id=east.pk).history_type == "~"
    assert newest(AgencyUnit, id=new.pk).history_type == "+"


def test_bulk_update(world: World) -> None:
    made = Alias.objects.bulk_create(aliases(world, "One", "Two", "Three"))
    made[0].name, made[1].name = "First", "Second"
    with leaves(Alias=2):
        Alias.objects.bulk_update(made, ["name"])
    assert [newest(Alias, id=alias.pk).name for alias in made] == ["First", "Second", "Three"]


def test_helpers_of_simple_history_do_not_write_a_second_time(world: World) -> None:
    with leaves(Alias=2):
        made = bulk_create_with_history(aliases(world, "One", "Two"), Alias)
    made[0].name = "First"
    with leaves(Alias=1):
        bulk_update_with_history(made, Alias, ["name"])
    assert made[0].history.count() == 2
    alias = made[0]
    alias._change_reason = "not from here"
    alias.name = "Again"
    with leaves(Alias=1):
        alias.save()
    assert alias.history.first().history_change_reason == "asked by the court"


def test_get_or_create_and_update_or_create() -> None:
    with leaves(AgencyUnit=1):
        AgencyUnit.objects.get_or_create(name="East unit")
        AgencyUnit.objects.get_or_create(name="East unit")
        AgencyUnit.objects.update_or_create(name="East unit", defaults={"name": "East unit"})
    with leaves(AgencyUnit=1):
        AgencyUnit.objects.update_or_create(name="East unit", defaults={"name": "Far east unit"})


def test_delete_of_one_and_of_many(world: World) -> None:
    groups = [Group.objects.create(name=f"test/{number}") for number in range(3)]
    members = [Membership.objects.create(person=world.stranger, group=group) for group in groups]
    with leaves(Membership=1):
        members[0].delete()
    with leaves(Membership=2):
        Membership.objects.filter(person=world.stranger).delete()
    deleted = Membership.history.filter(person=world.stranger, history_type="-")
    assert {row.group_id for row in deleted} == {group.pk for group in groups}


def test_cascade(world: World) -> None:
    referral = Referral.objects.create(resident=world.eve.resident, made_by=world.caseworker, number=0)
    for rank, home in enumerate((world.cedar, world.birch), start=1):
        Match.objects.create(referral=referral, facility=home.facility, result="fits", rank=rank, criteria={"a": [1]})
    with leaves(Match=2, Referral=1):
        referral.delete()


def test_many_to_many(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        incident = Incident.objects.create(
            facility=world.cedar.facility,
            kind="other",
            severity="low",
            happened_at=world.now - timedelta(hours=1),
            seen="A quarrel",
            reported_by=world.staff_cedar,
            number=0,
        )
    ada, bea = world.ada.resident, world.bea.resident
    with leaves(IncidentResident=2, IncidentPart=2):
        incident.residents.add(ada, bea)
    with leaves():
        incident.residents.add(ada)
    with leaves(IncidentResident=1, IncidentPart=1):
        incident.residents.remove(bea)
    with leaves(IncidentResident=2, IncidentPart=2):
        incident.residents.set([bea])  # ada goes, bea comes
    kinds = (
        IncidentResident.history.filter(incident=incident).order_by("history_id").values_list("history_type", flat=True)
    )
    assert sorted(kinds[3:]) == ["+", "-"]
    with leaves(IncidentResident=1, IncidentPart=1):
        incident.residents.clear()


def test_raw_sql(world: World) -> None:
    ada, mine = world.ada.resident.pk, Resident.objects.count()
    with leaves(AgencyUnit=1):
        insert(AgencyUnit, name="East unit")
    with leaves(AgencyUnit=2):
        sql(
            "INSERT INTO access_agencyunit (id, name) SELECT gen_random_uuid(), 'Unit ' || n FROM generate_series(1, 2) n"
        )
    with leaves(Resident=mine):
        sql("UPDATE residents_resident SET plan_of_the_day = code")
    with leaves():
        sql("UPDATE residents_resident SET plan_of_the_day = code")
    with leaves(Resident=1):
        sql("UPDATE residents_resident SET plan_of_the_day = 'Rest' WHERE id = %s", ada)
    with leaves():
        sql("UPDATE residents_resident SET plan_of_the_day = 'Rest' WHERE false")
    with leaves(AgencyUnit=2):
        sql(
            "INSERT INTO access_agencyunit (id, name) VALUES (gen_random_uuid(), 'East unit'), (gen_random_uuid(), 'New unit')"
            " ON CONFLICT (name) DO UPDATE SET name = 'Far east unit'"
        )
    with leaves(AgencyUnit=1, Resident=1):
        sql(
            "WITH made AS (INSERT INTO access_agencyunit (id, name) VALUES (gen_random_uuid(), 'Tent') RETURNING name)"
            " UPDATE residents_resident SET plan_of_the_day = made.name FROM made WHERE id = %s",
            ada,
        )
    with leaves(AgencyUnit=2):
        sql(
            "MERGE INTO access_agencyunit u USING (VALUES ('Tent'), ('Boat')) v(name) ON u.name = v.name"
            " WHEN MATCHED THEN UPDATE SET name = 'Big tent'"
            " WHEN NOT MATCHED THEN INSERT (id, name) VALUES (gen_random_uuid(), v.name)"
        )
    with leaves(Membership=Membership.objects.count()):
        sql("DELETE FROM access_membership")


def test_copy() -> None:
    with leaves(AgencyUnit=2), connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            "COPY access_agencyunit (id, name) FROM STDIN",
            StringIO("00000000-0000-0000-0000-000000000001\tA unit\n00000000-0000-0000-0000-000000000002\tB unit\n"),
        )


def test_five_thousand_rows_in_one_statement() -> None:
    with leaves(AgencyUnit=5000):
        sql(
            "INSERT INTO access_agencyunit (id, name) SELECT gen_random_uuid(), 'Unit ' || n FROM generate_series(1, 5000) n"
        )
    assert AgencyUnit.history.values("history_xid").distinct().count() == 2  # the world's, and this one
    mine = AgencyUnit.history.filter(history_xid=newest(AgencyUnit).history_xid)
    assert mine.values("history_date").distinct().count() == 1


def test_a_change_of_many_rows_after_a_change_of_one(world: World) -> None:
    sql("UPDATE access_agencyunit SET name = 'One' WHERE id = %s", world.north.pk)  # the connection keeps its plan
    sql(
        "INSERT INTO access_agencyunit (id, name) SELECT gen_random_uuid(), 'Unit ' || n FROM generate_series(1, 30000) n"
    )
    sql("SET LOCAL statement_timeout = '15s'")  # it takes a second; to compare each with each took forty
    many = AgencyUnit.objects.count()
    with leaves(AgencyUnit=many):
        sql("UPDATE access_agencyunit SET name = name || '!'")


def test_rollback_leaves_nothing(world: World) -> None:
    with leaves():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Alias.objects.create(resident=world.ada.resident, name="Star")
            raise ZeroDivisionError
        with pytest.raises(IntegrityError), transaction.atomic():
            Resident.objects.update(preferred_name="Same")
            Resident.objects.update(code="SAME-1")


def test_reason_given_in_the_middle_counts_from_there(world: World) -> None:
    first, second = Alias.objects.bulk_create(aliases(world, "One", "Two"))
    set_reason("asked by the young person")
    Alias.objects.filter(pk=first.pk).update(name="First")
    assert second.history.first().history_change_reason == "asked by the court"
    assert first.history.first().history_change_reason == "asked by the young person"


def test_a_long_reason_is_kept_whole(world: World) -> None:
    set_reason("because " * 500)
    Alias.objects.create(resident=world.ada.resident, name="Star")
    assert newest(Alias).history_change_reason == "because " * 500


def test_a_password_is_in_no_history(world: World) -> None:
    person = world.stranger
    with leaves(Person=1):
        person.set_password("another-password-1")
        person.save()
    assert not hasattr(newest(Person), "password")
    assert newest(Person).password_changed_at is not None
    with leaves(Person=1):  # the time of the change stands for it
        Person.objects.filter(pk=person.pk).update(password="x")
