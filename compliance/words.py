"""What history calls the records of this app."""

from placement.audit.words import Words, say

say("compliance.MonthTotals", Words("totals of a month", "totals of months", {"taken_at": "Counted at"}))
say(
    "compliance.RuleVersion",
    Words("rule", "rules", {"off": "Why it is switched off", "as_of": "As of"}, called=str),
)
say("compliance.SavedFilter", Words("saved filter", "saved filters"))
say("compliance.Holiday", Words("holiday", "holidays"))
say(
    "compliance.FirstDay", Words("first day", "first days", {"begins_at": "Judged from", "all_judged_at": "All judged"})
)
say(
    "compliance.Obligation",
    Words(
        "obligation",
        "obligations",
        {
            "event": "What it follows",
            "event_at": "When that was",
            "due_at": "Due",
            "opened_at": "Opened",
            "met_at": "Met",
            "ended_at": "No longer asked since",
        },
    ),
)
say(
    "compliance.Proof",
    Words(
        "proof",
        "proofs",
        {
            "item": "What was done",
            "done_at": "When it was done",
            "told": "Who was told",
            "told_by": "Who told them",
            "withdrawn_reason": "Why it was withdrawn",
        },
    ),
)
say(
    "compliance.Finding",
    Words(
        "finding",
        "findings",
        {
            "since": "Not met since",
            "opened_at": "Found",
            "closed_at": "Closed",
            "closed_why": "How it was closed",
            "again_after": "Failed again after",
            "goes_on_from": "Goes on from",
            "stays_with_home": "Stays with the home",
        },
    ),
)
say(
    "compliance.CorrectiveAction",
    Words(
        "corrective action",
        "corrective actions",
        {
            "due_on": "Due",
            "planned_at": "Time of planning",
            "changed_why": "Why it was changed",
            "done_at": "Reported as done",
            "done_note": "What was done",
            "sent_back_at": "Sent back",
            "sent_back_by": "Who sent it back",
            "sent_back_reason": "Why it was sent back",
            "verified_at": "Verified",
            "verified_note": "How it was verified",
        },
    ),
)
say(
    "compliance.CorrectiveStep",
    Words(
        "step",
        "steps",
        {"what": "What to do", "done_at": "Done", "evidence": "What shows it", "document": "A file that shows it"},
    ),
)
say(
    "compliance.Binder",
    Words(
        "inspection binder",
        "inspection binders",
        {
            "since": "First day",
            "until": "Last day",
            "made_at": "Time of making",
            "made_as": "Made as",
            "sha256": "Fingerprint",
        },
    ),
)
say(
    "compliance.CourtExport",
    Words(
        "sealed export",
        "sealed exports",
        {
            "since": "First day",
            "until": "Last day",
            "kinds": "Kinds of records",
            "recipient": "Court",
            "handed_to": "Who receives it there",
            "authority": "Order or subpoena",
            "why_withheld": "Why other kinds stay out",
            "asked_at": "Time of asking",
            "sha256": "Fingerprint",
            "decision": "Why it was decided so",
            "taken_at": "First taken",
        },
    ),
)
say(
    "compliance.Citation",
    Words(
        "citation",
        "citations",
        {
            "section": "Number or section",
            "called": "What the authority calls it",
            "serious": "Serious",
            "found": "What was found",
            "correct_by": "To be put right by",
            "ended_as": "How it was closed",
            "ended_on": "Closed on",
            "ended_note": "What shows it",
            "ended_by": "Who closed it",
            "ended_at": "Time of closing",
        },
        called=str,
    ),
)
say(
    "compliance.CorrectionPlan",
    Words(
        "plan of correction",
        "plans of correction",
        {
            "what": "What will be done",
            "owner": "Who answers for it",
            "due_on": "Done by",
            "sent_on": "Sent to the authority",
            "outcome": "What became of it",
            "outcome_on": "Day of the answer",
            "outcome_note": "What was said",
            "done_on": "Done on",
            "done_note": "What shows it",
        },
    ),
)
say(
    "compliance.Flag",
    Words(
        "thing to look at",
        "things to look at",
        {
            "person": "Whom it is about",
            "on_day": "Day",
            "found_at": "Found",
            "due_at": "Review by",
            "took_part": "Who took part",
        },
    ),
)
say(
    "compliance.FlagSetting",
    Words(
        "number of a rule",
        "numbers of rules",
        {"name": "Which number", "value": "Set to", "why": "Why", "set_at": "When"},
    ),
)
say(
    "compliance.Review",
    Words(
        "review",
        "reviews",
        {
            "flag": "What it is about",
            "finding": "What was found",
            "note": "Note",
            "reviewed_at": "Reviewed",
            "follow_up": "What is left to do",
            "due_on": "By the end of",
            "done_at": "Done",
            "done_note": "What was done",
        },
    ),
)

say(
    "residents.LegalHold",
    Words(
        "legal hold",
        "legal holds",
        {"laid_by": "Laid by", "laid_at": "Laid at", "lifted_by": "Lifted by", "lifted_at": "Lifted at"}
        | {"lift_reason": "Why it was lifted", "why": "Why it is kept"},
    ),
)
say(
    "residents.Disposal",
    Words(
        "disposal of a record",
        "disposals of records",
        {
            "code": "Code",
            "began_on": "Record from",
            "left_on": "Record until",
            "free_on": "May go from",
            "rules": "Terms",
        }
        | {"age": "Age", "absent_year": "Year of the last absence", "homes": "Homes", "units": "Units"}
        | {"closed_to": "Closed to", "approved": "Agreed", "decision": "Why it was decided so"}
        | {"erased_at": "Erased at", "erased": "What went", "files": "Files"},
    ),
)
say(
    "compliance.AgencyTerm",
    Words(
        "time for which records are kept",
        "times for which records are kept",
        {"until_age": "Until the age of", "why": "Why", "confirmed_by": "Confirmed by", "confirmed_at": "Confirmed at"}
        | {"refused_by": "Refused by", "refused_at": "Refused at", "refusal": "Why it was refused"}
        | {"withdrawn_at": "Withdrawn at"},
    ),
)
say("compliance.AnswerRead", Words("answer that was read", "answers that were read", {"of": "Of"}))
