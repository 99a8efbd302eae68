"""Referrals in every state, what became of each, and the stays that followed."""

from datetime import datetime, timedelta

from placement.demo import words
from placement.demo.cases import resident
from placement.demo.homes import HOMES, bed, home
from placement.demo.leaving import PLANNED, tell_leaving, tell_proposed_leaving
from placement.demo.people import ADMIN_OF, CASEWORKER_OF, ON_SHIFT, SUPERVISOR_OF
from placement.demo.plan import Plan, Stay, The, chance
from placement.demo.stays import ARRIVALS, StayData, free_beds
from placement.demo.young import Young

HOURS = timedelta(hours=1)
DAYS = timedelta(days=1)
EXCEPTIONS = {
    "Aiyana": (
        "alder",
        "foster",
        -25,
        "Her aunt is approved there from summer on and lives next door; no home that fits takes "
        "twelve-year-olds near her school.",
    ),
    "Hana": (
        "maple",
        "population",
        -3,
        "Her sister's guardian works at Maple Residence; a place in Cedar House is planned.",
    ),
}


def tell_referrals(plan: Plan, everybody: dict[str, Young], lived: list[tuple[StayData, Stay]]) -> None:
    """Tell the way into every stay and out of it, then everybody who still waits."""
    for data, stay in lived:
        _tell_stay(plan, everybody[data.young], data, stay)
    _tell_exceptions(plan)
    _tell_waiting(plan, everybody)
    _tell_leaves(plan, everybody)


def referral_key(young: str, home_key: str) -> str:
    """Return the name of a referral in the plan."""
    return f"referral:{young}:{home_key}"


def _tell_referral(
    plan: Plan,
    young: Young,
    key: str,
    at: datetime,
    needed_from: datetime,
    *,
    urgency: str = "planned",
    send: bool = True,
) -> None:
    luck = chance("referral", key)
    by = CASEWORKER_OF[young.unit]
    plan.tell(
        at,
        by,
        "facilities.draft_referral",
        key,
        resident=resident(young.key),
        urgency=urgency,
        reason=luck.choice(words.REFERRAL_REASONS),
        needs=luck.choice(words.REFERRAL_NEEDS),
        wishes=luck.choice(words.WISHES),
        needed_from=needed_from,
    )
    if send:
        plan.tell(at + timedelta(minutes=25), by, "facilities.send_referral", referral=The(key))


def _tell_proposal(plan: Plan, young: Young, key: str, sleeps: The, at: datetime, starts_at: datetime) -> None:
    luck = chance("proposal", key)
    by = CASEWORKER_OF[young.unit]
    plan.tell(
        at,
        by,
        "demo.sign_warnings",
        referral=The(key),
        bed=sleeps,
        starts_at=starts_at,
        reason=luck.choice(words.SIGNED),
    )
    plan.tell(
        at + timedelta(minutes=10),
        by,
        "facilities.propose_placement",
        placement_key(young.key, home_of(sleeps)),
        referral=The(key),
        bed=sleeps,
        starts_at=starts_at,
        reason=luck.choice(words.CHOICE_REASONS),
        young_persons_view=luck.choice(words.VIEWS),
    )


def _tell_approval(plan: Plan, young: Young, home_key: str, at: datetime) -> None:
    luck = chance("approval", young.key, home_key)
    plan.tell(
        at,
        SUPERVISOR_OF[young.unit],
        "facilities.approve_placement",
        placement=The(placement_key(young.key, home_key)),
        reason=luck.choice(words.APPROVALS),
    )


def home_of(sleeps: The) -> str:
    """Return the key of the home of a bed."""
    return sleeps.key.split(":")[1]


def placement_key(young: str, home_key: str) -> str:
    """Return the name of a placement in the plan."""
    return f"placement:{young}:{home_key}"


def _tell_stay(plan: Plan, young: Young, data: StayData, stay: Stay) -> None:
    key, arrival = referral_key(young.key, data.home), stay.starts_at
    if exception := EXCEPTIONS.get(young.key):
        _tell_exception(plan, young, exception, arrival)
    _tell_referral(plan, young, key, arrival - 6 * DAYS, arrival, urgency="urgent")
    _tell_proposal(plan, young, key, bed(data.home, stay.bed), arrival - 4 * DAYS, arrival)
    _tell_approval(plan, young, data.home, arrival - 4 * DAYS + 3 * HOURS)
    placement, admin = The(placement_key(young.key, data.home)), ADMIN_OF[data.home]
    plan.tell(arrival - 1 * DAYS, admin, "facilities.read_safety_history", placement=placement)
    plan.tell(arrival, admin, "facilities.admit", placement=placement, at=arrival)
    if stay.ends_at is None:
        if planned := PLANNED.get(young.key):
            tell_proposed_leaving(plan, young, data.home, planned, placement)
        return
    if data.leaving is not None:
        tell_leaving(plan, young, data.home, data.leaving, stay.ends_at, placement)
    else:
        _tell_more_is_known(plan, young, stay.ends_at - 9 * DAYS)


