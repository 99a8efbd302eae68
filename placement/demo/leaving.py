"""How stays end, and how the young people have been doing since."""

from datetime import datetime, timedelta

from placement.demo import words
from placement.demo.homes import HOMES
from placement.demo.people import ADMIN_OF, CASEWORKER_OF, SUPERVISOR_OF
from placement.demo.plan import Plan, The, chance
from placement.demo.stays import Leaving
from placement.demo.young import Young

STAYS_IN_TOUCH = {
    "family": "Key worker of the home",
    "relative": "Caseworker",
    "foster": "Caseworker",
    "independent": "Job coach",
}
OVERDUE = 10  # days; a first check that was due before that has been done
AGAIN = 60  # days until the next one, for those who left lately
PLANNED = {"Mei": Leaving("relative", 17)}  # who leaves in three days, as the caseworker proposed


def tell_leaving(plan: Plan, young: Young, home: str, leaving: Leaving, at: datetime, placement: The) -> None:
    """Tell the discharge from ``placement`` at ``at``, and the first check after it where its day is long past."""
    luck = chance("leaving", young.key, home)
    discharge = f"discharge:{young.key}:{home}"
    plan.tell(
        at + timedelta(minutes=20),
        ADMIN_OF[home],
        "facilities.discharge",
        discharge,
        placement=placement,
        at=at,
        to=leaving.to,
        reason=words.LEFT_BECAUSE[leaving.to],
        after_care=luck.choice(words.AFTER_CARE),
        after_care_contact=STAYS_IN_TOUCH[leaving.to],
        first_check_on=plan.day(-leaving.check_in),
    )
    if leaving.check_in >= -OVERDUE:
        return
    looked = plan.when(-leaving.check_in, "15:30")
    lately = leaving.check_in > -AGAIN  # of the others, some cases were closed before the day of the check
    plan.tell(
        looked + timedelta(minutes=25),
        (CASEWORKER_OF if lately else SUPERVISOR_OF)[young.unit],
        "facilities.record_after_care_check",
        discharge=The(discharge),
        checked_at=looked,
        note=luck.choice(words.CHECKS),
        next_check_on=plan.day(-leaving.check_in - AGAIN) if lately else None,
    )


def tell_proposed_leaving(plan: Plan, young: Young, home: str, leaving: Leaving, placement: The) -> None:
    """Tell the proposal to end a stay in three days, which waits for the home."""
    plan.tell(
        plan.when(1, "16:10"),
        CASEWORKER_OF[young.unit],
        "facilities.propose_discharge",
        placement=placement,
        leaves_at=plan.when(-3, "11:00", HOMES[home].zone),
        to=leaving.to,
        reason=words.LEFT_BECAUSE[leaving.to],
        after_care=chance("leaving", young.key, home).choice(words.AFTER_CARE),
        after_care_contact=STAYS_IN_TOUCH[leaving.to],
        first_check_on=plan.day(-leaving.check_in),
    )
