"""What a finding and an obligation do when the home, the text of the rule or the beginning changes under them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from compliance.judging import judge
from compliance.models import Finding, Obligation
from compliance.rules import Pack, load
from compliance.stored import store
from placement.database import roles
from placement.database.context import acting, acting_as_system
from tests.corrective import KEPT_FROM, kept_from, verified
from tests.world import World

DAY = timedelta(days=1)
PLAN = "fed-case-plan-60d"  # of the case, in the home where the young person lives now


def with_another(rule: str, **parts: Callable[[Any], Any]) -> list[Pack]:
    """The packs, with other parameters of one rule."""
    packs = []
    for pack in load():
        rules = [
            replace(one, check=replace(one.check, **{name: make(one.check) for name, make in parts.items()}))
            if one.id == rule
            else one
            for one in pack.rules
        ]
        packs.append(replace(pack, rules=tuple(rules)))
    return packs


def test_whoever_has_moved_is_found_in_the_home_where_they_live(committed_world: World) -> None:
    """What failed stays with the home where it did, closed; whoever runs the other one must see it on their page."""
    world, ada = committed_world, committed_world.ada.resident
    with roles.as_owner(), acting(world.supervisor.pk, world.supervisor.name):
        rows = Finding.objects.filter(rule__rule=PLAN, resident=ada)
        found, before = rows.get(closed_at=None), rows.count()
        assert found.facility == world.cedar.facility
        Finding.objects.filter(pk=found.pk).update(facility=world.birch.facility)  # as if she had come from there
        judge(young=[ada.pk])
        found.refresh_from_db()
        assert found.closed_why == Finding.Closed.NOT_ASKED
        now = rows.get(closed_at=None)
        assert (now.facility, now.since) == (world.cedar.facility, found.since)
        judge(young=[ada.pk])
        assert rows.count() == before + 1


def test_what_was_corrected_does_not_fail_again_because_the_rule_has_another_text(committed_world: World) -> None:
    world = committed_world
    verified(world, kept_from(world))
    with roles.as_owner(), acting_as_system("a test"):
        cleo = world.cleo.resident
        judge(young=[cleo.pk])
        before = Finding.objects.filter(rule__rule=KEPT_FROM, resident=cleo).count()
    with roles.as_owner():
        store(with_another(KEPT_FROM, unless=lambda check: (*check.unless, "stay.exception_agreed")))
        with acting_as_system("a test"):
            judge(young=[cleo.pk])
            rows = Finding.objects.filter(rule__rule=KEPT_FROM, resident=cleo)
            assert rows.count() == before
            assert not rows.filter(closed_at=None).exists()


def test_a_beginning_that_was_corrected_is_no_proof_that_something_was_done(committed_world: World) -> None:
    """A period that runs from the beginning itself is moved, not met, when that turns out to be later."""
    world = committed_world
    with roles.as_owner(), acting(world.supervisor.pk, world.supervisor.name):
        rows = Obligation.objects.filter(rule__kind="recurring", resident=world.ada.resident, event="case.open")
        row = rows.filter(met_at=None, ended_at=None, proofs=None).exclude(rule__proofs=[]).first()
        Obligation.objects.filter(pk=row.pk).update(event_at=row.event_at - DAY)  # as the case said before
        judge(young=[world.ada.resident.pk])
        row.refresh_from_db()
        assert row.met_at is None
        assert row.ended_at is not None
        following = Obligation.objects.get(rule=row.rule, subject=row.subject, met_at=None, ended_at=None)
        assert following.event_at == row.event_at + DAY
