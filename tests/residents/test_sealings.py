"""A court seals a whole record: it is hidden from everybody, stands in the register by a number, and opens by another order."""

import html
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from compliance.models import Binder
from compliance.operations import make_binder
from placement.access.models import Person
from placement.access.rows import guarded_rows
from placement.access.visible import rights_on
from placement.audit.check_proof import check
from placement.audit.seals import sealing
from placement.audit.seals.proof import proof_of
from placement.audit.seals.verifying import verify
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system, reading
from residents import operations, tell
from residents.models import Complaint, Incident, IncidentResident, Resident, SealedRecord, SealingOrder
from residents.queries.complaints import read_by_nobody
from tests import complaints, court
from tests.audit.test_seals import here, public_text
from tests.bars import another_supervisor
from tests.complaints import later
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
    for missing in ({}, {"does": "open"}):  # nobody ends a sealing by leaving a field empty
        assert client.post(form, hidden(client.get(form)) | said | missing).status_code == 200
    past = {"does": "open", "until_date": f"{world.today - timedelta(days=3):%m/%d/%Y}", "until_time": "12:00"}
    for wrong, sentence in ((past, "still to come"), (past | {"does": "lift"}, "Leave it empty")):
        answer = client.post(form, hidden(client.get(form)) | said | wrong)
        assert [sentence in each for each in answer.context["form"].errors["until"]] == [True]
    assert not SealingOrder.objects.exclude(kind="seal").exists()
    said |= {"does": "lift"}
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


def test_it_is_open_for_the_court_for_a_time_and_closes_by_itself(committed_world: World) -> None:
    world = committed_world
    order = sealed(world)
    with pytest.raises(Refused, match="still to come"):
        unsealing(world, order, until=timezone.now() - HOUR)
    opened(world, order, until=timezone.now() + 2 * HOUR)
    assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 200
    assert "Open for the court" in text(world, "supervisor", reverse("sealings:list"))
    page = text(world, "caseworker", of_fay(world, "documents"))
    assert "Opens the record for a time until" in page and "sealed by a court, and open for a time" in page
    register = reverse("sealings:detail", args=[order.pk])
    assert register in text(world, "supervisor", of_fay(world, "documents")) and register not in page
    assert "Sealed by a court" in text(world, "caseworker", of_fay(world, "detail"))
    with later(hours=3):
        assert browser(world, "caseworker").get(of_fay(world, "detail")).status_code == 404
        assert "Open for the court" not in text(world, "supervisor", reverse("sealings:list"))
        assert as_shown(world, world.caseworker) == ({}, frozenset())


CANARY = "Zaunkoenigfeder"


def of_two(world: World) -> Incident:
    """A report, from the time when both lived there, that names ada and fay."""
    with acting(world.supervisor.pk, world.supervisor.name):
        at = world.fay.stay.ends_at - HOUR
        said = {"kind": "other", "severity": "low", "happened_at": at, "seen": f"{CANARY} with Fay", "number": 0}
        found = Incident.objects.create(**said, facility=world.cedar.facility, reported_by=world.supervisor)
        for young in (world.ada, world.fay):
            IncidentResident.objects.create(incident=found, resident=young.resident)
    return found


def test_a_report_that_names_somebody_else_stays_without_the_sealed_one(world: World) -> None:
    incident = of_two(world)
    url = reverse("incidents:detail", args=[incident.pk])
    assert world.fay.resident.code in text(world, "supervisor", url)
    sealed(world)
    for key in ("supervisor", "caseworker", "admin_cedar"):
        page = text(world, key, url)
        assert CANARY in page, key
        for trace in (world.fay.resident.code, str(world.fay.resident.pk), world.fay.resident.preferred_name):
            assert trace not in page, (key, trace)
        with acting(world.people[key].pk, world.people[key].name):
            assert not Incident.objects.filter(pk=world.fay.incident.pk).exists(), key  # it names nobody else
            named = IncidentResident.objects.filter(incident=incident).values_list("resident", flat=True)
            assert set(named) == {world.ada.resident.pk}, key


def test_binders_and_exports_that_may_name_them_are_gone_and_new_ones_do_not(world: World) -> None:
    incident, by = of_two(world), world.inspector_cedar  # whose binder holds who has left, too
    days = {"since": world.today - timedelta(days=30), "until": world.today}
    with acting(by.pk, by.name):
        made = make_binder(world.cedar.facility, **days, by=by)
    other = world.admin_birch
    with acting(other.pk, other.name):
        elsewhere = make_binder(world.birch.facility, **days, by=other)
    exports = [
        court.asked(world, about, kinds, with_log=False)
        for about, kinds in (
            (world.cedar.facility, ["facilities.Shift"]),
            (incident, ["residents.Incident"]),
            (world.ada.resident, ["residents.CareEntry"]),  # they are in a report together
            (world.fay.resident, ["residents.CareEntry"]),
        )
    ]
    unrelated = court.asked(world, world.bea.resident, ["residents.CareEntry"], with_log=False)
    order = sealed(world)
    pdf = reverse("compliance:binder_pdf", args=[made.pk])
    assert browser(world, "inspector_cedar").get(pdf).status_code == 404
    assert browser(world, "admin_birch").get(reverse("compliance:binder", args=[elsewhere.pk])).status_code == 200
    for export in exports:
        assert browser(world, "supervisor").get(reverse("audit:export", args=[export.pk])).status_code == 404
    assert browser(world, "supervisor").get(reverse("audit:export", args=[unrelated.pk])).status_code == 200
    assert (
        browser(world, "supervisor").get(reverse("audit:export_young", args=[world.fay.resident.pk])).status_code == 404
    )
    with acting(by.pk, by.name):
        new = make_binder(world.cedar.facility, **days, by=by)
        assert world.fay.resident.code not in str(Binder.objects.get(pk=new.pk).content())
    assert browser(world, "inspector_cedar").get(reverse("compliance:binder", args=[new.pk])).status_code == 200
    opened(world, order)
    assert browser(world, "inspector_cedar").get(reverse("compliance:binder", args=[made.pk])).status_code == 200


def test_no_complaint_of_theirs_is_read_or_counted_and_a_new_one_by_their_code_is_read(world: World) -> None:
    by = world.caseworker
    with acting(by.pk, by.name):
        _, code = operations.make_complaint_code(world.fay.resident, by=by)
    before, receipt = complaints.told(code)
    assert tell.read(code=code, number=receipt.number, words=receipt.words) is not None
    sealed(world)
    assert tell.read(code=code, number=receipt.number, words=receipt.words) is None
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not Complaint.objects.filter(pk=before.pk).exists()
    with acting(world.sysadmin.pk, world.sysadmin.name):
        assert read_by_nobody() == 0
    after, _ = complaints.told(code)
    assert after.resident_id is None and after.sender == "unknown"
    assert after.number in complaints.shown_to(world.supervisor)


def test_what_is_judged_and_found_every_hour_neither_fails_nor_shows(committed_world: World) -> None:
    world = committed_world
    sealed(world)
    people = [world.supervisor, world.caseworker, world.admin_cedar, world.inspector_cedar]
    for command in (("compliance", "evaluate"), ("compliance", "evaluate", "--recent"), ("access", "verify")):
        call_command(*command, stdout=StringIO())
    for person in people:
        assert as_shown(world, person) == ({}, frozenset())


def test_the_chain_of_seals_stays_whole_before_during_and_after(
    committed_world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    settings.SEALS_DIR, settings.SEAL_KEY, settings.SEAL_PUBLIC_KEY = tmp_path / "outside", None, None
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(sealing, "snapshot", here)
    row = world.fay.case.history.first().history_id

    def is_whole() -> bool:
        sealing.seal()
        return verify()[0] == []

    assert is_whole()
    order = sealed(world)
    assert is_whole()
    proof = proof_of("residents_historicalcase", row)
    assert check(proof, public_text())  # by the owner, while nobody is shown the row
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not world.fay.case.history.exists()
    opened(world, order)
    assert is_whole()
    with acting(world.supervisor.pk, world.supervisor.name):
        acts = SealingOrder.history.filter(id=order.pk).order_by("history_id").values_list("history_type", flat=True)
        assert list(acts) == ["+", "~", "~"]  # recorded, put into force, lifted