def _tell_more_is_known(plan: Plan, young: Young, at: datetime) -> None:
    """In the shelter the staff learn more; a home for her alone is sought, and the designation follows the move."""
    by, who = CASEWORKER_OF[young.unit], resident(young.key)
    plan.tell(
        at,
        by,
        "residents.designate",
        resident=who,
        population="trafficked",
        stage="suspected",
        basis=words.BASIS[("trafficked", "suspected")],
    )
    plan.tell(
        at + HOURS,
        by,
        "residents.assess_level",
        resident=who,
        level=young.level,
        assessed_on=at.date() - DAYS,
        assessor=words.ASSESSORS[0],
        basis=words.LEVEL_BASIS[0],
    )
    plan.tell(
        at + 25 * DAYS,
        by,
        "residents.designate",
        resident=who,
        population="trafficked",
        stage="confirmed",
        basis=words.BASIS[("trafficked", "confirmed")],
    )


def _tell_exception(plan: Plan, young: Young, exception: tuple[str, str, int, str], arrival: datetime) -> None:
    home_key, kind, ends, reason = exception
    key = f"exception:{young.key}"
    plan.tell(
        arrival - 8 * DAYS,
        CASEWORKER_OF[young.unit],
        "facilities.ask_override",
        key,
        resident=resident(young.key),
        facility=home(home_key),
        kind=kind,
        reason=reason,
        expires_at=plan.when(ends, "18:00"),
    )
    plan.tell(
        arrival - 7 * DAYS,
        SUPERVISOR_OF[young.unit],
        "facilities.decide_override",
        override=The(key),
        approve=True,
        reason="Seen and agreed; to be reviewed before it ends.",
    )


def _tell_exceptions(plan: Plan) -> None:
    """One exception that waits, one that was declined."""
    plan.tell(
        plan.when(1, "11:40"),
        "caseworker2",
        "facilities.ask_override",
        "exception:Joaquín",
        resident=resident("Joaquín"),
        facility=home("maple"),
        kind="population",
        expires_at=plan.when(-60, "18:00"),
        reason="He turns eighteen in spring, has work near Maple Residence, and asks to stay in his school.",
    )
    plan.tell(
        plan.when(9, "10:10"),
        "caseworker",
        "facilities.ask_override",
        "exception:Sunniva",
        resident=resident("Sunniva"),
        facility=home("harbor"),
        kind="population",
        expires_at=plan.when(-10, "18:00"),
        reason="No other bed in the county tonight; she knows the shelter.",
    )
    plan.tell(
        plan.when(9, "12:30"),
        "supervisor",
        "facilities.decide_override",
        override=The("exception:Sunniva"),
        approve=False,
        reason="The shelter's fire clearance ends today, and it also takes older street youth. Cedar House has a place.",
    )


def _tell_waiting(plan: Plan, everybody: dict[str, Young]) -> None:
    for days, (who, needed) in enumerate((("Yuki", -3), ("Gabriel", -7), ("Zahra", -2)), start=1):
        young, by = everybody[who], CASEWORKER_OF[everybody[who].unit]
        plan.tell(
            plan.when(days, "16:45"),
            by,
            "facilities.draft_referral",
            referral_key(who, ""),
            resident=resident(who),
            reason=words.REFERRAL_REASONS[days],
            urgency="" if who == "Zahra" else "planned",
            needed_from=None if who == "Gabriel" else plan.when(needed, "10:00"),
        )
        if who == "Yuki":
            plan.tell(
                plan.when(days, "17:05"),
                by,
                "facilities.save_draft",
                referral=The(referral_key(who, "")),
                needs=words.REFERRAL_NEEDS[0],
                level=young.level,
            )
    looking = {
        "Lucía": (6, -2),
        "Wren": (8, -4),
        "Dion": (7, -3),
        "Malia": (12, 2),
        "Farah": (9, -1),
        "Inés": (5, -2),
        "Bao": (1, 0),
        "Nadia": (4, -2),
        "Sunniva": (8, -1),
        "Joaquín": (10, -5),
        "Caleb": (6, -6),
    }
    for who, (sent, needed) in looking.items():
        urgency = "emergency" if who == "Bao" else "urgent" if needed >= -2 else "planned"
        _tell_referral(
            plan,
            everybody[who],
            referral_key(who, ""),
            plan.when(sent, "13:20"),
            plan.when(needed, "10:00"),
            urgency=urgency,
        )
    _tell_holds(plan)
    for who, sent in (("Emeka", 40), ("Devi", 10)):
        _tell_referral(
            plan, everybody[who], referral_key(who, ""), plan.when(sent, "10:20"), plan.when(sent - 5, "10:00")
        )
        plan.tell(
            plan.when(sent - 3, "15:10"),
            CASEWORKER_OF[everybody[who].unit],
            "facilities.withdraw_referral",
            referral=The(referral_key(who, "")),
            reason="A grandmother came forward and was approved; the young person lives there now.",
        )
    for who, (home_key, arrives, spare) in ARRIVALS.items():
        _tell_arrival(plan, everybody[who], home_key, arrives, spare)


