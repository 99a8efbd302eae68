"""The reports on ``/reports/``, in their order. A new one is a ``Report`` in this tuple; its page, rows and files follow."""

from compliance.queries.reports.entries import Edits, Timeliness
from compliance.queries.reports.incidents import IncidentsByKind
from compliance.queries.reports.looks import Rounds
from compliance.queries.reports.opened import AccessByRole
from compliance.queries.reports.reviews import Reviews
from compliance.queries.reports.shape import Report
from compliance.queries.reports.stays import Census, LengthOfStay
from placement.access.models import Person

REPORTS: tuple[Report, ...] = (
    Timeliness(),
    Rounds(),
    Edits(),
    AccessByRole(),
    Reviews(),
    Census(),
    LengthOfStay(),
    IncidentsByKind(),
)


def reports_for(person: Person) -> list[Report]:
    """Return the reports that open to ``person``."""
    return [report for report in REPORTS if person.may(report.right)]


def report_for(person: Person, key: str) -> Report | None:
    """Return the report with this key, if it opens to ``person``."""
    return next((report for report in reports_for(person) if report.key == key), None)
