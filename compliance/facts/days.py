"""Facts about the day in a home: activities, school, entries of the care log, and how often somebody looks."""

from compliance.facts.fact import NOBODY, Fact, first_of, home_of, newest, select

_OFFER = "FROM residents_activityoffer o"
_ANSWER = "FROM residents_activityanswer a JOIN residents_activityoffer o ON o.id = a.offer_id"
_ANSWERS = ("o.facility_id", "a.id", "a.resident_id", "o.offered_at")
_SCHOOL = f"FROM residents_careentry c WHERE c.kind = 'school' AND {newest('c', 'residents_careentry')}"
_ENTRY = first_of("c", "residents_careentry")
_WENT_AGAIN = (
    "(SELECT min(n.happened_at) FROM residents_careentry n WHERE n.resident_id = c.resident_id AND n.kind = 'school'"
    f" AND n.happened_at > c.happened_at AND n.outcome IN ('Went to school', 'Came late') AND {newest('n', 'residents_careentry')})"
)

_CORRECTED = "EXISTS (SELECT FROM residents_careentry e WHERE e.amends_id = {0}.entry_id AND e.outcome <> '{1}')"
_LEFT_OUT = (
    f"{_ANSWER} WHERE a.answer = 'excluded' AND NOT {_CORRECTED.format('a', 'Kept from it')} AND EXISTS ("
    "SELECT FROM residents_activityanswer w WHERE w.offer_id = a.offer_id AND w.answer = 'joined'"
    " AND w.resident_id <> a.resident_id"
    f" AND NOT {_CORRECTED.format('w', 'Took part')})"
)
_JOINED_AGAIN = (
    "(SELECT min(n.offered_at) FROM residents_activityoffer n JOIN residents_activityanswer w ON w.offer_id = n.id"
    " WHERE w.resident_id = a.resident_id AND w.answer = 'joined' AND n.place = o.place AND n.offered_at > o.offered_at"
    f" AND NOT {_CORRECTED.format('w', 'Took part')})"
)

FACTS = (
    Fact(
        "activity.offered",
        "An activity was offered to everybody in the home.",
        "home",
        select("o.facility_id", "o.id", NOBODY, "o.offered_at", _OFFER),
    ),
    Fact(
        "activity.out",
        "An activity was held out of the house.",
        "subject",
        select("o.facility_id", "o.id", NOBODY, "o.offered_at", f"{_OFFER} WHERE o.place = 'out'"),
    ),
    Fact(
        "activity.led",
        "It is written down who of the staff was there at an activity.",
        "subject",
        select("o.facility_id", "o.id", NOBODY, "o.offered_at", f"{_OFFER} WHERE o.led_by ~ '\\S'"),
    ),
    Fact(
        "activity.kept_from",
        "A young person was kept from an activity that was offered to everybody.",
        "subject",
        select(*_ANSWERS, f"{_ANSWER} WHERE a.answer = 'excluded'"),
    ),
    Fact(
        "activity.kept_from_under_limit",
        "A young person was kept from an activity under a limit that says why and for how long, and that somebody approved.",
        "subject",
        select(
            *_ANSWERS,
            f"{_ANSWER} JOIN residents_restriction r ON r.id = a.restriction_id WHERE r.decision = 'approved'",
        ),
    ),
    Fact(
        "activity.left_out",
        "A young person was kept from an activity in which others of the house took part, until they took part in another one of"
        " that place, in the house or out of it.",
        "subject",
        select(*_ANSWERS, _LEFT_OUT, until=_JOINED_AGAIN),
    ),
    Fact(
        "school.entered",
        "An entry of the care log about school.",
        "resident",
        select("c.facility_id", _ENTRY, "c.resident_id", "c.happened_at", _SCHOOL),
    ),
    Fact(
        "school.missed",
        "A young person did not go to school, until they went again.",
        "subject",
        select(
            "c.facility_id",
            _ENTRY,
            "c.resident_id",
            "c.happened_at",
            f"{_SCHOOL} AND c.outcome = 'Did not go'",
            until=_WENT_AGAIN,
        ),
    ),
    Fact(
        "looks.more_often",
        "Somebody has decided to look at a young person more often than is usual in the home.",
        "subject",
        select(
            "lived.facility_id",
            "k.id",
            "k.resident_id",
            "k.starts_at",
            f"FROM residents_lookplan k {home_of('k.resident_id', 'k.starts_at')}"
            " JOIN facilities_facility h ON h.id = lived.facility_id"
            " WHERE k.day_minutes < h.look_day_minutes OR k.night_minutes < h.look_night_minutes",
            until="k.ends_at",
        ),
    ),
)
