"""What history calls the records of this app, and their fields: as the forms do."""

from typing import Any

from placement.audit.words import Words, say
from residents.models import LevelOfCare

CRITERIA = {
    "exploiter": "contact with an exploiter",
    "harm": "safety history",
    "age_gap": "difference of age",
    "area": "area to stay away from",
    "restricted": "restricted facts",
}


def level(value: int) -> str:
    """Return a level of care in words."""
    return str(LevelOfCare(value).label) if value in LevelOfCare.values else str(value)


def criterion(value: str) -> str:
    """Return a signed warning in words, without the mark of its facts."""
    key = value.partition(":")[0]
    return CRITERIA.get(key, key.replace("_", " "))


def entries(value: Any) -> str:
    """Return how many entries a list has that is told in full on its own page."""
    return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"


say(
    "facilities.AfterCareCheck",
    Words(
        "check after leaving", "checks after leaving", {"checked_at": "When", "note": "How the young person is doing"}
    ),
)
say("facilities.Assignment", Words("role in the home", "roles in the home", {"person": "Who"}))
say(
    "facilities.Bed",
    Words(
        "bed",
        "beds",
        {"closed_from": "Out of use from", "closed_until": "Out of use until", "closed_why": "Why out of use"},
        called=lambda bed: f"{bed.room.name} · {bed.name}",
        related=("room",),
    ),
)
say(
    "facilities.Credential",
    Words(
        "credential",
        "credentials",
        {
            "person": "Who",
            "course": "Which one",
            "issuer": "Who gave it",
            "valid_to": "Last day",
            "document": "Paper",
            "filed_by": "Filed by",
            "filed_at": "Filed",
        },
    ),
)
say(
    "facilities.Discharge",
    Words("discharge", "discharges", {"to": "Where to", "reason": "Why the stay ended", "proposal": "As proposed"}),
)
say(
    "facilities.DischargeProposal",
    Words(
        "proposed discharge",
        "proposed discharges",
        {
            "to": "Where to",
            "reason": "Why the stay ends",
            "proposed_at": "Proposed",
            "withdrawn_at": "Withdrawn",
        },
    ),
)
say(
    "facilities.Drill",
    Words(
        "drill",
        "drills",
        {
            "held_at": "When",
            "seconds": "Seconds until all were out",
            "all_out": "Everybody got out",
            "problems": "What went wrong",
        },
        called=str,
    ),
)
say("facilities.DrillStaff", Words("who took part in a drill", "people in a drill", {"person": "Who"}))
say(
    "facilities.DrillYoung",
    Words("young person in a drill", "young people in a drill", {"got_out": "Got out", "why_not": "Why not"}),
)
say("facilities.Exit", Words("exit", "exits", {"has_alarm": "It has an alarm"}))
say(
    "facilities.ExitCheck",
    Words(
        "check of an exit",
        "checks of exits",
        {
            "opens": "Opens from inside without a key",
            "unblocked": "The way is free",
            "alarm_works": "The alarm works",
            "wrong": "What is wrong",
        },
    ),
)
say(
    "facilities.Facility",
    Words("home", "homes", {"kind": "Kind of home", "jurisdiction": "State"}, called=str),
)
say(
    "facilities.FacilityAddress",
    Words("address", "addresses", values={"encrypted": lambda value: "encrypted; read it on the page of the address"}),
)
say(
    "facilities.AddressShown",
    Words("look at the address", "looks at the address", {"purpose": "What for", "reason": "Why", "person": "Who"}),
)
say("facilities.FireClearance", Words("fire clearance", "fire clearances", {"authority": "Who gave it"}))
say("facilities.Hold", Words("held bed", "held beds", {"held_by": "Held by", "ends_at": "Held until"}))
say("facilities.Leave", Words("leave", "leaves", {"kind": "What for", "where": "Where, and with whom"}))
say(
    "facilities.PassRequest",
    Words(
        "pass",
        "passes",
        {
            "kind": "What for",
            "where": "Where to",
            "outside_person": "With whom",
            "company": "With whom else",
            "own_wish": "The young person asked",
            "asked_by": "Asked by",
            "asked_at": "Asked",
            "decision_reason": "Why it was decided so",
            "withdrawn_by": "Withdrawn by",
            "withdrawn_at": "Withdrawn",
            "withdrawn_why": "Why it was withdrawn",
            "returned_at": "Came back",
            "return_by": "Return written by",
            "return_note": "How it was",
        },
    ),
)
say(
    "facilities.Licence",
    Words(
        "licence",
        "licences",
        {
            "authority": "Who gave it",
            "number": "Licence number",
            "jurisdiction": "State",
            "population": "Who lives there",
            "population_confirmed_by": "Confirmed by",
            "population_document": "Paper that shows it",
            "capacity": "For how many young people",
            "min_age": "Lowest age",
            "max_age": "Highest age",
            "sexes": "For whom",
            "levels": "Levels of care",
        },
        called=lambda licence: f"licence {licence.number}",
    ),
)
say(
    "facilities.LicenceCondition",
    Words(
        "condition of the licence",
        "conditions of the licence",
        {"kind": "What it says", "value": "Number", "text": "In the authority's words"},
    ),
)
say(
    "facilities.Match",
    Words("check of a home", "checks of homes", {"rank": "Place in the list"}, values={"criteria": entries}),
)
say(
    "facilities.OutsideInspection",
    Words(
        "visit of the authority",
        "visits of the authority",
        {
            "visited_on": "Day",
            "source": "Where it is known from",
            "reference": "Number of the report",
            "document": "Report",
            "recorded_by": "Recorded by",
            "recorded_at": "Recorded",
        },
    ),
)
say(
    "facilities.Override",
    Words(
        "exception",
        "exceptions",
        {
            "kind": "From what",
            "reason": "Why it is needed",
            "expires_at": "Until when",
            "proposed_by": "Asked for by",
            "proposed_at": "Asked for",
            "decision_reason": "Why it was decided so",
        },
    ),
)
say(
    "facilities.Placement",
    Words(
        "placement",
        "placements",
        {
            "decision": "Choice of the home",
            "override": "Exception",
            "proposed_at": "Proposed",
            "decision_reason": "Why it was decided so",
            "safety_read_by": "Safety history read by",
            "safety_read_at": "Safety history read",
            "end_reason": "Why it ended",
        },
    ),
)
say(
    "facilities.PlacementDecision",
    Words(
        "choice of a home",
        "choices of homes",
        {
            "considered": "Homes considered",
            "chosen": "Chosen home",
            "young_persons_view": "What the young person says about it",
            "chosen_at": "Time of the choice",
        },
        values={"considered": entries},
    ),
)
say(
    "facilities.RatioCheck",
    Words(
        "count of staff",
        "counts of staff",
        {
            "young_people": "Young people present",
            "awake": "Adults awake",
            "asleep": "Adults asleep",
            "required": "Adults asked for, awake",
            "asleep_ok": "Adults enough when asleep",
            "missing": "Adults too few",
            "citation": "Rule",
        },
    ),
)
say(
    "facilities.Referral",
    Words(
        "referral",
        "referrals",
        {
            "urgency": "How soon a home is needed",
            "reason": "Why a home is needed",
            "needed_from": "From when",
            "expected_until": "Until when",
            "level": "Level of care",
            "made_at": "Begun",
            "sent_at": "Sent",
            "closing_reason": "Why it was closed",
        },
        called=str,
        values={"level": level},
    ),
)
say(
    "facilities.RosterEntry",
    Words(
        "planned shift",
        "planned shifts",
        {"person": "Who", "awake": "Awake", "duty": "What for", "planned_by": "Planned by", "planned_at": "Planned"},
    ),
)
say("facilities.Room", Words("room", "rooms", called=str))
say(
    "facilities.Shift",
    Words("shift", "shifts", {"hand_off": "Hand-off note"}, called=str),
)
say(
    "facilities.HandOffLine",
    Words(
        "what a hand-off says of a young person",
        "what hand-offs say of young people",
        {"said": "What was logged", "left_open": "What was open", "lost": "Nobody knew where they were"},
    ),
)
say(
    "facilities.HandOffRead",
    Words("signature under a hand-off", "signatures under hand-offs", {"read_by": "Who read it"}),
)
say("facilities.TakeOver", Words("taking over of duty", "takings over of duty", {"taken_by": "Who took over"}))
say("facilities.LooksReview", Words("review of looks", "reviews of looks", {"reviewed_by": "Who reviewed"}))
say(
    "facilities.ShiftStaff",
    Words(
        "who was on duty",
        "people on duty",
        {"person": "Who", "awake": "Awake", "came_at": "Came", "left_at": "Left"},
    ),
)
say(
    "facilities.Training",
    Words(
        "training",
        "trainings",
        {
            "person": "Who",
            "held_on": "Day",
            "given_by": "Who gave it",
            "document": "Paper",
            "filed_by": "Filed by",
            "filed_at": "Filed",
            "withdrawn_by": "Withdrawn by",
            "withdrawn_at": "Withdrawn",
            "withdrawn_reason": "Why it was withdrawn",
        },
        called=str,
    ),
)
say(
    "facilities.StaffReference",
    Words(
        "reference",
        "references",
        {
            "person": "About whom",
            "relation": "How they know the person",
            "asked_on": "Asked on",
            "asked_by": "Asked by",
            "answered_on": "Answered on",
            "answered_by": "Answer written down by",
        },
        called=str,
    ),
)
say(
    "facilities.ReferenceText",
    Words(
        "text of a reference",
        "texts of references",
        {"person": "About whom", "named": "Who was asked", "said": "What was said"},
    ),
)
say("facilities.Unit", Words("unit", "units", called=str))
say(
    "facilities.Waiver",
    Words(
        "waiver",
        "waivers",
        {
            "kind": "From which term the home may differ",
            "rules": "Rules that it waives",
            "text": "In the authority's words",
        },
    ),
)
say(
    "facilities.WarningSignature",
    Words("signed warning", "signed warnings", {"criterion": "Warning"}, values={"criterion": criterion}),
)
