"""Whoever has proposed something reads on their work page what became of it, until they have read it."""

from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction

from compliance import operations
from compliance.models import AnswerRead
from compliance.queries.answers import answer_for
from placement.access.models import Person
from placement.database.context import acting
from tests import retention
from tests.attack.sql import insert, refused_by
from tests.bars import another_supervisor
from tests.court import asked
from tests.world import World, browser


def refused_export(world: World) -> Any:
    """A sealed export about a home that another supervisor did not approve."""
    made = asked(world, world.cedar.facility, ["residents.CareEntry"], by=world.supervisor, with_log=False)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        return operations.decide_court_export(
            made, approve=False, decision="No order", seen=made.sha256, by=world.supervisor2
        )


def refused_disposal(world: World) -> Any:
    second = another_supervisor(world.north)
    return retention.decided(retention.proposed(world, retention.to_propose(world)), second, approve=False)


@pytest.mark.parametrize(
    ("kind", "made", "said"),
    [
        ("term", lambda w: retention.refused_term(w), "The law says enough"),
        ("disposal", refused_disposal, "Nothing keeps it"),
        ("export", refused_export, "No order"),
    ],
)
def test_a_refusal_stands_on_the_work_of_who_proposed_it_until_they_have_read_it(
    world: World, kind: str, made: Any, said: str
) -> None:
    link = f"/answers/{kind}/{made(world).pk}/"
    page = browser(world, "supervisor")
    first = page.get("/").text
    assert link in first
    assert said in first
    for other in ("supervisor2", "caseworker", "admin_cedar", "sysadmin"):
        assert link not in browser(world, other).get("/").text, other
        assert browser(world, other).get(link).status_code == 404, other
        assert browser(world, other).post(link, {}).status_code == 404, other
    opened = page.get(link)
    assert said in opened.text
    assert link in page.get("/").text  # to open it is not to have read it
    sent = {"form_key": opened.context["form"]["form_key"].value()}
    assert page.post(link, sent).url == "/"
    assert page.post(link, sent).url == "/"  # a second press changes nothing
    assert AnswerRead.objects.count() == 1
    assert link not in page.get("/").text
    assert "I have read it" not in page.get(link).text


def test_what_is_confirmed_or_waits_is_no_answer(world: World) -> None:
    waits, counts = retention.propose_term(world), retention.term(world)
    assert "/answers/" not in browser(world, "supervisor").get("/").text
    with acting(world.supervisor.pk, world.supervisor.name):
        for pk in (waits.pk, counts.pk):
            with pytest.raises(ObjectDoesNotExist):
                answer_for(world.supervisor, "term", pk)
        with pytest.raises(ObjectDoesNotExist):
            answer_for(world.supervisor, "letter", waits.pk)


def test_nobody_reads_an_answer_for_somebody_else(world: World) -> None:
    answer, by, thief = retention.refused_term(world), world.supervisor, world.supervisor2
    with acting(thief.pk, thief.name):
        with pytest.raises(ObjectDoesNotExist):
            operations.read_answer(answer, by=thief)
        with refused_by("signature_is_own"):
            insert(AnswerRead, person_id=by.pk, of=answer.pk)
    with acting(by.pk, by.name):
        operations.read_answer(answer, by=by)
        operations.read_answer(answer, by=by)
        assert [row.person_id for row in rows(by)] == [by.pk]
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows(by).update(of=by.pk)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows(by).delete()
    with acting(thief.pk, thief.name):
        assert not AnswerRead.objects.exists()
        assert not AnswerRead.history.exists()


def rows(person: Person) -> Any:
    return AnswerRead.objects.filter(person=person)
