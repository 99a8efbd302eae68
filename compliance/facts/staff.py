"""Facts about those who work in a home, and about their shifts. The subject is the person or the shift."""

from compliance.facts.fact import NOBODY, Fact, day_begins, day_ends, select

_WORKING = "FROM facilities_assignment a WHERE a.role IN ('staff', 'admin')"
_SHIFT = "FROM facilities_shift s"


def _credential(name: str, kind: str, sentence: str) -> Fact:
    rest = f"FROM facilities_credential c JOIN facilities_facility h ON h.id = c.facility_id WHERE c.kind = '{kind}'"
    sql = select("c.facility_id", "c.person_id", NOBODY, day_begins("c.valid_from"), rest, until=day_ends("c.valid_to"))
    return Fact(name, sentence, "subject", sql)


FACTS = (
    Fact(
        "staff.working",
        "Somebody works in the home, or runs it.",
        "subject",
        select("a.facility_id", "a.person_id", NOBODY, "a.starts_at", _WORKING, until="a.ends_at"),
    ),
    Fact(
        "staff.care",
        "Somebody works in the home with the young people.",
        "subject",
        select(
            "a.facility_id", "a.person_id", NOBODY, "a.starts_at", f"{_WORKING} AND a.role = 'staff'", until="a.ends_at"
        ),
    ),
    Fact(
        "staff.running",
        "Somebody runs the home.",
        "subject",
        select(
            "a.facility_id", "a.person_id", NOBODY, "a.starts_at", f"{_WORKING} AND a.role = 'admin'", until="a.ends_at"
        ),
    ),
    Fact(
        "staff.left",
        "Somebody has stopped working in the home.",
        "subject",
        select("a.facility_id", "a.person_id", NOBODY, "a.ends_at", f"{_WORKING} AND a.ends_at IS NOT NULL"),
    ),
    _credential("staff.cleared", "background", "The background clearance of somebody is in force."),
    _credential("staff.first_aid", "first_aid", "Somebody is trained in first aid and CPR, and that is in force."),
    _credential("staff.trained", "training", "Somebody has the required training, and that is in force."),
    _credential("staff.may_medicate", "medication", "Somebody may give medication."),
    Fact(
        "staff.uncleared_on_duty",
        "Somebody was on duty with young people without a background clearance in force.",
        "subject",
        select(
            "s.facility_id",
            "t.id",
            NOBODY,
            "coalesce(t.came_at, s.starts_at)",
            "FROM facilities_shiftstaff t JOIN facilities_shift s ON s.id = t.shift_id"
            " JOIN facilities_facility h ON h.id = s.facility_id"
            " WHERE NOT EXISTS (SELECT FROM facilities_credential c WHERE c.person_id = t.person_id AND c.kind = 'background'"
            " AND (coalesce(t.came_at, s.starts_at) AT TIME ZONE h.time_zone)::date"
            " BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity'))",
            until="coalesce(t.left_at, s.ends_at)",
        ),
    ),
    Fact(
        "staff.untrained_alone",
        "Somebody without the required training was on duty, and nobody who has it was on duty in the same shift.",
        "subject",
        select(
            "s.facility_id",
            "t.id",
            NOBODY,
            "coalesce(t.came_at, s.starts_at)",
            "FROM facilities_shiftstaff t JOIN facilities_shift s ON s.id = t.shift_id"
            " JOIN facilities_facility h ON h.id = s.facility_id"
            " WHERE NOT EXISTS (SELECT FROM facilities_shiftstaff o"
            " JOIN facilities_credential c ON c.person_id = o.person_id AND c.kind = 'training'"
            " WHERE o.shift_id = s.id AND (s.starts_at AT TIME ZONE h.time_zone)::date"
            " BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity'))",
            until="coalesce(t.left_at, s.ends_at)",
        ),
    ),
    Fact(
        "shift.worked",
        "A shift of the home.",
        "subject",
        select("s.facility_id", "s.id", NOBODY, "s.starts_at", _SHIFT, until="s.ends_at"),
    ),
    Fact(
        "shift.over",
        "A shift of the home is over.",
        "subject",
        select("s.facility_id", "s.id", NOBODY, "s.ends_at", _SHIFT),
    ),
    Fact(
        "shift.staffed",
        "It is written down who was on duty in a shift.",
        "subject",
        select(
            "s.facility_id",
            "s.id",
            NOBODY,
            "min(coalesce(t.came_at, s.starts_at))",
            f"{_SHIFT} JOIN facilities_shiftstaff t ON t.shift_id = s.id GROUP BY s.id",
        ),
    ),
    Fact(
        "shift.handed_off",
        "The hand-off of a shift was signed.",
        "subject",
        select("s.facility_id", "s.id", NOBODY, "s.signed_at", f"{_SHIFT} WHERE s.signed_at IS NOT NULL"),
    ),
    Fact(
        "shift.taken_over",
        "Somebody has taken over after a shift, or has read its hand-off.",
        "subject",
        select(
            "s.facility_id",
            "s.id",
            NOBODY,
            "least(min(t.taken_at), min(r.read_at))",
            f"{_SHIFT} LEFT JOIN facilities_takeover t ON t.shift_id = s.id LEFT JOIN facilities_handoffread r ON r.shift_id = s.id"
            " GROUP BY s.id HAVING least(min(t.taken_at), min(r.read_at)) IS NOT NULL",
        ),
    ),
    Fact(
        "shift.first_aiders",
        "How many of those on duty in a shift are trained in first aid and CPR.",
        "subject",
        select(
            "s.facility_id",
            "s.id",
            NOBODY,
            "s.starts_at",
            f"{_SHIFT} JOIN facilities_facility h ON h.id = s.facility_id LEFT JOIN facilities_shiftstaff t ON t.shift_id = s.id"
            " LEFT JOIN facilities_credential c ON c.person_id = t.person_id AND c.kind = 'first_aid'"
            " AND (s.starts_at AT TIME ZONE h.time_zone)::date BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')"
            " GROUP BY s.id",
            until="s.ends_at",
            value="count(DISTINCT c.person_id)",
        ),
        "adults",
    ),
    Fact(
        "young.lost_at_hand_off",
        "Nobody knew where a young person was when a shift was handed off.",
        "resident",
        select(
            "s.facility_id",
            "l.id",
            "l.resident_id",
            "s.signed_at",
            "FROM facilities_handoffline l JOIN facilities_shift s ON s.id = l.shift_id WHERE l.lost AND s.signed_at IS NOT NULL",
        ),
    ),
)
