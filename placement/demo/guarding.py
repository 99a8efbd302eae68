"""How records are guarded: consents and what was shared by them, a request for access, an emergency, and a bar."""

from datetime import timedelta

from placement.demo.cases import resident
from placement.demo.people import CASEWORKER_OF, SUPERVISOR_OF
from placement.demo.plan import Plan, The

SCHOOL, CLINIC, COURT = "Lakeview High School", "Meadow Street Clinic", "Juvenile Court, Department 4"


def tell_guarding(plan: Plan) -> None:
    """Tell what was shared about three young people, and who asked for a record or opened one without a grant."""
    share(plan)
    ask(plan)


def share(plan: Plan) -> None:
    """A school by consent, a court by its order, and a clinic that still has a sheet which was due back."""
    north, south = CASEWORKER_OF["north"], CASEWORKER_OF["south"]
    plan.tell(
        plan.when(41, "10:10"),
        north,
        "residents.record_consent",
        "consent:Noor",
        resident=resident("Noor"),
        recipient=SCHOOL,
        purpose="To place her in the right classes, and to know what to do when she has an allergic reaction.",
        parts=["care", "identity"],
        given_by="parent",
        given_by_name="Her grandmother and guardian",
        paper="Signed form, filed with the school papers",
        ends_at=plan.when(-140, "16:00"),
    )
    plan.tell(
        plan.when(40, "09:30"),
        north,
        "residents.disclose",
        resident=resident("Noor"),
        recipient_kind="school",
        handed_to="Ms. Ortiz, school counselor",
        purpose="Enrolment",
        basis="consent",
        consent=The("consent:Noor"),
        fields=["care.preferred_name", "care.alerts", "care.languages", "identity.legal_name", "identity.birth_date"],
        channel="hand",
        until=plan.day(-200),
    )
    plan.tell(
        plan.when(12, "14:20"),
        north,
        "residents.disclose",
        resident=resident("Mei"),
        recipient_kind="court",
        recipient=COURT,
        handed_to="The clerk of the court",
        purpose="Report for the review hearing",
        basis="order",
        authority="Order of the review hearing",
        fields=["identity.legal_name", "case.number", "case.goal", "case.level", "case.summary"],
        channel="secure",
    )
    plan.tell(
        plan.when(34, "11:45"),
        south,
        "residents.disclose",
        resident=resident("Linh"),
        recipient_kind="health",
        recipient=CLINIC,
        handed_to="Dr. Ames",
        purpose="Allergy test",
        basis="law",
        authority="Consent to medical care by the agency, standing order",
        fields=["care.preferred_name", "care.alerts", "identity.birth_date"],
        channel="hand",
        until=plan.day(4),
    )


def ask(plan: Plan) -> None:
    """Somebody of another home asks; another one opened the record in an emergency; and one may never open it."""
    judge, at = SUPERVISOR_OF["south"], plan.when(6, "21:40")
    plan.tell(
        plan.when(1, "08:50"),
        "staff.birch",
        "residents.ask_access",
        code=The("case:Linh", "resident.code"),
        purpose="She may move to us next month. I want to read her plan of the day before her first visit.",
    )
    plan.tell(
        at,
        "admin.birch",
        "residents.break_glass",
        "emergency:Linh",
        code=The("case:Linh", "resident.code"),
        reason="She is at our door, alone and frightened. Nobody of her home answers the telephone.",
    )
    plan.tell(at + timedelta(minutes=50), "admin.birch", "residents.end_emergency", glass=The("emergency:Linh"))
    plan.tell(
        plan.when(5, "09:15"),
        judge,
        "residents.judge_emergency",
        glass=The("emergency:Linh"),
        judgement="justified",
        reason="Her home confirmed the call that was missed. She was safe and back within the hour.",
    )
    plan.tell(
        plan.when(60, "15:00"),
        judge,
        "residents.bar_from_record",
        resident=resident("Destiny"),
        person=The("person:carer.alder"),
        reason="They fostered her cousin, and both families know each other.",
    )
