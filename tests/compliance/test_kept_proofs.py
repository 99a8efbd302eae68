"""Proofs filed while the rule asked for them count on when its newer text rests on the records, as long as they would have."""

from datetime import timedelta

import pytest
from django.db import transaction

from compliance.durations import Duration
from compliance.evaluation import evaluate
from compliance.judging import judge
from compliance.models import Finding, Obligation
from compliance.rules import load
from compliance.stored import store
from placement.audit.clock import at_time, now
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system
from placement.facilities.models import Facility
from tests.compliance.test_what_moves import with_another
from tests.law import prove
from tests.world import World

DAY = timedelta(days=1)
MONTH = Duration("P30D", 0, 30, 0)  # the licences of the world end before a year does
YEARLY = "tx-traf-annual-training-4h"  # of everybody who works there, again and again
ONCE = "tx-traf-preservice-training-5h"  # within 90 days


def older_text(rule: str, *proofs: str) -> None:
    """Load the text that asked for proofs, as if it had been there before."""
    with roles.as_owner():
        store(with_another(rule, done=lambda _: (), proof=lambda _: proofs))
        judge_home()


def newer_text(**changes: Duration) -> None:
    """Load the text that the product ships, with these changes of the yearly rule."""
    with roles.as_owner():
        store(with_another(YEARLY, **{name: lambda _, value=value: value for name, value in changes.items()}))
        judge_home()


def judge_home() -> None:

    with acting_as_system("a test"):
        judge(homes=list(Facility.objects.values_list("pk", flat=True)))


def open_one(world: World, rule: str) -> Obligation:
    """What the rule asks about the staff of Birch."""
    with acting(world.admin_birch.pk, world.admin_birch.name):
        rows = Obligation.objects.filter(rule__rule=rule, subject=world.staff_birch.pk, ended_at=None)
        return rows.select_related("rule").latest("event_at")


@pytest.mark.parametrize("proofs", [("Hours",), ("Hours", "Certificate")])
def test_a_proof_of_what_is_done_again_and_again_counts_until_it_would_have_run_out(
    committed_world: World, proofs: tuple[str, ...]
) -> None:
    world = committed_world
    older_text(YEARLY, *proofs)
    asked = open_one(world, YEARLY)
    for item in range(1, len(proofs) + 1):
        prove(asked, world.admin_birch, item)
    newer_text(every=MONTH)
    now_asked = open_one(world, YEARLY)
    assert now_asked.rule.proofs == [] and now_asked.pk != asked.pk
    assert now_asked.begun  # it was done
    assert now_asked.due_at > now() + 29 * DAY
    with roles.as_owner():
        judged = evaluate(load(), now())
        dry = [one for one in judged if one.rule.id == YEARLY and one.answer.subject == world.staff_birch.pk]
        assert [one.answer.met for one in dry] == [True]
        rows = Finding.objects.filter(rule__rule=YEARLY, subject=world.staff_birch.pk, closed_at=None)
        for late, found in ((-DAY, False), (DAY, True)):  # and then it has run out
            with at_time(now_asked.due_at + late):
                judge_home()
                assert rows.exists() is found


def test_one_of_two_proofs_is_not_enough_and_a_withdrawn_one_is_none(committed_world: World) -> None:
    world = committed_world
    older_text(ONCE, "Hours", "Certificate")
    asked = open_one(world, ONCE)
    prove(asked, world.admin_birch, 1)
    newer_text()
    assert open_one(world, ONCE).met_at is None


def test_a_proof_of_what_is_done_once_shows_it_on(committed_world: World) -> None:
    world = committed_world
    older_text(ONCE, "Hours")
    asked = open_one(world, ONCE)
    proof = prove(asked, world.admin_birch)
    newer_text()
    assert open_one(world, ONCE).met_at == proof.done_at


def test_no_proof_is_filed_under_the_text_that_asks_for_records(committed_world: World) -> None:
    world = committed_world
    older_text(ONCE, "Hours")
    before = open_one(world, ONCE)
    newer_text()
    now_asked = open_one(world, ONCE)
    assert now_asked.met_at is None
    for obligation, refusal in ((now_asked, "Choose one of the things"), (before, "no longer asked")):
        with pytest.raises(Refused, match=refusal), transaction.atomic():
            prove(obligation, world.admin_birch)
