"""The totals page: of one whole unit, at the end of a month, taken once, the same for every reader, without small numbers."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from compliance.models import MonthTotals
from compliance.queries.totals import Totals, totals
from placement.access.models import AgencyUnit, Person
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting
from placement.facilities.models import Placement
from residents.models import Identity, LevelAssessment
from residents.operations import bar_from_record
from residents.queries.ages import full_years
from tests.attack.sql import ask, change, denied, insert, sql
from tests.races.test_shift import together
from tests.world import LOS_ANGELES, World, browser

SHOW_ALL = """CREATE OR REPLACE FUNCTION totals_hidden(numbers int[]) RETURNS int[] LANGUAGE sql IMMUTABLE AS
$$ SELECT numbers || (SELECT coalesce(sum(one), 0)::int FROM unnest(numbers) one) $$"""
SHOW_THE_DRAW = """CREATE OR REPLACE FUNCTION totals_hidden(numbers int[]) RETURNS int[] LANGUAGE sql IMMUTABLE AS
$$ SELECT array_agg(place)::int[] FROM generate_series(1, cardinality(numbers) + 1) place $$"""
AGES = {13: "13 to 15", 14: "13 to 15", 15: "13 to 15", 16: "16 and 17", 17: "16 and 17"}


@pytest.fixture
def by_owner(committed_world: World) -> Iterator[World]:
    """The owner's login, which may look behind the rule and tell the database another time."""
    with roles.as_owner():
        yield committed_world


def read_by(person: Person) -> Totals:
    with acting(person.pk, person.name):
        return totals()


def anew(person: Person) -> Totals:
    """The totals as they would be if nobody had opened them yet."""
    with acting(person.pk, person.name):
        sql("DELETE FROM compliance_monthtotals")
        return totals()


def last_day(world: World) -> date:
    return world.today.replace(day=1) - timedelta(days=1)


def in_care(world: World, unit: AgencyUnit) -> list[Placement]:
    """The stays of the unit's young people at the end of last month."""
    end = datetime.combine(last_day(world), time.max, tzinfo=LOS_ANGELES)
    own = {young.resident.pk for young in world.young.values() if young.case.unit_id == unit.pk}
    stays = Placement.objects.filter(status__in=["active", "ended"], starts_at__lte=end, resident__in=own)
    return [stay for stay in stays.select_related("resident") if stay.ends_at is None or stay.ends_at > end]


def test_few_young_people_are_not_counted_at_all(world: World) -> None:
    text = browser(world, "supervisor").get("/reports/totals/").content.decode()
    main = text[text.index("<main") :]
    assert "hidden" in main and "Level of care" in main and f"Counted on {world.today:%b}" in main
    for key in ("caseworker", "staff_cedar", "admin_cedar", "inspector_cedar", "sysadmin"):
        assert browser(world, key).get("/reports/totals/").status_code == 404, key
    kept = MonthTotals.objects.get()
    assert {value for of in kept.tables.values() for value in of.values()} <= {None}


def test_the_numbers_are_those_of_the_unit_at_the_end_of_last_month(by_owner: World) -> None:
    world, last = by_owner, last_day(by_owner)
    sql(SHOW_ALL)
    with acting(world.caseworker.pk, world.caseworker.name):
        Identity.objects.filter(resident=world.ada.resident).update(birth_date=date(last.year - 17, 1, 1))
        Identity.objects.filter(resident=world.cleo.resident).update(birth_date=date(1900, 1, 1))
    for person, unit in ((world.supervisor, world.north), (world.supervisor2, world.south)):
        found, stays = read_by(person), in_care(world, unit)
        assert found.day == last and stays
        born = Identity.objects.filter(resident__in=[stay.resident_id for stay in stays]).values_list(
            "birth_date", flat=True
        )
        ages = Counter(AGES.get(full_years(day, last), "Not written down") for day in born)
        levels = Counter(LevelAssessment.objects.get(resident=stay.resident_id).get_level_display() for stay in stays)
        wanted = {
            "Age": ages,
            "Level of care": levels,
            "Kind of home": {"Residential home": len(stays)},
            "Sex": {"Female": len(stays)},
        }
        for name, cells in found.tables.items():
            assert {group: number for group, number in cells.rows.items() if number} == wanted[name], name
            assert cells.total == len(stays)
    assert list(found.tables["Age"].rows) == ["Under 13", "13 to 15", "16 and 17", "18 and over", "Not written down"]


def test_a_stay_counts_by_midnight_of_the_home_and_a_case_of_the_unit_that_had_it_then(by_owner: World) -> None:
    world = by_owner
    sql(SHOW_ALL)
    midnight = datetime.combine(last_day(world) + timedelta(days=1), time(), LOS_ANGELES)
    with acting(world.supervisor.pk, world.supervisor.name):
        sql("ALTER TABLE facilities_placement DISABLE TRIGGER USER")
        for ends_at, number in ((midnight - timedelta(seconds=1), 1), (midnight, 2), (midnight + timedelta(days=1), 2)):
            change(world.ada.stay, ends_at=ends_at, status="ended", end_reason="Moved")
            assert anew(world.supervisor).tables["Sex"].total == number, ends_at
        sql("ALTER TABLE residents_case DISABLE TRIGGER USER")
        for closed_on, number in ((last_day(world), 2), (last_day(world) - timedelta(days=1), 1)):
            change(world.ada.case, status="closed", closed_on=closed_on)
            assert anew(world.supervisor).tables["Sex"].total == number, closed_on


