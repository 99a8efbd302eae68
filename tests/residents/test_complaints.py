"""Complaints that go around the house: who is shown them, and what those outside it do about them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import AccessLogEntry, Person
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from residents import operations, tell
from residents.models import (
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
)
from residents.queries import complaints
from tests.attack.sql import ask, denied, insert, refused, sql
from tests.bars import another_supervisor
from tests.complaints import SECRET, code_for, later, sent, shown_to, told
from tests.world import World, browser

# Who is shown it


def test_those_outside_the_house_are_shown_it_and_nobody_of_the_house(world: World) -> None:
    row, _ = told(code_for(world))
    seen = {key for key, person in world.people.items() if shown_to(person)}
    assert seen == {"supervisor", "caseworker"}
    for key in world.people:
        answer = browser(world, key).get(reverse("complaints:detail", args=[row.pk]))
        assert answer.status_code == (200 if key in seen else 404), key


def test_whoever_is_ticked_or_called_by_name_is_never_shown_it_and_another_supervisor_is(world: World) -> None:
    code = code_for(world)
    row, _ = told(code, about=["caseworker"])
    assert not shown_to(world.caseworker)
    assert shown_to(world.supervisor) == {row.number}
    row, _ = told(code, about=["supervisor"])
    assert row.number not in shown_to(world.supervisor)
    assert row.number in shown_to(world.supervisor2) & shown_to(world.caseworker)
    last_name = world.caseworker.name.split()[-1].lower()
    row, _ = told(code, about=["other"], who=f"the one called {last_name}, always")
    assert row.number not in shown_to(world.caseworker)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        task = [each for each in my_work(world.supervisor2).first if "Complaint" in each.title]
    assert task


def renamed(world: World, key: str, name: str) -> Person:
    """Somebody of the world under another name."""
    person = world.people[key]
    with acting_as_system("test"):
        Person.objects.filter(pk=person.pk).update(name=name)
    return person


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José Núñez", "el senor NUNEZ"),
        ("Zoë O'Brien", "mrs obrien"),
        ("Anne-Marie Li", "annemarie"),
        ("Anne-Marie Li", "Anne\u200bMarie"),
    ],
)
def test_a_name_is_found_without_accents_and_signs(world: World, name: str, typed: str) -> None:
    caseworker = renamed(world, "caseworker", name)
    row, _ = told(code_for(world), who=typed)
    assert row.number not in shown_to(caseworker)
    assert row.number in shown_to(world.supervisor)


@pytest.mark.parametrize("field", ["happened", "since", "added"])
def test_a_name_is_found_wherever_the_sender_writes_it(world: World, field: str) -> None:
    """Of those who answer for the young person a part of it; of others, whose names may be words, the whole."""
    caseworker, other = renamed(world, "caseworker", "Vera Roundtree"), renamed(world, "supervisor2", "Will Grace")
    code = code_for(world)

    def named(words: str) -> set[str]:
        given = {} if field == "added" else {field: words}
        row, receipt = told(code, **given)
        if field == "added":
            assert tell.add(words, code=code, number=receipt.number, words=receipt.words, form_key=uuid4())
        return set(row.named.values_list("person__username", flat=True))

    assert named("it was roundtree again, she will not stop") == {caseworker.username}
    assert named("mr will grace came") == {other.username}
    assert named("nobody") == set()


def test_without_a_code_the_supervisor_who_is_meant_is_found_by_the_young_person(world: World) -> None:
    ada = world.ada.resident
    for name in (f"{ada.preferred_name.lower()} from the house", ada.identity.legal_name, ada.code.lower()):
        row, _ = told(about=["supervisor"], said_name=name)
        assert row.number not in shown_to(world.supervisor), name
        assert row.number in shown_to(world.supervisor2), name
    row, _ = told(about=["staff"], said_name=ada.preferred_name)
    assert row.number in shown_to(world.supervisor)


def test_what_no_supervisor_may_read_is_not_lost(world: World) -> None:
    """A system administrator learns that it waits, and nothing else of it; a supervisor who is new is shown it."""

    def work() -> list[str]:
        with acting(world.sysadmin.pk, world.sysadmin.name):
            return [task.title for task in my_work(world.sysadmin).first if "no supervisor" in task.title]

    assert not work()
    row, _ = told(code_for(world), about=["supervisor"], who="Supervisor")
    assert {key for key, person in world.people.items() if shown_to(person)} == {"caseworker"}
    assert work()
    assert not shown_to(world.sysadmin)
    new = another_supervisor(world.north, "Somebody Else")
    assert shown_to(new) == {row.number}
    assert not work()


def test_somebody_named_later_is_shown_nothing_of_it_any_more(world: World) -> None:
    row, _ = told(code_for(world))
    by = world.supervisor
    with acting(by.pk, by.name):
        operations.write_in_complaint(row, kind="note", text=SECRET, by=by)
        operations.name_in_complaint(row, world.caseworker, by=by)
        with pytest.raises(Refused):
            operations.name_in_complaint(row, by, by=by)
        with pytest.raises(Refused):
            operations.name_in_complaint(row, world.caseworker, by=by)
    tables: list[Any] = [Complaint, ComplaintNamed, ComplaintStep, ComplaintDecision, ComplaintCheck]
    with acting(world.caseworker.pk, world.caseworker.name):
        for model in tables:
            own = {"id" if model is Complaint else "complaint_id": row.pk}
            assert (model.objects.filter(**own).count(), model.history.filter(**own).count()) == (0, 0)
    assert SECRET not in browser(world, "caseworker").get("/complaints/").content.decode()


def test_who_is_named_by_sql_reads_counts_and_changes_nothing(world: World) -> None:
    row, _ = told(code_for(world), about=["supervisor"], who="")
    for person in (world.supervisor, world.staff_cedar, world.admin_cedar, world.sysadmin, world.inspector_cedar):
        with acting(person.pk, person.name):
            for table in ("complaint", "complaintnamed", "complaintstep", "complaintdecision", "complaintcheck"):
                column = "id" if table == "complaint" else "complaint_id"
                for name in (f"residents_{table}", f"residents_historical{table}"):
                    assert ask(f"SELECT count(*) FROM {name} WHERE {column} = %s", row.pk) == 0, (person.name, name)
                    if person is not world.supervisor:
                        assert ask(f"SELECT count(*) FROM {name}") == 0, (person.name, name)
            assert ask("SELECT count(*) FROM complaints_open() AS one(id) WHERE id = %s", row.pk) == 0
            assert ask("SELECT count(*) FROM complaint_happened(%s)", row.pk) == 0
            assert ask("SELECT count(*) FROM complaint_opened(%s)", row.pk) == 0
            assert sql("UPDATE residents_complaint SET happened = 'nothing' WHERE id = %s", row.pk) == 0
            assert ask("SELECT count(*) FROM access_accesslogentry WHERE page LIKE 'complaints:%%'") == 0
            sql("SELECT complaint_log(%s, 'complaints:detail', 'shown')", row.pk)
            for statement in ("SELECT complaint_of('a', 'b', 'c')", "SELECT complaint_supervisors(NULL, NULL)"):
                with denied():
                    sql(statement)
            with pytest.raises(DatabaseError), transaction.atomic():
                insert(ComplaintStep, complaint_id=row.pk, kind="reply", text="No.", by_id=person.pk)
            with denied():
                insert(
                    Complaint,
                    number="1",
                    words_digest="",
                    form_key=uuid4(),
                    sender="young",
                    language="en",
                    happened="x",
                )
    assert not AccessLogEntry.objects.filter(page__startswith="complaints").exists()


def test_the_house_cannot_make_end_or_see_codes(world: World) -> None:
    code_for(world)
    row = ComplaintCode.objects.get(resident=world.ada.resident, ended_at=None)
    page = reverse("residents:complaint_codes", args=[world.ada.resident.pk])
    for key in ("staff_cedar", "admin_cedar", "clinician", "inspector_cedar"):
        person = world.people[key]
        with acting(person.pk, person.name):
            assert (ComplaintCode.objects.count(), ComplaintCode.history.count()) == (0, 0)
            with pytest.raises(DatabaseError), transaction.atomic():
                insert(ComplaintCode, resident_id=world.ada.resident.pk, digest="0" * 64, made_by_id=person.pk)
        assert browser(world, key).get(page).status_code == 404
        assert b"Codes on paper" not in browser(world, key).get(page.replace("codes/", "")).content
    assert b"Codes on paper" in browser(world, "caseworker").get(page.replace("codes/", "")).content
    with acting(world.caseworker.pk, world.caseworker.name):
        with refused("complaint_code_is_kept"):
            sql("UPDATE residents_complaintcode SET digest = %s WHERE id = %s", "1" * 64, row.pk)
        operations.end_complaint_code(row, by=world.caseworker)
        with pytest.raises(Refused):
            operations.end_complaint_code(row, by=world.caseworker)
        with refused("complaint_code_is_kept"):
            sql("UPDATE residents_complaintcode SET ended_at = NULL, ended_by_id = NULL WHERE id = %s", row.pk)
        with refused("complaint_code_is_for_an_advocate"):
            insert(
                ComplaintCode,
                resident_id=world.ada.resident.pk,
                advocate_id=world.ada.outside.pk,
                digest="0" * 64,
                made_by_id=world.caseworker.pk,
            )


def test_the_sheet_is_shown_once_and_names_no_home(world: World) -> None:
    client, page = browser(world, "caseworker"), reverse("residents:complaint_codes", args=[world.ada.resident.pk])
    form = {"form_key": str(uuid4()), "advocate": ""}
    sheet = client.post(page, form)
    code = re.search(rb"[A-Z2-9]{5}(-[A-Z2-9]{5}){2}", sheet.content)
    assert code and b"/tell/" in sheet.content
    for word in (world.cedar.facility.name, "rafficked", world.ada.resident.code, world.ada.resident.preferred_name):
        assert word.encode() not in sheet.content
    again = client.post(page, form, follow=True)
    assert code[0] not in again.content
    assert ComplaintCode.objects.get(resident=world.ada.resident, ended_at=None).digest == tell.digest_of_code(
        code[0].decode()
    )
    row, _ = told(code[0].decode())
    assert row.resident == world.ada.resident


def test_opening_it_is_logged_where_the_house_and_the_record_do_not_show_it(world: World) -> None:
    row, _ = told(code_for(world))
    browser(world, "supervisor").get(reverse("complaints:detail", args=[row.pk]))
    entry = AccessLogEntry.objects.get(page="complaints:detail")
    assert (entry.thing, entry.resident_id, entry.facility_id) == (row.pk, None, None)
    for person in world.people.values():
        with acting(person.pk, person.name):
            assert not AccessLogEntry.objects.filter(page__startswith="complaints").exists()
    with acting(world.caseworker.pk, world.caseworker.name):
        assert [name for _, name, _ in complaints.openings(row)] == [world.supervisor.name]


# What is done about it


def test_without_a_right_code_every_supervisor_sees_it_until_one_says_whose_it_is(world: World) -> None:
    row, _ = told("", said_name="Ada", about=["caseworker"])
    assert {key for key, person in world.people.items() if shown_to(person)} == {"supervisor", "supervisor2"}
    with acting(world.supervisor2.pk, world.supervisor2.name), pytest.raises(Refused):
        operations.link_complaint(row, world.ada.resident.code, by=world.supervisor2)
    with acting(world.supervisor2.pk, world.supervisor2.name), refused("complaint_is_linked_by_who_answers"):
        sql(
            "UPDATE residents_complaint SET resident_id = %s, linked_by_id = %s WHERE id = %s",
            world.ada.resident.pk,
            world.supervisor2.pk,
            row.pk,
        )
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.link_complaint(row, world.ada.resident.code.lower(), by=world.supervisor)
        with refused("complaint_is_kept"):
            sql("UPDATE residents_complaint SET resident_id = %s WHERE id = %s", world.bea.resident.pk, row.pk)
        with refused("complaint_is_kept"):
            sql("UPDATE residents_complaint SET happened = 'nothing'")
    assert {key for key, person in world.people.items() if shown_to(person)} == {
        "supervisor"
    }  # the caseworker is named
    assert sent().get().code == world.ada.resident.code


def test_not_found_to_be_so_needs_a_second_supervisor_and_nobody_named_decides(world: World) -> None:
    row, _ = told(code_for(world))
    first, second = world.supervisor, world.supervisor2
    assert not shown_to(second)
    with acting(first.pk, first.name):
        made = operations.decide_complaint(row, outcome="not_upheld", answer="We found nothing.", by=first)
        with pytest.raises(Refused):
            operations.decide_complaint(row, outcome="upheld", answer="Yes.", by=first)
        with pytest.raises(Refused):
            operations.second_complaint(made, agreed=True, by=first)
        with refused("complaint_second_is_another"):
            sql(
                "UPDATE residents_complaintdecision SET agreed = true, second_by_id = %s, second_at = now() WHERE id = %s",
                first.pk,
                made.pk,
            )
        with refused("complaint_is_kept"):
            sql("UPDATE residents_complaintdecision SET answer = 'Other'")
    assert shown_to(second) == {row.number}  # nobody else of the unit could be the second
    with acting(second.pk, second.name):
        with pytest.raises(Refused):
            operations.second_complaint(made, agreed=False, by=second)
        operations.second_complaint(made, agreed=False, reason="Ask her first.", by=second)
        assert shown_to(second) == {row.number}
    with acting(world.caseworker.pk, world.caseworker.name), pytest.raises(Complaint.DoesNotExist):
        operations.decide_complaint(row, outcome="upheld", answer="Yes.", by=world.caseworker)
    with acting(world.caseworker.pk, world.caseworker.name), refused("complaint_is_answered_by_who_is_not_named"):
        insert(ComplaintStep, complaint_id=row.pk, kind="reply", text="No.", by_id=world.caseworker.pk)
    with acting(first.pk, first.name):
        with refused("complaint_second_comes_after"):
            insert(
                ComplaintDecision,
                complaint_id=row.pk,
                outcome="not_upheld",
                answer="No.",
                decided_by_id=first.pk,
                agreed=True,
                second_reason="",
            )
        operations.decide_complaint(row, outcome="partly", answer="Half.", by=first)
        assert complaints.opened(first, row.pk, page="complaints:detail").answered


def test_an_answer_that_waits_for_the_second_is_not_read_by_the_sender(world: World) -> None:
    row, receipt = told()
    typed = {"code": "", "number": receipt.number, "words": receipt.words}
    with acting(world.supervisor.pk, world.supervisor.name):
        made = operations.decide_complaint(row, outcome="not_upheld", answer="We found nothing.", by=world.supervisor)
    assert tell.read(**typed).answered_at is None
    with acting(world.supervisor2.pk, world.supervisor2.name):
        operations.second_complaint(made, agreed=True, by=world.supervisor2)
    assert tell.read(**typed).answer == "We found nothing."


def test_without_a_reply_in_time_the_other_supervisors_are_asked(committed_world: World) -> None:
    world = committed_world
    row, _ = told(code_for(world))
    other, by = world.supervisor2, world.supervisor
    with later(hours=23):
        assert not shown_to(other)
    with later(hours=25):
        assert shown_to(other)
        with acting(other.pk, other.name):
            assert [task for task in my_work(other).first if row.number in task.title]
    with acting(by.pk, by.name):
        operations.write_in_complaint(row, kind="reply", text="We have read it.", by=by)
    with later(hours=25):
        assert not shown_to(other)
    with later(days=11):
        assert shown_to(other)


def test_payback_is_looked_for_after_30_days_and_again_after_60(committed_world: World) -> None:
    world = committed_world
    row, _ = told(code_for(world))
    by = world.supervisor

    def work() -> str:
        found = my_work(by, everything=True)
        return " ".join(task.title for task in (*found.first, *found.later))

    with acting(by.pk, by.name), pytest.raises(Refused):
        operations.check_complaint(row, result="none", text="Nothing.", by=by)
    with later(days=31), acting(by.pk, by.name):
        assert "look for payback" in work()
        operations.check_complaint(row, result="follow_up", text="Two limits since.", by=by)
        with pytest.raises(Refused):
            operations.check_complaint(row, result="none", text="Nothing.", by=by)
        assert "look for payback" not in work()
        assert "was to be done" in work()
        operations.write_in_complaint(row, kind="followed", text="Lifted.", by=by)
        assert "was to be done" not in work()
    with later(days=61), acting(by.pk, by.name):
        assert "look for payback" in work()
        operations.check_complaint(row, result="none", text="Nothing more.", by=by)
    with later(days=91), acting(by.pk, by.name), pytest.raises(Refused):
        operations.check_complaint(row, result="none", text="Nothing.", by=by)


def test_the_page_about_payback_counts_before_and_since(world: World) -> None:
    row, _ = told(code_for(world), about=["supervisor"])  # the other supervisor looks, to whom the record is closed
    with acting(world.supervisor2.pk, world.supervisor2.name):
        found = {each.kind for each in complaints.happened(row)}
        assert "restriction" in found and "incident" in found
    page = browser(world, "supervisor2").get(reverse("complaints:payback", args=[row.pk]))
    assert b"Limits set" in page.content
    assert b"Phone or device taken" in page.content or b"Search" in page.content
    assert str(world.ada.resident.pk).encode() not in page.content  # no way into the record
    assert browser(world, "caseworker").get(reverse("complaints:payback", args=[row.pk])).status_code == 404
    other, _ = told(code_for(world))
    page = browser(world, "supervisor").get(reverse("complaints:payback", args=[other.pk]))
    assert reverse("residents:contacts", args=[world.ada.resident.pk]).encode() in page.content


def test_a_supervisor_does_it_all_on_the_page(world: World) -> None:
    another_supervisor(world.north, "Third Supervisor")
    row, _ = told("", said_name="Ada")
    client, url = browser(world, "supervisor"), reverse("complaints:detail", args=[row.pk])
    for name, fields in [
        ("link", {"code": world.ada.resident.code}),
        ("reply", {"text": "We have read it."}),
        ("name", {"person": str(world.staff_cedar.pk)}),
        ("note", {"text": "Talked to her."}),
        ("decide", {"outcome": "upheld", "answer": "You were right."}),
    ]:
        posted = {f"{name}-{key}": value for key, value in (fields | {"form_key": str(uuid4())}).items()}
        assert client.post(url, posted).status_code == 302, name
    page = client.get(url).content.decode()
    for text in ("You were right.", "Talked to her.", world.staff_cedar.name, "Answered."):
        assert text in page
    assert client.get("/complaints/").status_code == 200
