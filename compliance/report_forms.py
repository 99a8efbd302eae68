"""The forms of the reports."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from compliance.queries.reports.shape import MONTHS, OLDEST, Report, Wanted, month_after
from compliance.queries.totals import SMALLEST
from placement.ui.dates import first_of_month, month_code, month_name
from placement.ui.forms import FilterForm, FormKey, offer


class ReportFilter(FilterForm):
    """Home, first and last month; and what only links ask for: the number whose rows are shown."""

    facility = forms.ChoiceField(label="Home", required=False)
    since = forms.ChoiceField(label="From", required=False)
    until = forms.ChoiceField(label="To", required=False)
    part = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, report: Report, homes: Iterable[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        months = [month_after(today, -back) for back in range(OLDEST)]
        offer(self, "facility", [("", "Every home"), *homes])
        offer(self, "part", [(part.key, part.words) for part in report.parts if part.opens])
        listed = [(month_code(month), month_name(month)) for month in months]
        offer(self, "since", [("", f"{MONTHS} months"), *listed])
        offer(self, "until", [("", "This month"), *listed])

    def clean(self) -> dict[str, Any]:
        """Check that the months are in order."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.chosen.since > self.chosen.until:
            self.add_error("until", "The last month can't be before the first one.")
        return cleaned

    @property
    def chosen(self) -> Wanted:
        """Return what is asked for; twelve months, unless it says from when."""
        data = self.cleaned_data
        until = first_of_month(data.get("until", ""), self.today)
        since = date.fromisoformat(f"{data['since']}-01") if data.get("since") else month_after(until, 1 - MONTHS)
        return Wanted(since, until, data.get("facility", ""))

    def wanted(self) -> Wanted:
        """Return what a valid form asks for, and otherwise the last twelve months."""
        return self.chosen if self.is_valid() else Wanted.last_months(self.today)


class ReportFileForm(FormKey):
    """As what file, and for whom."""

    kind = forms.ChoiceField(
        label="What kind of file?",
        choices=[("xlsx", "A spreadsheet (XLSX)"), ("csv", "Plain text (CSV)")],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    reader = forms.ChoiceField(
        label="Who will read it?",
        choices=[
            ("inside", "Only people of the agency who may read this report here"),
            ("outside", f"Somebody else: numbers from 1 to {SMALLEST - 1} are hidden"),
        ],
        widget=forms.RadioSelect,
    )
