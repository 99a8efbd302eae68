"""Inspection binders in plain SQL under the application's role: nothing of them is changed, forged, or read by others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from compliance.models import Binder
from placement.audit.clock import now
from tests.attack.binder_rules import binder
from tests.attack.sql import ask, change, denied, refused, sql
from tests.world import World

HOUR = timedelta(hours=1)


def test_a_binder_is_neither_changed_nor_removed(world: World, acting_as: Callable) -> None:
    with acting_as(world.admin_cedar):
        made = Binder.objects.get(pk=binder(world))
        for values in ({"sha256": "b" * 64}, {"sealed": b"y"}, {"until": world.today}, {"counts": "{}"}):
            with denied():
                change(made, **values)
        for statement in ("DELETE FROM compliance_binder", "TRUNCATE compliance_binder CASCADE"):
            with denied():
                sql(statement)


def test_time_and_role_are_the_databases_own(world: World, acting_as: Callable) -> None:
    with acting_as(world.admin_cedar):
        made = Binder.objects.get(pk=binder(world, made_at=world.now - 90 * HOUR, made_as="inspector"))
    assert made.made_as == "admin" and now() - made.made_at < HOUR


def test_nobody_makes_one_in_anothers_name(world: World, acting_as: Callable) -> None:
    with acting_as(world.admin_cedar), refused("signature_is_own"):
        binder(world, "inspector_cedar")


@pytest.mark.parametrize("who", ["staff_cedar", "caseworker", "admin_birch", "inspector_birch", "sysadmin"])
def test_only_who_runs_supervises_or_inspects_the_home_makes_or_sees_one(
    world: World, acting_as: Callable, who: str
) -> None:
    with acting_as(world.people[who]), pytest.raises(DatabaseError), transaction.atomic():
        binder(world, who)
    with acting_as(world.inspector_cedar):
        binder(world, "inspector_cedar")
        assert Binder.objects.exists()
    with acting_as(world.people[who]):
        assert (
            ask("SELECT count(*) FROM compliance_binder")
            == ask("SELECT count(*) FROM compliance_historicalbinder")
            == 0
        )


def test_others_binders_of_the_home_count_too(world: World, acting_as: Callable) -> None:
    for who in ("admin_cedar", "supervisor"):
        with acting_as(world.people[who]):
            for _ in range(10):
                binder(world, who)
    with acting_as(world.inspector_cedar), refused("binders_of_a_day_are_few"):
        binder(world, "inspector_cedar")


def test_history_does_not_keep_what_a_binder_says(world: World, acting_as: Callable) -> None:
    assert "sealed" not in {field.name for field in Binder.history.model._meta.get_fields()}
    with acting_as(world.admin_cedar):
        made = Binder.objects.get(pk=binder(world))
        assert [row.history_user_id for row in made.history.all()] == [world.admin_cedar.pk]
