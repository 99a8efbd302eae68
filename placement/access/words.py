"""What history calls the records of this app."""

from placement.audit.words import Words, say

say("access.AgencyUnit", Words("unit of the agency", "units of the agency", called=str))
say("access.Membership", Words("group membership", "group memberships"))
say("auth.Group", Words("group", "groups"))
say(
    "access.Person",
    Words(
        "account",
        "accounts",
        {
            "unit": "Unit of the agency",
            "is_active": "May sign in",
            "password_changed_at": "Password changed",
            "factor_since": "Second factor since",
            "signed_out_at": "Signed out everywhere",
            "pin_set_at": "PIN set",
        },
        called=str,
    ),
)
say(
    "access.CalendarFeed",
    Words("calendar feed", "calendar feeds", {"name": "Where it is read", "made_at": "Made", "ended_at": "Ended"}),
)
say(
    "access.UnusualAccess",
    Words(
        "very many records opened",
        "times that very many records were opened",
        {"person": "Who opened them", "judgement_reason": "Why judged so"},
    ),
)
say(
    "access.AccountChange",
    Words(
        "proposed change of an account",
        "proposed changes of accounts",
        {
            "unit": "Unit of the agency",
            "proposed_at": "Time of the proposal",
            "decided_in": "Transaction of the decision",
        },
    ),
)
