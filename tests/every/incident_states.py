"""States of incidents: reported, in the chain, hidden, of somebody missing. As in ``tests.every.states``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities import operations as homes
from residents import operations as residents
from tests import flyers
from tests.every.filled import FOUND
from tests.world import World

State = dict[str, Any]


def by(person: Person) -> Any:
    """``with by(person):`` that person acts."""
    return acting(person.pk, person.name)


def reviewed(world: World) -> State:
    with by(world.supervisor):
        residents.review_incident(world.ada.incident, by=world.supervisor)
    return {}


def filed(world: World) -> State:
    with by(world.admin_cedar):
        residents.review_incident(world.ada.incident, by=world.admin_cedar)
    with by(world.supervisor2):
        residents.file_incident(world.ada.incident, by=world.supervisor2)
    return {}


def reviewed_by_the_home(world: World) -> State:
    with by(world.admin_cedar):
        residents.review_incident(world.ada.incident, by=world.admin_cedar)
    return {}


def draft_of_own(world: World) -> State:
    """A report of a restraint that the home's staff still write, with all that hangs on it."""
    staff, moment = world.staff_cedar, timezone.now()
    with by(staff):
        report = residents.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="restraint",
            severity="serious",
            happened_at=moment - timedelta(minutes=9),
            seen="Ran to the road",
            done="",
            residents=[world.ada.resident],
            answers={"medical": "none", "witnesses": "no"},
            draft=True,
            by=staff,
        )
        part = report.parts.get()
        held = residents.add_restraint(
            part,
            kind="hold",
            started_at=moment - timedelta(minutes=9),
            ended_at=None,
            held_by="Staff",
            why="A car",
            tried="Called",
            by=staff,
        )
        row = residents.name_person(report, person=None, name="A driver", role="stranger", part="witness", by=staff)
    return {"incident": report, "part": part, "restraint": held, "row": row}


def alleged(world: World) -> State:
    """An allegation that the home's staff have sent, which a supervisor has hidden from the caseworker."""
    with by(world.staff_cedar):
        report = residents.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="allegation",
            severity="low",
            happened_at=timezone.now() - timedelta(minutes=9),
            seen="She said it",
            done="",
            residents=[world.ada.resident],
            accused=[residents.Accused(name="A driver", role="stranger")],
            by=world.staff_cedar,
        )
    with by(world.supervisor2):
        hiding = residents.hide_allegation(report, person=world.caseworker, reason="A relative", by=world.supervisor2)
    row = report.people.get()
    return {"incident": report, "hiding": hiding, "row": row, "person": world.clinician, "part": "witness"}


def decided(world: World) -> State:
    """That allegation with its protective steps and what was found, of which nobody is told yet."""
    state = alleged(world)
    kinds = ("roster", "record", "contact", "support", "doctor")
    with by(world.admin_cedar):
        rows = residents.decide_protective_steps(
            state["incident"],
            steps=[residents.Decided(kind, taken=True, note="From today on") for kind in kinds],
            review_on=world.today,
            by=world.admin_cedar,
        )
        found = residents.record_outcome(state["incident"], **FOUND, found_on=world.today, by=world.admin_cedar)
    told = {"side": "young", "on": world.today, "told": "By the caseworker"}
    return {"protective_step": rows[0], "outcome": found} | told


def undecided(world: World) -> State:
    """That allegation, and what is decided about it now."""
    kinds = ("roster", "record", "contact", "support", "doctor")
    steps = [residents.Decided(kind, taken=True, note="From today on") for kind in kinds]
    return {
        "incident": alleged(world)["incident"],
        "steps": steps,
        "review_on": world.today,
        "found_on": world.today,
        **FOUND,
    }


def left_to_do(world: World) -> State:
    with by(world.supervisor):
        row = residents.set_follow_up(
            world.ada.incident, what="Mend it", owner=world.staff_cedar, due_on=world.today, by=world.supervisor
        )
    return {"follow_up": row}


def missing(world: World) -> State:
    with by(world.staff_cedar):
        report = residents.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="missing",
            severity="serious",
            happened_at=timezone.now() - timedelta(minutes=5),
            seen="Not in her room",
            done="Looked everywhere",
            residents=[world.ada.resident],
            by=world.staff_cedar,
        )
    return {"incident": report}


def back_again(world: World) -> State:
    """The young person of the report is back."""
    report = missing(world)["incident"]
    with by(world.staff_cedar):
        homes.came_back(
            report,
            world.ada.resident,
            happened_at=timezone.now() - timedelta(minutes=2),
            how="Well",
            by=world.staff_cedar,
        )
    return {"part": report.parts.get()}


def flyer_drafted(world: World) -> State:
    return {"flyer": flyers.drafted(missing(world)["incident"].parts.get(), world.admin_cedar)}


def flyer_approved(world: World) -> State:
    return {"flyer": flyers.approved(flyer_drafted(world)["flyer"], world.supervisor)}


def flyer_given_out(world: World) -> State:
    return {"release": flyers.given_out(flyer_approved(world)["flyer"], world.supervisor)}


def still_missing(world: World) -> State:
    return {"part": missing(world)["incident"].parts.get()}


INCIDENT_STATES: dict[str, Callable[[World], State]] = {
    "facilities.came_back": missing,
    "residents.note_known": still_missing,
    "residents.draft_flyer": still_missing,
    "residents.approve_flyer": flyer_drafted,
    "residents.recall_flyer": flyer_approved,
    "residents.release_flyer": flyer_approved,
    "residents.tell_to_take_down": flyer_given_out,
    "residents.note_return": back_again,
    "residents.note_search": missing,
    "residents.close_incident": filed,
    "residents.amend_incident": filed,
    "residents.correct_accusation": alleged,
    "residents.decide_protective_steps": undecided,
    "residents.end_protective_step": decided,
    "residents.record_outcome": undecided,
    "residents.tell_outcome": decided,
    "residents.file_incident": reviewed_by_the_home,
    "residents.hide_allegation": alleged,
    "residents.show_allegation": alleged,
    "residents.do_follow_up": left_to_do,
    "residents.name_person": lambda world: {"incident": draft_of_own(world)["incident"]},
    **{
        f"residents.{name}": draft_of_own
        for name in (
            *("add_check", "add_restraint", "attach_file", "end_restraint", "mark_injuries"),
            *("remove_person", "write_part"),
        )
    },
}
