"""Corrective action on the page of its finding, on the compliance page and on My work."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from compliance import operations
from compliance.models import CorrectiveAction, Finding
from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database.context import acting
from tests.corrective import do_steps, kept_from, locked, plan, report, try_door, verified
from tests.facilities.test_placements_pages import post
from tests.world import World, browser

DAY = timedelta(days=1)


def page_of(found: Finding) -> str:
    return reverse("compliance:finding", args=[found.pk])


def planned(world: World, **more: Any) -> dict[str, Any]:
    day = (world.today + 7 * DAY).strftime("%m/%d/%Y")
    values = {"doing": "plan", "cause": "Nobody had told the night shift", "due_on": day}
    return values | {"steps": "Change the lock\n\nTell each shift\n", "owner": world.staff_cedar.pk} | more


def titles(person: Person) -> list[str]:
    with acting(person.pk, person.name):
        found = my_work(person, everything=True)
    return [f"{task.title} [{task.tag}]" for task in [*found.first, *found.later] if "/findings/" in task.href]


def test_from_the_plan_to_the_signature_on_one_page(world: World) -> None:
    found = locked(world)
    url = page_of(found)
    admin, staff, supervisor = (browser(world, key) for key in ("admin_cedar", "staff_cedar", "supervisor"))
    answer = post(admin, url, planned(world))
    assert answer.redirect_chain[-1][0] == url
    action = CorrectiveAction.objects.get(finding=found)
    assert [step.what for step in action.steps.all()] == ["Change the lock", "Tell each shift"]
    for words in ("Nobody had told the night shift", "Change the lock", "being done", "Change the plan"):
        assert words in answer.text
    for number in ("1", "2"):
        page = staff.get(url).text
        assert "Write down a step that was done" in page and "Say that all of it is done" not in page
        post(staff, url, {"doing": "step", "step": number, "evidence": f"Seen {number}"})
    page = post(staff, url, {"doing": "report", "note": "All shifts know"}).text
    assert "Seen 1" in page and "All shifts know" in page and "waits to be verified" in page
    assert "Somebody who had no part in it checks it" in admin.get(url).text  # who has planned it
    assert "Verify it, or send it back" not in admin.get(url).text
    assert "Verify it, or send it back" not in page
    post(supervisor, url, {"doing": "judge", "decision": "sent back", "words": "The night shift knew nothing"})
    page = staff.get(url).text
    assert "The night shift knew nothing" in page and "sent back" in page
    post(staff, url, {"doing": "report", "note": "Now they do"})
    page = post(supervisor, url, {"doing": "judge", "decision": "verified", "words": "I asked all of them"}).text
    assert "I asked all of them" in page
    action.refresh_from_db()
    assert action.verified_by == world.supervisor


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cause": " "}, "Fill this in"),
        ({"steps": " \n "}, "Fill this in"),
        ({"due_on": "01/01/2020"}, "This day is over"),
        ({"owner": ""}, "Choose one"),
        ({"steps": "x" * 501}, "longer than 500"),
    ],
)
def test_a_plan_that_lacks_something_keeps_what_was_typed(world: World, change: dict[str, Any], words: str) -> None:
    found = locked(world)
    answer = post(browser(world, "admin_cedar"), page_of(found), planned(world) | change)
    assert words in answer.text
    assert "Nobody had told the night shift" in answer.text or "cause" in change
    assert not CorrectiveAction.objects.exists()


def test_the_owners_to_choose_from_work_there_and_may_read_it(world: World) -> None:
    page = browser(world, "admin_cedar").get(page_of(locked(world))).text
    options = {key for key, person in world.people.items() if f'value="{person.pk}"' in page}
    assert options == {"staff_cedar", "admin_cedar"}
    page = browser(world, "admin_birch").get(page_of(kept_from(world))).text
    options = {key for key, person in world.people.items() if f'value="{person.pk}"' in page}
    assert options == {"staff_birch", "admin_birch", "caseworker2"}


def test_nothing_more_is_planned_for_what_is_put_right_and_verified(world: World) -> None:
    """What is put right may still be planned about; once that is verified the page asks for no other plan."""
    offered = "Plan what is done about it"
    found, admin = locked(world), browser(world, "admin_cedar")
    try_door(world, opens=True)
    page = admin.get(page_of(found)).text
    assert offered in page and "What was not met" in page
    verified(world, found)
    assert offered not in admin.get(page_of(found)).text
    answer = admin.post(page_of(found), planned(world))
    assert "Nothing was saved" in answer.text and CorrectiveAction.objects.count() == 1
    again = locked(world)
    assert offered in admin.get(page_of(again)).text


def test_who_only_reads_it_has_no_form(world: World) -> None:
    found = locked(world)
    for key in ("staff_cedar", "inspector_cedar"):
        client = browser(world, key)
        assert "Plan what is done about it" not in client.get(page_of(found)).text
        answer = client.post(page_of(found), planned(world))
        assert answer.status_code == 200 and "Nothing was saved" in answer.text
    assert not CorrectiveAction.objects.exists()
    action = plan(world, found)
    page = browser(world, "inspector_cedar").get(page_of(found)).text
    assert page.count("Change the lock") == 1 and f"{action.owner} sees to it that the steps are done" in page
    assert browser(world, "staff_cedar").get(reverse("compliance:change_action", args=[action.pk])).status_code == 404


def test_a_form_for_a_step_that_others_have_gone_beyond_saves_nothing(world: World) -> None:
    action = plan(world, locked(world))
    client = browser(world, "admin_cedar")
    answer = client.post(page_of(action.finding), planned(world))
    assert "Somebody has gone on with this meanwhile" in answer.text
    assert CorrectiveAction.objects.count() == 1


def test_the_same_form_sent_twice_is_saved_once(world: World) -> None:
    found = locked(world)
    client = browser(world, "admin_cedar")
    values = planned(world) | {"form_key": "7a4b0a05-3f5f-4f43-9d8e-0f6c1b1c9c01"}
    for _ in range(2):
        assert client.post(page_of(found), values).status_code == 302
    assert CorrectiveAction.objects.count() == 1


def test_the_plan_is_changed_with_a_reason(world: World) -> None:
    action = plan(world, locked(world))
    url = reverse("compliance:change_action", args=[action.pk])
    client = browser(world, "admin_cedar")
    day = world.today + 9 * DAY
    values = {"due_on": day.strftime("%m/%d/%Y"), "owner": action.owner_id, "cause": action.cause, "steps": "Ask"}
    assert "Fill this in" in post(client, url, values | {"reason": " "}).text
    page = post(client, url, values | {"reason": "The locksmith is ill"}).text
    action.refresh_from_db()
    assert action.due_on == day and action.steps.count() == 3
    assert "The locksmith is ill" in page
    report(action)
    assert client.get(url).status_code == 404


def test_a_rule_that_fails_again_says_so_strongly(world: World) -> None:
    first = verified(world, locked(world)).finding
    try_door(world, opens=True)
    again = locked(world)
    page = browser(world, "admin_cedar").get(page_of(again)).text
    assert "This failed again after corrective action" in page and page_of(first) in page
    for person in (world.admin_cedar, world.supervisor):
        assert any("[failed again]" in title for title in titles(person))
    assert "failed again" in browser(world, "admin_cedar").get(reverse("compliance:board")).text
    plan(world, again)
    assert not any("[failed again]" in title for title in titles(world.admin_cedar))


def test_my_work_names_what_waits_for_whom(world: World) -> None:
    action = plan(world, locked(world))
    title = action.finding.rule.title
    assert titles(world.staff_cedar) == [f"{title}: 2 steps to do []"]
    assert titles(world.admin_cedar) == titles(world.supervisor) == []
    do_steps(action)
    assert titles(world.staff_cedar) == [f"{title}: say that all of it is done []"]
    report(action)
    assert titles(world.staff_cedar) == titles(world.admin_cedar) == []  # who planned it does not verify it
    waits = [f"Verify: {title} [{world.staff_cedar.name} says it is done]"]
    assert titles(world.supervisor) == titles(world.supervisor2) == waits
    assert titles(world.caseworker) == titles(world.admin_birch) == []


def test_who_did_a_step_is_not_asked_to_verify(world: World) -> None:
    action = plan(world, locked(world), by=world.supervisor)
    do_steps(action, world.admin_cedar)
    report(action)
    assert titles(world.admin_cedar) == titles(world.supervisor) == []
    assert len(titles(world.supervisor2)) == 1


def test_what_is_overdue_goes_to_the_supervisor(world: World) -> None:
    action = plan(world, locked(world))
    assert titles(world.supervisor) == []
    with at_time(world.now + 9 * DAY):
        assert titles(world.supervisor) == [f"{action.owner} has not finished: {action.finding.rule.title} [overdue]"]


def test_the_compliance_page_lists_what_is_being_corrected(world: World) -> None:
    action = plan(world, locked(world))
    url = f"{reverse('compliance:board')}?state=correcting"
    page = browser(world, "admin_cedar").get(url).text
    assert page_of(action.finding) in page and f"due, {action.owner.name}" in page and "overdue" not in page
    with at_time(world.now + 9 * DAY):
        assert f"overdue, {action.owner.name}" in browser(world, "admin_cedar").get(url).text
    assert page_of(action.finding) not in browser(world, "admin_birch").get(url).text
    report(action)
    assert "says it is done: verify it" in browser(world, "admin_cedar").get(url).text


def test_it_is_not_offered_for_verification_to_whoever_had_a_part_in_it(world: World) -> None:
    """Not on the page, and not on My work: the database would refuse it."""
    found = locked(world)
    action = plan(world, found)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        change = {"owner": action.owner, "due_on": action.due_on + DAY, "reason": "More time"}
        operations.change_corrective_action(action, **change, by=world.supervisor2)
    action.refresh_from_db()
    report(action)
    for key, offered in (("supervisor2", False), ("admin_cedar", False), ("supervisor", True)):
        page = browser(world, key).get(page_of(found)).text
        assert ("Verify it, or send it back" in page) == offered, key
        assert any(title.startswith("Verify: ") for title in titles(world.people[key])) == offered, key


def test_names_in_corrective_action_are_read_by_those_who_know_them(world: World) -> None:
    """Of what is about the home: its staff know who lives there, its inspector and a supervisor of another unit don't."""
    name = world.ada.resident.preferred_name
    found = locked(world)
    action = plan(world, found, cause=f"{name} had the key", steps=[f"Ask {name} for it"])
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        operations.do_corrective_step(action.steps.get(), evidence=f"{name} gave it back", by=world.staff_cedar)
        operations.report_corrective_action(action, note=f"{name} knows why", by=world.staff_cedar)
    for key, knows in (("staff_cedar", True), ("supervisor", True), ("inspector_cedar", False), ("supervisor2", False)):
        page = browser(world, key).get(page_of(found)).text
        assert "gave it back" in page and "knows why" in page, key
        assert (name in page) == knows, key


