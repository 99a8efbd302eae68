"""Each young person's record: case, identity, designations, assessments, alerts, people outside, team, papers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from placement.demo import words
from placement.demo.homes import HOMES
from placement.demo.people import CASEWORKER_OF, SUPERVISOR_OF, person
from placement.demo.plan import Paper, Plan, The, chance
from placement.demo.young import ALERTS, ALIASES, EXPLOITERS, HARM, SIBLINGS, TRACES, Young
from placement.ui.dates import full_day

CLOSED = {"Omar": 215, "Abena": 170, "Diego": 150, "Nia": 70, "Ingrid": 40, "Teo": 15}  # days ago
HEARINGS = {"Noor": 7, "Mateo": 6, "Keisha": 8, "Samir": 33, "Hana": 21, "Ximena": 48, "Rosa": 12}  # in days
FIRST_LEVEL = {"Destiny": 2}  # assessed again later, before the move
INVENTED = "Invented for the demo."
RELATIVES = ("mother", "aunt", "grandmother", "uncle")
SUSPECTED_FIRST = 5  # every so many young people were first suspected, later confirmed

SEALED = (
    "Mei",
    "Record of the closed hearing",
    "JC-4471",
    "Juvenile Court, Department 4",
)  # whose, title, order, court
PAPERS = (  # whose, title, part, filed by, file, its lines, minutes after the case was opened
    ("Noor", "Court order on placement", "case", "caseworker", "order.pdf", "Order on placement", 460),
    ("Noor", "Drawing for the door of the room", "care", "caseworker", "drawing.png", "", 470),
    ("Mei", "Birth certificate, copy", "identity", "caseworker", "birth.pdf", "Certificate of birth", 460),
    ("Mei", "Summary of the interview", "exploitation", "caseworker", "interview.txt", "Summary", 480),
    ("Mateo", "School report", "care", "caseworker2", "school.pdf", "School report: mathematics A", 460),
    (*SEALED[:2], "case", "caseworker", "hearing.pdf", "Record of a closed hearing", 500),
    ("Ximena", "Therapy plan", "clinical", "clinician", "plan.txt", words.CLINICAL, 490),
)
AREAS = (
    ("Noor", "Port Ansel, the streets by the station", 40.0),
    ("Lucía", "Harbor district of Port Ansel", 25.0),
)


def resident(young: str) -> The:
    """Return the young person as something that other acts name."""
    return The(f"case:{young}", "resident")


def tell_cases(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell the record of everybody."""
    for young in everybody.values():
        _tell_case(plan, young)
    _tell_links(plan, everybody)


def _tell_case(plan: Plan, young: Young) -> None:
    luck = chance("case", young.key)
    by, supervisor, who = CASEWORKER_OF[young.unit], SUPERVISOR_OF[young.unit], resident(young.key)
    begin = plan.when(young.opened, "09:10") + timedelta(minutes=luck.randrange(0, 240))
    step = iter(range(5, 600, 4))
    closed = CLOSED.get(young.key)

    def tell(do: str, makes: str = "", *, actor: str = by, **args: object) -> None:
        plan.tell(min(begin + timedelta(minutes=next(step)), plan.now), actor, do, makes, **args)

    court = luck.choice(words.COURTS)
    plan.tell(
        begin,
        by,
        "residents.open_case",
        f"case:{young.key}",
        code=young.code,
        preferred_name=young.preferred,
        legal_name=young.legal,
        birth_date=young.born(plan.today),
        birth_date_is_estimate=young.key in ("Bao", "Zahra"),
        sex=young.sex,
        languages=list(young.languages),
        unit=The(f"unit:{young.unit}"),
        caseworker=person(by),
        number=f"{plan.day(young.opened).year}-{1000 + int(young.code[2:]) * 7}",
        legal_basis=luck.choice(words.LEGAL_BASIS),
        permanency_goal="independence" if young.age == 17 else luck.choice(words.GOALS),
        opened_on=plan.day(young.opened),
        court=court,
    )
    _tell_designations(plan, young, tell)
    level = FIRST_LEVEL.get(young.key, young.level)
    tell(
        "residents.assess_level",
        resident=who,
        level=level,
        assessed_on=plan.day(young.opened),
        assessor=luck.choice(words.ASSESSORS),
        basis=luck.choice(words.LEVEL_BASIS),
        again_on=max(
            plan.today + timedelta(days=int(young.code[2:]) * 7 % 90 - 6), plan.day(young.opened) + timedelta(days=1)
        ),
    )
    latitude, longitude = luck.uniform(36.5, 37.2), luck.uniform(-120.1, -119.4)
    tell(
        "residents.change_identity",
        resident=who,
        legal_name=young.legal,
        birth_date=young.born(plan.today),
        family=luck.choice(words.FAMILY_PLAIN if young.sex != "female" else words.FAMILY),
        family_latitude=round(latitude, 3),
        family_longitude=round(longitude, 3),
    )
    tell(
        "residents.change_profile",
        resident=who,
        preferred_name=young.preferred,
        languages=list(young.languages),
        plan_of_the_day=luck.choice(words.PLANS),
        school_latitude=round(latitude + luck.uniform(-0.1, 0.1), 3),
        school_longitude=round(longitude + luck.uniform(-0.1, 0.1), 3),
    )
    for kind, text, urgent in ALERTS.get(young.key) or luck.sample(words.ALERT_CHOICES, luck.choice((0, 1, 1, 2))):
        tell("residents.add_alert", resident=who, kind=kind, text=text, urgent=urgent)
    _tell_outside_people(plan, young, tell)
    if young.key in HEARINGS:
        tell("demo.set_hearing", case=The(f"case:{young.key}"), on=plan.day(-HEARINGS[young.key]))
    if young.group in ("cedar", "birch", "alder", "left") and young.population == "trafficked":
        tell(
            "residents.join_team",
            f"team:{young.key}",
            actor=supervisor,
            case=The(f"case:{young.key}"),
            person=person("clinician"),
        )
    if closed is not None:
        plan.tell(
            plan.when(closed, "16:20"),
            supervisor,
            "residents.close_case",
            case=The(f"case:{young.key}"),
            on=plan.day(closed),
        )


