"""A court seals a whole record: it is hidden from everybody, stands in the register by a number, and opens by another order."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Person
from placement.access.rows import guarded_rows
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system, reading
from residents import operations
from residents.models import Resident, SealedRecord, SealingOrder
from tests.bars import another_supervisor
from tests.residents.test_forms import hidden
from tests.sealings import ORDER, SAYS, decided, opened, recorded, sealed, unsealing
from tests.world import World, browser

HOUR = timedelta(hours=1)


def text(world: World, key: str, url: str) -> str:
    return html.unescape(browser(world, key).get(url).content.decode())


def of_fay(world: World, name: str, **ids: Any) -> str:
    return reverse(f"residents:{name}", kwargs={"pk": world.fay.resident.pk, **ids})


def rows_of(world: World) -> dict[Any, set[Any]]:
    """What the database shows of fay to the acting person, by a column that names her."""
    found = {}
    for model in guarded_rows():
        columns = [f.attname for f in model._meta.concrete_fields if f.related_model is Resident]
        for column in columns:
            rows = set(model.objects.filter(**{column: world.fay.resident.pk}).values_list("pk", flat=True))
            past = set(model.history.filter(**{column: world.fay.resident.pk}).values_list("id", flat=True))
            found[model, column] = rows, past
    return {key: value for key, value in found.items() if any(value)}


def as_shown(world: World, person: Person) -> Any:
    with acting(person.pk, person.name):
        return rows_of(world), rights_on(person, world.fay.resident)


def test_nothing_is_hidden_before_a_second_person_has_confirmed_it(world: World) -> None:
    order = recorded(world)
    assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 200
    page = text(world, "caseworker", of_fay(world, "documents"))
    assert SAYS in page and "Waits for a supervisor" in page and of_fay(world, "seal_record") not in page
    assert of_fay(world, "decide_sealing", row=order.pk) in text(world, "supervisor", of_fay(world, "documents"))
    assert of_fay(world, "decide_sealing", row=order.pk) in text(world, "supervisor", reverse("work"))
    with pytest.raises(Refused, match="somebody else must decide"):
        decided(recorded_by_supervisor(world, order), world.supervisor)


def recorded_by_supervisor(world: World, order: SealingOrder) -> SealingOrder:
    decided(order, world.supervisor, "refused", "Wrong number")
    another_supervisor(world.north)
    return recorded(world, world.supervisor)


def test_a_refused_order_hides_nothing_and_says_why(world: World) -> None:
    order = recorded(world)
    with pytest.raises(Refused, match="Say why"):
        decided(order, world.supervisor, "refused")
    decided(order, world.supervisor, "refused", "Wrong number")
    page = text(world, "caseworker", of_fay(world, "documents"))
    assert "Not put into force" in page and "Wrong number" in page and of_fay(world, "seal_record") in page
    assert "No record is sealed" in text(world, "supervisor", reverse("sealings:list"))
    with pytest.raises(Refused, match="already"):
        decided(order, another_supervisor(world.north))


def test_the_record_is_gone_for_everybody_and_comes_back_as_it_was(world: World) -> None:
    before = {key: as_shown(world, person) for key, person in world.people.items()}
    assert sum(bool(rows) for rows, _ in before.values()) > 3
    order = sealed(world)
    for person in world.people.values():
        assert as_shown(world, person) == ({}, frozenset())
    assert rows_of(world) == {}  # nobody
    for key in ("caseworker", "supervisor", "clinician"):
        answer, nothing = (browser(world, key).get(url) for url in (of_fay(world, "detail"), "/nowhere/"))
        assert (answer.status_code, answer.content) == (404, nothing.content)
    opened(world, order)
    for key, person in world.people.items():
        rows, rights = as_shown(world, person)
        assert rights == before[key][1]
        new = rows.pop((SealedRecord, "resident_id"), None)
        assert (new is not None) == (key in ("caseworker", "supervisor"))
        assert {k: v[0] for k, v in rows.items()} == {k: v[0] for k, v in before[key][0].items()}
    page = text(world, "caseworker", of_fay(world, "documents"))
    assert SAYS in page and "JV-2041" in page and "JV-2099" in page
    assert SAYS in text(world, "supervisor", of_fay(world, "history") + "?entries=all")


@pytest.mark.parametrize("purpose", ["emergency", "matching", "whereabouts", "occupancy", "timeline", "age", "team"])
def test_no_purpose_and_no_command_opens_it(world: World, purpose: str) -> None:
    sealed(world)
    for actor in (acting(world.supervisor.pk, world.supervisor.name), acting_as_system("compliance evaluate")):
        with actor, reading(purpose):
            assert rows_of(world) == {}
    with acting(world.supervisor.pk, world.supervisor.name), reading("withholding"):
        assert Resident.objects.filter(pk=world.fay.resident.pk).exists()  # so that her name is taken out of texts


def test_emergency_access_finds_nobody(world: World) -> None:
    sealed(world)
    by = world.caseworker2
    with acting(by.pk, by.name), pytest.raises(Refused) as made_up:
        operations.break_glass("YP-99999", reason="Nobody who knows them can be reached.", by=by)
    with acting(by.pk, by.name), pytest.raises(Refused) as hers:
        operations.break_glass(world.fay.resident.code, reason="Nobody who knows them can be reached.", by=by)
    assert hers.value.sentence == made_up.value.sentence
    with acting(by.pk, by.name), pytest.raises(Refused) as asked:
        operations.ask_access(world.fay.resident.code, purpose="To read it", by=by)
    assert asked.value.sentence == made_up.value.sentence


def test_it_waits_while_somebody_must_care_for_them(world: World) -> None:
    by = world.caseworker
    for young, words in ((world.ada, "lives in a home"), (world.eve, "looking for a home")):
        with acting(by.pk, by.name), pytest.raises(Refused, match=words):
            operations.seal_record(young.resident, **ORDER, ordered_on=world.today, says="All", by=by)


def test_who_records_alone_needs_a_second_supervisor(world: World) -> None:
    with pytest.raises(Refused, match="Nobody else in the unit"):
        recorded(world, world.supervisor)
    with pytest.raises(Resident.DoesNotExist):
        recorded(world, world.supervisor2)
    with pytest.raises(Refused, match="in the future"):
        recorded(world, ordered_on=world.today + timedelta(days=3))
    recorded(world)
    with pytest.raises(Refused, match="waits, or is in force"):
        recorded(world)


def test_the_register_names_no_young_person_and_is_for_the_unit_alone(world: World) -> None:
    order = sealed(world)
    register, one = reverse("sealings:list"), reverse("sealings:detail", args=[order.pk])
    for url in (register, one):
        page = text(world, "supervisor", url)
        assert "JV-2041" in page and "Juvenile Court" in page and world.supervisor.name in page
        for trace in (world.fay.resident.code, world.fay.resident.preferred_name, world.fay.resident.pk, SAYS):
            assert str(trace) not in page
    assert "JV-2041" not in text(world, "supervisor2", register)
    for key in world.people:
        if key != "supervisor":
            assert browser(world, key).get(one).status_code == 404, key
            assert browser(world, key).post(reverse("sealings:unseal", args=[order.pk])).status_code == 404, key
        if world.people[key].role != "supervisor":
            assert browser(world, key).get(register).status_code == 404, key


def test_it_opens_by_two_supervisors_with_the_forms(world: World) -> None:
    order = sealed(world)
    client, form = browser(world, "supervisor"), reverse("sealings:unseal", args=[order.pk])
    said = ORDER | {"order_number": "JV-2099", "ordered_on": f"{world.today:%m/%d/%Y}"}
    assert client.post(form, hidden(client.get(form)) | said).status_code == 302
    waits = SealingOrder.objects.get(kind="lift")
    decide = reverse("sealings:decide", args=[waits.pk])
    assert decide not in text(world, "supervisor", reverse("sealings:detail", args=[order.pk]))
    answer = client.post(decide, hidden(client.get(decide)) | {"decision": "confirmed"})
    assert "somebody else must decide" in html.unescape(answer.content.decode())
    assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 404
    assert f"sealed record {order.number} waits" in text(world, "supervisor2", reverse("work"))  # the unit has no other
    other = browser(world, "supervisor2")
    assert other.post(decide, hidden(other.get(decide)) | {"decision": "confirmed"}).status_code == 302
    assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 200
    assert browser(world, "supervisor2").get(of_fay(world, "detail")).status_code == 404
    assert "Open again" in text(world, "supervisor", reverse("sealings:list"))
    assert "JV-2041" not in text(world, "supervisor2", reverse("sealings:list"))


def test_where_the_unit_has_a_second_supervisor_nobody_else_decides(world: World) -> None:
    order = sealed(world)
    second = another_supervisor(world.north)
    waits = unsealing(world, order)
    with pytest.raises(SealingOrder.DoesNotExist):
        decided(waits, world.supervisor2)
    decided(waits, second, "refused", "The order is of another case")
    assert as_shown(world, world.caseworker) == ({}, frozenset())


def test_it_is_open_for_the_court_for_a_time_and_closes_by_itself(world: World, at: Any = None) -> None:
    order = sealed(world)
    with pytest.raises(Refused, match="still to come"):
        unsealing(world, order, until=timezone.now() - HOUR)
    opened(world, order, until=timezone.now() + HOUR)
    assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 200
    assert "Open for the court" in text(world, "supervisor", reverse("sealings:list"))
    by = world.caseworker
    with acting(by.pk, by.name), pytest.raises(Refused, match="open for the court only"):
        from placement.facilities.operations import send_referral

        said = {"reason": "A home", "needs": "", "wishes": "", "urgency": "planned", "needed_from": timezone.now()}
        send_referral(world.draft, **said, by=by)
