"""Facts about homes: kind, licence, fire clearance, exits, drills, activities, papers, and how many people are there."""

from compliance.facts.fact import LEFT, LIVED, NOBODY, Fact, day_begins, day_ends, select

_OF_KIND = "FROM facilities_facility f WHERE f.kind = '{kind}'"
_LICENCES = (
    "FROM facilities_licence l JOIN facilities_facility h ON h.id = l.facility_id"
    " WHERE l.status IN ('licensed', 'probation')"
)
_CHECKED = "FROM facilities_ratiocheck c JOIN facilities_shift s ON s.id = c.shift_id"
_NEXT_CHECK = "coalesce(lead(c.at) OVER (PARTITION BY s.facility_id ORDER BY c.at, c.id), greatest(s.ends_at, c.at))"


def _kind(name: str, kind: str, sentence: str) -> Fact:
    rest = _OF_KIND.format(kind=kind)
    return Fact(name, sentence, "home", select("f.id", "f.id", NOBODY, "'-infinity'::timestamptz", rest))


def _drill(name: str, kinds: str, sentence: str) -> Fact:
    rest = f"FROM facilities_drill d WHERE d.amends_id IS NULL AND d.kind IN ({kinds})"
    return Fact(name, sentence, "home", select("d.facility_id", "d.id", NOBODY, "d.held_at", rest))


def _counted(name: str, column: str, sentence: str, unit: str) -> Fact:
    sql = select("s.facility_id", "s.facility_id", NOBODY, "c.at", _CHECKED, until=_NEXT_CHECK, value=f"c.{column}")
    return Fact(name, sentence, "home", sql, unit)


def _said_bad(look: str) -> str:
    return (
        f"EXISTS (SELECT FROM facilities_exitcheck s WHERE (s.id = {look}.id OR s.amends_id = {look}.id)"
        " AND NOT (s.opens AND s.unblocked))"
    )


