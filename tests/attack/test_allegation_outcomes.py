"""What is decided about an allegation: protective steps and what they do, the outcome, closing; both ways with foster parents."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance.queries.work import my_work
from placement.access.rights import Can
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import RosterEntry
from residents import operations
from residents.models import AllegationOutcome, Incident, ProtectiveStep, Resident
from tests.attack.incident_steps import step
from tests.attack.sql import again, change, insert, refused
from tests.every.filled import FOUND
from tests.world import World, browser

KINDS = ProtectiveStep.Kind.values


def alleged(world: World, by: str = "admin_cedar", **more: Any) -> Incident:
    admin = world.people[by]
    told: dict[str, Any] = {"accused": [operations.Accused(person=world.staff_cedar)]}
    with acting(admin.pk, admin.name):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="allegation",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=20),
            seen="She said it",
            done="",
            residents=[world.ada.resident],
            by=admin,
            **told | more,
        )


def decide(world: World, incident: Incident, *taken: str) -> dict[str, ProtectiveStep]:
    by = world.supervisor
    steps = [operations.Decided(kind, kind in taken, "From today on") for kind in KINDS]
    with acting(by.pk, by.name):
        rows = operations.decide_protective_steps(incident, steps=steps, review_on=world.today, by=by)
    return {row.kind: row for row in rows}


def find(world: World, incident: Incident, finding: str = "no") -> AllegationOutcome:
    by = world.supervisor
    with acting(by.pk, by.name):
        return operations.record_outcome(incident, **FOUND | {"finding": finding}, found_on=world.today, by=by)


def reads(world: World, key: str) -> bool:
    person = world.people[key]
    with acting(person.pk, person.name):
        return Resident.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(pk=world.ada.resident.pk).exists()


def plan(world: World, whom: str = "staff_cedar") -> None:
    admin, start = world.admin_cedar, timezone.now() + timedelta(days=9)
    with acting(admin.pk, admin.name):
        homes.plan_shifts(
            world.cedar.facility, world.people[whom], times=[(start, start + timedelta(hours=8))], by=admin
        )


def test_the_record_is_closed_to_the_accused_until_the_step_ends(world: World) -> None:
    incident = alleged(world)
    assert reads(world, "staff_cedar")
    row = decide(world, incident, "record")["record"]
    assert not reads(world, "staff_cedar")
    assert reads(world, "admin_cedar")
    page = browser(world, "staff_cedar").get(reverse("residents:detail", args=[world.ada.resident.pk]))
    assert page.status_code == 404
    by = world.supervisor
    with acting(by.pk, by.name):
        operations.end_protective_step(row, reason="They work elsewhere now", by=by)
        with pytest.raises(Refused, match="ended already"):
            operations.end_protective_step(row, reason="Again", by=by)
    assert reads(world, "staff_cedar")


def test_a_step_that_is_not_taken_closes_nothing(world: World) -> None:
    decide(world, alleged(world))
    assert reads(world, "staff_cedar")


@pytest.mark.parametrize(
    ("finding", "again_open"), [("no", True), ("withdrawn", True), ("unclear", True), ("yes", False)]
)
def test_the_steps_end_with_an_outcome_that_frees(world: World, finding: str, again_open: bool) -> None:
    incident = alleged(world)
    decide(world, incident, *KINDS)
    find(world, incident, finding)
    assert incident.protective_steps.filter(ended_at=None).exists() is not again_open
    assert reads(world, "staff_cedar") is again_open


def test_steps_are_decided_by_who_answers_with_words_and_stay(world: World, acting_as: Callable) -> None:
    incident, by = alleged(world), world.supervisor
    steps = [operations.Decided(kind, True, "From today on") for kind in KINDS]
    with acting_as(by):
        for wrong in ({"steps": steps[1:]}, {"steps": [*steps[1:], operations.Decided(KINDS[0], False, " ")]}):
            with pytest.raises(Refused):
                operations.decide_protective_steps(incident, **wrong, review_on=world.today, by=by)
        with pytest.raises(Refused, match="has passed"):
            operations.decide_protective_steps(incident, steps=steps, review_on=world.today - timedelta(days=2), by=by)
    row = decide(world, incident, "record")["record"]
    with acting_as(by):
        with refused("protective_step_once"):
            again(row)
        with refused("protective_step_is_kept"):
            change(row, taken=False)
        with refused("protective_step_ends_with_a_reason"):
            change(row, ended_by_id=by.pk, ended_at=timezone.now(), ended_reason=" ")
        change(row, ended_by_id=by.pk, ended_at=timezone.now(), ended_reason="Over")
        with refused("protective_step_says_what_or_why_not"):
            again(row, ended_by_id=None, ended_at=None, ended_reason="", note=" ")
        with refused("protective_step_is_reviewed"):
            again(row, ended_by_id=None, ended_at=None, ended_reason="", review_on=None)
        with refused("decided_about_a_sent_allegation"):
            again(row, ended_by_id=None, ended_at=None, ended_reason="", incident_id=world.ada.incident.pk)
    with acting_as(world.admin_birch), pytest.raises(Incident.DoesNotExist):
        operations.decide_protective_steps(incident, steps=steps, review_on=world.today, by=world.admin_birch)


def test_nobody_who_is_named_decides(world: World) -> None:
    staff, admin = world.staff_cedar, world.admin_cedar
    with acting(staff.pk, staff.name):
        incident = operations.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="allegation",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=20),
            seen="She said it",
            done="",
            residents=[world.ada.resident],
            accused=[operations.Accused(name="A driver", role="stranger")],
            draft=True,
            by=staff,
        )
        operations.name_person(incident, person=admin, role="staff", part="witness", by=staff)
        operations.send_draft(
            operations.complete_draft(
                incident, kind="allegation", severity="serious", happened_at=incident.happened_at, seen="She said it",
                done="", answers={"against": "other", "apart": "yes"}, send=False, by=staff,
            ),
            by=staff,
        )  # fmt: skip
    row = decide(world, incident)["record"]
    with acting(admin.pk, admin.name), refused("allegation_decided_by_who_answers"):
        change(row, ended_by_id=admin.pk, ended_at=timezone.now(), ended_reason="Over")


def test_an_allegation_is_closed_when_both_sides_know_the_outcome(world: World, acting_as: Callable) -> None:
    incident, first, second = alleged(world), world.supervisor, world.supervisor2
    with acting_as(first):
        operations.review_incident(incident, by=first)
    with acting_as(second):
        operations.file_incident(incident, by=second)
    with acting_as(first), refused("allegation_closed_with_its_outcome"):
        step(incident.pk, "closed", first, "Done")
    found = find(world, incident)
    with acting_as(first):
        with pytest.raises(Refused, match="recorded already"):
            operations.record_outcome(incident, **FOUND, found_on=world.today, by=first)
        told = {"on": world.today, "told": "The caseworker told them", "by": first}
        operations.tell_outcome(found, side="young", **told)
        with pytest.raises(Refused, match="before you close"):
            operations.close_incident(incident, closing_note="Done", by=first)
        with pytest.raises(Refused, match="already"):
            operations.tell_outcome(found, side="young", **told)
        with pytest.raises(Refused):
            operations.tell_outcome(found, side="accused", on=world.today, told=" ", by=first)
        operations.tell_outcome(found, side="accused", **told)
        assert operations.close_incident(incident, closing_note="Done", by=first).status == "closed"


def test_the_outcome_stays_as_it_was_recorded(world: World, acting_as: Callable) -> None:
    incident, by = alleged(world), world.supervisor
    found = find(world, incident)
    with acting_as(by):
        with refused("outcome_is_kept"):
            change(found, finding="yes")
        with refused("residents_allegationoutcome_incident_id_key"):
            again(found)
        with refused("outcome_is_told_by_somebody"):
            change(found, young_told_on=world.today)
        with refused("outcome_is_not_in_the_future"):
            change(found, young_told_on=world.today + timedelta(days=3), young_told="By me")
        change(found, young_told_on=world.today, young_told="By me")
        with refused("outcome_is_kept"):
            change(found, young_told="By somebody else")
    other = alleged(world)
    with acting_as(by), refused("outcome_says_who_on_what_and_what_follows"):
        again(found, incident_id=other.pk, authority=" ")


def test_who_is_kept_away_is_not_planned_and_the_plan_does_not_say_why(world: World) -> None:
    incident = alleged(world)
    rows = decide(world, incident, "roster")
    with pytest.raises(Refused) as caught:
        plan(world)
    assert "not to be planned here for now" in str(caught.value)
    assert "llegation" not in str(caught.value)
    admin, start = world.admin_cedar, timezone.now() + timedelta(days=9)
    entry = {"facility_id": world.cedar.facility.pk, "person_id": world.staff_cedar.pk, "duty": "care", "awake": True}
    times = {"starts_at": start, "ends_at": start + timedelta(hours=8), "planned_at": timezone.now()}
    with acting(admin.pk, admin.name), refused("planned_person_is_not_to_be_planned"):
        insert(RosterEntry, **entry, **times, planned_by_id=admin.pk)
    by = world.supervisor
    with acting(by.pk, by.name):
        operations.end_protective_step(rows["roster"], reason="Over", by=by)
    plan(world)


def test_who_plans_their_own_shift_is_told_nothing_and_the_supervisor_sees_it(world: World) -> None:
    incident = alleged(world, "staff_cedar", accused=[operations.Accused(person=world.admin_cedar)])
    decide(world, incident, "roster")
    plan(world, "admin_cedar")
    said = {}
    for key in ("supervisor", "supervisor2", "admin_cedar", "admin_birch"):
        person = world.people[key]
        with acting(person.pk, person.name):
            said[key] = [task.href for task in my_work(person, everything=True).first if "kept away" in task.title]
    page = reverse("incidents:detail", args=[incident.pk])
    assert said == {"supervisor": [page], "supervisor2": [page], "admin_cedar": [], "admin_birch": []}


def outline(world: World, incident: Incident) -> dict[str, Any]:
    """What an allegation was treated like: steps on its page, what is told, asked and needed; without who it names."""
    client = browser(world, "supervisor")
    page = client.get(reverse("incidents:detail", args=[incident.pk])).content.decode()
    rows = decide(world, incident, *KINDS)
    with pytest.raises(Refused) as caught, acting(world.supervisor.pk, world.supervisor.name):
        operations.close_incident(incident, closing_note="Done", by=world.supervisor)
    found = find(world, incident)
    return {
        "told": set(incident.notices.values_list("person__username", flat=True)),
        "sections": [
            text for text in ("Kept safe", "The outcome", "Hidden from", "Decide the protective") if text in page
        ],
        "steps": sorted((row.kind, row.taken) for row in rows.values()),
        "ended": incident.protective_steps.filter(ended_at=None).count(),
        "close": str(caught.value),
        "finding": found.finding,
    }


def test_by_a_young_person_against_a_foster_parent_and_the_other_way_round_are_treated_alike(world: World) -> None:
    foster = [operations.Accused(name="A foster mother", role="foster")]
    young = [operations.Accused(resident=world.ada.resident)]
    one, other = alleged(world, accused=foster), alleged(world, accused=young)
    assert other.parts.get().role == "accused"
    assert outline(world, one) == outline(world, other)
