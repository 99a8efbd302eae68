"""Visits of authorities and the files of people who work in homes, in the demo."""

from datetime import date
from decimal import Decimal
from typing import Any

from placement.demo.homes import OPENED, SUPERVISOR, home
from placement.demo.people import ACCOUNTS, ADMIN_OF, person
from placement.demo.plan import SYSTEM, Plan, The
from placement.facilities.models import Facility, OutsideInspection

# Course → topic, hours, how many days before the homes opened, in which homes.
COURSES = {
    "Trauma and trafficking": ("trafficking", 24, 20, ("cedar", "birch")),
    "Seeing the signs": ("trafficking", 6, 18, ("maple", "harbor", "alder")),
    "Reasonable and prudent": ("normalcy", 4, 15, ("cedar", "birch", "maple", "harbor", "alder")),
    "What young people are entitled to": ("rights", 3, 12, ("cedar", "birch")),
}
UNTRAINED = ("staff4.birch", "What young people are entitled to")
TESTED = {
    "staff.cedar": 200,
    "staff2.cedar": 20,
    "admin.cedar": 310,
    "staff.birch": 150,
}  # account → days until it ends


def tell_files(plan: Plan) -> None:
    """File training, tests and references of the homes' people; let authorities visit."""
    _tell_training(plan)
    for username, ends in TESTED.items():
        of_home = username.split(".")[1]
        by = SUPERVISOR if username.startswith("admin") else ADMIN_OF[of_home]
        what: dict[str, Any] = {"kind": "tuberculosis", "valid_from": plan.day(365 - ends), "valid_to": plan.day(-ends)}
        plan.tell(
            plan.when(80, "16:10"),
            by,
            "facilities.file_credential",
            facility=home(of_home),
            person=person(username),
            **what,
        )
    _tell_references(plan)
    _tell_visits(plan)


def _tell_training(plan: Plan) -> None:
    given = {"given_by": "County training office"}
    for course, (topic, hours, before, where) in COURSES.items():
        for key in where:
            people = [
                person(each.username)
                for each in ACCOUNTS
                if each.home == key and each.role in ("staff", "admin") and (each.username, course) != UNTRAINED
            ]
            what = {"topic": topic, "course": course, "hours": Decimal(hours), "held_on": plan.day(OPENED + before)}
            plan.tell(
                plan.when(OPENED - 1, "11:30"),
                SUPERVISOR,
                "facilities.file_training",
                facility=home(key),
                people=people,
                **what,
                **given,
            )
    again: dict[str, Any] = {
        "topic": "trafficking",
        "course": "Seeing the signs, again",
        "hours": Decimal(4),
        "held_on": plan.day(70),
    }
    most = [person(each.username) for each in ACCOUNTS if each.home == "birch" and each.username != "staff3.birch"]
    plan.tell(
        plan.when(69, "15:00"),
        SUPERVISOR,
        "facilities.file_training",
        facility=home("birch"),
        people=most,
        **again,
        **given,
    )
    calm = {
        "topic": "behavior",
        "course": "Calming down, step by step",
        "hours": Decimal("6.5"),
        "held_on": plan.day(41),
    }
    team = [person(name) for name in ("staff.cedar", "staff2.cedar", "staff3.cedar")]
    plan.tell(
        plan.when(40, "15:00"),
        "admin.cedar",
        "facilities.file_training",
        facility=home("cedar"),
        people=team,
        **calm,
        **given,
    )


def _tell_references(plan: Plan) -> None:
    for number, (username, named, relation) in enumerate(
        (
            ("staff.cedar", "Dana Whitlock, 555-0141", "Former employer"),
            ("staff2.cedar", "Owen Castell, 555-0162", "Teacher"),
        )
    ):
        plan.tell(
            plan.when(60, f"1{number}:20"),
            "admin.cedar",
            "facilities.ask_reference",
            f"reference:{username}",
            facility=home("cedar"),
            person=person(username),
            relation=relation,
            named=named,
            asked_on=plan.day(62),
        )
    said = {"result": "good", "answered_on": plan.day(55), "said": "Calm under pressure, and always on time."}
    plan.tell(
        plan.when(54, "10:00"),
        "admin.cedar",
        "facilities.answer_reference",
        reference=The("reference:staff.cedar"),
        **said,
    )


def _tell_visits(plan: Plan) -> None:
    plan.tell(
        plan.when(75, "06:00"),
        SYSTEM,
        "demo.count_visits",
        facility=home("cedar"),
        visits=[
            (plan.day(230), "inspection", 1, 1),
            (plan.day(130), "complaint", 0, 1),
            (plan.day(96), "inspection", 0, 0),
        ],
    )
    visit = {"kind": "inspection", "visited_on": plan.day(33), "serious_citations": 1, "other_citations": 2}
    plan.tell(
        plan.when(32, "09:10"),
        "admin.cedar",
        "compliance.record_inspection",
        "visit",
        facility=home("cedar"),
        authority="Community Care Licensing",
        reference="LIC 809-2214",
        **visit,
    )
    cited = (
        (
            "first",
            {"section": "22 CCR 80087(a)", "called": "Type A", "serious": True, "correct_by": plan.day(19)},
            "The lock of the medicine cupboard could be opened without a key.",
        ),
        (
            "second",
            {"section": "22 CCR 84072(d)", "called": "Type B", "serious": False, "correct_by": plan.day(4)},
            "The list of rights on the wall was an old one, and hung where nobody reads it.",
        ),
    )
    for minute, (name, what, found) in enumerate(cited):
        plan.tell(
            plan.when(32, f"09:2{minute}"),
            "admin.cedar",
            "compliance.add_citation",
            f"citation:{name}",
            inspection=The("visit"),
            found=found,
            **what,
        )
    for minute, (name, words, due) in enumerate(
        (
            ("first", "A new lock, and a look at it with each count.", 22),
            ("second", "Hang up the new list in both hallways.", 6),
        )
    ):
        plan.tell(
            plan.when(31, f"10:0{minute}"),
            "admin.cedar",
            "compliance.plan_correction",
            f"plan:{name}",
            citation=The(f"citation:{name}"),
            what=words,
            owner=person("admin.cedar"),
            due_on=plan.day(due),
        )
        plan.tell(
            plan.when(30, f"10:0{minute}"),
            "admin.cedar",
            "compliance.send_correction",
            plan=The(f"plan:{name}"),
            on=plan.day(30),
        )
    done = {"on": plan.day(24), "note": "The locksmith’s bill is in the papers; three counts were right since."}
    plan.tell(plan.when(24, "14:00"), "admin.cedar", "compliance.do_correction", plan=The("plan:first"), **done)
    cleared = {"ended_as": "cleared", "ended_on": plan.day(17), "note": "Letter of clearance of the analyst."}
    plan.tell(
        plan.when(16, "11:00"), "admin.cedar", "compliance.end_citation", citation=The("citation:first"), **cleared
    )


def count_visits(*, facility: Facility, visits: list[tuple[date, str, int, int]], by: None) -> None:
    """Keep visits as a licensing file counts them: day, kind, serious and other citations."""
    OutsideInspection.objects.bulk_create(
        OutsideInspection(
            facility=facility,
            kind=kind,
            visited_on=day,
            serious_citations=serious,
            other_citations=other,
            source="ca-ccld",
        )
        for day, kind, serious, other in visits
    )
