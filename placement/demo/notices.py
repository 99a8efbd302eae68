"""The rights, read out at the arrival in the homes and again, and what reached into what is private, with its judgement."""

from datetime import datetime, timedelta
from typing import Any

from placement.demo.cases import resident
from placement.demo.days import MINUTE, duties
from placement.demo.homes import HOMES, home
from placement.demo.people import ADMIN_OF, person
from placement.demo.plan import Plan, The, chance
from placement.demo.young import Young
from residents.rights_texts import language_of, rights_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOME = "cedar"
AGAIN = 150 * DAY  # after the first reading, so that the six months are kept
UNREAD = 0.07  # of the arrivals, where nobody has read them out


def tell_notices(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell when the rights were read out in the homes that have an administrator, by them."""
    for stay in plan.stays:
        if stay.home not in ADMIN_OF or chance("rights", stay.young, stay.home).random() < UNREAD:
            continue
        at, occasion = stay.starts_at + 50 * MINUTE, "arrival"
        while at <= plan.now and stay.covers(at):
            _tell_reading(plan, everybody[stay.young], stay.home, at, occasion)
            at, occasion = at + AGAIN, "again"


def _tell_reading(plan: Plan, young: Young, home_key: str, at: datetime, occasion: str) -> None:
    known = next((code for name in young.languages if (code := language_of(name))), "")
    language = next((name for name in young.languages if language_of(name) == known), young.languages[0])
    signs = chance("signs", young.key, at.toordinal()).random() < 0.9
    plan.tell(
        at,
        ADMIN_OF[home_key],
        "residents.read_out_rights",
        resident=resident(young.key),
        facility=home(home_key),
        jurisdiction=HOMES[home_key].state,
        occasion=occasion,
        language=language,
        text=rights_text(HOMES[home_key].state, known or "en").words,
        text_language=known or "en",
        interpreter="" if known else "Telephone interpreting service",
        answer="signed" if signs else "refused",
        signed_as=f"{young.preferred[:1]}." if signs else "",
        said="" if signs else "Wants to read it alone first.",
        copy_given=True,
    )


def tell_measures(plan: Plan) -> None:
    """Tell a room check that was right, a search that was not, and a phone that is kept since today and waits for a judgement."""
    young = [who for who in plan.living_in(HOME, plan.now - 9 * DAY) if who in plan.living_in(HOME, plan.now)]

    def tell(key: str, who: str, ago: timedelta, kind: str, **said: Any) -> None:
        at = plan.now - ago
        duty = next(each for each in duties(plan, HOME) if each.starts_at <= at < each.ends_at)
        plan.tell(
            at + 10 * MINUTE, duty.writer, "residents.log_measure", key, resident=resident(who), facility=home(HOME),
            shift=The(duty.key), kind=kind, happened_at=at, done_by=person(duty.writer), told=True, **said,
        )  # fmt: skip

    tell(
        "measure:room", young[0], 8 * DAY, "room", why="A kitchen knife was missing at the count after dinner.",
        done="Looked under the bed and into the wardrobe, with her beside us.", found="Nothing. It lay in the dishwasher.",
    )  # fmt: skip
    tell(
        "measure:bag", young[1], 3 * DAY, "belongings", why="She came back late.", done="Emptied her bag on the table.",
        found="Nothing.", witness="The colleague on the same shift",
    )  # fmt: skip
    tell(
        "measure:phone", young[2], 3 * HOUR, "phone", lasts=True, done="Locked in the office, not looked into.",
        why="Somebody not on the list wrote to her all night. The caseworker is asked what to do.",
    )  # fmt: skip
    for key, ago, decision, reason in (
        ("measure:room", 7 * DAY + 20 * HOUR, "approved", ""),
        (
            "measure:bag",
            2 * DAY + 12 * HOUR,
            "declined",
            "To come back late is no ground. Talk with her, and say sorry.",
        ),
    ):
        plan.tell(
            plan.now - ago, ADMIN_OF[HOME], "residents.judge_measure", measure=The(key), decision=decision, reason=reason
        )  # fmt: skip
