"""What the clinician writes down about four young people: how a session went, never what was done to them; who else reads it."""

from datetime import timedelta

from placement.demo.cases import resident
from placement.demo.people import CASEWORKER_OF
from placement.demo.plan import Plan, The

CLINICIAN = "clinician"
WRITTEN_AFTER = timedelta(minutes=65)
NOTES = (  # whose, days ago, at, kind, the note
    (
        "Noor",
        40,
        "15:10",
        "session",
        "We made a list of people she trusts. She wants to draw again. Goal: one calm hour.",
    ),
    ("Noor", 19, "15:05", "session", "She brought two drawings. Slept through four nights of seven. Breathing helps."),
    ("Noor", 5, "15:10", "session", "She asked to tell her grandmother herself how school is going. We practised it."),
    ("Ximena", 30, "16:00", "assessment", "Second look at sleep and worry: both better than in the first month."),
    (
        "Ximena",
        9,
        "16:05",
        "session",
        "She stayed the whole hour for the first time. We played cards and talked of music.",
    ),
    ("Mei", 16, "14:00", "consultation", "Talked with her doctor about headaches. Glasses first, then we look again."),
    (
        "Mateo",
        12,
        "17:00",
        "session",
        "He used the grounding card at school and said so with pride. Next: the bus ride.",
    ),
)
AMENDED = ("Noor", 19, "She brought two drawings. Slept through five nights of seven. Breathing helps.")


def tell_therapy(plan: Plan) -> None:
    """Tell each note, and one amendment on the next morning."""
    for who, days, clock, kind, text in NOTES:
        at = plan.when(days, clock)
        plan.tell(
            at + WRITTEN_AFTER,
            CLINICIAN,
            "residents.write_clinical_note",
            f"note:{who}:{days}",
            resident=resident(who),
            kind=kind,
            happened_at=at,
            text=text,
        )
    who, days, text = AMENDED
    plan.tell(
        plan.when(days - 1, "09:20"),
        CLINICIAN,
        "residents.amend_clinical_note",
        note=The(f"note:{who}:{days}"),
        happened_at=plan.when(days, "15:05"),
        text=text,
        reason="The night staff counted again.",
    )
    open_notes(plan)


def open_notes(plan: Plan) -> None:
    """Two caseworkers ask to read notes: one may for a month, the other waits."""
    plan.tell(
        plan.when(8, "10:20"),
        CASEWORKER_OF["north"],
        "residents.ask_part",
        "notes:Ximena",
        resident=resident("Ximena"),
        part="clinical",
        purpose="The judge asks how much school she can manage. I want to report what helps her.",
    )
    plan.tell(
        plan.when(7, "13:30"),
        CLINICIAN,
        "residents.decide_access",
        asked=The("notes:Ximena"),
        decision="clinical",
        ends_at=plan.when(-23, "17:00"),
    )
    plan.tell(
        plan.when(1, "16:40"),
        CASEWORKER_OF["south"],
        "residents.ask_part",
        resident=resident("Mateo"),
        part="clinical",
        purpose="His plan for the bus to school is mine to write. I need to know what he has practised.",
    )