def _tell_designations(plan: Plan, young: Young, tell: Callable[..., None]) -> None:
    stages = [young.stage]
    number = int(young.code[2:])
    if young.stage == "confirmed" and young.population == "trafficked":
        stages = ["suspected", "confirmed"] if number % SUSPECTED_FIRST == 0 else ["confirmed"]
        if number % 7 == 0:
            stages = ["screened", *stages]
    for stage in stages:
        basis = words.BASIS[(young.population, stage)]
        tell("residents.designate", resident=resident(young.key), population=young.population, stage=stage, basis=basis)


def _tell_outside_people(plan: Plan, young: Young, tell: Callable[..., None]) -> None:
    luck = chance("outside", young.key)
    surname = young.legal.split()[-1]
    day = full_day(plan.day(young.opened + 3))
    rows = _in_touch(luck)
    if young.population == "trafficked" and luck.random() < 0.75:
        rows.append(luck.choice([row for row in words.OUTSIDE if row[2] == "prohibited"]))
    for number, (names, relation, permission, order) in enumerate(rows):
        own = luck.choice(names)
        tell(
            "residents.add_outside_person",
            f"outside:{young.key}:{number}",
            resident=resident(young.key),
            name=f"{own} {surname}" if relation in RELATIVES and " " not in own else own,
            relation=relation,
            permission=permission,
            order=order.format(day=day),
            telephone="" if permission == "prohibited" else f"(559) 555-01{luck.randrange(10, 99)}",
        )

    luck = chance("lawyer", young.key)
    tell(
        "residents.add_outside_person",
        f"lawyer:{young.key}",
        resident=resident(young.key),
        name=luck.choice(words.LAWYERS),
        relation="lawyer",
        permission="allowed",
        office="lawyer",
        telephone=f"(559) 555-01{luck.randrange(10, 99)}",
    )


def outside_people(young: Young) -> list[tuple[str, str]]:
    """Return (key, permission) of the people outside with whom contact may happen."""
    rows = _in_touch(chance("outside", young.key))
    return [(f"outside:{young.key}:{number}", row[2]) for number, row in enumerate(rows)]


def not_allowed(young: Young) -> str | None:
    """Return the key of the person outside with whom contact is not allowed, if there is one."""
    luck = chance("outside", young.key)
    rows = _in_touch(luck)
    return f"outside:{young.key}:{len(rows)}" if young.population == "trafficked" and luck.random() < 0.75 else None


def _in_touch(luck: Random) -> list[words.Outside]:
    return luck.sample([row for row in words.OUTSIDE if row[2] != "prohibited"], luck.choice((1, 2, 2)))


