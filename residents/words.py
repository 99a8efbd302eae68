"""What history calls the records of this app, and their fields: as the forms do."""

from typing import Any

from placement.audit.words import Words, say

CASEWORKER = {"caseworker": "Caseworker"}


def paper(document: Any) -> str:
    """Return the title of a paper of a home; of a young person's document only that it is one."""
    return document.title if document.part == document.Part.HOME else "document"


say(
    "residents.Resident",
    Words(
        "care profile",
        "care profiles",
        {"school_latitude": "School: latitude", "school_longitude": "School: longitude"},
        called=lambda resident: resident.code,
    ),
)
say(
    "residents.Identity",
    Words(
        "identity",
        "identities",
        {
            "birth_date": "Date of birth",
            "birth_date_is_estimate": "The date of birth is an estimate",
            "family_latitude": "Family home: latitude",
            "family_longitude": "Family home: longitude",
        },
    ),
)
say("residents.Alias", Words("other name", "other names"))
say("residents.ComplaintCode", Words("code on paper", "codes on paper", {"advocate": "For the advocate"}))
say("residents.Complaint", Words("complaint", "complaints", {"who": "What they are called", "since": "Since when"}))
say("residents.ComplaintNamed", Words("colleague named in a complaint", "colleagues named in complaints"))
say("residents.ComplaintStep", Words("line about a complaint", "lines about complaints"))
say("residents.ComplaintDecision", Words("decision about a complaint", "decisions about complaints"))
say("residents.ComplaintCheck", Words("look for payback", "looks for payback"))
say("residents.LookPlan", Words("plan of looks", "plans of looks", {"decided_by": "Who decided", "reason": "Why"}))
say("residents.SafetyAlert", Words("alert", "alerts", {"text": "What everybody must know"}))
say(
    "residents.OutsidePerson",
    Words(
        "person outside",
        "people outside",
        {"permission": "Contact is", "order": "Order or decision that says so", "other_names": "Other names"},
        called=lambda person: person.name,
    ),
)
say(
    "residents.ContactChange",
    Words(
        "question whether contact may be wider",
        "questions whether contact may be wider",
        {
            "outside_person": "With whom",
            "permission": "Contact would be",
            "order": "Order or decision that says so",
            "reason": "Why",
            "asked_by": "Who asks",
            "asked_at": "Asked",
            "decision_reason": "Why it was decided so",
        },
    ),
)
say(
    "residents.Contact",
    Words(
        "contact",
        "contacts",
        {
            "outside_person": "With whom",
            "other_name": "With whom else",
            "outcome": "What became of it",
            "happened_at": "When",
            "late": "Late entry",
            "amends": "Amends",
            "restriction": "Refused under",
            "seen_by": "Read by the supervisor",
            "seen_at": "Time of reading",
        },
    ),
)
say(
    "residents.ActivityOffer",
    Words(
        "activity", "activities", {"name": "What was offered", "offered_at": "When"}, called=lambda offer: offer.name
    ),
)
say(
    "residents.ActivityAnswer",
    Words(
        "answer to an activity",
        "answers to activities",
        {"offer": "What was offered", "restriction": "Kept from it under", "entry": "Care entry"},
    ),
)
say(
    "residents.Restriction",
    Words(
        "limit on a right",
        "limits on rights",
        {
            "kind": "On what",
            "outside_person": "Contact with",
            "asked_by": "Set by",
            "asked_at": "Time of setting",
            "decision_reason": "Why it was decided so",
            "ends_at": "It ends",
            "lifted_at": "Lifted",
        },
    ),
)
say(
    "residents.IntrusiveMeasure",
    Words(
        "intrusive measure",
        "intrusive measures",
        {
            "done_by": "Who did it",
            "told": "The young person was told",
            "why_not_told": "Why they were not told",
            "happened_at": "When it happened",
            "review_by": "To be judged by",
            "decision_reason": "Why it was judged so",
            "ends_at": "It may go on until",
            "ended_at": "Over since",
            "amends": "Amends",
        },
    ),
)
say(
    "residents.RightsNotice",
    Words(
        "reading of the rights",
        "readings of the rights",
        {"explained_by": "Who explained", "given_at": "When", "jurisdiction": "State"},
    ),
)
say(
    "residents.CareEntry",
    Words("care entry", "care entries", {"happened_at": "When it happened", "late": "Late entry", "amends": "Amends"}),
)
say(
    "residents.ClinicalNote",
    Words(
        "clinical note",
        "clinical notes",
        {
            "happened_at": "When it happened",
            "amends": "Amends",
            "text": "What it says",
            "amendment_reason": "Why it was amended",
        },
    ),
)
say(
    "residents.MedicationOrder",
    Words(
        "medication order",
        "medication orders",
        {
            "times": "Due at",
            "days": "On which days (Monday is 1)",
            "what_for": "What for",
            "review_on": "Consent is looked at again",
            "replaces": "Follows another order",
        },
    ),
)
say(
    "residents.MedicationDose",
    Words(
        "dose", "doses", {"due_at": "Due", "how": "How it was taken", "amends": "Amends", "error": "Medication error"}
    ),
)
say("residents.MedicationCount", Words("count of medication", "counts of medication"))
say(
    "residents.Case",
    Words(
        "case",
        "cases",
        {
            "next_hearing_on": "Next hearing",
            "next_health_check_on": "Next health check",
            "next_school_review_on": "Next school review",
        },
        called=lambda case: f"case {case.number}",
    ),
)
say("residents.Caseload", Words("caseworker of the case", "caseworkers of the case", CASEWORKER))
say("residents.TeamMember", Words("person on the team", "people on the team", {"person": "Who"}))
say(
    "residents.PopulationDesignation",
    Words(
        "designation",
        "designations",
        {
            "stage": "How sure is this",
            "basis": "On what basis",
            "standing": "Where it stands",
            "review_reason": "Why it was agreed or not",
        },
    ),
)
say(
    "residents.LevelAssessment",
    Words(
        "level of care",
        "levels of care",
        {"assessor": "Assessed by", "basis": "On what basis", "again_on": "Assess again by"},
    ),
)
say(
    "residents.HarmEvent",
    Words("safety history", "entries of the safety history", {"kind": "What happened", "happened_on": "When"}),
)
say(
    "residents.Separation",
    Words(
        "separation",
        "separations",
        {
            "kind": "Keep apart from",
            "other": "Which young person",
            "person": "Who outside",
            "area": "Which area",
            "area_latitude": "Area: latitude of the middle",
            "area_longitude": "Area: longitude of the middle",
        },
    ),
)
say(
    "residents.SeparationRequest",
    Words("separation that waits", "separations that wait", {"code": "Which young person"}),
)
say(
    "residents.ConflictOfInterest",
    Words(
        "bar from the record",
        "bars from the record",
        {
            "person": "Who is barred",
            "end_reason": "Why it was lifted",
            "judged_by": "Judged by",
            "judged_at": "Judged",
            "judgement_reason": "Why judged so",
        },
    ),
)
say(
    "residents.BreakGlass",
    Words(
        "emergency access",
        "emergency accesses",
        {"person": "Who used it", "judged_by": "Judged by", "judged_at": "Judged", "judgement_reason": "Why judged so"},
    ),
)
say(
    "residents.AccessRequest",
    Words(
        "request for access",
        "requests for access",
        {
            "asker": "Who asks",
            "asked_for": "What is asked for",
            "purpose": "What for",
            "decision_reason": "Why it was decided so",
            "ends_at": "Access ends",
        },
    ),
)
say(
    "residents.Consent",
    Words(
        "consent to share",
        "consents to share",
        {
            "recipient": "For whom",
            "purpose": "What for",
            "given_by": "Who decides",
            "given_by_name": "Given by",
            "paper": "Where the signed paper is",
            "withdrawn_reason": "Why it was withdrawn",
        },
    ),
)
say(
    "residents.Disclosure",
    Words(
        "sheet shared outside",
        "sheets shared outside",
        {
            "recipient_kind": "What kind of recipient",
            "handed_to": "Handed to",
            "purpose": "What for",
            "basis": "What allows it",
            "authority": "Order, law or danger",
            "fields": "What it says",
            "channel": "How it was given",
            "until": "They may keep it until",
            "sha256": "Fingerprint",
            "recall_reason": "Why it was asked for back",
            "answer": "What became of it",
        },
    ),
)
say(
    "residents.Kinship",
    Words("siblings", "siblings", {"sibling": "Which young person", "together": "They wish to live together"}),
)
say(
    "residents.ExploitationLink",
    Words("link to an exploiter", "links to exploiters", {"exploiter": "Exploiter or recruiter"}),
)
say(
    "residents.ExploitationTrace",
    Words("number, place, name or car", "numbers, places, names and cars", {"value": "Which"}),
)
say("residents.Exploiter", Words("exploiter or recruiter", "exploiters and recruiters"))
say(
    "residents.Document",
    Words(
        "document",
        "documents",
        {
            "part": "Part of the record",
            "content_type": "Kind of file",
            "uploaded_by": "Filed by",
            "uploaded_at": "Filed",
        },
        called=paper,
        values={"size": lambda size: f"{size:,} bytes"},
    ),
)
say(
    "residents.DocumentSeal",
    Words(
        "seal of a document",
        "seals of documents",
        {
            "order_number": "Number of the order",
            "ordered_on": "Day of the order",
            "lift_order_number": "Number of the order that lifts it",
            "lift_court": "Court that lifts it",
            "lift_ordered_on": "Day of the order that lifts it",
        },
    ),
)
say(
    "residents.SealedRecord",
    Words(
        "sealing of the record",
        "sealings of the record",
        {"says": "What the order says", "document": "The order itself"},
    ),
)
say(
    "residents.ValueProposal",
    Words(
        "proposal to put a former value back",
        "proposals to put former values back",
        {
            "record": "Of which kind of record",
            "thing": "Which record",
            "former": "Which row of history",
            "fields": "Fields",
        }
        | {"why": "Why", "answer": "Answer", "answered_by": "Answered by", "answered_at": "Answered at"}
        | {"answer_reason": "Why it was answered so"},
    ),
)
say(
    "residents.SealingNotice",
    Words(
        "message about a sealed record",
        "messages about sealed records",
        {"person": "To whom", "said": "What was said", "until": "Open until", "told_at": "Told at"},
    ),
)
say(
    "residents.SealingOrder",
    Words(
        "order about a sealed record",
        "orders about sealed records",
        {
            "record": "Which record",
            "kind": "What it does",
            "order_number": "Number of the order",
            "ordered_on": "Day of the order",
            "until": "Open until",
            "decision_reason": "Why decided so",
            "lifted_at": "Sealing ended",
            "open_until": "Open for the court until",
        },
    ),
)
say(
    "residents.Incident",
    Words(
        "incident",
        "incidents",
        {
            "kind": "What kind of incident",
            "severity": "How serious",
            "happened_at": "When it happened",
            "reported_at": "Reported",
            "sent_at": "First sent",
            "reviewed_at": "Reviewed",
            "filed_at": "Filed",
            "closed_at": "Closed",
            "closing_note": "How it ended",
        },
        called=str,
    ),
)
say("residents.IncidentResident", Words("young person in an incident", "young people in an incident"))
say(
    "residents.IncidentStep",
    Words("step of an incident", "steps of incidents", {"what": "Step", "by": "Who", "at": "When"}),
)
say("residents.IncidentPerson", Words("grown-up in an incident", "grown-ups in incidents", {"part": "Part in it"}))
say("residents.IncidentPart", Words("part in an incident", "parts in incidents", {"role": "Part in it"}))
say(
    "residents.Restraint",
    Words("restraint", "restraints", {"started_at": "Start", "ended_at": "End", "why": "Why", "kind": "How"}),
)
say("residents.RestraintCheck", Words("check during a restraint", "checks during restraints", {"at": "When"}))
say("residents.IncidentInjury", Words("injury", "injuries", {"region": "Where", "kind": "What", "note": "Note"}))
say(
    "residents.EpisodeNote",
    Words("note about somebody missing", "notes about somebody missing", {"what": "What", "at": "When", "who": "Who"}),
)
say(
    "residents.Flyer",
    Words(
        "flyer about somebody missing",
        "flyers about somebody missing",
        {"released": "What may be released", "approved_by": "Approved by", "recall_reason": "Why it was withdrawn"},
    ),
)
say(
    "residents.FlyerRelease",
    Words("flyer given out", "flyers given out", {"recipient": "To whom", "told_at": "Told to take it down"}),
)
say("residents.IncidentFile", Words("file of an incident", "files of incidents"))
say("residents.IncidentDebrief", Words("talk after an incident", "talks after incidents", {"held_at": "When"}))
say(
    "residents.IncidentFollowUp",
    Words("follow-up of an incident", "follow-ups of incidents", {"owner": "Who", "due_on": "By", "done_at": "Done"}),
)
say("residents.IncidentNotice", Words("message about an incident", "messages about incidents", {"person": "To whom"}))
say(
    "residents.WordingIgnored",
    Words(
        "wording kept in spite of a hint",
        "wordings kept in spite of hints",
        {"person": "Who", "kept_at": "When", "record_id": "Record"},
    ),
)
