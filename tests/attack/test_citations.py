"""Visits of authorities in plain SQL under the application's role: nothing is removed, signed for another, or shown to others."""

from collections.abc import Callable
from datetime import timedelta

from compliance.models import Citation, CorrectionPlan
from placement.database.context import acting
from placement.facilities.models import OutsideInspection
from tests.attack.citation_rules import citation, closing, visit
from tests.attack.sql import change, denied, refused, sql
from tests.inspections import cited, planned, sent
from tests.world import World

DAY = timedelta(days=1)


def test_nothing_is_removed(world: World, acting_as: Callable) -> None:
    planned(world)
    with acting_as(world.supervisor):
        for model in (CorrectionPlan, Citation, OutsideInspection):
            for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with denied():
                    sql(statement.format(model._meta.db_table))


def test_nobody_signs_for_another(world: World, acting_as: Callable) -> None:
    found = cited(world)
    with acting_as(world.supervisor):
        with refused("signature_is_own"):
            visit(world)
        with refused("signature_is_own"):
            citation(world, at=found.inspection_id)
        with refused("signature_is_own"):
            change(found, **closing(world))


def test_what_was_sent_answered_or_done_stays(world: World, acting_as: Callable) -> None:
    plan = sent(world)
    with acting_as(world.admin_cedar):
        change(plan, outcome="accepted", outcome_on=world.today)
        change(plan, done_on=world.today, done_note="New glass")
        for values in (
            {"outcome": "", "outcome_on": None},
            {"outcome_on": world.today - DAY},
            {"outcome": "replaced", "outcome_note": "Better"},
            {"done_on": None, "done_note": ""},
            {"done_note": "Old glass"},
        ):
            with refused("correction_plan_is_kept"):
                change(plan, **values)


def test_a_closed_home_shows_none_of_it(world: World) -> None:
    plan = planned(world)
    for person in (world.staff_cedar, world.caseworker, world.admin_birch, world.inspector_birch, world.stranger):
        with acting(person.pk, person.name):
            assert not Citation.objects.exists(), person
            assert not CorrectionPlan.objects.exists(), person
            assert change(plan, done_on=world.today, done_note="So") == 0
    for person in (world.admin_cedar, world.supervisor2, world.inspector_cedar):
        with acting(person.pk, person.name):
            assert Citation.objects.exists() and CorrectionPlan.objects.exists(), person