def test_a_cause_that_names_somebody_unknown_is_kept_by_a_change(world: World) -> None:
    name = world.ada.resident.preferred_name
    action = plan(world, locked(world), cause=f"{name} had the key")
    url = reverse("compliance:change_action", args=[action.pk])
    client = browser(world, "supervisor2")
    page = client.get(url).text
    assert name not in page and "Another cause" in page
    day = (world.today + 9 * DAY).strftime("%m/%d/%Y")
    post(client, url, {"cause": "", "owner": action.owner.pk, "due_on": day, "steps": "", "reason": "Time"})
    action.refresh_from_db()
    assert (action.cause, action.due_on) == (f"{name} had the key", world.today + 9 * DAY)
    assert name in browser(world, "admin_cedar").get(url).text


def test_the_list_of_what_is_being_corrected_says_how_far_it_is(world: World) -> None:
    """By the day of the home, also when the rule is met again meanwhile: the action goes on."""
    action = plan(world, locked(world), due_on=world.today + DAY)
    try_door(world, opens=True)
    url = reverse("compliance:board") + "?state=correcting"
    client = browser(world, "admin_cedar")
    page = client.get(url).text
    assert "being done" in page and "overdue" not in page and "Put right<" not in page
    with at_time(world.now + 3 * DAY):
        page = client.get(url).text
    assert "overdue" in page and "being done" not in page
    report(action)
    with at_time(world.now + 3 * DAY):
        page = client.get(url).text
    assert "says it is done: verify it" in page and "overdue" not in page
