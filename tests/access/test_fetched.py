"""``visible_to(…).get(pk=…)`` sends a statement that was written once: the one that Django would send, and with the same answer."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from placement.access import opened, visible
from placement.access.rights import Can
from placement.access.visible import Guarded
from placement.database.context import acting
from placement.facilities.models import Facility, FacilityAddress
from residents import operations
from residents.models import Case, IncidentStep, Resident
from tests.world import World

GUARDED: list[Any] = [model for model in apps.get_models() if isinstance(model._meta.default_manager.all(), Guarded)]


@pytest.fixture(autouse=True)
def nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Any, Any]]:
    """No statement has been written before the test."""
    monkeypatch.setattr(visible, "_written", {})
    yield visible._written


def by_django(model: Any, person: Any, right: Can) -> Any:
    """Return what ``visible_to`` gives, so that Django writes the statement of ``get``."""
    return model.objects.visible_to(person, right).all()


def outcome(found: Any, key: Any) -> Any:
    """Return the columns of the row that ``get`` gives, or the error and what it says; and the statement that was sent."""
    with CaptureQueriesContext(connection) as sent:
        try:
            row = found.get(pk=key)
            said: Any = (type(row), row.__dict__ | {"_state": vars(row._state) | {"fields_cache": None}})
        except (models.ObjectDoesNotExist, ValidationError, ValueError) as error:
            said = (type(error), str(error))
    return said, [query["sql"] for query in sent]


def test_every_model_gives_the_same_row_and_the_same_refusal_by_the_same_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, seen, refused = visible.now(), 0, 0
    monkeypatch.setattr(visible, "now", lambda: moment)
    assert len(GUARDED) > 40
    for model in GUARDED:
        keys = [*model._base_manager.order_by("pk").values_list("pk", flat=True)[:2], uuid4()]
        for name in ("caseworker", "staff_cedar", "stranger", "sysadmin"):
            person = world.people[name]
            with acting(person.pk, person.name):
                for right in (Can.VIEW_CODE, Can.VIEW_CASE, Can.VIEW_FACILITY):
                    if right.app in model.guards:
                        for key in keys:
                            for _ in range(2):  # the second time it has been written
                                got = outcome(model.objects.visible_to(person, right), key)
                                assert got == outcome(by_django(model, person, right), key), (model, name, right)
                            seen += isinstance(got[0][1], dict)
                            refused += not isinstance(got[0][1], dict)
    assert seen > 40
    assert refused > 40


def test_a_written_statement_holds_nobodys_values_and_shows_each_their_own(
    world: World, nothing_is_written: dict[Any, Any]
) -> None:
    of, other = world.ada.resident, world.cleo.resident
    for _ in range(3):
        for person, mine, theirs in [(world.caseworker, of, other), (world.caseworker2, other, of)]:
            with acting(person.pk, person.name):
                assert Resident.objects.visible_to(person, Can.VIEW_CODE).get(pk=mine.pk) == mine
                with pytest.raises(Resident.DoesNotExist):
                    Resident.objects.visible_to(person, Can.VIEW_CODE).get(pk=theirs.pk)
    with acting(world.caseworker.pk, world.caseworker.name), pytest.raises(Resident.DoesNotExist):
        # row security would show the row, the right is another one: it counts although the statement is the same
        Resident.objects.visible_to(world.caseworker, Can.VIEW_HOME_AUDIT).get(pk=of.pk)
    ((sql, _),) = [kept for (model, _), kept in nothing_is_written.items() if model is Resident and kept]
    assert sql.count("%s") == 5
    for value in (world.caseworker.pk, world.caseworker2.pk, of.pk, other.pk, Can.VIEW_CODE.codename):
        assert str(value) not in sql and str(value).replace("-", "") not in sql


def test_the_acting_person_counts_even_when_another_is_asked_about(world: World) -> None:
    ada = world.ada.resident
    with acting(world.caseworker.pk, world.caseworker.name):
        Resident.objects.visible_to(world.caseworker, Can.VIEW_CODE).get(pk=ada.pk)
    with acting(world.caseworker2.pk, world.caseworker2.name), pytest.raises(Resident.DoesNotExist):
        Resident.objects.visible_to(world.caseworker, Can.VIEW_CODE).get(pk=ada.pk)


@pytest.mark.parametrize("key", ["no-key", "", 7, None, "00000000-0000-0000-0000-00000000000g"])
def test_a_malformed_key_is_refused_as_django_refuses_it(world: World, key: Any) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        got, _ = outcome(Resident.objects.visible_to(world.caseworker, Can.VIEW_CODE), key)
        assert got == outcome(by_django(Resident, world.caseworker, Can.VIEW_CODE), key)[0]
        assert got[0] in {ValidationError, Resident.DoesNotExist}


def test_what_the_database_gives_is_converted(world: World, nothing_is_written: dict[Any, Any]) -> None:
    address = FacilityAddress.objects.get(facility=world.cedar.facility)
    with acting(world.supervisor.pk, world.supervisor.name):
        seen = FacilityAddress.objects.visible_to(world.supervisor, Can.VIEW_ADDRESS).get(pk=address.pk)
    assert {field.attname: getattr(seen, field.attname) for field in seen._meta.concrete_fields} == {
        field.attname: getattr(address, field.attname) for field in address._meta.concrete_fields
    }
    assert (FacilityAddress, "facility_id") in nothing_is_written
    converting = {
        model for model in GUARDED if any(field.get_db_converters(connection) for field in model._meta.concrete_fields)
    }
    assert converting
    with acting(world.supervisor.pk, world.supervisor.name):
        for model in converting:
            for right in (Can.VIEW_CODE, Can.VIEW_FACILITY):
                if right.app in model.guards:
                    outcome(model.objects.visible_to(world.supervisor, right), uuid4())
                    assert nothing_is_written[model, model.guards[right.app]] is None


def test_whoever_asks_for_more_is_answered_by_django(
    world: World, monkeypatch: pytest.MonkeyPatch, nothing_is_written: dict[Any, Any]
) -> None:
    person, case = world.caseworker, Case.objects.filter(resident=world.ada.resident).get()
    with acting(person.pk, person.name):
        asked = Case.objects.visible_to(person, Can.VIEW_CASE)
        assert not asked.filter(status="none").filter(pk=case.pk).exists()
        for narrowed in (
            asked.filter(status="none"),
            Case.objects.filter(status="none").visible_to(person, Can.VIEW_CASE),
            world.cleo.resident.cases.visible_to(person, Can.VIEW_CASE),
            Case.objects.none().visible_to(person, Can.VIEW_CASE),
            asked.none(),
            asked.visible_to(person, Can.VIEW_HOME_AUDIT),
        ):
            with pytest.raises(Case.DoesNotExist):
                narrowed.get(pk=case.pk)
        with pytest.raises(Case.DoesNotExist):
            asked.get(pk=case.pk, status="none")
        with pytest.raises(Case.DoesNotExist):
            asked.get(models.Q(status="none"), pk=case.pk)
        assert "resident" in asked.select_related("resident").get(pk=case.pk)._state.fields_cache
        assert asked.only("number").get(pk=case.pk).get_deferred_fields()
        assert asked.values("number").get(pk=case.pk) == {"number": case.number}
        assert asked.annotate(one=models.Value(1)).get(pk=case.pk).one == 1
        with CaptureQueriesContext(connection) as sent:
            asked.locked().get(pk=case.pk)
        assert "FOR NO KEY UPDATE" in sent[0]["sql"]
    assert nothing_is_written == {}


def test_a_row_that_is_found_twice_is_still_an_error(world: World, nothing_is_written: dict[Any, Any]) -> None:
    """A step of an incident hangs on everybody whom that names, and is found once for each."""
    person = world.supervisor
    told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "injury", "severity": "serious"}
    told |= {"happened_at": visible.now(), "seen": "They fell.", "done": "Looked after both."}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        both = [world.ada.resident, world.bea.resident]
        incident = operations.report_incident(**told, residents=both, by=world.staff_cedar)
    step = IncidentStep.objects.filter(incident=incident).get()
    with acting(person.pk, person.name), pytest.raises(IncidentStep.MultipleObjectsReturned, match="it returned 2!"):
        IncidentStep.objects.visible_to(person, Can.VIEW_CASE).get(pk=step.pk)
    assert nothing_is_written[IncidentStep, "incident__incidentresident__resident_id"]


def test_one_query_and_it_is_noted_that_the_record_was_opened(world: World) -> None:
    person, ada = world.caseworker, world.ada.resident
    found = opened.Opened()
    token = opened.opened.set(found)
    try:
        with acting(person.pk, person.name):
            with CaptureQueriesContext(connection) as sent:
                Resident.objects.visible_to(person, Can.VIEW_CODE).get(pk=ada.pk)
                with pytest.raises(Resident.DoesNotExist):
                    Resident.objects.visible_to(person, Can.VIEW_CODE).get(pk=uuid4())
            assert len(sent) == 2
            Facility.objects.visible_to(person, Can.VIEW_FACILITY).get(pk=world.cedar.facility.pk)
    finally:
        opened.opened.reset(token)
    assert found.things == {"residents": {ada.pk}, "facilities": {world.cedar.facility.pk}}
    assert found.asked == {Can.VIEW_CODE, Can.VIEW_FACILITY}