def test_what_is_written_later_about_that_month_changes_nothing(by_owner: World) -> None:
    world = by_owner
    sql(SHOW_ALL)
    first = read_by(world.supervisor)
    with acting(world.caseworker.pk, world.caseworker.name):
        Identity.objects.filter(resident=world.ada.resident).update(birth_date=date(world.today.year - 17, 1, 1))
    assert read_by(world.supervisor) == first
    assert anew(world.supervisor).tables["Age"] != first.tables["Age"]
    assert MonthTotals.history.filter(history_user=world.supervisor, history_type="+").count() == 2


def test_whoever_is_barred_reads_the_same_as_another_supervisor_of_the_unit(by_owner: World) -> None:
    """Whoever of them opens the page first."""
    world = by_owner
    sql(SHOW_ALL)
    with acting(world.supervisor.pk, world.supervisor.name):
        other = Person.objects.create(
            username="s3", name="Sam", staff_number="S-3", role="supervisor", unit=world.north, time_zone="Asia/Tokyo"
        )
        bar_from_record(world.ada.resident, world.supervisor, reason="Her aunt", by=world.supervisor)
    for one, another in ((world.supervisor, other), (other, world.supervisor)):
        found = anew(one)
        assert found.tables["Sex"].rows["Female"] == 2
        assert read_by(another) == found


def test_the_draw_is_the_same_every_month_and_another_one_for_each_unit(by_owner: World) -> None:
    """Else the page of one month, or of another unit, tells which of two hidden numbers is the large one."""
    world, drawn = by_owner, {}
    sql(SHOW_THE_DRAW)
    with acting(world.caseworker.pk, world.caseworker.name):
        for young in (world.ada, world.cleo):
            Identity.objects.filter(resident=young.resident).update(birth_date=date(world.today.year - 30, 1, 1))
    for person in (world.supervisor, world.supervisor2):
        for month in range(1, 13):
            with (
                acting(person.pk, person.name),
                at_time(datetime(world.today.year + 2, month, 9, 12, tzinfo=LOS_ANGELES)),
            ):
                drawn.setdefault(person, []).append(totals().tables["Age"].rows)
        assert drawn[person] == [drawn[person][0]] * 12
        assert sorted(filter(None, drawn[person][0].values())) == [1, 2]
    differ = 0
    for number in range(24):
        sql("UPDATE compliance_draw SET secret = %s", f"secret {number}")
        found = []
        for person in (world.supervisor, world.supervisor2):
            with acting(person.pk, person.name), at_time(datetime(world.today.year + 2, 5, 9, 12, tzinfo=LOS_ANGELES)):
                sql("DELETE FROM compliance_monthtotals")
                found.append(totals().tables["Age"])
        differ += found[0] != found[1]
    assert 0 < differ < 24


def test_a_month_is_over_when_it_is_over_everywhere(by_owner: World) -> None:
    person, year = by_owner.supervisor, by_owner.today.year + 2
    for moment, day in (
        (datetime(year, 3, 1, 11, 59, tzinfo=UTC), date(year, 1, 31)),
        (datetime(year, 3, 1, 12, 1, tzinfo=UTC), date(year, 3, 1) - timedelta(days=1)),
    ):
        with acting(person.pk, person.name), at_time(moment):
            assert totals().day == day


def test_only_a_supervisor_has_them_counted_and_only_for_the_own_unit(world: World) -> None:
    for person in (*world.people.values(), None):
        with acting(person.pk if person else None, person.name if person else "system: anything"):
            found = ask("SELECT array(SELECT unit_id FROM totals_of_last_month())")
            assert found == ([person.unit_id] if person and person.role == "supervisor" else []), person
    with acting(world.sysadmin.pk, world.sysadmin.name):
        change(world.supervisor, is_active=False)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert ask("SELECT array(SELECT unit_id FROM totals_of_last_month())") == []


def test_plain_sql_neither_forges_nor_changes_them_and_reads_no_draw(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        totals()
        kept = MonthTotals.objects.get()
        with denied():
            insert(MonthTotals, unit_id=world.north.pk, day="2020-01-31", taken_at=world.now, tables="{}")
        with denied():
            change(kept, tables="{}")
        with denied():
            sql("DELETE FROM compliance_monthtotals")
        with denied():
            sql("INSERT INTO compliance_draw VALUES ('known')")
        assert ask("SELECT count(*) FROM compliance_draw") == 0
        assert sql("UPDATE compliance_draw SET secret = 'known'") == sql("DELETE FROM compliance_draw") == 0


def test_two_who_open_them_at_once_read_the_same(committed_world: World) -> None:
    world = committed_world
    for number in range(1, 6):
        clients = [browser(world, "supervisor") for _ in range(3)]
        answers = together(*(lambda client=client: client.get("/reports/totals/") for client in clients))
        assert [answer.status_code for answer in answers] == [200] * 3
        assert MonthTotals.objects.count() == MonthTotals.history.filter(history_type="+").count() - number + 1 == 1
        with roles.owner_connection() as owner, owner.cursor() as cursor:
            cursor.execute("BEGIN; SET LOCAL app.actor_name = 'test'; DELETE FROM compliance_monthtotals; COMMIT")


def test_the_page_asks_the_database_once(world: World, django_assert_num_queries) -> None:
    with acting(world.supervisor.pk, world.supervisor.name), django_assert_num_queries(1):
        totals()
