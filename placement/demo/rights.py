"""Rights in daily life: contacts that did not go as they should, activities for the house, passes."""

from collections.abc import Callable
from datetime import timedelta

from placement.demo.cases import not_allowed, outside_people, resident
from placement.demo.days import MINUTE, duties, tell_contact
from placement.demo.homes import home
from placement.demo.people import ADMIN_OF, CASEWORKER_OF, ON_SHIFT
from placement.demo.plan import Plan, The, chance
from placement.demo.referrals import placement_key
from placement.demo.young import Young

HOME = "cedar"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell_rights(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell them of young people who live in Cedar House now, each of somebody else where that can be."""
    shifts, staff = duties(plan, HOME), ON_SHIFT[HOME]
    taken: set[str] = set()

    def who(fits: Callable[[Young], str | None]) -> tuple[str, The]:
        """Return the first young person with somebody outside who fits, and that person."""
        living = [everybody[name] for name in plan.living_in(HOME, plan.now - 4 * DAY) if name not in taken]
        young, key = next((young, key) for young in living if (key := fits(young)))
        taken.add(young.key)
        return young.key, The(key)

    young, person = who(with_permission("allowed"))
    refused = {"outcome": "denied", "kind": "call", "outside_person": person}
    tell_contact(
        plan, shifts, young, plan.now - 2 * DAY - 5 * HOUR, 4 * MINUTE, staff[1], "limit", initiative="other",
        why_denied="On the last two calls there was shouting, and she did not sleep afterwards.", **refused,
    )  # fmt: skip
    plan.tell(
        plan.now - 2 * DAY - 3 * HOUR,
        ADMIN_OF[HOME],
        "residents.decide_restriction",
        restriction=The("limit", "restriction"),
        decision="approved",
        reason="Until the talk with both on Friday. Letters go on.",
        ends_at=plan.now + 2 * DAY,
    )
    young, person = who(with_permission("allowed"))
    tell_contact(
        plan, shifts, young, plan.now - 2 * HOUR, 4 * MINUTE, staff[2], kind="visit", outside_person=person,
        outcome="denied", initiative="other", why_denied="Came without a word at the time of dinner.",
    )  # fmt: skip
    young, person = who(not_allowed)
    tell_contact(
        plan, shifts, young, plan.now - 3 * HOUR, 4 * MINUTE, staff[0], kind="call", outside_person=person,
        outcome="denied", initiative="other", note="Asked whether she is here. I said nothing about anybody and hung up.",
    )  # fmt: skip
    _tell_elsewhere(plan, everybody)
    young, person = who(with_permission("supervised"))
    tell_contact(
        plan, shifts, young, plan.now - DAY - 2 * HOUR, 9 * MINUTE, staff[1], kind="visit", outside_person=person,
        minutes=15, initiative="other", note="Came early. They sat on the porch before one of us could join them.",
    )  # fmt: skip
    plan.tell(
        plan.now - 6 * HOUR,
        CASEWORKER_OF[everybody[young].unit],
        "residents.change_outside_person",
        person_row=person,
        permission="allowed",
        order="",
        reason="The court lifted its order on Thursday; she wants to see him alone.",
    )


def _tell_elsewhere(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell a call two days ago in each of the homes of which no shifts are told."""
    at = plan.now - 2 * DAY
    for stay in plan.stays:
        allowed, supervised = (with_permission(each)(everybody[stay.young]) for each in ("allowed", "supervised"))
        person = allowed or supervised
        if stay.home not in ON_SHIFT and stay.covers(at) and person:
            plan.tell(
                at + 9 * MINUTE, ADMIN_OF[stay.home], "residents.log_contact", resident=resident(stay.young), kind="call",
                outside_person=The(person), happened_at=at, minutes=12, facility=home(stay.home),
                supervised=not allowed, supervised_by="" if allowed else "The carer on duty",
            )  # fmt: skip


OFFERS = ("Swimming", "Baking bread", "Film night", "Drawing in the garden", "Library")


def tell_activities(plan: Plan) -> None:
    """Tell what was offered to the two houses in the last days; of one somebody was kept from, which waits for a decision."""
    for home_key, staff in ON_SHIFT.items():
        shifts = duties(plan, home_key)
        for back, name in enumerate(OFFERS, start=1):
            duty = next(
                each
                for each in shifts
                if each.name == "Evening" and each.starts_at < plan.now - (back - 1) * DAY - 2 * HOUR
            )
            at = duty.starts_at + 90 * MINUTE
            young, luck = plan.living_in(home_key, at), chance("offer", home_key, name)
            answers = ["joined" if luck.random() < 0.75 else "not_wanted" for _ in young]
            whys = ["" if answer == "joined" else "Wanted to read" for answer in answers]
            if (home_key, back) == (HOME, 1):
                answers[0], whys[0] = (
                    "excluded",
                    "Her ankle is still swollen; the nurse said no sport before she sees it.",
                )
            plan.tell(
                at + 20 * MINUTE,
                staff[back % 3],
                "demo.log_activity",
                young=[resident(each) for each in young],
                answers=answers,
                whys=whys,
                facility=home(home_key),
                shift=The(duty.key),
                name=name,
                place="out" if name in ("Swimming", "Library") else "in",
                led_by="The staff on duty",
                happened_at=at,
            )


def tell_passes(plan: Plan) -> None:
    """Tell an outing from which somebody came back late, a visit over night that waits, and an outing that waits."""
    staff, young = ON_SHIFT[HOME], plan.living_in(HOME, plan.now)
    begins = plan.when(2, "15:30")
    ends = begins + timedelta(minutes=90)
    out = next(who for who in young if who in plan.living_in(HOME, begins - DAY) and who in plan.living_in(HOME, ends))
    plan.away.append((out, begins, ends))
    plan.tell(
        begins - 20 * HOUR, staff[1], "facilities.ask_pass", "pass:out", placement=The(placement_key(out, HOME)), kind="outing",
        where="Public library", company="alone", transport="Bus 12", starts_at=begins, ends_at=ends,
    )  # fmt: skip
    plan.tell(
        begins - 18 * HOUR, ADMIN_OF[HOME], "facilities.decide_pass", asked=The("pass:out"), decision="approved"
    )  # fmt: skip
    plan.tell(
        ends + 27 * MINUTE, staff[2], "facilities.log_return", asked=The("pass:out"), happened_at=ends + 25 * MINUTE,
        note="The bus was late; she called from the stop.",
    )  # fmt: skip
    later = [who for who in young if who != out]
    for who, kind, where, days, hours in (
        (later[0], "outing", "Saturday market", 2, 3),
        (later[1], "visit", "Overnight in town", 4, 24),
    ):
        starts_at = plan.when(-days, "11:00")
        plan.tell(
            plan.now - 5 * HOUR, staff[0], "facilities.ask_pass", placement=The(placement_key(who, HOME)), kind=kind, where=where,
            company="two of us" if kind == "outing" else "her sister, who is grown up", transport="The car of the home",
            starts_at=starts_at, ends_at=starts_at + hours * HOUR,
        )  # fmt: skip


def with_permission(permission: str) -> Callable[[Young], str | None]:
    """Return what finds somebody outside of a young person with this permission."""
    return lambda young: next((key for key, has in outside_people(young) if has == permission), None)