FACTS = (
    _kind("home.residential", "residential", "The home is a residential home."),
    _kind("home.shelter", "shelter", "The home is a youth shelter."),
    _kind("home.foster", "foster", "The home is a foster home."),
    Fact(
        "home.licensed",
        "The home works under a licence, from the first one on file to the end of the last one.",
        "home",
        select(
            "l.facility_id",
            "l.facility_id",
            NOBODY,
            f"min({day_begins('l.valid_from')})",
            f"{_LICENCES} GROUP BY l.facility_id",
            until=f"nullif(max(coalesce({day_ends('l.valid_to')}, 'infinity')), 'infinity')",
        ),
    ),
    Fact(
        "home.in_use",
        "At least one young person has lived in the home since then, and somebody does still.",
        "home",
        select(
            "p.facility_id",
            "p.facility_id",
            NOBODY,
            "min(p.starts_at)",
            f"FROM facilities_placement p WHERE {LIVED} GROUP BY p.facility_id",
            until="CASE WHEN bool_and(p.status = 'ended') THEN max(p.ends_at) END",
        ),
    ),
    Fact(
        "licence.in_force",
        "A licence of the home is in force, both days included.",
        "home",
        select(
            "l.facility_id",
            "l.id",
            NOBODY,
            day_begins("l.valid_from"),
            _LICENCES,
            until=day_ends("l.valid_to"),
        ),
    ),
    Fact(
        "licence.exclusive",
        "The licence says that only trafficked young people live in the home.",
        "home",
        select(
            "l.facility_id",
            "l.id",
            NOBODY,
            day_begins("l.valid_from"),
            f"{_LICENCES} AND l.population = 'exclusive'",
            until=day_ends("l.valid_to"),
        ),
    ),
    Fact(
        "licence.large",
        "The licence is for 13 young people or more.",
        "home",
        select(
            "l.facility_id",
            "l.id",
            NOBODY,
            day_begins("l.valid_from"),
            f"{_LICENCES} AND l.capacity >= 13",
            until=day_ends("l.valid_to"),
        ),
    ),
    Fact(
        "licence.places_short",
        "More young people live in the home than its licence has places; the value is how many too many.",
        "home",
        select(
            "l.facility_id",
            "l.facility_id",
            NOBODY,
            f"greatest({day_begins('l.valid_from')}, max(p.starts_at))",
            "FROM facilities_licence l JOIN facilities_facility h ON h.id = l.facility_id"
            " JOIN facilities_placement p ON p.facility_id = l.facility_id AND p.status = 'active'"
            " WHERE l.status IN ('licensed', 'probation')"
            " GROUP BY l.id, h.time_zone HAVING count(*) > l.capacity",
            until=day_ends("l.valid_to"),
            value="count(*) - l.capacity",
        ),
        "young people",
    ),
    Fact(
        "fire.cleared",
        "The fire authority's clearance of the home is in force.",
        "home",
        select(
            "c.facility_id",
            "c.id",
            NOBODY,
            day_begins("c.valid_from"),
            "FROM facilities_fireclearance c JOIN facilities_facility h ON h.id = c.facility_id",
            until=day_ends("c.valid_to"),
        ),
    ),
    Fact(
        "exit.shut",
        "An exit was tried and did not open from inside without a key, or the way was not free; until it was tried and good."
        " What is written about that look afterwards can say that it was bad, but does not make it good.",
        "subject",
        select(
            "c.facility_id",
            "c.id",
            NOBODY,
            "c.checked_at",
            f"FROM facilities_exitcheck c WHERE c.amends_id IS NULL AND {_said_bad('c')}"
            # Tried again and still shut, it is the same thing that is wrong: the first time counts.
            f" AND NOT coalesce((SELECT {_said_bad('p')} FROM facilities_exitcheck p WHERE p.exit_id = c.exit_id"
            " AND p.amends_id IS NULL AND p.checked_at < c.checked_at ORDER BY p.checked_at DESC LIMIT 1), false)",
            until="(SELECT min(g.checked_at) FROM facilities_exitcheck g WHERE g.exit_id = c.exit_id AND g.amends_id IS NULL"
            f" AND g.checked_at > c.checked_at AND NOT {_said_bad('g')})",
        ),
    ),
    Fact(
        "exit.tried",
        "Somebody on shift has tried an exit.",
        "home",
        select("c.facility_id", "c.exit_id", NOBODY, "c.checked_at", "FROM facilities_exitcheck c"),
    ),
    _drill("drill.held", "'fire', 'evacuation', 'lockdown', 'earthquake', 'storm', 'other'", "A drill was held."),
    _drill("drill.fire", "'fire'", "A fire drill was held."),
    _drill("drill.disaster", "'evacuation', 'earthquake', 'storm'", "A drill for a disaster was held."),
    Fact(
        "paper.filed",
        "A paper of the home was filed.",
        "home",
        select(
            "d.facility_id",
            "d.id",
            NOBODY,
            "d.uploaded_at",
            "FROM residents_document d WHERE d.part = 'home'",
        ),
    ),
    _counted(
        "home.young_present",
        "young_people",
        "How many young people were counted in the home, until the next count.",
        "young people",
    ),
    _counted("home.adults_awake", "awake", "How many adults were on duty awake, until the next count.", "adults"),
    _counted("home.adults_asleep", "asleep", "How many adults were on duty asleep, until the next count.", "adults"),
    Fact(
        "home.young_adult",
        "A person of 18 or older lives in the home.",
        "home",
        select(
            "p.facility_id",
            "p.id",
            NOBODY,
            "greatest(p.starts_at, (i.birth_date + interval '18 years')::timestamp AT TIME ZONE h.time_zone)",
            "FROM facilities_placement p JOIN facilities_facility h ON h.id = p.facility_id"
            f" JOIN residents_identity i ON i.resident_id = p.resident_id WHERE {LIVED}",
            until=LEFT,
        ),
    ),
)
