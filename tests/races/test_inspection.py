"""Two people at one time: the last binder of the day, the end of a citation, a plan for one that is being ended."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError

from compliance.models import Binder, Citation, CorrectionPlan
from compliance.operations import end_citation, plan_correction
from placement.access.models import Person
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting
from tests.attack.binder_rules import binder
from tests.inspections import DAY, cited
from tests.races.test_judging import SECONDS, Aside
from tests.world import World


def one_after_the_other(first: tuple[Person, Callable[[], Any]], second: tuple[Person, Callable[[], Any]]) -> list[str]:
    """Let the second begin before the first has committed; return by what each was refused, or ""."""
    done, go, said = threading.Event(), threading.Event(), ["", ""]

    def slow() -> None:
        with acting(first[0].pk, first[0].name):
            first[1]()
            done.set()
            go.wait(SECONDS)

    def quick() -> None:
        done.wait(SECONDS)
        try:
            with acting(second[0].pk, second[0].name):
                second[1]()
        except Refused as refused:
            said[1] = refused.constraint or refused.sentence
        except IntegrityError as error:
            said[1] = error.__cause__.diag.constraint_name

    threads = [Aside(slow), Aside(quick)]
    done.wait(SECONDS)
    threading.Timer(2, go.set).start()
    for each in threads:
        each.join()
    return said


def test_the_last_binders_of_a_day_are_counted_one_by_one(committed_world: World) -> None:
    world, by = committed_world, committed_world.admin_cedar
    with acting(by.pk, by.name):
        for _ in range(9):
            binder(world)
    make = (by, lambda: binder(world))
    assert one_after_the_other(make, make) == ["", "binders_of_a_day_are_few"]
    with roles.as_owner():
        assert Binder.objects.count() == 10


def test_a_citation_ends_once(committed_world: World) -> None:
    world, citation = committed_world, cited(committed_world)

    def end(by: Person, how: str) -> tuple[Person, Callable[[], Any]]:
        values = {"ended_as": how, "ended_on": world.today, "note": how}
        return by, lambda: end_citation(Citation(pk=citation.pk), by=by, **values)

    said = one_after_the_other(end(world.admin_cedar, "cleared"), end(world.supervisor, "mistake"))
    assert said == ["", "This is closed already. Nothing was changed."]
    with roles.as_owner():
        citation.refresh_from_db()
    assert (citation.ended_as, citation.ended_by_id) == ("cleared", world.admin_cedar.pk)


def test_no_plan_is_made_for_what_is_being_ended_nor_two_at_once(committed_world: World) -> None:
    world, citation = committed_world, cited(committed_world)
    admin, supervisor = world.admin_cedar, world.supervisor

    def plan(by: Person) -> tuple[Person, Callable[[], Any]]:
        values = {"what": "Glass", "owner": admin, "due_on": world.today + DAY}
        return by, lambda: plan_correction(Citation(pk=citation.pk), by=by, **values)

    values = {"ended_as": "cleared", "ended_on": world.today, "note": "Letter"}
    end = (supervisor, lambda: end_citation(Citation(pk=citation.pk), by=supervisor, **values))
    assert one_after_the_other(plan(admin), plan(supervisor))[1] == "one_correction_plan"
    assert one_after_the_other(end, plan(admin))[1] == "correction_plan_is_of_an_open_citation"
    with roles.as_owner():
        assert CorrectionPlan.objects.count() == 1
