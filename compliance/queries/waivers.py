"""Rules that the authority of a state lets single homes leave aside for a time, and which it may: by confirmed waivers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from compliance.models import RuleVersion
from placement.facilities.models import Facility, Waiver
from placement.facilities.queries.admissions import today_in
from placement.facilities.queries.waivable import Choices, knows_what_is_waivable
from placement.ui.dates import full_day


@dataclass(frozen=True)
class Waived:
    """That ``home`` need not meet ``rule`` (its id) up to ``until``, the last day: by which authority, and who confirmed it."""

    home: UUID
    rule: str
    until: date
    authority: str
    confirmed_by: str

    @property
    def words(self) -> str:
        """Return until when."""
        return f"waived until {full_day(self.until)}"

    @property
    def granted(self) -> str:
        """Return who granted it."""
        return f"granted by {self.authority}" + (f", confirmed by {self.confirmed_by}" if self.confirmed_by else "")


def waived(homes: Iterable[UUID], rule: str = "", on: date | None = None) -> list[Waived]:
    """Return what is waived for ``homes`` on their today, or on the day ``on``; of one ``rule``, or of all. One query.

    Where several waivers name a rule, the one that lasts longest. Read as the database shows it to the reader.
    """
    rows = Waiver.objects.filter(licence__facility__in=list(homes), confirmed_at__isnull=False).exclude(rules=[])
    rows = rows.annotate(today=today_in(F("licence__facility__time_zone")))
    day = on or F("today")
    rows = rows.filter(starts_on__lte=day, ends_on__gte=day)
    rows = rows.filter(rules__contains=[rule]) if rule else rows
    found: dict[tuple[UUID, str], Waived] = {}
    for row in rows.select_related("licence", "confirmed_by").order_by("ends_on", "pk"):
        home, by = row.licence.facility_id, str(row.confirmed_by or "")
        for each in row.rules:
            found[home, each] = Waived(home, each, row.ends_on, row.licence.authority, by)
    return [each for each in found.values() if rule in ("", each.rule)]


@knows_what_is_waivable
def waivable(home: Facility) -> Choices:
    """Return the rules of the home's state that are judged, by citation: no federal one, and none that binds nobody by law."""
    found = RuleVersion.objects.filter(off="", jurisdiction=f"US-{home.jurisdiction}")
    found = found.exclude(severity__in=["watch", "advice"]).order_by("citation", "valid_from")
    newest = {rule.rule: rule for rule in found}
    return [(rule.rule, f"{rule.citation}: {rule.title}") for rule in newest.values()]
