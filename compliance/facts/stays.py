"""Facts about stays: arrival, leaving, moves, passes, after-care. The subject is the placement, if nothing else is said."""

from compliance.facts.fact import LEFT, LIVED, Fact, select

_STAY = f"FROM facilities_placement p JOIN facilities_facility h ON h.id = p.facility_id WHERE {LIVED}"
_REFERRED = (
    "FROM facilities_placement p JOIN facilities_facility h ON h.id = p.facility_id"
    f" JOIN facilities_referral r ON r.id = p.referral_id WHERE {LIVED}"
)
_DECIDED = "FROM facilities_placement p JOIN facilities_placementdecision d ON d.id = p.decision_id WHERE p.status <> 'withdrawn'"
_WHO = ("p.facility_id", "p.id", "p.resident_id")
_ENDED = "FROM facilities_placement p JOIN facilities_discharge d ON d.placement_id = p.id WHERE p.status = 'ended'"
_OUT = (
    "FROM facilities_passrequest q JOIN facilities_placement p ON p.id = q.placement_id"
    " WHERE q.decision = 'approved' AND q.withdrawn_at IS NULL"
)
_PASSES = ("p.facility_id", "q.id", "q.resident_id")

FACTS = (
    Fact(
        "stay.begun",
        "A young person came to live in a home, and stays until they leave.",
        "subject",
        select(*_WHO, "p.starts_at", _STAY, until=LEFT),
    ),
    Fact(
        "stay.emergency",
        "A young person came to a home on the day on which a home was looked for.",
        "subject",
        select(*_WHO, "p.starts_at", f"{_REFERRED} AND r.urgency = 'emergency'", until=LEFT),
    ),
    Fact(
        "stay.decided",
        "A home was chosen for a young person.",
        "subject",
        select(*_WHO, "d.chosen_at", _DECIDED, until="CASE WHEN p.status IN ('active', 'ended') THEN p.starts_at END"),
    ),
    Fact(
        "stay.homes_compared",
        "The choice of a home says which homes were considered, each with its reasons.",
        "subject",
        select(*_WHO, "d.chosen_at", f"{_DECIDED} AND jsonb_array_length(d.considered) > 0"),
    ),
    Fact(
        "stay.view_heard",
        "The choice of a home says what the young person thinks of it.",
        "subject",
        select(*_WHO, "d.chosen_at", f"{_DECIDED} AND d.young_persons_view ~ '\\S'"),
    ),
    Fact(
        "stay.approved",
        "Another person than who proposed it has approved a placement.",
        "subject",
        select(*_WHO, "p.decided_at", f"{_STAY} AND p.decided_at IS NOT NULL"),
    ),
    Fact(
        "stay.safety_read",
        "The home has read and signed the safety history of a young person.",
        "subject",
        select(*_WHO, "p.safety_read_at", f"{_STAY} AND p.safety_read_at IS NOT NULL"),
    ),
    Fact(
        "stay.ended",
        "A young person has left a home.",
        "subject",
        select(*_WHO, "p.ends_at", "FROM facilities_placement p WHERE p.status = 'ended'"),
    ),
    Fact(
        "stay.ended_after_month",
        "A young person has left a home after 30 days or more.",
        "subject",
        select(
            *_WHO,
            "p.ends_at",
            "FROM facilities_placement p WHERE p.status = 'ended' AND p.ends_at >= p.starts_at + interval '30 days'",
        ),
    ),
    Fact(
        "stay.moved_home",
        "A young person has left a home for another one.",
        "subject",
        select(*_WHO, "p.ends_at", f"{_ENDED} AND d.to = 'home'"),
    ),
    Fact(
        "stay.left_to_family",
        "A young person has left a home for family or a relative.",
        "subject",
        select(*_WHO, "p.ends_at", f"{_ENDED} AND d.to IN ('family', 'relative')"),
    ),
    Fact(
        "stay.left_elsewhere",
        "A young person has left a home for a place that is neither with family nor another home.",
        "subject",
        select(*_WHO, "p.ends_at", f"{_ENDED} AND d.to IN ('independent', 'other')"),
    ),
    Fact(
        "stay.leaving_planned",
        "A caseworker has planned when a young person will leave a home: the time of leaving, also when it is to come.",
        "subject",
        select(
            *_WHO,
            "q.leaves_at",
            "FROM facilities_dischargeproposal q JOIN facilities_placement p ON p.id = q.placement_id"
            " WHERE q.withdrawn_at IS NULL",
        ),
    ),
    Fact(
        "stay.move_planned",
        "A caseworker has planned when a young person will move to another home: the time of the move, also when it is to come.",
        "subject",
        select(
            *_WHO,
            "q.leaves_at",
            "FROM facilities_dischargeproposal q JOIN facilities_placement p ON p.id = q.placement_id"
            " WHERE q.withdrawn_at IS NULL AND q.to IN ('home', 'foster', 'relative')",
        ),
    ),
    Fact(
        "stay.moved_unplanned",
        "A young person has left a home for another place, and nobody had planned it.",
        "subject",
        select(*_WHO, "p.ends_at", f"{_ENDED} AND d.proposal_id IS NULL AND d.to IN ('home', 'foster', 'relative')"),
    ),
    Fact(
        "stay.after_care_planned",
        "The plan for the time after a stay was written, with who stays in touch.",
        "subject",
        select(
            *_WHO,
            "d.written_at",
            "FROM facilities_placement p JOIN facilities_discharge d ON d.placement_id = p.id WHERE d.after_care ~ '\\S'",
        ),
    ),
    Fact(
        "stay.discharge_written",
        "It was written how a stay ended, why, and where the young person went.",
        "subject",
        select(
            *_WHO, "d.written_at", "FROM facilities_placement p JOIN facilities_discharge d ON d.placement_id = p.id"
        ),
    ),
    Fact(
        "stay.after_care",
        "The six months after a stay.",
        "subject",
        select(*_WHO, "p.ends_at", _ENDED, until="p.ends_at + interval '6 months'"),
    ),
    Fact(
        "stay.after_care_checked",
        "Somebody has looked how a young person is doing after a stay.",
        "subject",
        select(
            *_WHO,
            "c.checked_at",
            "FROM facilities_aftercarecheck c JOIN facilities_discharge d ON d.id = c.discharge_id"
            " JOIN facilities_placement p ON p.id = d.placement_id",
        ),
    ),
    Fact(
        "stay.exception_over",
        "A young person lives in a home under an exception that has run out.",
        "subject",
        select(
            *_WHO,
            "o.expires_at",
            "FROM facilities_placement p JOIN facilities_override o ON o.id = p.override_id WHERE p.status = 'active'",
            until=LEFT,
        ),
    ),
    Fact(
        "stay.exception_agreed",
        "A second person has agreed to an exception for a stay, which has not run out.",
        "subject",
        select(
            *_WHO,
            "o.decided_at",
            "FROM facilities_placement p JOIN facilities_override o ON o.id = p.override_id WHERE o.status = 'approved'",
            until="o.expires_at",
        ),
    ),
    Fact(
        "pass.approved",
        "A young person may go out for a while: the time from which they may.",
        "subject",
        select(*_PASSES, "q.starts_at", _OUT, until="coalesce(q.returned_at, q.ends_at)"),
    ),
    Fact(
        "pass.decided",
        "Somebody has decided about a wish to go out.",
        "subject",
        select(
            *_PASSES,
            "q.decided_at",
            "FROM facilities_passrequest q JOIN facilities_placement p ON p.id = q.placement_id"
            " WHERE q.decided_at IS NOT NULL",
        ),
    ),
    Fact(
        "pass.asked",
        "Somebody has asked whether a young person may go out: the time from which they would.",
        "subject",
        select(
            *_PASSES,
            "q.asked_at",
            "FROM facilities_passrequest q JOIN facilities_placement p ON p.id = q.placement_id WHERE q.withdrawn_at IS NULL",
            until="q.starts_at",
        ),
    ),
    Fact(
        "pass.with_details",
        "A pass says where to, with whom, how, and when the young person is back.",
        "subject",
        select(*_PASSES, "q.asked_at", _OUT),
    ),
)