def _tell_links(plan: Plan, everybody: dict[str, Young]) -> None:
    """Tell what may need a second young person: siblings, exploiters, harm, other names, separations; then papers."""
    known: dict[str, The] = {}
    for who, name, kind, note in EXPLOITERS:
        young = everybody[who]
        key = f"link:{who}"
        plan.tell(
            _after(plan, young, 400),
            CASEWORKER_OF[young.unit],
            "residents.link_exploiter",
            key,
            resident=resident(who),
            exploiter=known.get(name),
            name=name,
            kind=kind,
            note=note,
        )
        known.setdefault(name, The(key, "exploiter"))
    for who, kind, value, note in TRACES:
        young = everybody[who]
        plan.tell(
            _after(plan, young, 405),
            CASEWORKER_OF[young.unit],
            "residents.record_trace",
            resident=resident(who),
            kind=kind,
            value=value,
            note=note,
        )
    for who, kind, days, summary in HARM:
        young = everybody[who]
        plan.tell(
            _after(plan, young, 410),
            CASEWORKER_OF[young.unit],
            "residents.record_harm",
            resident=resident(who),
            kind=kind,
            happened_on=plan.day(max(days, young.opened)),
            summary=summary,
        )
    for who, name, where in ALIASES:
        young = everybody[who]
        plan.tell(
            _after(plan, young, 420),
            CASEWORKER_OF[young.unit],
            "residents.add_alias",
            resident=resident(who),
            name=name,
            used_where=where,
        )
    for who, other, together in SIBLINGS:
        young = min(everybody[who], everybody[other], key=lambda y: y.opened)
        plan.tell(
            _after(plan, young, 430),
            CASEWORKER_OF[young.unit],
            "residents.record_siblings",
            resident=resident(who),
            sibling=resident(other),
            together=together,
        )
    _tell_separations(plan, everybody)
    _tell_papers(plan, everybody)


def _tell_separations(plan: Plan, everybody: dict[str, Young]) -> None:
    farah, hana = everybody["Farah"], everybody["Hana"]
    plan.tell(
        _after(plan, farah, 440),
        "caseworker",
        "residents.separate",
        resident=resident("Farah"),
        kind="resident",
        other=resident("Noor"),
        reason="They knew each other before, and not as friends. Both ask to be kept apart.",
    )
    plan.tell(
        _after(plan, hana, 440),
        "caseworker",
        "residents.separate",
        "separation:ended",
        resident=resident("Luz"),
        kind="resident",
        other=resident("Hana"),
        reason="A quarrel about a message, carried on in school.",
    )
    plan.tell(
        plan.when(60, "15:40"),
        "supervisor",
        "residents.end_separation",
        separation=The("separation:ended"),
        reason="Both met with the clinician and asked to end it.",
    )
    for who, name in (("Mei", "“Coach Vince”"), ("Ximena", "Her mother's former partner"), ("Mateo", "Dale Varnum")):
        young = everybody[who]
        plan.tell(
            _after(plan, young, 444),
            CASEWORKER_OF[young.unit],
            "residents.separate",
            resident=resident(who),
            kind="person",
            person=name,
            reason="Court order: no contact, and staff call the police at once if seen.",
        )
    harbor = HOMES["harbor"].address
    for who, area, km in AREAS:
        young = everybody[who]
        plan.tell(
            _after(plan, young, 448),
            CASEWORKER_OF[young.unit],
            "residents.separate",
            resident=resident(who),
            kind="area",
            area=area,
            area_latitude=harbor["latitude"],
            area_longitude=harbor["longitude"],
            area_km=km,
            reason="People from the time before still meet there.",
        )


def _tell_papers(plan: Plan, everybody: dict[str, Young]) -> None:
    for who, title, part, by, name, line, minutes in PAPERS:
        plan.tell(
            _after(plan, everybody[who], minutes),
            by,
            "residents.file_document",
            f"paper:{title}",
            resident=resident(who),
            title=title,
            part=part,
            upload=Paper(name, (line, INVENTED)),
        )
    who, title, number, court = SEALED
    plan.tell(
        _after(plan, everybody[who], 520),
        CASEWORKER_OF[everybody[who].unit],
        "residents.seal_document",
        document=The(f"paper:{title}"),
        order_number=number,
        court=court,
        ordered_on=plan.day(everybody[who].opened),
    )
    nia, tamsin = everybody["Nia"], everybody["Tamsin"]
    plan.tell(
        plan.when(nia.opened - 10, "12:00"),
        "clinician",
        "residents.add_alert",
        "alert:ended",
        resident=resident("Nia"),
        kind="medical",
        text="Antibiotics until the end of the month",
        urgent=False,
    )
    plan.tell(plan.when(nia.opened - 30, "12:00"), "clinician", "residents.end_alert", alert=The("alert:ended"))
    plan.tell(
        plan.when(tamsin.opened - 40, "09:30"),
        "supervisor",
        "residents.assign_caseload",
        case=The("case:Tamsin"),
        caseworker=person("caseworker2"),
        starts_at=None,
        ends_at=plan.when(tamsin.opened - 54, "18:00"),
    )


def _after(plan: Plan, young: Young, minutes: int) -> datetime:
    """Return a moment some minutes after the case was opened, never to come."""
    return min(plan.when(young.opened, "09:30") + timedelta(minutes=minutes), plan.now)
