"""The statement of the list of young people says what rights and facts say, for every reader, however its plan is kept."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placement.access import opened
from placement.access.models import Person
from placement.access.permissions import give_person
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.context import acting, acting_as_system
from placement.database.kept import KEPT
from placement.facilities.models import Placement
from placement.ui.paging import SALT, after_key
from residents.models import Alias, Case, Identity, LevelAssessment, PopulationDesignation, Resident
from residents.queries.leaving import has_left
from residents.queries.people import residents_for
from residents.queries.people_sql import FILTERS, FIRST, LAST
from tests.residents.conftest import Agency, do
from tests.world import World, today

SUMMARY = Can.VIEW_CASE_SUMMARY


def listed(person: Person, after: str | None = None, **wanted: Any) -> list[str]:
    """Return the codes of a page as ``person`` gets it."""
    with acting(person.pk, person.name):
        return [resident.code for resident in residents_for(person, wanted, after=after).rows]


def rights(person: Person) -> dict[Resident, frozenset[Can]]:
    """Return every young person → what ``person`` has on them."""
    return {resident: rights_on(person, resident) for resident in Resident.objects.all()}


def where(resident: Resident) -> str:
    """Return where somebody of the world stands: nobody of it has left."""
    if Placement.objects.filter(resident=resident, status="active").exists():
        return "home"
    return "waiting" if Case.objects.filter(resident=resident, status="open").exists() else "closed"


@pytest.fixture
def several(world: World) -> World:
    """The world with another name and other levels."""

    def keeper(resident: Resident) -> Person:
        return next(p for p in world.people.values() if Can.KEEP_CASE in rights_on(p, resident))

    do("add_alias", world.bea.resident, name="Wren O_x 100%", used_where="", by=keeper(world.bea.resident))
    for young, level in ((world.ada, 2), (world.ada, 5), (world.cleo, 2)):
        values = {"level": level, "assessed_on": today(), "assessor": "A", "basis": "B"}
        do("assess_level", young.resident, **values, by=keeper(young.resident))
    return world


def names(resident: Resident, held: frozenset[Can]) -> list[str]:
    """Return the names that somebody with these rights may read, besides the code."""
    identity = Identity.objects.filter(resident=resident).values_list("legal_name", flat=True)
    aliases = Alias.objects.filter(resident=resident).values_list("name", flat=True)
    care = [resident.preferred_name] if Can.VIEW_CARE_PROFILE in held else []
    return [*care, *(identity if Can.VIEW_IDENTITY in held else ()), *(aliases if Can.VIEW_IDENTITY in held else ())]


def test_a_search_finds_each_only_by_what_the_reader_may_read(several: World) -> None:
    texts = {"%", "_", "o_x", "100%", "\\", "'", "wren", "A", "-"}
    for resident in Resident.objects.all():
        texts |= {resident.code, resident.code.lower(), resident.preferred_name, resident.preferred_name[1:4]}
        texts |= set(names(resident, frozenset(Can)))
    found_by = dict.fromkeys(("code", "name"), 0)
    for person in several.people.values():
        held = rights(person)
        for text in texts:
            expected = {
                resident.code
                for resident, mine in held.items()
                if Can.VIEW_CODE in mine
                and (
                    resident.code.upper().startswith(text.upper())
                    or any(text.upper() in name.upper() for name in names(resident, mine))
                )
            }
            assert set(listed(person, q=text)) == expected, (person, text)
            found_by["name" if expected else "code"] += 1
    assert all(found_by.values())


def test_each_filter_finds_what_the_facts_say_where_its_right_is_held(several: World) -> None:
    population, level = {}, {}
    for resident in Resident.objects.all():
        counting = PopulationDesignation.objects.filter(resident=resident, standing__in=["counts", "agreed"])
        newest = counting.order_by("-decided_at").first()
        population[resident] = newest.population if newest else None
        assessed = LevelAssessment.objects.filter(resident=resident).order_by("-assessed_on", "-written_at").first()
        level[resident] = assessed.level if assessed else None
    assert {2, 5} <= {*level.values()} and "trafficked" in population.values()
    found = 0
    for person in several.people.values():
        known = {resident: mine for resident, mine in rights(person).items() if Can.VIEW_CODE in mine}
        summary = {resident for resident, mine in known.items() if SUMMARY in mine}
        asked: list[tuple[str, Any, dict[Any, Any]]] = [
            ("population", p, population) for p in ("trafficked", "general")
        ]
        for name, value, fact in [*asked, ("level", 2, level), ("level", 5, level)]:
            expected = {resident.code for resident in summary if fact[resident] == value}
            assert set(listed(person, **{name: str(value)})) == expected, (person, name, value)
            found += len(expected)
        for status in ("home", "waiting", "closed"):
            expected = {resident.code for resident in summary if where(resident) == status}
            got = set(listed(person, status=status))
            assert got >= expected if status != "closed" else got == expected, (person, status)
            assert got <= {resident.code for resident in known}, (person, status)
            assert got & {resident.code for resident in summary} == expected, (person, status)
            both = {resident.code for resident in summary if where(resident) == status and level[resident] == 2}
            assert set(listed(person, status=status, level="2")) == both
        for home in several.homes.values():
            living = set(Placement.objects.filter(facility=home.facility, status="active").values_list("resident"))
            inside = {resident.code for resident in known if (resident.pk,) in living}
            got = set(listed(person, home=home.facility))
            assert got <= inside and got >= inside & {resident.code for resident in summary}, (person, home)
    assert found


def test_the_closed_come_last_only_for_whoever_may_know_it(agency: Agency) -> None:
    with acting_as_system("tests"):
        for young in (agency.noor, agency.sam):
            give_person(young, agency.staff, RESIDENT_RIGHTS[Role.STAFF], grant=agency.unit.pk, starts_at=now())
    with acting(agency.supervisor.pk, agency.supervisor.name):
        Case.objects.filter(resident=agency.noor).update(status="closed", closed_on=today())
    assert listed(agency.supervisor) == ["K-2", "K-1"]
    assert listed(agency.staff) == ["K-1", "K-2"]
    assert listed(agency.supervisor, status="closed") == ["K-1"]
    assert listed(agency.staff, status="closed") == []
    with acting(agency.supervisor.pk, agency.supervisor.name):
        rows: list[Any] = residents_for(agency.supervisor, {}).rows
    assert [row.part for row in rows] == [FIRST, LAST]


def test_the_database_says_where_somebody_stands_only_to_whoever_may_know_of_the_case(world: World) -> None:
    def standing(only: object = None) -> dict[object, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM residents_standing('UTC', %s)", [only])
            return dict(cursor.fetchall())

    told = 0
    for person in world.people.values():
        known = {resident.pk: where(resident) for resident, mine in rights(person).items() if SUMMARY in mine}
        hidden = [resident.pk for resident in Resident.objects.exclude(pk__in=known)]
        told += len(known)
        with acting(person.pk, person.name):
            assert standing() == known, person
            assert {pk: standing(pk) for pk in known} == {pk: {pk: stands} for pk, stands in known.items()}
            assert [standing(pk) for pk in hidden] == [{}] * len(hidden)
    assert told
    with acting_as_system("tests"):
        assert standing() == {}


def test_people_alternate_on_one_connection_and_the_kept_plan_shows_each_their_own(world: World) -> None:
    for wanted in ({}, {"q": "a"}, {"status": "home"}):
        first = {key: listed(person, **wanted) for key, person in world.people.items()}
        again = {key: listed(person, **wanted) for key, person in reversed(world.people.items())}
        assert first == again
        assert len({tuple(codes) for codes in first.values()}) > 2
    mine, others = listed(world.supervisor), listed(world.supervisor2)
    assert mine and others and not {*mine} & {*others}


def test_row_security_holds_whoever_is_asked_about(world: World) -> None:
    assert listed(world.supervisor)
    for wanted in ({}, {"q": "a"}):
        with acting(world.stranger.pk, world.stranger.name):
            assert residents_for(world.supervisor, wanted).rows == []
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            seen = {one.code for one in residents_for(world.supervisor, wanted).rows}
        assert seen <= {*listed(world.staff_cedar)}


def test_no_value_is_part_of_a_kept_statement(world: World) -> None:
    home = world.cedar.facility
    wanted = {"q": "Secretname", "status": "home", "level": "2", "population": "general", "home": home}
    listed(world.supervisor, **wanted)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'kept%'")
        kept = [sql for (sql,) in cursor.fetchall()]
    assert kept
    assert len(kept) <= KEPT
    for value in ("Secretname", "general", home.pk, world.supervisor.pk):
        assert not any(str(value) in sql for sql in kept), value
    assert all(part in "".join(kept) for name, part in FILTERS.items() if name in {"q", "home", "level"})


def test_whoever_opens_no_records_is_shown_none_without_a_query(world: World) -> None:
    person = world.supervisor
    assert listed(person)
    person.is_active = False
    with acting(person.pk, person.name), CaptureQueriesContext(connection) as sent:
        assert residents_for(person, {"q": "a"}).rows == []
        assert has_left(person, world.ada.resident) is False
    assert len(sent) == 0


def test_a_token_that_is_none_starts_at_the_top(world: World) -> None:
    person = world.supervisor
    whole = listed(person)
    assert len(whole) > 1
    first = Resident.objects.get(code=whole[0])
    assert listed(person, after=after_key(first.pk)) == whole[1:]
    foreign = Resident.objects.exclude(code__in=whole).first()
    wrong = ["x", after_key(7), after_key("no-key"), after_key(uuid4()), after_key(foreign.pk)]
    wrong += [signing.dumps([1, 2], salt=SALT), signing.dumps(str(first.pk), salt="other"), f"{after_key(first.pk)}x"]
    for token in wrong:
        assert listed(person, after=token) == whole, token
    with acting(person.pk, person.name), CaptureQueriesContext(connection) as sent:
        page = residents_for(person, {}, after=after_key(first.pk))
    assert len(sent) == 2
    assert not page.is_first
    with acting(person.pk, person.name), CaptureQueriesContext(connection) as sent:
        assert residents_for(person, {}).is_first
    assert len(sent) == 1


def test_it_is_noted_by_which_rights_the_list_was_asked_for(world: World) -> None:
    for wanted, more in (({}, set()), ({"q": "a"}, {Can.VIEW_CARE_PROFILE, Can.VIEW_IDENTITY})):
        token = opened.opened.set(found := opened.Opened())
        try:
            listed(world.supervisor, **wanted)
        finally:
            opened.opened.reset(token)
        assert found.asked == {Can.VIEW_CODE, SUMMARY, *more}
        assert not any(found.things.values())
