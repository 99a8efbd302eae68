"""Incidents of the last three months: every kind, every state, in the words of staff: what was seen, what was done."""

from datetime import datetime, timedelta

from placement.demo.cases import resident
from placement.demo.days import Duty, duties
from placement.demo.homes import HOMES, home
from placement.demo.incident_data import ANSWERS, ELSEWHERE, INCIDENTS, IncidentData
from placement.demo.people import ADMIN_OF, ON_SHIFT, person
from placement.demo.plan import Plan, The
from residents.operations import Accused, Decided


def tell_incidents(plan: Plan) -> None:
    """Tell every incident."""
    shifts = {key: duties(plan, key) for key in ON_SHIFT}
    for number, data in enumerate((*INCIDENTS, *ELSEWHERE)):
        happened_at = plan.when(data.days, data.clock, HOMES[data.home].zone)
        duty = _duty_at(shifts.get(data.home, []), happened_at)
        _tell_incident(plan, f"incident:{number}", data, happened_at, duty)


def _duty_at(found: list[Duty], moment: datetime) -> Duty | None:
    return next((duty for duty in found if duty.starts_at <= moment < duty.ends_at), None)


def _tell_incident(plan: Plan, key: str, data: IncidentData, happened_at: datetime, duty: Duty | None) -> None:
    admin = ADMIN_OF[data.home]
    reporter = duty.writer if duty else admin
    written = happened_at + timedelta(minutes=22)
    held = data.kind == "restraint"
    plan.tell(
        written,
        reporter,
        "residents.report_incident",
        key,
        facility=home(data.home),
        shift=The(duty.key) if duty else None,
        kind=data.kind,
        severity=data.severity,
        happened_at=happened_at,
        seen=data.seen,
        done=data.done,
        residents=[resident(who) for who in data.who],
        answers=ANSWERS[data.kind],
        accused=[] if isinstance(data.accused, str) else [Accused(name=data.accused[0], role=data.accused[1])],
        draft=held or data.state == "draft" or (data.accused != "" and isinstance(data.accused, str)),
    )
    if data.kind == "missing" and data.state == "reported":
        _tell_search(plan, key, happened_at, written, reporter)
    if data.kind == "missing" and data.state == "closed":
        _tell_flyer(plan, key, data, written)
    if data.accused and isinstance(data.accused, str):
        _tell_accused(plan, key, data.accused, written, reporter)
    if held:
        _tell_restraint(plan, key, happened_at, written, reporter)
    reviewer = admin if reporter != admin else "supervisor"
    if data.state == "returned":
        comment = "Who was at the game, and who called the nurse line? Please add it."
        plan.tell(
            happened_at + timedelta(hours=20), reviewer, "residents.return_incident", incident=The(key), comment=comment
        )
    if data.state in ("reviewed", "filed", "closed"):
        plan.tell(happened_at + timedelta(hours=20), reviewer, "residents.review_incident", incident=The(key))
    if data.state in ("filed", "closed"):
        plan.tell(happened_at + timedelta(days=3), "supervisor2", "residents.file_incident", incident=The(key))
    if data.state == "filed":
        plan.tell(
            happened_at + timedelta(days=3, minutes=5),
            reviewer,
            "residents.set_follow_up",
            incident=The(key),
            what="Talk about it in the house meeting",
            owner=person(admin),
            due_on=plan.day(-5),
        )
    if data.kind == "allegation" and data.state in ("filed", "closed"):
        _tell_outcome(plan, key, data, happened_at)
    if data.state == "closed":
        plan.tell(
            happened_at + timedelta(days=6),
            "supervisor",
            "residents.close_incident",
            incident=The(key),
            closing_note=data.closing,
        )


def _tell_search(plan: Plan, key: str, happened_at: datetime, written: datetime, reporter: str) -> None:
    """What was done to find her, what was known, and the first steps after she was back."""
    part, of_search, of_known = The(key, "parts.get()"), "residents.note_search", "residents.note_known"
    for minutes, what, more in (
        (1, "leads", {}),
        (3, "asked", {"place": "The library", "said": "She left there at half past five."}),
        (5, "police", {"number": "26-1147", "said": "They look at the bus station."}),
        (9, "drove", {"place": "Along the bus line", "said": "Not seen."}),
    ):
        at = happened_at + timedelta(minutes=minutes)
        told = {"what": what, "at": at, "who": "The shift lead"} | more
        plan.tell(written + timedelta(minutes=minutes), reporter, of_search, incident=The(key), **told)
    for minutes, what, known in (
        (2, "worn", {"said": "Jeans, a dark coat, a red bag"}),
        (4, "risk", {"said": "Her evening medicine is due at eight.", "ticks": ["medicine"]}),
        (6, "places", {"said": "The library, the bus station"}),
    ):
        plan.tell(written + timedelta(minutes=minutes, seconds=30), reporter, of_known, part=part, what=what, **known)
    next_day = happened_at + timedelta(hours=17)
    for minutes, by, what, who, said in (
        (0, reporter, "medical", "The nurse line", "Offered. She did not want it: she was only cold."),
        (5, "caseworker2", "why", "Her caseworker", "“I missed the bus and my phone was empty.”"),
        (
            9,
            "caseworker2",
            "interview",
            "A court-appointed advocate",
            "Nobody had spoken to her. More she kept for herself.",
        ),
    ):
        at = next_day + timedelta(minutes=minutes)
        told = {"what": what, "at": at, "who": who, "said": said}
        plan.tell(at + timedelta(minutes=1), by, "residents.note_return", part=part, **told)


