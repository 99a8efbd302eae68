"""A bar that a supervisor lays on another one: somebody from outside the unit judges it, and sees that row alone."""

from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import AccessLogEntry, Person
from placement.access.rights import Role
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from placement.database.context import acting
from residents.models import ConflictOfInterest, Resident
from residents.operations import bar_from_record, declare_own_conflict, judge_bar, lift_bar
from tests.accounts import changed
from tests.bars import WHY, another_supervisor, bar_to_judge, lay
from tests.every.test_urls import as_seen
from tests.residents.test_forms import hidden
from tests.world import World, browser


def page(bar: ConflictOfInterest) -> str:
    return reverse("bars:judge", args=[bar.pk])


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def judges(bar: ConflictOfInterest, among: Iterable[Role] = (Role.SUPERVISOR,)) -> set[UUID]:
    """Whose My work tells of the bar. Others than supervisors are asked once: it takes a while."""
    told = set()
    for person in Person.objects.filter(is_active=True, role__in=among):
        with acting(person.pk, person.name):
            work = my_work(person, everything=True)
        if any(task.href == page(bar) for task in [*work.first, *work.later]):
            told.add(person.pk)
    return told


def judge(bar: ConflictOfInterest, by: Person, judgement: str = "lifted", reason: str = "No relation.") -> None:
    with acting(by.pk, by.name):
        judge_bar(bar, judgement=judgement, reason=reason, by=by)


def test_a_supervisor_of_another_unit_is_told_at_once_by_the_code_alone(world: World) -> None:
    before = browser(world, "supervisor2").get("/").content.decode()
    assert "W-1<" not in before and "W-1:" not in before
    bar = bar_to_judge(world)
    assert judges(bar, among=Role) == {world.supervisor2.pk}
    with acting(world.supervisor2.pk, world.supervisor2.name):
        (task,) = [task for task in my_work(world.supervisor2).first if task.href == page(bar)]
    assert "W-1" in task.title
    for closed in ("Ada", "Third Supervisor", WHY, world.supervisor.name):
        assert closed not in f"{task.title} {task.detail}"


def test_the_judge_reads_who_barred_whom_since_when_and_why_and_nothing_else(world: World) -> None:
    bar = bar_to_judge(world)
    client = browser(world, "supervisor2")
    answer = client.get(page(bar))
    body = answer.content.decode()
    main = body[body.index("<main") : body.index("</main")]
    for open_ in ("W-1", f"{world.supervisor} barred Third Supervisor from the record of", "North unit", WHY):
        assert open_ in main, open_
    for closed in ("Ada", "Secretname", "C-W-1", "Cedar", str(world.ada.resident.pk), "Hidden"):
        assert closed not in main, closed
    logged = AccessLogEntry.objects.get(page="bars:judge", request_id=answer["X-Request-Id"])
    assert (logged.person_id, logged.resident_id) == (world.supervisor2.pk, world.ada.resident.pk)
    assert not rights_on(world.supervisor2, world.ada.resident)
    record = client.get(reverse("residents:detail", args=[world.ada.resident.pk]))
    team = client.get(reverse("residents:team", args=[world.ada.resident.pk]))
    assert (record.status_code, team.status_code) == (404, 404)


def test_for_everybody_else_there_is_no_such_page(world: World) -> None:
    bar = bar_to_judge(world)
    others = {key: browser(world, key) for key in world.people if key != "supervisor2"}
    others["barred"] = signed_in(bar.person)
    for key, client in others.items():
        nothing = as_seen(client.get("/nowhere/"))
        assert as_seen(client.get(page(bar))) == nothing, key
        sent = client.post(page(bar), {"form_key": str(uuid4()), "judgement": "upheld", "reason": "x"})
        assert as_seen(sent) == nothing, key
    bar.refresh_from_db()
    assert not bar.judgement
    assert browser(world, "supervisor2").get(reverse("bars:judge", args=[uuid4()])).status_code == 404


def test_a_bar_of_somebody_else_and_an_own_one_wait_for_nobody(world: World) -> None:
    third = another_supervisor(world.north)
    assert judges(lay(world, world.caseworker)) == set()
    with acting(third.pk, third.name):
        own = declare_own_conflict(world.ada.resident, reason=WHY, by=third)
    assert judges(own) == set()
    with pytest.raises(ConflictOfInterest.DoesNotExist):
        judge(own, world.supervisor2)


def test_who_becomes_a_supervisor_later_is_not_barred_unseen(world: World) -> None:
    bar = lay(world, world.stranger)
    assert judges(bar) == set()
    changed(world.stranger, role="supervisor", unit=world.north)
    assert judges(bar) == {world.supervisor2.pk}


def test_judged_not_right_it_is_lifted_with_the_judge_s_name(world: World) -> None:
    bar = bar_to_judge(world)
    barred = signed_in(bar.person)
    record = reverse("residents:detail", args=[world.ada.resident.pk])
    assert barred.get(record).status_code == 404
    client = browser(world, "supervisor2")
    empty = client.post(page(bar), hidden(client.get(page(bar)))).content.decode()
    assert 'id="id_judgement_error"' in empty and 'id="id_reason_error"' in empty
    sent = client.post(page(bar), hidden(client.get(page(bar))) | {"judgement": "lifted", "reason": "No relation."})
    assert sent["Location"] == page(bar)
    assert "Judged not right, and lifted" in client.get(page(bar)).content.decode()
    assert barred.get(record).status_code == 200
    bar.refresh_from_db()
    by = world.supervisor2
    assert (bar.judged_by, bar.ended_by, bar.end_reason, bar.judgement) == (by, by, "No relation.", "lifted")
    assert judges(bar) == set()
    team = signed_in(bar.person).get(reverse("residents:team", args=[world.ada.resident.pk])).content.decode()
    assert "Judged not right, and lifted by Supervisor2: No relation." in team


