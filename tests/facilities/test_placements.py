"""From a proposal to a stay and to its end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placement.access.permissions import give_person
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused, refusals
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Facility, Hold, Leave, Licence, Placement, PlacementDecision, Referral
from residents.models import ResidentGroupPermission
from tests.facilities.conftest import Steps, do
from tests.world import World

AFTER_CARE = {
    "to": "family",
    "reason": "Goes home.",
    "after_care": "A call each week.",
    "after_care_contact": "The caseworker",
}


def test_the_whole_way_gives_each_right_when_it_is_due(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    assert (placement.status, Referral.objects.get(pk=placement.referral_id).status) == ("proposed", "proposed")
    assert not rights_on(world.cedar.admin, placement.resident)
    do(world.supervisor, operations.approve_placement, placement, reason="Fits.")
    assert Referral.objects.get(pk=placement.referral_id).status == "placed"
    assert rights_on(world.cedar.admin, placement.resident) == RESIDENT_RIGHTS[Role.ADMIN]
    assert not rights_on(world.cedar.staff, placement.resident)
    do(world.cedar.admin, operations.read_safety_history, placement)
    do(world.cedar.admin, operations.admit, placement, at=now())
    assert rights_on(world.cedar.staff, placement.resident) == RESIDENT_RIGHTS[Role.STAFF]
    assert rights_on(world.cedar.inspector, placement.resident) == RESIDENT_RIGHTS[Role.INSPECTOR]
    stay = Placement.objects.get(pk=placement.pk)
    assert (stay.status, stay.admitted_by) == ("active", world.cedar.admin)
    do(
        world.cedar.admin,
        operations.discharge,
        stay,
        at=now() + timedelta(seconds=1),
        first_check_on=world.today + timedelta(days=7),
        **AFTER_CARE,
    )
    assert Placement.objects.get(pk=placement.pk).status == "ended"
    for person in (world.cedar.admin, world.cedar.staff, world.cedar.inspector):
        assert not rights_on(person, placement.resident)


def test_the_decision_record_holds_every_home_with_its_reasons(steps: Steps, world: World) -> None:
    placement = steps.proposal(young_persons_view="Wants to stay near her school.")
    record = PlacementDecision.objects.get(pk=placement.decision_id)
    homes = {home["name"].split()[0].lower(): home for home in record.considered}
    assert set(homes) == set(world.homes)
    assert (homes["cedar"]["result"], homes["harbor"]["result"]) == ("fits", "fails")
    assert any(c["key"] == "population" and c["state"] == "failed" for c in homes["harbor"]["criteria"])
    assert (record.chosen, record.reason) == (world.cedar.facility, "Near school.")
    assert record.young_persons_view == "Wants to stay near her school."
    record.reason, by = "Another reason.", world.caseworker
    with pytest.raises(Refused, match="stays as it was written"), acting(by.pk, by.name), refusals():
        record.save()


def test_a_home_that_fails_is_refused_with_its_reasons(steps: Steps, world: World) -> None:
    referral = steps.referral()
    with pytest.raises(Refused, match="youth shelter may not house"):
        do(
            world.caseworker,
            operations.propose_placement,
            referral,
            bed=steps.bed("harbor", 0),
            starts_at=world.now,
            reason="Free.",
        )
    assert not Placement.objects.filter(resident=world.eve.resident).exists()


def test_an_expired_licence_is_refused_when_it_is_proposed_and_when_it_is_approved(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    with acting(None, "system: tests"):
        Licence.objects.filter(facility=world.cedar.facility).update(
            valid_to=world.today - timedelta(days=1), valid_from=world.today - timedelta(days=99)
        )
    with pytest.raises(Refused, match="licence ended"):
        do(world.supervisor, operations.approve_placement, placement, reason="Fits.")
    with pytest.raises(Refused, match="licence ended"):
        steps.proposal("fay", bed=2)


def test_a_taken_bed_is_refused_next_to_the_bed(steps: Steps, world: World) -> None:
    steps.proposal("eve")
    with pytest.raises(Refused, match="Somebody may have been faster") as refused:
        steps.proposal("fay")
    assert refused.value.field == "bed"


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"reason": " "}, "reason", "Say why"),
        ({"ends_at": timedelta(hours=-1)}, "ends_at", "can't end before it starts"),
        ({"starts_at": timedelta(days=-2)}, "starts_at", "has passed"),
    ],
)
def test_bad_input_of_a_proposal_is_refused_at_its_field(
    steps: Steps, world: World, change: dict, field: str, sentence: str
) -> None:
    change = {k: world.now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    with pytest.raises(Refused, match=sentence) as refused:
        steps.proposal(**change)
    assert refused.value.field == field


def test_the_proposer_never_decides(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    with pytest.raises(Placement.DoesNotExist):
        do(world.caseworker, operations.approve_placement, placement, reason="Mine.")
    with acting(None, "system: tests"):
        give_person(
            world.eve.resident, world.caseworker, [Can.APPROVE_PLACEMENT], grant=placement.pk, starts_at=world.now
        )
    with pytest.raises(Refused, match="You proposed this placement"):
        do(world.caseworker, operations.approve_placement, placement, reason="Mine.")


def test_a_second_decision_says_who_has_decided(steps: Steps, world: World) -> None:
    placement = steps.approved()
    with pytest.raises(Refused, match="Supervisor has approved this placement"):
        do(world.supervisor, operations.decline_placement, placement, reason="No.")


def test_a_declined_referral_looks_for_a_home_again(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    do(world.supervisor, operations.decline_placement, placement, reason="Too far.")
    assert Referral.objects.get(pk=placement.referral_id).status == "open"
    assert steps.proposal(referral=Referral.objects.get(pk=placement.referral_id)).status == "proposed"


def test_a_withdrawn_placement_takes_the_rights_with_it(steps: Steps, world: World) -> None:
    placement = steps.approved()
    do(world.caseworker, operations.withdraw_placement, placement, reason="Ran away.")
    assert not rights_on(world.cedar.admin, placement.resident)
    with pytest.raises(Refused, match="was withdrawn: Ran away"):
        do(world.caseworker, operations.withdraw_placement, placement, reason="Again.")


def test_nobody_arrives_before_the_home_has_read_the_safety_history(steps: Steps, world: World) -> None:
    placement = steps.approved()
    with pytest.raises(Refused, match="have read the safety history"):
        do(world.cedar.admin, operations.admit, placement, at=now())
    do(world.cedar.admin, operations.read_safety_history, placement)
    with pytest.raises(Refused, match="has already signed"):
        do(world.cedar.admin, operations.read_safety_history, placement)
    with pytest.raises(Refused, match="was read after this time") as refused:
        do(world.cedar.admin, operations.admit, placement, at=world.now - timedelta(hours=3))
    assert refused.value.field == "at"
    with pytest.raises(Refused, match="has not come yet") as refused:
        do(world.cedar.admin, operations.admit, placement, at=now() + timedelta(hours=1))


def test_a_stay_whose_planned_end_has_passed_does_not_begin(steps: Steps, world: World) -> None:
    hour = timedelta(hours=1)
    placement, other = steps.read(ends_at=now() + hour), steps.proposal("fay", bed=2, ends_at=now() + hour)
    late = now() + 3 * hour
    with at_time(late), pytest.raises(Refused, match="planned end of this stay") as refused:
        do(world.cedar.admin, operations.admit, placement, at=late - hour)
    assert refused.value.field == "at"
    with at_time(late), pytest.raises(Refused, match="planned end of this stay"):
        do(world.supervisor, operations.approve_placement, other, reason="Fits.")


def test_another_home_neither_reads_nor_admits(steps: Steps, world: World) -> None:
    placement = steps.read()
    for operation, values in ((operations.admit, {"at": now()}), (operations.read_safety_history, {})):
        with pytest.raises(Placement.DoesNotExist):
            do(world.birch.admin, operation, placement, **values)
        with pytest.raises(Placement.DoesNotExist):
            do(world.cedar.staff, operation, placement, **values)


def test_the_home_where_somebody_lives_does_not_admit_for_the_next_one(steps: Steps, world: World) -> None:
    placement = steps.approved("ada", "birch", 2)
    with pytest.raises(Placement.DoesNotExist):
        do(world.cedar.admin, operations.read_safety_history, placement)


def test_a_move_costs_six_queries_and_moves_the_rights(steps: Steps, world: World) -> None:
    placement = steps.read("ada", "birch", 2)
    with acting(world.birch.admin.pk, "birch"), CaptureQueriesContext(connection) as held:
        operations.matching.hold_against(placement.referral, world.birch.admin, placement.facility_id)
        operations.matching.signatures_on(placement.referral)
    old = Placement.objects.get(resident=world.ada.resident, status="active")
    at = now()
    with acting(world.birch.admin.pk, "birch"), CaptureQueriesContext(connection) as seen:
        operations.admit(placement, at=at, by=world.birch.admin)
    looked, counted = (
        [
            query["sql"]
            for query in queries
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config", "ROLLBACK"))
        ]
        for queries in (held, seen)
    )
    assert len(counted) - len(looked) <= 6, "\n\n".join(counted)  # beside the look at who lives there
    old.refresh_from_db()
    assert (old.status, old.ends_at) == ("ended", at)
    assert not ResidentGroupPermission.objects.filter(grant=old.pk).exists()
    assert not rights_on(world.cedar.staff, placement.resident)
    assert rights_on(world.birch.staff, placement.resident) == RESIDENT_RIGHTS[Role.STAFF]


def test_a_move_within_the_home_keeps_the_rights(steps: Steps, world: World) -> None:
    steps.admitted("ada", "cedar", 3)
    assert rights_on(world.cedar.staff, world.ada.resident) == RESIDENT_RIGHTS[Role.STAFF]
    assert Placement.objects.filter(resident=world.ada.resident, status="active").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at": timedelta(days=-400)}, "at"),
        ({"at": timedelta(days=1)}, "at"),
        ({"first_check_on": timedelta(days=-3)}, "first_check_on"),
        ({"after_care": ""}, "after_care"),
        ({"reason": ""}, "reason"),
        ({"after_care_contact": " "}, "after_care_contact"),
    ],
)
def test_bad_input_of_a_discharge_is_refused_at_its_field(steps: Steps, world: World, change: dict, field: str) -> None:
    stay = steps.admitted()
    values = {"at": now() + timedelta(seconds=2), "first_check_on": world.today + timedelta(days=7)} | AFTER_CARE
    for name, value in change.items():
        moved = world.now + value if isinstance(value, timedelta) else value
        values[name] = moved.date() if name == "first_check_on" else moved
    with pytest.raises(Refused) as refused:
        do(world.cedar.admin, operations.discharge, stay, **values)
    assert refused.value.field == field
    assert Placement.objects.get(pk=stay.pk).status == "active"


def test_a_caseworker_alone_does_not_end_a_stay(steps: Steps, world: World) -> None:
    stay = steps.admitted()
    with pytest.raises(Placement.DoesNotExist):
        do(
            world.caseworker,
            operations.discharge,
            stay,
            at=now(),
            first_check_on=world.today,
            **AFTER_CARE,
        )


def test_leaves_do_not_overlap_and_stay_inside_the_stay(steps: Steps, world: World) -> None:
    stay = steps.admitted()
    day = timedelta(days=1)
    leave = {"kind": "other", "where": "Grandmother"}
    do(world.cedar.admin, operations.grant_leave, stay, starts_at=now(), ends_at=now() + day, **leave)
    assert Leave.objects.get(placement=stay).approved_by == world.cedar.admin
    with pytest.raises(Refused, match="already a leave"):
        do(world.cedar.admin, operations.grant_leave, stay, starts_at=now() + day / 2, ends_at=now() + day, **leave)
    with pytest.raises(Refused, match="before it starts"):
        do(world.cedar.admin, operations.grant_leave, stay, starts_at=now() + day, ends_at=now(), **leave)


def test_approval_frees_the_held_bed(steps: Steps, world: World) -> None:
    referral = steps.referral()
    do(
        world.caseworker,
        operations.hold_bed,
        referral,
        steps.bed("cedar", 2),
        until=world.now + timedelta(days=1),
    )
    steps.approved(referral=referral)
    assert Hold.objects.get(referral=referral).ends_at <= now()


def test_who_may_not_see_the_young_person_cannot_propose(steps: Steps, world: World) -> None:
    referral = steps.referral()
    with pytest.raises(Referral.DoesNotExist):
        do(
            world.caseworker2,
            operations.propose_placement,
            referral,
            bed=steps.bed("cedar", 3),
            starts_at=world.now,
            reason="x",
        )
    assert Facility.objects.count() == 5