def _tell_flyer(plan: Plan, key: str, data: IncidentData, written: datetime) -> None:
    """The flyer about her: drafted, approved, given to the police, and taken down after she was back."""
    admin, first, flyer = ADMIN_OF[data.home], "supervisor2", f"{key}:flyer"
    plan.tell(
        written + timedelta(minutes=3),
        admin,
        "residents.draft_flyer",
        flyer,
        part=The(key, "parts.get()"),
        name=data.who[0],
        age="16",
        height="About 5 ft 6",
        build="Slim",
        hair="Fair, to the shoulders",
        worn="A green coat, white shoes",
        since=plan.day(data.days),
        last_seen="At a bus stop near the river park",
        police="City police, 555-0164",
        case_number="26-0931",
    )
    fields = ["name", "age", "height", "hair", "worn", "since", "police", "case_number"]
    plan.tell(written + timedelta(minutes=5), first, "residents.approve_flyer", flyer=The(flyer), released=fields)
    plan.tell(
        written + timedelta(minutes=6),
        first,
        "residents.release_flyer",
        f"{flyer}:given",
        flyer=The(flyer),
        recipient_kind="police",
        recipient="City police",
        handed_to="Officer Ames",
        channel="hand",
    )
    back = written + timedelta(minutes=90)
    plan.tell(back, first, "residents.recall_flyer", flyer=The(flyer), reason="She is back.")
    given = f"{flyer}:given"
    plan.tell(back + timedelta(minutes=5), first, "residents.tell_to_take_down", release=The(given))
    answer = {"answer": "destroyed", "note": "Taken down, and the paper shredded."}
    plan.tell(back + timedelta(days=1), first, "residents.answer_recall", sheet=The(given, "disclosure"), **answer)


def _tell_outcome(plan: Plan, key: str, data: IncidentData, happened_at: datetime) -> None:
    """What was done at once to protect, what was found, and that both sides know it."""
    works_here = isinstance(data.accused, str)
    not_needed = {"roster": "Does not work here", "record": "Has no access"}
    if works_here:
        not_needed = dict.fromkeys(not_needed, "Two people are always there") | {"doctor": "Nobody was hurt"}
    words = {"contact": "Never alone together", "support": "The caseworker comes each day"}
    words |= {"doctor": "Seen by the school nurse"} | not_needed
    plan.tell(
        happened_at + timedelta(hours=21),
        "supervisor",
        "residents.decide_protective_steps",
        incident=The(key),
        steps=[Decided(kind, kind not in not_needed, note) for kind, note in words.items()],
        review_on=plan.day(data.days - 8),
    )
    plan.tell(
        happened_at + timedelta(days=4),
        "supervisor",
        "residents.record_outcome",
        f"{key}:outcome",
        incident=The(key),
        finding="unclear",
        authority="County licensing, after talks with everybody",
        found_on=plan.day(data.days - 4),
        based_on="Their letter, and what both sides told",
        for_young="Talks with somebody she trusts, as long as she wants",
        for_accused="training",
        for_accused_note="How to speak when somebody is upset",
    )
    for side in ("young", "accused"):
        plan.tell(
            happened_at + timedelta(days=4, hours=3),
            "supervisor",
            "residents.tell_outcome",
            outcome=The(f"{key}:outcome"),
            side=side,
            on=plan.day(data.days - 4),
            told="The caseworker told her" if side == "young" else "The agency wrote to them",
        )


def _tell_accused(plan: Plan, key: str, account: str, written: datetime, reporter: str) -> None:
    """Who is said to have done it, from whom it is hidden then, and the sending of the report."""
    plan.tell(
        written + timedelta(minutes=1),
        reporter,
        "residents.name_person",
        incident=The(key),
        person=person(account),
        role="staff",
        part="accused",
    )
    plan.tell(written + timedelta(minutes=2), reporter, "residents.send_draft", incident=The(key))


def _tell_restraint(plan: Plan, key: str, happened_at: datetime, written: datetime, reporter: str) -> None:
    """How long somebody was held, with one check, and the sending of the report."""
    part = The(key, "parts.get()")
    plan.tell(
        written + timedelta(minutes=2),
        reporter,
        "residents.add_restraint",
        f"{key}:held",
        part=part,
        kind="hold",
        started_at=happened_at,
        ended_at=happened_at + timedelta(minutes=2),
        held_by="The staff on shift",
        why="A car was coming",
        tried="Called his name, stood in the way",
    )
    plan.tell(
        written + timedelta(minutes=3),
        reporter,
        "residents.add_check",
        restraint=The(f"{key}:held"),
        at=happened_at + timedelta(minutes=1),
        checked_by="The second adult",
        how="Breathing fast, looked at us, nodded",
    )
    plan.tell(written + timedelta(minutes=4), reporter, "residents.send_draft", incident=The(key))