def test_judged_right_it_stays_and_nobody_judges_it_again(world: World) -> None:
    bar = bar_to_judge(world)
    fourth = another_supervisor(world.south, "Fourth Supervisor")
    assert judges(bar) == {world.supervisor2.pk, fourth.pk}
    judge(bar, world.supervisor2, "upheld", "It is so.")
    assert signed_in(bar.person).get(reverse("residents:detail", args=[bar.resident_id])).status_code == 404
    with pytest.raises(Refused, match="judged this already"):
        judge(bar, world.supervisor2)
    assert judges(bar) == set()
    assert signed_in(fourth).get(page(bar)).status_code == 404, "it is none of theirs any more"
    bar.refresh_from_db()
    assert (bar.judgement, bar.judgement_reason, bar.ends_at) == ("upheld", "It is so.", None)


def test_a_bar_that_is_lifted_before_is_judged_all_the_same(world: World) -> None:
    """Or somebody could be shut out for an hour, and nobody would ask."""
    bar = bar_to_judge(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        lift_bar(bar, reason="A mistake", by=world.supervisor)
    assert judges(bar) == {world.supervisor2.pk}
    assert "It was not right<" in browser(world, "supervisor2").get(page(bar)).content.decode()
    judge(bar, world.supervisor2, "lifted", "It served nobody.")
    bar.refresh_from_db()
    assert (bar.ended_by, bar.end_reason, bar.judgement) == (world.supervisor, "A mistake", "lifted")


def test_where_there_is_no_other_unit_another_supervisor_of_the_unit_judges(world: World) -> None:
    changed(world.supervisor2, role="supervisor", unit=world.north)
    bar = bar_to_judge(world)
    assert judges(bar) == {world.supervisor2.pk}
    judge(bar, world.supervisor2)


def test_a_unit_that_has_answered_for_the_record_before_is_not_outside(world: World) -> None:
    fourth = another_supervisor(world.south, "Fourth Supervisor")
    bar = bar_to_judge(world)
    changed(fourth, role="supervisor", unit=world.north)
    assert judges(bar) == {world.supervisor2.pk}


def test_nobody_bars_everybody_who_would_judge(world: World) -> None:
    """A bar that nobody has judged keeps nobody from judging another one of the same record."""
    bar = bar_to_judge(world)
    of_judge = lay(world, world.supervisor2)
    assert judges(bar) == {world.supervisor2.pk}
    assert judges(of_judge) == {bar.person_id}
    client = browser(world, "supervisor2")
    assert client.get(page(bar)).status_code == 200
    assert client.get(page(of_judge)).status_code == 404
    with pytest.raises(ConflictOfInterest.DoesNotExist):
        judge(of_judge, world.supervisor2)
    judge(of_judge, bar.person, "upheld", "It is so.")
    assert judges(bar) == set(), "who is barred for good judges no more"
    assert client.get(page(bar)).status_code == 404


def test_who_has_declared_a_conflict_does_not_judge(world: World) -> None:
    bar = bar_to_judge(world)
    judge_ = another_supervisor(world.south, "Fourth Supervisor")
    own = changed(world.supervisor2, role="supervisor", unit=world.north)
    with acting(own.pk, own.name):
        declare_own_conflict(world.ada.resident, reason="A neighbour", by=own)
    changed(own, role="supervisor", unit=world.south)
    assert judges(bar) == {judge_.pk}


def test_where_nobody_can_judge_the_page_says_so_before_and_the_audit_page_afterwards(world: World) -> None:
    client, bar_page = browser(world, "supervisor"), reverse("residents:bar", args=[world.ada.resident.pk])
    audit, team = reverse("audit:list"), reverse("residents:team", args=[world.ada.resident.pk])
    assert "Nobody can judge a bar of Supervisor2" in client.get(bar_page).content.decode()
    assert "that nobody has judged" not in client.get(audit).content.decode()
    bar = lay(world, world.supervisor2)
    assert judges(bar) == set()
    body = client.get(audit).content.decode()
    assert "Supervisor barred Supervisor2" in body and "nobody can: there is no other supervisor" in body
    assert "Nobody can judge it now" in client.get(team).content.decode()
    third = another_supervisor(world.south)
    assert judges(bar) == {third.pk}, "it waits for whoever comes"
    assert "Nobody can judge" not in client.get(bar_page).content.decode()
    assert "a supervisor from outside" in client.get(audit).content.decode()
    assert "Waits for a judgement from outside" in client.get(team).content.decode()
    judge(bar, third, "upheld", "It is so.")
    assert "that nobody has judged" not in client.get(audit).content.decode()


def test_the_audit_page_lists_only_bars_from_records_that_the_reader_answers_for(world: World) -> None:
    bar_to_judge(world)
    assert "barred Third Supervisor" in browser(world, "supervisor").get(reverse("audit:list")).content.decode()
    assert "barred Third Supervisor" not in browser(world, "supervisor2").get(reverse("audit:list")).content.decode()


def test_a_judge_bars_and_lifts_nothing_else_of_the_record(world: World) -> None:
    bar = bar_to_judge(world)
    by = world.supervisor2
    with acting(by.pk, by.name):
        with pytest.raises(Resident.DoesNotExist):
            lift_bar(bar, reason="No relation.", by=by)
        with pytest.raises(Resident.DoesNotExist):
            bar_from_record(world.ada.resident, world.caseworker, reason=WHY, by=by)
