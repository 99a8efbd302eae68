"""Emergency access and requests: nobody judges or grants for themselves, times are the database's, what was written stays."""

from datetime import timedelta
from typing import Any

import pytest

from placement.database.context import acting
from residents.models import AccessRequest, BreakGlass
from tests.attack.sql import ask, change, insert, refused
from tests.world import World

HOUR = timedelta(hours=1)
WHY = "Nobody who works with her can be reached."


def used(world: World, **changes: Any) -> tuple:
    values = {"resident_id": world.ada.resident.pk, "person_id": world.staff_birch.pk, "reason": WHY, "judgement": ""}
    values |= {"starts_at": world.now, "ends_at": world.now + 9 * HOUR, "judgement_reason": ""} | changes
    with acting(world.staff_birch.pk, world.staff_birch.name):
        return BreakGlass, insert(BreakGlass, **values)


def test_it_lasts_two_hours_from_now_whatever_is_asked_for(world: World) -> None:
    row = used(world, starts_at=world.now + 9 * HOUR)
    assert ask("SELECT ends_at - starts_at FROM residents_breakglass WHERE id = %s", row[1]) == 2 * HOUR
    assert ask("SELECT starts_at <= clock_timestamp() FROM residents_breakglass WHERE id = %s", row[1])


def test_it_has_a_reason_is_used_once_at_a_time_and_in_the_own_name(world: World) -> None:
    for reason in ("", "urgent", " " * 30):
        with refused("emergency_says_why"):
            used(world, reason=reason)
    with refused("signature_is_own"):
        used(world, person_id=world.staff_cedar.pk)
    used(world)
    with refused("emergency_once_at_a_time"):
        used(world)


JUDGED = {"judgement": "justified", "judgement_reason": "Right"}


def test_nobody_judges_the_own_one(world: World) -> None:
    row = used(world)
    own = {"judged_by_id": world.staff_birch.pk, "judged_at": world.now} | JUDGED
    with acting(world.staff_birch.pk, world.staff_birch.name), refused("emergency_judged_by_another"):
        change(row, **own)


@pytest.mark.parametrize("missing", ["judgement_reason", "judged_by_id", "judged_at", "judgement"])
def test_a_judgement_is_signed(world: World, missing: str) -> None:
    row, supervisor = used(world), world.supervisor
    judged = {"judged_by_id": supervisor.pk, "judged_at": world.now} | JUDGED
    with acting(supervisor.pk, supervisor.name):
        with refused("emergency_judgement_is_signed"):
            change(row, **judged | {missing: "" if missing.startswith("judgement") else None})
        assert change(row, **judged) == 1
        with refused("emergency_is_kept"):
            change(row, judgement="not_justified")


def test_what_was_written_stays_and_it_ends_early_once(world: World) -> None:
    row = used(world)
    with acting(world.staff_birch.pk, world.staff_birch.name):
        for values in ({"reason": WHY + " Really."}, {"ends_at": world.now + 9 * HOUR}, {"starts_at": world.now}):
            with refused("emergency_is_kept"):
                change(row, **values)
        assert change(row, ended_at=world.now + 9 * HOUR) == 1  # the database says when: now
        with refused("emergency_is_kept"):
            change(row, ended_at=None)


def asked(world: World, **changes: Any) -> tuple:
    values = {"resident_id": world.ada.resident.pk, "asker_id": world.staff_birch.pk, "code": "W-1", "decision": ""}
    values |= {"asked_for": "record"}
    values |= {"purpose": "A move", "asked_at": world.now, "decision_reason": ""} | changes
    with acting(world.staff_birch.pk, world.staff_birch.name):
        return AccessRequest, insert(AccessRequest, **values)


def test_a_request_says_what_for_and_waits_once(world: World) -> None:
    with refused("access_request_says_what_for"):
        asked(world, purpose="")
    asked(world)
    with refused("access_request_waits_once"):
        asked(world)


def granted(world: World) -> dict[str, Any]:
    return {
        "decision": "care",
        "decided_by_id": world.supervisor.pk,
        "decided_at": world.now,
        "ends_at": world.now + 24 * HOUR,
    }


def test_nobody_decides_about_the_own_request(world: World) -> None:
    row = asked(world)
    own = granted(world) | {"decided_by_id": world.staff_birch.pk}
    with acting(world.staff_birch.pk, world.staff_birch.name), refused("access_decided_by_another"):
        change(row, **own)


def test_a_decision_is_signed_ends_within_a_week_and_stays(world: World) -> None:
    row, right = asked(world), granted(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("access_decision_is_signed"):
            change(row, **right | {"decided_by_id": None})
        with refused("access_decision_is_signed"):
            change(row, **right | {"decision": "refused", "ends_at": None})
        for ends_at in (None, world.now, world.now + 169 * HOUR):
            with refused("access_ends_in_time"):
                change(row, **right | {"ends_at": ends_at})
        with refused("access_request_is_kept"):
            change(row, purpose="Something else")
        assert change(row, **right) == 1
        with refused("access_request_is_kept"):
            change(row, ends_at=world.now + 100 * HOUR)


def test_access_that_was_given_ends_earlier_by_the_clock_of_the_database_and_for_good(world: World) -> None:
    row = asked(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        change(row, **granted(world))
        for other in ({"ends_at": None}, {"ends_at": world.now + HOUR, "decision": "summary"}):
            with refused("access_request_is_kept"):
                change(row, **other)
        assert change(row, ends_at=world.now + HOUR) == 1
        assert AccessRequest.objects.get(pk=row[1]).ends_at < world.now + HOUR
        with refused("access_request_is_kept"):
            change(row, ends_at=world.now + HOUR)
