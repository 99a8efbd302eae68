"""What a reader of the audit pages may ask for."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models

WINDOW = timedelta(days=7)
SEARCHED = timedelta(days=31)  # the longest time in which words are looked for in all records at once
SHOWS = {"": "Changes", "looks": "Who looked", "both": "Both"}
FORMS = {"": "By day", "table": "As a table"}
CHANGES = {"+": "Added", "~": "Changed", "-": "Removed"}
REASONS = {"with": "With a reason", "without": "Without a reason"}
AFTER_INCIDENT = {1: "1 hour", 6: "6 hours", 24: "1 day", 72: "3 days", 168: "7 days"}
PLACES = {
    "outside": "Outside their own caseload, team and home",
    "inside": "Inside their own caseload, team or home",
    "off_shift": "Home staff who were not on shift then",
}
GRANTS = {
    "caseload": ("On their caseload", "residents_caseload"),
    "team": ("On the team", "residents_teammember"),
    "unit": ("Case of their unit", "residents_case"),
    "home": ("The young person lived in their home", "facilities_placement"),
    "emergency": ("Emergency access", "residents_breakglass"),
    "asked": ("Asked for access", "residents_accessrequest"),
}  # name → (words, the table whose row the grant is)


@dataclass(frozen=True)
class AuditFilter:
    """What the reader asked for. Times are aware; ``since`` and ``happened_since`` are included, the ends are not.

    show: changes, "looks" or "both". record: label of a kind; thing: one record of it. change: "+", "~" or "-". field: a name of
    ``kept_fields``. reason: "with" or "without"; reason_text: a part of it. signed: after its shift was signed. incident: within
    so many hours after one of that young person or home. place: of ``PLACES``; grant: of ``GRANTS``. words: of the texts. act: the
    id of a transaction.
    """

    since: datetime
    until: datetime
    show: str = ""
    who: str = ""
    person: UUID | None = None
    role: str = ""
    resident: UUID | None = None
    facility: UUID | None = None
    record: str = ""
    thing: UUID | None = None
    change: str = ""
    field: str = ""
    reason: str = ""
    reason_text: str = ""
    happened_since: datetime | None = None
    happened_until: datetime | None = None
    late: bool = False
    signed: bool = False
    incident: int = 0
    place: str = ""
    grant: str = ""
    words: str = ""
    act: int = 0

    @property
    def last_day(self) -> date:
        """The last day that is included, in the reader's zone."""
        return (self.until - timedelta(days=1)).date()

    @property
    def without_looks(self) -> bool:
        """Whether who looked was asked for, and is left out because a filter is of changes only."""
        return bool(self.show and OF_CHANGES & {*self.asked})

    @property
    def asked(self) -> list[str]:
        """Return the names of what is asked for beside the days and what is shown."""
        return [f.name for f in fields(self) if f.name not in {"since", "until", "show"} and getattr(self, f.name)]


OF_CHANGES = {
    "record",
    "thing",
    "change",
    "field",
    "happened_since",
    "happened_until",
    "late",
    "signed",
    "words",
    "act",
}
NEEDS: dict[str, tuple[str, type[models.Field]]] = {
    "late": ("late", models.BooleanField),
    "happened_since": ("happened_at", models.DateTimeField),
    "happened_until": ("happened_at", models.DateTimeField),
}  # a filter → the field without which a kind of record has nothing to give to it
