"""Facts about records: from when the young person left until theirs was erased. One that is still kept says nothing."""

from compliance.facts.fact import NOBODY, Fact, select

_GONE = "FROM residents_disposal d JOIN facilities_facility h ON h.id = ANY (d.homes) WHERE d.erased_at IS NOT NULL"

FACTS = (
    Fact(
        "record.young_person",
        "The record of a young person who left was erased: the time from when they left until then.",
        "subject",
        select(
            "h.id",
            "d.id",
            NOBODY,
            "((d.left_on + time '12:00') AT TIME ZONE h.time_zone)",
            _GONE,
            until="d.erased_at",
            value="coalesce(d.age, 0)",
        ),
        unit="years of age",
    ),
    Fact(
        "record.absence_log",
        "The log of absences of a young person who left was erased: the time from the end of its last year until then.",
        "subject",
        select(
            "h.id",
            "d.id",
            NOBODY,
            "((make_date(d.absent_year::integer, 12, 31) + time '12:00') AT TIME ZONE h.time_zone)",
            f"{_GONE} AND d.absent_year IS NOT NULL",
            until="d.erased_at",
        ),
    ),
)