def _tell_holds(plan: Plan) -> None:
    """One hold runs out in a few hours, one in days, one was released."""
    by, nadia = "caseworker2", The(referral_key("Nadia", ""))
    plan.tell(
        plan.when(3, "11:00"),
        by,
        "facilities.hold_bed",
        referral=nadia,
        bed=_spare(plan, "birch", 0),
        until=plan.now + timedelta(hours=4, minutes=30),
    )
    plan.tell(
        plan.when(1, "14:00"),
        "caseworker",
        "facilities.hold_bed",
        referral=The(referral_key("Lucía", "")),
        bed=_spare(plan, "cedar", 2),
        until=plan.when(-4, "12:00"),
    )
    plan.tell(
        plan.when(6, "09:40"),
        by,
        "facilities.hold_bed",
        "hold:Malia",
        referral=The(referral_key("Malia", "")),
        bed=_spare(plan, "cedar", 3),
        until=plan.when(2, "12:00"),
    )
    plan.tell(plan.when(5, "16:30"), by, "facilities.release_hold", hold=The("hold:Malia"))


def _spare(plan: Plan, home_key: str, number: int) -> The:
    """Return the bed with that number among those that nobody has slept in lately."""
    return bed(home_key, free_beds(plan, home_key, plan.now)[number])


def _tell_arrival(plan: Plan, young: Young, home_key: str, arrives: int, spare: int) -> None:
    """Salma is on her way; Keisha and Ravi wait for a decision; Tala was declined; Anya's was withdrawn."""
    key = referral_key(young.key, home_key)
    starts_at = plan.when(-arrives, "11:00")
    at = min(starts_at - 5 * DAYS, plan.when(2, "10:00"))
    _tell_referral(plan, young, key, at - 3 * DAYS, starts_at)
    _tell_proposal(plan, young, key, _spare(plan, home_key, spare), at, starts_at)
    placement, supervisor = The(placement_key(young.key, home_key)), SUPERVISOR_OF[young.unit]
    if young.key == "Salma":
        _tell_approval(plan, young, home_key, at + 4 * HOURS)
    elif young.key == "Tala":
        plan.tell(
            at + 5 * HOURS,
            supervisor,
            "facilities.decline_placement",
            placement=placement,
            reason="Two arrivals in one week are too many for the group. Ask again in two weeks.",
        )
    elif young.key == "Anya":
        _tell_approval(plan, young, home_key, at + 4 * HOURS)
        plan.tell(
            at + 28 * HOURS,
            CASEWORKER_OF[young.unit],
            "facilities.withdraw_placement",
            placement=placement,
            reason="The court ordered a stay with her aunt.",
        )
        plan.tell(
            at + 29 * HOURS,
            CASEWORKER_OF[young.unit],
            "facilities.withdraw_referral",
            referral=The(key),
            reason="The court ordered a stay with her aunt.",
        )


def _tell_leaves(plan: Plan, everybody: dict[str, Young]) -> None:
    """Absences that were planned: some in the past, one now. Visits were asked for as passes."""
    for who, home_key, begins, ends, kind, where in (
        ("Jordan", "cedar", (1, "16:00"), (-1, "18:00"), "visit", "their grandmother"),
        ("Amara", "cedar", (30, "09:00"), (28, "19:00"), "school_trip", "Class trip to the coast"),
        ("Mateo", "birch", (16, "10:00"), (15, "17:00"), "visit", "his sister and her carer"),
        ("Samir", "birch", (47, "08:00"), (45, "12:00"), "hospital", "Observation after migraine"),
    ):
        zone = HOMES[home_key].zone
        starts_at, ends_at = plan.when(*begins, zone), plan.when(*ends, zone)
        plan.away.append((who, starts_at, ends_at))
        if kind == "visit":
            plan.tell(
                starts_at - 30 * HOURS,
                ON_SHIFT[home_key][0],
                "facilities.ask_pass",
                f"pass:{who}",
                placement=The(placement_key(who, home_key)),
                kind=kind,
                where="At home with family",
                company=where,
                transport="fetched by car",
                starts_at=starts_at,
                ends_at=ends_at,
            )
            plan.tell(
                starts_at - 20 * HOURS,
                SUPERVISOR_OF[everybody[who].unit],
                "facilities.decide_pass",
                asked=The(f"pass:{who}"),
                decision="approved",
            )
            continue
        plan.tell(
            starts_at - 20 * HOURS,
            ADMIN_OF[home_key],
            "facilities.grant_leave",
            placement=The(placement_key(who, home_key)),
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            where=where,
        )
