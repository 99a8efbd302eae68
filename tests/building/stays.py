"""How the young people of the world came into their homes, left them, and look for one."""

from datetime import datetime, timedelta

from django.utils import timezone

from placement.facilities import operations as homes
from placement.facilities.models import Match, Referral
from tests.building.acts import acting_at, people_of
from tests.world import World, Young


def _refer(world: World, young: Young, moment: datetime) -> Referral:
    caseworker, *_ = people_of(world, young)
    with acting_at(caseworker, moment):
        referral = homes.draft_referral(
            young.resident,
            urgency="urgent",
            reason="Hidden reason of the referral",
            needed_from=moment + timedelta(minutes=30),
            level=2,
            by=caseworker,
        )
        return homes.send_referral(referral, by=caseworker)


def place(world: World, key: str, home_key: str, bed: int, moment: datetime) -> None:
    """Refer, sign what warns, propose, approve, read and admit: each by whom it is for."""
    young, home = world.young[key], world.homes[home_key]
    caseworker, supervisor, _ = people_of(world, young)
    young.referral = _refer(world, young, moment - timedelta(hours=1))
    with acting_at(caseworker, moment - timedelta(minutes=50)):
        match = Match.objects.get(referral=young.referral, facility=home.facility)
        for criterion in match.criteria:
            if criterion["state"] == "warned":
                homes.sign_warning(
                    young.referral, home.facility, criterion=criterion["key"], reason="Talked about it", by=caseworker
                )
        stay = homes.propose_placement(
            young.referral, bed=home.beds[bed], starts_at=moment, reason="Fits best", by=caseworker
        )
    with acting_at(supervisor, moment - timedelta(minutes=40)):
        homes.approve_placement(stay, reason="Agreed", by=supervisor)
    with acting_at(home.admin, moment - timedelta(minutes=30)):
        homes.read_safety_history(stay, by=home.admin)
    with acting_at(home.admin, moment):
        young.stay = homes.admit(stay, at=moment, by=home.admin)


def discharge(world: World, young: Young, moment: datetime) -> None:
    _, supervisor, _ = people_of(world, young)
    with acting_at(supervisor, moment):
        young.discharge = homes.discharge(
            young.stay,
            at=moment,
            to="family",
            reason="Goes back to the family",
            after_care="A call every week",
            after_care_contact="The caseworker",
            first_check_on=timezone.localdate(timezone=young.stay.facility.zone),
            by=supervisor,
        )
    young.stay.refresh_from_db()


def look_for_a_home(world: World) -> None:
    """Eve: an open referral with matches, a bed held in Birch, and an exception that waits for its decision."""
    eve = world.young["eve"]
    eve.referral = _refer(world, eve, world.now - timedelta(hours=2))
    with acting_at(world.caseworker, world.now - timedelta(hours=1)) as by:
        world.match = Match.objects.get(referral=eve.referral, facility=world.birch.facility)
        world.hold = homes.hold_bed(eve.referral, world.birch.beds[3], until=world.now + timedelta(days=2), by=by)
        world.override = homes.ask_override(
            eve.resident,
            world.alder.facility,
            kind="foster",
            reason="A family that knows her",
            expires_at=world.now + timedelta(days=30),
            by=by,
        )
        world.draft = homes.draft_referral(world.fay.resident, by=by, reason="Not sent yet")
