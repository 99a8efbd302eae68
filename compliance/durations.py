"""Lengths of time as rules write them: ISO 8601, in years, months, weeks, days, hours, minutes."""

import re
from dataclasses import dataclass

FORM = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,4})M)?(?:(?P<seconds>\d{1,5})S)?)?"
)
HOUR, DAY = 3600, 86400


@dataclass(frozen=True)
class Duration:
    """Months and days of the calendar, then seconds of the clock: a day is not always 24 hours."""

    text: str
    months: int
    days: int
    seconds: int

    def whole_days(self) -> tuple[int, int]:
        """Return the fewest and the most days of its months and days: a year has 365 or 366, a month 28 to 31."""
        years, months = divmod(self.months, 12)
        return years * 365 + months * 30 - (2 if months else 0) + self.days, years * 366 + months * 31 + self.days

    @property
    def shortest(self) -> int:
        """Return the fewest seconds that it can last: the clock may leave an hour out."""
        days, _ = self.whole_days()
        return days * DAY - (HOUR if days else 0) + self.seconds

    @property
    def longest(self) -> int:
        """Return the most seconds that it can last: the clock may repeat an hour."""
        _, days = self.whole_days()
        return days * DAY + (HOUR if days else 0) + self.seconds

    def at_most(self, other: "Duration") -> bool:
        """Return whether it never lasts longer than ``other``, whatever the months and the clock."""
        mine, its = (self.months, self.days, self.seconds), (other.months, other.days, other.seconds)
        part_by_part = all(a <= b for a, b in zip(mine, its, strict=True))
        same_clock = self.seconds <= other.seconds and self.whole_days()[1] <= other.whole_days()[0]
        return part_by_part or same_clock or self.longest <= other.shortest


def duration(text: str) -> Duration:
    """Return what ``P30D``, ``PT24H`` or ``P1Y6M`` says. Raises ``ValueError`` for anything else."""
    found = FORM.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise ValueError(f"“{text}” is no ISO 8601 duration, like PT24H or P30D")
    part = {name: int(number or 0) for name, number in found.groupdict().items()}
    return Duration(
        text,
        part["years"] * 12 + part["months"],
        part["weeks"] * 7 + part["days"],
        part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )
