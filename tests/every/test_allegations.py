"""Of an allegation the accused finds no trace in any table or count (pages: ``test_no_trace``); everybody else sees it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from compliance.judging import judge
from compliance.models import Finding, Obligation, Proof
from compliance.operations import make_binder
from compliance.queries.work import my_work
from placement.access.models import AccessLogEntry, Person
from placement.access.rows import guarded_tables
from placement.database.constraints import Refused
from placement.database.context import acting
from residents import operations
from residents.models import (
    Document,
    Incident,
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentHiding,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    IncidentPerson,
    IncidentResident,
    IncidentStep,
)
from tests.attack.incident_steps import step
from tests.attack.sql import again, change, insert, refused
from tests.world import World, browser, text_file

CANARY = "Zebracanary"
ACCUSED = ("staff_cedar", "admin_cedar", "supervisor")
REPORTER = {"staff_cedar": "admin_cedar", "admin_cedar": "staff_cedar", "supervisor": "staff_cedar"}


def alleged(world: World, accused: str, *, sent: bool = True, **more: Any) -> Incident:
    """An allegation against somebody, about Ada, with all that hangs on it, written by somebody else."""
    by = world.people[REPORTER[accused]]
    with acting(by.pk, by.name):
        incident = operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="allegation",
            severity="critical",
            happened_at=timezone.now() - timedelta(minutes=50),
            seen=f"{CANARY} said",
            thought=f"{CANARY} thought",
            done=f"{CANARY} done",
            residents=[world.ada.resident],
            accused=[operations.Accused(person=world.people[accused])],
            draft=True,
            by=by,
            **more,
        )
        part = incident.parts.get()
        operations.write_part(part, role="hurt", about=f"{CANARY} alone", by=by)
        operations.mark_injuries(part, marks=[operations.Mark("front_head", "bruise", note=CANARY)], by=by)
        operations.attach_file(part, upload=text_file("a.txt", CANARY), title=f"{CANARY} file", by=by)
        talk = {"held_at": timezone.now(), "led_by": CANARY, "declined": False, "said": f"{CANARY} talk"}
        operations.debrief(incident, part=part, **talk, by=by)
        if sent:
            incident = operations.send_draft(
                operations.complete_draft(
                    incident,
                    kind="allegation",
                    severity="critical",
                    happened_at=incident.happened_at,
                    seen=incident.seen,
                    done=incident.done,
                    answers={"against": "staff", "apart": "yes", "told_by": CANARY},
                    send=False,
                    by=by,
                ),
                by=by,
            )
    other = world.supervisor2
    with acting(other.pk, other.name):
        operations.set_follow_up(incident, what=f"{CANARY} next", owner=other, due_on=world.today, by=other)
    return incident


def rows_of(incident: Incident) -> dict[Any, set[UUID]]:
    """Every row that is, or follows from, the incident; read while nobody acts, when tests are shown everything."""
    obligations = set(Obligation.objects.filter(subject=incident.pk).values_list("pk", flat=True))
    return {
        Incident: {incident.pk},
        **{
            model: set(model.objects.filter(incident=incident).values_list("pk", flat=True))
            for model in (
                *(IncidentDebrief, IncidentFollowUp, IncidentNotice, IncidentPart, IncidentPerson),
                *(IncidentResident, IncidentStep, IncidentHiding),
            )
        },
        IncidentFile: set(IncidentFile.objects.filter(part__incident=incident).values_list("pk", flat=True)),
        IncidentInjury: set(IncidentInjury.objects.filter(part__incident=incident).values_list("pk", flat=True)),
        Document: set(IncidentFile.objects.filter(part__incident=incident).values_list("document", flat=True)),
        Obligation: obligations,
        Proof: set(Proof.objects.filter(obligation__in=obligations).values_list("pk", flat=True)),
        Finding: set(Finding.objects.filter(subject=incident.pk).values_list("pk", flat=True)),
    }


def seen_of(rows: dict[Any, set[UUID]]) -> dict[str, int]:
    """How many of these rows, and of their history, the acting person is shown."""
    found = {model.__name__: model.objects.filter(pk__in=ids).count() for model, ids in rows.items()}
    past = {f"past {model.__name__}": model.history.filter(id__in=ids).count() for model, ids in rows.items()}
    return {name: number for name, number in {**found, **past}.items() if number}


@pytest.mark.parametrize("accused", ACCUSED)
def test_no_table_and_no_history_shows_it_to_the_accused(world: World, accused: str) -> None:
    incident = alleged(world, accused)
    rows = rows_of(incident)
    assert {model for model, ids in rows.items() if not ids} <= {Proof, Finding}
    person, other = world.people[accused], world.people[REPORTER[accused]]
    with acting(person.pk, person.name):
        assert seen_of(rows) == {}
    with acting(other.pk, other.name):
        assert {"Incident", "IncidentPart", "Document", "Obligation", "past Incident"} <= seen_of(rows).keys()
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert {"Incident", "IncidentFollowUp", "IncidentHiding", "past IncidentHiding"} <= seen_of(rows).keys()


@pytest.mark.parametrize("accused", ACCUSED)
def test_every_count_is_as_it_would_be_without_it(world: World, accused: str) -> None:
    person = world.people[accused]

    def counts() -> dict[str, int]:
        with acting(person.pk, person.name):
            return {table: _count(table) for _, table in guarded_tables() if table != AccessLogEntry._meta.db_table}

    with acting(world.supervisor2.pk, world.supervisor2.name):  # what is due anyway
        judge({world.cedar.facility.pk}, {world.ada.resident.pk})
    before = counts()
    alleged(world, accused)
    assert counts() == before


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


def test_the_access_log_names_nobody_who_opened_it_to_the_accused(world: World) -> None:
    """Supervisors read who opened the pages of a home and of a young person."""
    incident, reader = alleged(world, "supervisor"), browser(world, "supervisor2")
    for address in (
        reverse("incidents:detail", args=[incident.pk]),
        reverse("incidents:add", args=[incident.pk, "protect"]),
    ):
        assert reader.get(address).status_code == 200
    lines = {}
    for key in ("supervisor", "supervisor2"):
        with acting(world.people[key].pk, key):
            lines[key] = AccessLogEntry.objects.filter(person=world.supervisor2, page__startswith="incidents:").count()
    assert lines == {"supervisor": 0, "supervisor2": 2}


@pytest.mark.parametrize("accused", ACCUSED)
def test_my_work_tells_those_who_answer_and_never_the_accused(world: World, accused: str) -> None:
    incident = alleged(world, accused)
    told = set(IncidentNotice.objects.filter(incident=incident).values_list("person__username", flat=True))
    assert world.people[accused].username not in told
    supervisors = {world.supervisor.username, world.supervisor2.username}
    assert told & supervisors
    person = world.people[accused]
    with acting(person.pk, person.name):
        said = [f"{task.title} {task.detail} {task.note} {task.href}" for task in tasks(person)]
    trace = re.compile(rf"incident {incident.number}\b|{incident.pk}")
    assert [each for each in said if trace.search(each)] == []
    told_first = world.supervisor if person != world.supervisor else world.supervisor2
    with acting(told_first.pk, told_first.name):
        assert any(trace.search(f"{task.title} {task.href}") for task in tasks(told_first))


def tasks(person: Person) -> list[Any]:
    work = my_work(person, everything=True)
    return [*work.first, *work.later]


VALUES: dict[Any, dict[str, Any]] = {
    IncidentStep: {"number": 0, "what": "reviewed", "comment": "", "reason": ""},
    IncidentFollowUp: {"what": "Nothing", "due_on": "2030-01-01", "outcome": ""},
}


def of_admin(model: Any, admin: Person) -> dict[str, Any]:
    names = {IncidentStep: ["by_id"], IncidentFollowUp: ["owner_id", "set_by_id"]}[model]
    return dict.fromkeys(names, admin.pk)


def test_the_accused_takes_no_step_in_plain_sql(world: World) -> None:
    incident = alleged(world, "admin_cedar")
    admin = world.admin_cedar
    for model in VALUES:
        with (
            acting(admin.pk, admin.name),
            pytest.raises(DatabaseError, match=r"named|row-level security"),
            transaction.atomic(),
        ):
            insert(model, **VALUES[model] | {"incident_id": incident.pk}, **of_admin(model, admin))
    with acting(admin.pk, admin.name):
        assert change(incident, severity="low") == 0


def test_whom_the_supervisor_names_finds_no_trace_until_it_is_shown_again(world: World, acting_as: Callable) -> None:
    incident, friend, by = alleged(world, "staff_cedar"), world.caseworker, world.supervisor
    rows = rows_of(incident)
    with acting_as(friend):
        assert "Incident" in seen_of(rows)
    with acting_as(by):
        for wrong in ({"person": friend, "reason": " "}, {"person": by, "reason": "Myself"}):
            with pytest.raises(Refused):
                operations.hide_allegation(incident, **wrong, by=by)
        hiding = operations.hide_allegation(incident, person=friend, reason="A relative", by=by)
    with acting_as(friend):
        assert seen_of(rows) == {}
        assert not IncidentHiding.objects.exists()
    with acting_as(by), refused("incident_hiding_is_kept"):
        change(hiding, reason="Another")
    with acting_as(by):
        operations.show_allegation(hiding, reason="No relative after all", by=by)
        with pytest.raises(Refused, match="again already"):
            operations.show_allegation(hiding, reason="Once more", by=by)
    with acting_as(friend):
        assert "Incident" in seen_of(rows)


def test_only_a_supervisor_hides_and_only_an_allegation(world: World) -> None:
    incident = alleged(world, "staff_cedar")
    row = IncidentHiding.objects.get(incident=incident)
    admin, by = world.admin_cedar, world.supervisor
    with acting(admin.pk, admin.name), refused("incident_hidden_by_a_supervisor"):
        again(row, person_id=world.caseworker.pk, hidden_by_id=admin.pk)
    with acting(admin.pk, admin.name), pytest.raises(Incident.DoesNotExist):
        operations.hide_allegation(incident, person=world.caseworker, reason="So", by=admin)
    with acting(by.pk, by.name), refused("only_an_allegation_is_hidden"):
        again(row, incident_id=world.ada.incident.pk, person_id=world.caseworker.pk, hidden_by_id=by.pk)
    with acting(by.pk, by.name), refused("incident_hidden_once"):
        again(row, hidden_by_id=by.pk)
    with acting(by.pk, by.name), refused("incident_hiding_says_why"):
        again(row, person_id=world.caseworker.pk, hidden_by_id=by.pk, reason=" ")
    with acting(by.pk, by.name), refused("incident_hiding_ends_with_a_reason"):
        change(row, ended_by_id=by.pk, ended_at=timezone.now(), ended_reason=" ")
    with acting(by.pk, by.name), refused("incident_hiding_is_kept"):
        again(row, person_id=world.caseworker.pk, hidden_by_id=by.pk, ended_at=timezone.now(), ended_by_id=by.pk)


def test_the_reviewer_alone_corrects_an_accusation_and_it_stays_hidden(world: World, acting_as: Callable) -> None:
    incident, staff, admin, by = alleged(world, "staff_cedar"), world.staff_cedar, world.admin_cedar, world.supervisor
    row = IncidentPerson.objects.get(incident=incident)
    with acting_as(admin), pytest.raises(Refused, match="somebody who reviews"), transaction.atomic():
        operations.correct_accusation(row, part="witness", reason="Wrong", by=admin)  # its reporter
    with acting_as(admin, reason="Wrong"), refused("accusation_corrected_by_who_reviews"):
        change(row, part="witness")
    with acting_as(by), refused("accusation_correction_says_why"):
        change(row, part="witness")
    with acting_as(by, reason="Wrong"), refused("incident_keeps_its_report"):
        change(row, name="Another", person_id=None)
    with acting_as(by), pytest.raises(Refused):
        operations.correct_accusation(row, part="witness", reason=" ", by=by)
    with acting_as(by):
        operations.correct_accusation(row, part="witness", reason="Somebody else was meant", by=by)
    past = list(row.history.order_by("history_id").values_list("part", "history_change_reason"))
    assert [part for part, _ in past] == ["accused", "witness"]
    assert past[-1][1] == "Somebody else was meant"
    with acting_as(staff):
        assert seen_of(rows_of_quietly(incident)) == {}


def rows_of_quietly(incident: Incident) -> dict[Any, set[UUID]]:
    return {Incident: {incident.pk}, IncidentPerson: set(), IncidentHiding: set()}


def test_who_writes_that_they_are_accused_themselves_loses_it_when_it_is_sent(world: World) -> None:
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        draft = operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="allegation",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=5),
            seen="She says that I shouted",
            done="",
            residents=[world.ada.resident],
            accused=[operations.Accused(person=staff)],
            draft=True,
            by=staff,
        )
        assert Incident.objects.filter(pk=draft.pk).exists()
        sent = operations.complete_draft(
            draft,
            kind="allegation",
            severity="serious",
            happened_at=draft.happened_at,
            seen=draft.seen,
            done="",
            by=staff,
        )
        assert sent.status == "reported"
        assert not Incident.objects.filter(pk=draft.pk).exists()
    admin = world.admin_cedar
    with acting(admin.pk, admin.name), refused("allegation_is_not_returned_to_the_accused"):
        step(draft.pk, "returned", admin, "Write more")
    with acting(admin.pk, admin.name), pytest.raises(Refused, match="not given back"):
        operations.return_incident(Incident.objects.get(pk=draft.pk), comment="Write more", by=admin)
    with acting(admin.pk, admin.name):
        assert operations.review_incident(draft, by=admin).status == "reviewed"


def test_a_draft_that_names_nobody_is_its_writer_s_and_the_supervisors(world: World, acting_as: Callable) -> None:
    staff = world.staff_cedar
    with acting_as(staff):
        draft = operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="allegation",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=5),
            seen="She says that she was hurt",
            done="",
            residents=[world.ada.resident],
            draft=True,
            by=staff,
        )
        with pytest.raises(Refused, match="Say who is said"):
            operations.send_draft(draft, by=staff)
        assert Incident.objects.filter(pk=draft.pk).exists()
    shown = {}
    for key in ("admin_cedar", "caseworker", "supervisor"):
        with acting_as(world.people[key]):
            shown[key] = Incident.objects.filter(pk=draft.pk).exists()
    assert shown == {"admin_cedar": False, "caseworker": False, "supervisor": True}
    with acting_as(staff):
        operations.name_person(draft, name="A driver", role="stranger", part="accused", by=staff)
    with acting_as(world.admin_cedar):
        assert Incident.objects.filter(pk=draft.pk).exists()


def test_what_becomes_an_allegation_is_hidden_from_then_on(world: World, acting_as: Callable) -> None:
    staff, admin = world.staff_cedar, world.admin_cedar
    with acting_as(staff):
        draft = operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="injury",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=5),
            seen="A bruise",
            done="",
            residents=[world.ada.resident],
            draft=True,
            by=staff,
        )
    accused = {"person": admin, "role": "staff", "part": "accused", "by": staff}
    with acting_as(staff), pytest.raises(Refused, match="so this is an allegation"):
        operations.name_person(draft, **accused)
    row = {"person_id": admin.pk, "name": "", "role": "staff", "part": "accused"}
    with acting_as(staff), refused("colleague_is_accused_in_an_allegation"):
        insert(IncidentPerson, incident_id=draft.pk, **row)
    with acting_as(admin):
        assert Incident.objects.filter(pk=draft.pk).exists()
    told = {"severity": "serious", "happened_at": draft.happened_at, "seen": draft.seen, "done": "", "by": staff}
    with acting_as(staff):
        operations.complete_draft(draft, kind="allegation", send=False, **told)
        operations.complete_draft(draft, kind="injury", send=False, **told)  # nobody is accused in it yet
        operations.complete_draft(draft, kind="allegation", send=False, **told)
        operations.name_person(draft, **accused)
    with acting_as(admin):
        assert not Incident.objects.filter(pk=draft.pk).exists()
    with acting_as(staff), pytest.raises(Refused, match="stays one"):
        operations.complete_draft(draft, kind="injury", send=False, **told)


def test_an_allegation_that_was_sent_stays_one_when_it_is_returned(world: World, acting_as: Callable) -> None:
    incident, by = alleged(world, "staff_cedar"), world.supervisor2
    with acting_as(by):
        operations.return_incident(incident, comment="Say when", by=by)
    admin = world.admin_cedar
    with acting_as(admin):
        for row in IncidentPerson.objects.filter(incident=incident):
            operations.remove_person(row, by=admin)
        with refused("allegation_stays_one"):
            change(incident, kind="other")


def test_a_binder_that_others_made_since_is_hidden_and_an_own_one_is_not(world: World, acting_as: Callable) -> None:
    incident = alleged(world, "admin_cedar")
    home, day = world.cedar.facility, world.today
    with acting_as(world.supervisor):
        made = make_binder(home, since=day, until=day, by=world.supervisor)
    with acting_as(world.admin_cedar):
        own = make_binder(home, since=day, until=day, by=world.admin_cedar)
        shown = set(type(own).objects.filter(pk__in=[made.pk, own.pk]).values_list("pk", flat=True))
    assert shown == {own.pk}
    assert incident.facility_id == home.pk
