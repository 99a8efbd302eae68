"""Facts about hours of training by topic. The subject is the person; hours count in every home where somebody works."""

from dataclasses import dataclass
from decimal import Decimal

from compliance.facts.fact import NOBODY, Fact, day_begins, select

ANY = Decimal("0.25")  # the shortest training there is
_BEGAN = "(w.starts_at AT TIME ZONE f.time_zone)::date"
# Split by home and person, so that a home is judged without reading the hours of all others.
_REACHED = """FROM (
    SELECT w.facility_id, w.person_id, f.time_zone, t.held_on, t.hours,
        sum(t.hours) OVER (PARTITION BY w.facility_id, w.person_id{year} ORDER BY t.held_on, t.id) AS so_far
    FROM (
        SELECT facility_id, person_id, min(starts_at) AS starts_at FROM facilities_assignment
        WHERE role IN ('staff', 'admin') GROUP BY facility_id, person_id
    ) w
    JOIN facilities_facility f ON f.id = w.facility_id
    JOIN facilities_training t ON t.person_id = w.person_id
    WHERE t.topic = '{topic}' AND t.withdrawn_at IS NULL{only}
) h WHERE h.so_far >= {hours} AND h.so_far - h.hours < {hours}"""


@dataclass(frozen=True)
class Hours:
    """So many hours on a topic (``facilities.Training.Topic``), under the name of the fact that they were reached.

    yearly: within one training year, which begins each year on the day on which somebody began to work in the home.
    """

    fact: str
    topic: str
    hours: Decimal
    sentence: str
    yearly: bool = False

    def told(self) -> Fact:
        """Return the fact: the day on which so many hours were reached."""
        year = f", extract(year FROM age(t.held_on, {_BEGAN}))" if self.yearly else ""
        only = f" AND t.held_on >= {_BEGAN}" if self.yearly else ""
        rest = _REACHED.format(year=year, topic=self.topic, only=only, hours=self.hours)
        sql = select("h.facility_id", "h.person_id", NOBODY, day_begins("h.held_on"), rest)
        return Fact(self.fact, self.sentence, "subject", sql)


HOURS = (
    Hours("staff.trafficking_any", "trafficking", ANY, "Somebody was trained on trafficking and trauma."),
    Hours(
        "staff.trafficking_5h",
        "trafficking",
        Decimal(5),
        "Somebody has had five hours of training on trafficking and trauma.",
    ),
    Hours(
        "staff.trafficking_24h",
        "trafficking",
        Decimal(24),
        "Somebody has had 24 hours of training on trafficking and trauma.",
    ),
    Hours(
        "staff.trafficking_4h_year",
        "trafficking",
        Decimal(4),
        "Somebody has had four hours of training on trafficking and trauma in their training year.",
        yearly=True,
    ),
    Hours(
        "staff.trafficking_8h_year",
        "trafficking",
        Decimal(8),
        "Somebody has had eight hours of training on trafficking and trauma in their training year.",
        yearly=True,
    ),
    Hours("staff.normalcy", "normalcy", ANY, "Somebody was trained on a normal life and on prudent parenting."),
    Hours("staff.rights", "rights", ANY, "Somebody was trained on the rights of young people."),
    Hours(
        "staff.administrator_40h",
        "admin",
        Decimal(40),
        "Somebody has finished the 40 hours of the initial program for administrators.",
    ),
)
FACTS = tuple(each.told() for each in HOURS)
