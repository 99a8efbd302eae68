"""Two complaints that went around the house: one that was answered, one that waits. Invented, and gentle."""

import uuid
from datetime import timedelta
from typing import Any

from placement.access.models import Person
from placement.demo.cases import resident
from placement.demo.people import CASEWORKER_OF, SUPERVISOR_OF
from placement.demo.plan import SYSTEM, Plan, The
from placement.demo.young import Young
from residents import tell
from residents.models import Complaint

HOME = "cedar"


def tell_complaints(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell a complaint twelve days ago, which was answered, and one of this morning, by two who live in Cedar House."""
    living = [
        who for who in plan.living_in(HOME, plan.now - timedelta(days=14)) if who in plan.living_in(HOME, plan.now)
    ]
    for who, key, hours, fields in (
        (
            living[0],
            "washing",
            12 * 24,
            {
                "about": ["rules"],
                "happened": "We may only wash our clothes on Saturday. I play ball on Tuesday and Thursday and then I have"
                " nothing clean. I asked and they said that is how it is.",
                "since": "Since the summer",
            },
        ),
        (
            living[1],
            "aunt",
            5,
            {
                "about": ["staff"],
                "happened": "I asked three times if I can call my aunt and each time they said later, and then it was bedtime."
                " Nobody was mean. I just want to know when.",
                "since": "This week",
            },
        ),
    ):
        at, unit = plan.now - timedelta(hours=hours), everybody[who].unit
        plan.tell(
            at - timedelta(days=2),
            CASEWORKER_OF[unit],
            "residents.make_complaint_code",
            f"code:{key}",
            resident=resident(who),
        )
        plan.tell(at, SYSTEM, "demo.tell_us", f"complaint:{key}", made=The(f"code:{key}"), fields=fields)
    first, by = The("complaint:washing"), SUPERVISOR_OF[everybody[living[0]].unit]
    begun = plan.now - timedelta(days=12)
    for after, do, given in (
        (
            timedelta(hours=5),
            "residents.write_in_complaint",
            {
                "kind": "reply",
                "text": "Thank you for telling us. I will ask how washing is done and write to you by Friday.",
            },
        ),
        (
            timedelta(days=2),
            "residents.write_in_complaint",
            {"kind": "note", "text": "Read the house rules: washing on Saturdays only, because of the old machine."},
        ),
        (
            timedelta(days=4),
            "residents.decide_complaint",
            {
                "outcome": "upheld",
                "answer": "You are right. From Monday everybody can use the machine on every day after school. If it does not"
                " happen, write again.",
            },
        ),
    ):
        plan.tell(begun + after, by, do, complaint=first, **given)


def tell_us(*, made: tuple[Any, str], fields: dict[str, Any], by: Person | None) -> Complaint:
    """Send a complaint with the code, as the page without an account does."""
    told = {"who": "", "danger": False, "said_name": "", "said_home": "", **fields}
    receipt = tell.send(told, code=made[1], form_key=uuid.uuid4(), language="en")
    if receipt is None:
        raise RuntimeError("A new key is never used before.")
    return Complaint.objects.get(number=receipt.number)
