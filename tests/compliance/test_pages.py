"""The pages of what the law asks: the board, the rules, one obligation with its proofs, one finding with its evidence."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from compliance.facts import FACTS
from compliance.models import Finding, Obligation, Proof, RuleVersion
from compliance.operations import withdraw_proof
from compliance.queries.board import STATES, Board, Wanted, board, homes_judged, list_page
from compliance.queries.opened_to import counted
from compliance.queries.work import my_work
from placement.access.models import Person
from placement.database.context import acting
from tests.facilities.test_placements_pages import post
from tests.law import NCMEC, prove, prove_all, report
from tests.world import World, browser

HOUR = timedelta(hours=1)
BOARD = reverse("compliance:board")


@pytest.fixture
def asked(world: World) -> Obligation:
    """What federal law asks because ada is missing."""
    return Obligation.objects.get(rule__rule=NCMEC, subject=report(world, world.ada.resident, ago=2 * HOUR).pk)


@pytest.fixture
def late(world: World) -> Finding:
    """What was not done within a day after ada was missed."""
    return Finding.objects.get(rule__rule=NCMEC, subject=report(world, world.ada.resident, ago=30 * HOUR).pk)


def page_of(row: Obligation | Finding) -> str:
    return reverse(f"compliance:{'obligation' if isinstance(row, Obligation) else 'finding'}", args=[row.pk])


def seen(person: Person, **wanted: Any) -> Board:
    with acting(person.pk, person.name):
        return board(person, Wanted(**wanted), homes_judged(person))


def all_rows(person: Person, **wanted: Any) -> list[Any]:
    """Every row of a list, page by page."""
    found, after = [], None
    with acting(person.pk, person.name):
        while after != "":
            page = list_page(person, Wanted(**wanted), after)
            found += page.rows
            after = page.next_token
    assert len(found) == len({row.pk for row in found})
    return found


# The board.


def test_what_is_not_met_comes_first_the_worst_before_the_oldest(world: World, late: Finding) -> None:
    page = browser(world, "admin_cedar").get(BOARD).text
    assert page.index('id="not-met"') < page.index('id="due"')
    rows = seen(world.admin_cedar).findings
    worst = {"critical": 0, "serious": 1, "minor": 2}
    assert [(worst[row.severity], row.since) for row in rows] == sorted(
        (worst[row.severity], row.since) for row in rows
    )
    assert rows[0].severity == "critical"
    assert late.rule.title in page and "42 USC 671(a)(35)(B)" in page and world.ada.resident.code in page


def test_the_numbers_are_those_of_the_rows_behind_them(world: World, late: Finding) -> None:
    for key in ("admin_cedar", "supervisor", "inspector_cedar"):
        person = world.people[key]
        found = seen(person)
        assert found.not_met == len(all_rows(person, state="not-met")) > 0, key
        assert found.due == len(all_rows(person, state="due")) > 0, key
        for day, number in found.days:
            assert number == len(all_rows(person, state="due", day=day))


def test_a_filter_narrows_every_number(world: World, late: Finding) -> None:
    area = seen(world.admin_cedar, area="missing-child")
    assert {row.key for row in area.areas} == {"missing-child"}
    assert sum(row.not_met for row in area.homes) == area.totals.not_met < seen(world.admin_cedar).totals.not_met
    assert {row.area for row in [*area.findings, *area.waiting]} == {"missing-child"}
    home = seen(world.supervisor, facility=str(world.birch.facility.pk))
    assert {row.facility_id for row in [*home.findings, *home.waiting]} == {world.birch.facility.pk}
    page = browser(world, "admin_cedar").get(f"{BOARD}?area=missing-child&state=not-met").text
    assert late.rule.title in page and "Fire clearance" not in page


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_page(world: World, state: str) -> None:
    answer = browser(world, "supervisor").get(f"{BOARD}?state={state}")
    assert answer.status_code == 200 and STATES[state] in answer.text


def test_a_filter_that_means_nothing_is_no_error(world: World) -> None:
    for wrong in ("facility=x", "state=x", "area=x", "after=x", f"facility={world.birch.facility.pk}"):
        answer = browser(world, "admin_cedar").get(f"{BOARD}?{wrong}")
        assert answer.status_code == 200
        assert "Birch" not in answer.text


def test_nothing_of_another_home_is_counted(world: World, late: Finding) -> None:
    for key in ("admin_birch", "inspector_birch"):
        found = seen(world.people[key])
        assert {row.key for row in found.homes} <= {str(world.birch.facility.pk)}
        page = browser(world, key).get(BOARD).text
        assert "Cedar" not in page and world.ada.resident.code not in page
    inspector = browser(world, "inspector_cedar").get(BOARD).text
    assert world.ada.resident.code in inspector and world.ada.resident.preferred_name not in inspector


def test_an_empty_board_says_what_it_will_show(world: World) -> None:
    page = browser(world, "admin_cedar").get(f"{BOARD}?area=population").text
    assert "Nothing of this home or area is known to be against the law" in page
    nothing = browser(world, "admin_cedar").get(f"{BOARD}?area=population&state=done").text
    assert "Nothing of this kind" in nothing


# Rules.


def test_a_rule_says_its_citation_its_words_and_the_homes_that_do_not_meet_it(world: World, late: Finding) -> None:
    url = reverse("compliance:rule", args=[NCMEC])
    page = browser(world, "supervisor").get(url).text
    rule = RuleVersion.objects.get(rule=NCMEC)
    for words in (rule.citation, "What it says", "Holds from", "Cedar of the world", "How it stands"):
        assert words in page
    assert "Cedar of the world" not in browser(world, "admin_birch").get(url).text
    for key in ("caseworker", "clinician", "staff_cedar"):  # they read the law, not how homes stand to it
        page = browser(world, key).get(url).text
        assert rule.citation in page and "Cedar of the world" not in page and "How it stands" not in page


def test_a_rule_says_what_it_is_about_and_what_in_the_records_shows_it(world: World) -> None:
    client = browser(world, "caseworker")
    page = client.get(reverse("compliance:rule", args=["fed-caseworker-visit-monthly"])).text
    for words in ("It is about", FACTS["stay.begun"].sentence, FACTS["contact.caseworker_visit"].sentence):
        assert words in page
    assert "Plan for the young person" in page and "Shown by what somebody writes down" not in page
    page = client.get(reverse("compliance:rule", args=[NCMEC])).text
    assert "Shown by what somebody writes down" in page and "Shown by the records" not in page


def test_what_others_do_says_so_and_what_shows_that_they_did(world: World) -> None:
    row = Obligation.objects.filter(rule__rule="fed-caseworker-visit-monthly", resident=world.ada.resident).first()
    page = browser(world, "admin_cedar").get(page_of(row)).text
    assert "The home does not owe it" in page and "Somebody outside does this" in page
    assert FACTS["contact.caseworker_visit"].sentence in page


def test_a_rule_that_is_switched_off_says_why(world: World) -> None:
    rule = RuleVersion.objects.exclude(off="").first()
    page = browser(world, "caseworker").get(reverse("compliance:rule", args=[rule.rule])).text
    assert "Why it is switched off" in page and escape(rule.off) in page


def test_rules_are_found_by_words_law_and_area(world: World) -> None:
    client, url = browser(world, "caseworker"), reverse("compliance:rules")
    page = client.get(f"{url}?words=80020&law=US-CA").text
    assert "Fire clearance secured and kept" in page and "NCMEC" not in page
    assert "No rule fits these filters" in client.get(f"{url}?words=qqqq").text
    first = client.get(url).text
    token = re.search(r"after=([^\"&]+)", first)
    assert token and client.get(f"{url}?after={token[1]}").text != first


# One obligation.


def test_it_says_what_is_asked_of_whom_why_and_until_when(world: World, asked: Obligation) -> None:
    page = browser(world, "staff_cedar").get(page_of(asked)).text
    for words in (asked.rule.summary, asked.rule.citation, "data-due=", *asked.rule.proofs):
        assert words in page
    assert "Caseworker, facility staff, facility administrator or supervisor" in page
    assert reverse("incidents:detail", args=[asked.subject]) in page


def said(**more: Any) -> dict[str, Any]:
    return {"how": "phone", "told": "Officer Lee", "reference": "Case 12"} | more


def when(world: World, at: Any) -> dict[str, str]:
    here = at.astimezone(world.cedar.facility.zone)
    return {"done_at_date": here.strftime("%m/%d/%Y"), "done_at_time": here.strftime("%H:%M")}


def test_one_form_takes_the_proof_of_several_items(world: World, asked: Obligation) -> None:
    client = browser(world, "staff_cedar")
    answer = post(client, page_of(asked), said(items=["1", "2"], **when(world, world.now - HOUR)))
    assert answer.redirect_chain[-1][0] == page_of(asked)
    asked.refresh_from_db()
    assert asked.met_at is not None
    proofs = Proof.objects.filter(obligation=asked)
    assert {(row.item, row.told, row.written_by) for row in proofs} == {
        (number, "Officer Lee", world.staff_cedar) for number in (1, 2)
    }
    assert "Officer Lee" in answer.text and "Case 12" in answer.text
    assert "Write down what was done" not in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": []}, "Choose at least one"),
        ({"how": ""}, "Choose one"),
        ({"items": ["9"]}, "not one of the available"),
    ],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(
    world: World, asked: Obligation, change: dict[str, Any], words: str
) -> None:
    values = said(items=["1"], **when(world, world.now - HOUR)) | change
    answer = post(browser(world, "staff_cedar"), page_of(asked), values)
    assert words in answer.text and "Officer Lee" in answer.text
    assert not Proof.objects.filter(obligation=asked).exists()


def test_a_time_before_the_event_is_refused_at_its_field_and_nothing_is_kept(world: World, asked: Obligation) -> None:
    values = said(items=["1", "2"], **when(world, asked.event_at - 3 * HOUR))
    answer = post(browser(world, "staff_cedar"), page_of(asked), values)
    assert "This is before the event that it follows" in answer.text and "Officer Lee" in answer.text
    assert not Proof.objects.filter(obligation=asked).exists()


def test_a_mistake_is_withdrawn_with_a_reason_and_stays_readable(world: World, asked: Obligation) -> None:
    client = browser(world, "staff_cedar")
    post(client, page_of(asked), said(items=["1", "2"], **when(world, world.now - HOUR)))
    proof = Proof.objects.get(obligation=asked, item=1)
    url = reverse("compliance:withdraw_proof", args=[asked.pk, proof.pk])
    assert url in client.get(page_of(asked)).text
    assert "Fill this in" in post(client, url, {"reason": " "}).text
    answer = post(client, url, {"reason": "It was about somebody else."})
    assert "It was about somebody else." in answer.text and "not written down yet" in answer.text
    asked.refresh_from_db()
    assert asked.met_at is None
    assert client.get(url).status_code == 404  # it is withdrawn already


def test_who_reads_it_without_doing_it_has_no_form(world: World, asked: Obligation) -> None:
    client = browser(world, "inspector_cedar")
    page = client.get(page_of(asked)).text
    assert "Write down what was done" not in page and "The people who do it write down" in page
    answer = client.post(page_of(asked), said(items=["1"], **when(world, world.now)))
    assert answer.status_code == 200 and not Proof.objects.filter(obligation=asked).exists()
    post(browser(world, "staff_cedar"), page_of(asked), said(items=["1"], **when(world, world.now - HOUR)))
    proof = Proof.objects.get(obligation=asked)
    assert client.get(reverse("compliance:withdraw_proof", args=[asked.pk, proof.pk])).status_code == 404


@pytest.mark.parametrize(
    "key", ["staff_birch", "admin_birch", "inspector_birch", "caseworker2", "clinician2", "sysadmin", "stranger"]
)
def test_it_is_not_there_for_people_of_another_home_and_unit(
    world: World, asked: Obligation, late: Finding, key: str
) -> None:
    for row in (asked, late):
        answer = browser(world, key).get(page_of(row))
        assert answer.status_code == 404, row
    assert browser(world, key).post(page_of(asked), said(items=["1"])).status_code == 404


# One finding.


def test_a_finding_says_since_when_and_on_what_and_how_to_put_it_right(world: World, late: Finding) -> None:
    page = browser(world, "admin_cedar").get(page_of(late)).text
    behind = Obligation.objects.get(rule=late.rule, subject=late.subject)
    for words in (late.rule.summary, "What it rests on", "A young person is missing", page_of(behind), "History"):
        assert words in page
    assert "Write down what was done" in page
    inspector = browser(world, "inspector_cedar").get(page_of(late)).text
    assert page_of(behind) in inspector and "Write down what was done" not in inspector


def test_a_finding_that_was_put_right_leads_to_the_one_by_which_it_is_not_met_again(
    world: World, late: Finding
) -> None:
    client = browser(world, "admin_cedar")
    prove_all(Obligation.objects.get(rule=late.rule, subject=late.subject), world.staff_cedar)
    assert "It is not met again" not in client.get(page_of(late)).text
    proof = Proof.objects.get(obligation__subject=late.subject, obligation__rule=late.rule, item=1)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        withdraw_proof(proof, reason="It was about somebody else.", by=world.staff_cedar)
    anew = Finding.objects.exclude(pk=late.pk).get(rule=late.rule, subject=late.subject)
    page = client.get(page_of(late)).text
    assert "It is not met again" in page and page_of(anew) in page
    assert "It is not met again" not in client.get(page_of(anew)).text


@pytest.mark.parametrize(
    "key", ["admin_cedar", "staff_cedar", "inspector_cedar", "supervisor", "caseworker", "clinician"]
)
def test_every_way_to_a_record_opens(world: World, late: Finding, key: str) -> None:
    client = browser(world, key)
    rows: list[Any] = [late, *Finding.objects.filter(facility=world.cedar.facility).order_by("pk")[:12]]
    rows += Obligation.objects.filter(resident=world.ada.resident).order_by("rule__rule")[:12]
    links: set[str] = set()
    for row in rows:
        answer = client.get(page_of(row))
        if answer.status_code != 404:
            main = answer.text[answer.text.index('id="main"') :]
            links |= {href.replace("&amp;", "&") for href in re.findall(r'href="(/[^"#]+)"', main)}
    assert len(links) > 3
    assert [link for link in sorted(links) if client.get(link).status_code != 200] == []


@pytest.mark.parametrize(("young", "words"), [(1, "1 young person in"), (6, "6 young people in")])
def test_a_count_of_adults_says_its_numbers(young: int, words: str) -> None:
    said = counted({"young": young, "awake": 1, "asleep": None, "until": None})
    assert said == f"{words} the home, and of the adults on duty 1 awake and 0 asleep."


def test_whoever_may_not_know_the_home_reads_nothing_of_it(world: World) -> None:
    row = Obligation.objects.filter(resident=world.ada.resident, part="care").first()
    page = browser(world, "clinician").get(page_of(row)).text
    assert "A home that is not open to you" in page
    assert "Cedar of the world" not in page and str(world.cedar.facility.pk) not in page


def test_history_is_for_those_who_may_read_the_trail(world: World, asked: Obligation) -> None:
    mine = f"<h3>{world.staff_cedar.name}</h3>"
    for key, reads in (("supervisor", True), ("admin_cedar", True), ("inspector_cedar", True), ("caseworker", False)):
        assert (mine in browser(world, key).get(page_of(asked)).text) is reads, key


# My work.


def test_my_work_lists_what_is_asked_and_tells_the_supervisor_of_what_is_late(world: World) -> None:
    def on(key: str) -> list[str]:
        person = world.people[key]
        with acting(person.pk, person.name):
            work = my_work(person, everything=True)
        return [task.href for task in [*work.first, *work.later]]

    soon = page_of(Obligation.objects.get(rule__rule=NCMEC, subject=report(world, world.ada.resident, ago=2 * HOUR).pk))
    for key in ("staff_cedar", "admin_cedar", "caseworker"):
        assert soon in on(key), key
    assert soon not in on("supervisor")  # there is time
    overdue = page_of(
        Obligation.objects.get(rule__rule=NCMEC, subject=report(world, world.ada.resident, ago=30 * HOUR).pk)
    )
    assert overdue in on("supervisor")
    for key in ("staff_birch", "admin_birch", "caseworker2", "clinician", "inspector_cedar"):
        assert not {soon, overdue} & set(on(key)), key


# What people have written.


def test_names_in_a_proof_are_read_by_those_who_know_them(world: World, asked: Obligation) -> None:
    """An inspector knows codes; a supervisor of another unit, who reviews incidents of every home, not even those."""
    ada, bea = world.ada.resident, world.bea.resident
    note = f"{ada.preferred_name} rang {bea.preferred_name} at nine"
    mistake = prove(asked, world.staff_cedar, note="First", told=f"the mother of {ada.preferred_name}")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        withdraw_proof(mistake, reason=f"Not {bea.preferred_name}'s mother", by=world.staff_cedar)
    prove(asked, world.staff_cedar, note=note)
    for key, knows in (("staff_cedar", True), ("caseworker", True), ("inspector_cedar", False), ("supervisor2", False)):
        page = browser(world, key).get(page_of(asked)).text
        assert "rang" in page, key
        assert (escape(note) in page) == knows, key
        if not knows:
            assert ada.preferred_name not in page and bea.preferred_name not in page, key
    assert ada.code in browser(world, "inspector_cedar").get(page_of(asked)).text


def test_what_was_written_down_after_it_was_due_says_so_also_when_it_was_done_in_time(world: World) -> None:
    """When it was done is said by who files it; when it was written, by the clock."""
    asked = Obligation.objects.get(rule__rule=NCMEC, subject=report(world, world.ada.resident, ago=30 * HOUR).pk)
    for item in (1, 2):
        prove(asked, world.staff_cedar, item, done_at=asked.event_at + HOUR)
    asked.refresh_from_db()
    assert not asked.late
    assert browser(world, "inspector_cedar").get(page_of(asked)).text.count("written down after it was due") == 2


def test_withdrawing_names_what_the_proof_shows(world: World, asked: Obligation) -> None:
    proof = prove(asked, world.staff_cedar, 2)
    page = browser(world, "staff_cedar").get(reverse("compliance:withdraw_proof", args=[asked.pk, proof.pk])).text
    assert escape(asked.rule.proofs[1]) in page and escape(asked.rule.proofs[0]) not in page
