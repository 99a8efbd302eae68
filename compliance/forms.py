"""The filter of the audit list, and the judgement about very many records opened."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from compliance.queries import audit
from placement.access.models import Person, UnusualAccess
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.forms import DateField, FilterForm, FormKey, LongTextField, offer
from residents.models import Resident

LAST_BEFORE_FIRST = "The last day can't be before the first day."


class AuditFilterForm(FilterForm):
    """Person, young person, kind of record, and the days (in the reader's own zone). The last seven days by default."""

    who = forms.CharField(label="Name of who did it", required=False, max_length=120)
    resident = forms.CharField(label="Young person's code", required=False, max_length=12)
    record = forms.ChoiceField(label="Kind of record", required=False)
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        offer(self, "record", [("", "Every kind"), *audit.record_choices()])

    def clean(self) -> dict[str, Any]:
        """Fill in the days that nobody gave, and check that they are in order."""
        cleaned = super().clean() or self.cleaned_data
        open_end = not cleaned.get("until")
        cleaned["until"] = cleaned.get("until") or timezone.localdate(now())
        cleaned["since"] = cleaned.get("since") or cleaned["until"] - audit.WINDOW
        if cleaned["since"] > cleaned["until"]:
            field, words = ("since", "This day has not come yet.") if open_end else ("until", LAST_BEFORE_FIRST)
            self.add_error(field, words)
        return cleaned

    def wanted(self) -> audit.AuditFilter | None:
        """Return what a valid form looks for; ``None`` when the code is of nobody whose trail this person may read."""
        data = self.cleaned_data
        resident = None
        if code := data.get("resident", "").strip().upper():
            resident = (
                Resident.objects.visible_to(self.person, Can.VIEW_AUDIT)
                .filter(code=code)
                .values_list("pk", flat=True)
                .first()
            )
            if resident is None:
                return None
        zone = timezone.get_current_timezone()
        return audit.AuditFilter(
            since=datetime.combine(data["since"], time(), zone),
            until=datetime.combine(data["until"] + timedelta(days=1), time(), zone),
            who=data.get("who", "").strip(),
            resident=resident,
            record=data.get("record", ""),
        )


class JudgeUnusualForm(FormKey):
    """Whether there was a reason to open so many records, and which."""

    judgement = forms.ChoiceField(
        label="Was there a reason?", choices=UnusualAccess.Judgement.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(label="What did they say, and what follows?", max_length=1000)
