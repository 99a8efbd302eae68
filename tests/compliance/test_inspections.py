"""Visits of authorities: recorded, described citation by citation, planned, sent, done and cleared; on pages and on My work."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from compliance import operations
from compliance.models import Citation, CorrectionPlan
from compliance.queries.inspections import visits_page
from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from placement.facilities.models import OutsideInspection
from tests.corrective import LOCKED, locked
from tests.facilities.test_placements_pages import post
from tests.inspections import cited, ended, planned, recorded, sent
from tests.world import World, browser

DAY = timedelta(days=1)


def us(day: Any) -> str:
    return day.strftime("%m/%d/%Y")


def counted(world: World, *, ago: int = 30, serious: int = 2) -> OutsideInspection:
    """A visit that the licensing file counts, as an import writes it."""
    with acting_as_system("import_facilities"):
        return OutsideInspection.objects.create(
            facility=world.cedar.facility,
            kind="inspection",
            visited_on=world.today - ago * DAY,
            serious_citations=serious,
            other_citations=1,
            source="ca-ccld",
        )


def tasks(person: Person) -> list[str]:
    with acting(person.pk, person.name):
        found = my_work(person, everything=True)
    return [f"{task.title} [{task.tag}]" for task in [*found.first, *found.later] if "/citations/" in task.href]


def listed(person: Person, **wanted: str) -> list[Any]:
    with acting(person.pk, person.name):
        return visits_page(person, **wanted).rows


def test_from_the_visit_to_the_letter_that_clears_it(world: World) -> None:
    admin = browser(world, "admin_cedar")
    day = world.today - 3 * DAY
    values = {
        "authority": "Fire marshal",
        "kind": "other",
        "visited_on": us(day),
        "serious_citations": 1,
        "other_citations": 0,
    }
    answer = post(admin, reverse("compliance:record_inspection", args=[world.cedar.facility.pk]), values)
    visit = OutsideInspection.objects.get(source="home")
    page = reverse("compliance:inspection", args=[visit.pk])
    assert answer.redirect_chain[-1][0] == page
    assert "0 of 1 described" in answer.text
    values = {
        "section": "CFC 1031.2",
        "called": "Violation",
        "serious": "yes",
        "found": "Boxes stood before the back door",
    }
    values |= {"correct_by": us(world.today + 4 * DAY)}
    answer = post(admin, reverse("compliance:add_citation", args=[visit.pk]), values)
    found = Citation.objects.get()
    url = reverse("compliance:citation", args=[found.pk])
    assert answer.redirect_chain[-1][0] == url
    assert "1 of 1 described" in admin.get(page).text
    assert "no plan yet" in answer.text
    plan = {"doing": "plan", "what": "Clear the way, and look each night", "owner": world.admin_cedar.pk}
    text = post(admin, url, plan | {"due_on": us(world.today + 2 * DAY)}).text
    assert "Clear the way, and look each night" in text and "plan to be sent" in text
    assert "Send it to the authority" in text
    key = CorrectionPlan.objects.get().pk
    text = post(admin, url, {"doing": key, "step": "sent", "on": us(world.today)}).text
    assert "plan sent, no answer yet" in text
    text = post(admin, url, {"doing": key, "step": "accepted", "on": us(world.today), "note": "By e-mail"}).text
    assert "plan accepted" in text and "By e-mail" in text
    text = post(admin, url, {"doing": key, "step": "done", "on": us(world.today)}).text
    assert "Fill this in" in text  # what shows it
    text = post(admin, url, {"doing": key, "step": "done", "on": us(world.today), "note": "The way is free"}).text
    assert "The citation stays open until the authority has closed it" in text
    assert "done, not cleared yet" in text and "Write down what has happened" not in text
    values = {"ended_as": "cleared", "ended_on": us(world.today), "note": "Letter of the marshal"}
    text = post(admin, reverse("compliance:end_citation", args=[found.pk]), values).text
    assert "cleared" in text and "Letter of the marshal" in text and "Close the citation" not in text
    assert "all closed" in admin.get(page).text


def test_what_a_file_counts_and_nobody_has_described_is_shown_as_such(world: World) -> None:
    visit = counted(world)
    page = browser(world, "admin_cedar").get(reverse("compliance:inspection", args=[visit.pk])).text
    assert "2 serious, 1 other" in page and "0 of 3 described" in page and "Nobody has described them yet" in page
    cited(world, visit=visit)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        mistake = operations.add_citation(
            visit, section="1", called="B", serious=False, found="No", correct_by=world.today, by=world.admin_cedar
        )
        operations.end_citation(mistake, ended_as="mistake", ended_on=world.today, note="Twice", by=world.admin_cedar)
    (told,) = listed(world.admin_cedar, state="undescribed")
    assert (told.counted, len(told.described), told.to_describe) == (3, 1, 2)
    for _ in range(2):
        cited(world, visit=visit)
    assert listed(world.admin_cedar, state="undescribed") == []
    assert len(listed(world.admin_cedar)) == 1


def test_a_visit_that_a_file_counts_is_not_recorded_twice(world: World) -> None:
    visit = counted(world)
    with pytest.raises(Refused, match="here already"):
        recorded(world, visited_on=visit.visited_on)
    assert recorded(world, visited_on=visit.visited_on, kind="complaint")


def test_a_visit_that_a_file_counts_later_stands_once_with_both_numbers(world: World) -> None:
    own = recorded(world, serious_citations=1)
    counted(world, ago=5)
    (told,) = listed(world.admin_cedar)
    assert told.row == own
    assert (told.serious, told.other) == (2, 1)


def test_a_rule_with_the_same_section_is_found_by_itself(world: World) -> None:
    finding = locked(world)
    admin, visit = browser(world, "admin_cedar"), recorded(world)
    values = {
        "section": finding.rule.citation.lower(),
        "called": "Type A",
        "serious": "yes",
        "found": "A door was locked",
    }
    values |= {"correct_by": us(world.today + DAY)}
    text = post(admin, reverse("compliance:add_citation", args=[visit.pk]), values).text
    assert Citation.objects.get().rule == finding.rule
    assert reverse("compliance:rule", args=[LOCKED]) in text
    assert reverse("compliance:finding", args=[finding.pk]) in text
    other = post(admin, reverse("compliance:add_citation", args=[visit.pk]), values | {"section": "1"}).text
    assert reverse("compliance:rule", args=[LOCKED]) not in other


def test_open_and_late_ones_stand_on_my_work(world: World) -> None:
    citation = cited(world)
    assert tasks(world.admin_cedar) == ["Type A citation, 80087(a): no plan yet []"]
    assert tasks(world.supervisor) == []
    assert tasks(world.staff_cedar) == tasks(world.admin_birch) == []
    plan = planned(world, citation=citation)
    with at_time(world.now + 9 * DAY):  # the plan's day is over, that of the authority is not
        assert tasks(world.admin_cedar) == ["Type A citation, 80087(a): plan to be sent [late]"]
        assert tasks(world.supervisor) == ["Type A citation, 80087(a): plan to be sent [late]"]
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        operations.do_correction(plan, on=world.today, note="New glass", by=world.admin_cedar)
    with at_time(world.now + 20 * DAY):
        assert tasks(world.admin_cedar) == ["Type A citation, 80087(a): done, not cleared yet []"]
        assert tasks(world.supervisor) == []
    ended(world, citation)
    assert tasks(world.admin_cedar) == []


def test_a_plan_that_was_sent_back_is_followed_by_another(world: World, acting_as: Callable) -> None:
    plan = sent(world)
    with acting_as(world.admin_cedar):
        answer = {"outcome": "refused", "on": world.today, "note": "Say who checks it"}
        operations.answer_correction(plan, **answer, by=world.admin_cedar)
        with pytest.raises(Refused, match="answer already"):
            operations.answer_correction(plan, **answer, by=world.admin_cedar)
    planned(world, citation=plan.citation, what="New glass; the shift lead checks it")
    text = browser(world, "admin_cedar").get(reverse("compliance:citation", args=[plan.citation_id])).text
    assert "Say who checks it" in text and "the shift lead checks it" in text and "plan to be sent" in text


def test_an_inspector_reads_and_writes_nothing(world: World) -> None:
    plan = planned(world)
    inspector = browser(world, "inspector_cedar")
    url = reverse("compliance:citation", args=[plan.citation_id])
    text = inspector.get(url).text
    assert "A window was broken" in text and "Put in new glass" in text
    assert "Write down what has happened" not in text and "Close the citation" not in text
    answer = inspector.post(
        url, {"doing": plan.pk, "step": "sent", "on": us(world.today), "form_key": uuid4()}, follow=True
    )
    assert "Nothing was saved" in answer.text
    plan.refresh_from_db()
    assert plan.sent_on is None


def test_a_form_that_came_too_late_changes_nothing(world: World) -> None:
    citation = cited(world)
    url, admin = reverse("compliance:citation", args=[citation.pk]), browser(world, "admin_cedar")
    planned(world, citation=citation)
    values = {"doing": "plan", "what": "Again", "owner": world.admin_cedar.pk, "due_on": us(world.today)}
    assert "Somebody has gone on with this meanwhile" in post(admin, url, values).text
    assert citation.plans.count() == 1


def test_the_list_costs_the_same_for_one_visit_and_for_many(world: World, django_assert_num_queries: Callable) -> None:
    planned(world)
    for ago in range(40, 60):
        counted(world, ago=ago)
    with acting(world.admin_cedar.pk, world.admin_cedar.name), django_assert_num_queries(5):
        assert len(visits_page(world.admin_cedar).rows) == 21
