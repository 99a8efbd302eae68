"""The filters of the audit list: the common ones open, the others folded; what is chosen stands above the list."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from compliance.forms import LAST_BEFORE_FIRST
from compliance.models import SavedFilter
from compliance.queries import audit_filter as asks
from compliance.queries.audit_filter import AuditFilter
from compliance.queries.audit_kinds import AUDITED_BY, field_choices, in_groups, record_choices
from compliance.queries.saved_filters import saved_filters
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.dates import full_day
from placement.ui.forms import DateField, FilterForm, Fold, FormKey, offer, offer_rows
from residents.models import Resident

PRIVATE = ("resident", "who", "reason_text", "words")  # never in an address
DAYS = ("since", "until")
LOOKS = ("show", "as")  # how the list is shown; no filter
LONG_AGO = timedelta(days=20 * 366)  # of one record all is shown unless days are asked for
WRITTEN = {"late": "Late", "signed": "After the shift was signed, or as an amendment"}
WORDS_OF_ALL = (
    "In all records at once, words are looked for in {days} days at most. Choose fewer days,"
    " one young person or one home."
)


@dataclass(frozen=True)
class Chip:
    """One chosen filter: in words, and what is asked for without it."""

    name: str
    text: str
    rest: list[tuple[str, str]]


def _any(words: dict[Any, str], label: str = "Any") -> list[tuple[str, str]]:
    return [("", label), *((str(key), text) for key, text in words.items())]


class AuditFilterForm(FilterForm):
    """What the audit list is asked for, in days of the reader's own zone. The last seven days by default."""

    folds = (
        Fold(
            "More filters",
            "",
            (
                "facility",
                "role",
                "change",
                "field",
                "reason",
                "reason_text",
                "happened_since",
                "happened_until",
                "written",
                "incident",
                "place",
                "grant",
            ),
        ),
    )
    resident = forms.CharField(label="Young person's code", required=False, max_length=12)
    who = forms.CharField(label="Name of who did it", required=False, max_length=120)
    record = forms.ChoiceField(label="Kind of record", required=False)
    since = DateField(label="Written from", required=False)
    until = DateField(label="Written to", required=False)
    words = forms.CharField(
        label="Words in what was written",
        help_text=f"Choose {asks.SEARCHED.days} days or fewer, or one young person or one home.",
        required=False,
        max_length=100,
    )
    facility = forms.ChoiceField(label="Home", required=False)
    role = forms.ChoiceField(label="Role of who did it", required=False)
    change = forms.ChoiceField(label="Kind of change", required=False, choices=_any(asks.CHANGES))
    field = forms.ChoiceField(label="Field", required=False)
    reason = forms.ChoiceField(label="Reason", required=False, choices=_any(asks.REASONS))
    reason_text = forms.CharField(label="Words of the reason", required=False, max_length=100)
    happened_since = DateField(label="Happened from", required=False)
    happened_until = DateField(label="Happened to", required=False)
    written = forms.ChoiceField(label="When it was written", required=False, choices=_any(WRITTEN))
    incident = forms.ChoiceField(
        label="After an incident of that young person or home",
        required=False,
        choices=_any({hours: f"Within {words}" for hours, words in asks.AFTER_INCIDENT.items()}),
    )
    place = forms.ChoiceField(label="Where they worked then", required=False, choices=_any(asks.PLACES))
    grant = forms.ChoiceField(
        label="Why they could",
        required=False,
        choices=_any({name: words for name, (words, _) in asks.GRANTS.items()}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    young = forms.UUIDField(required=False, widget=forms.HiddenInput)
    thing = forms.UUIDField(required=False, widget=forms.HiddenInput)
    show = forms.ChoiceField(required=False, choices=list(asks.SHOWS.items()), widget=forms.HiddenInput)

    def __init__(self, data: Any, *, person: Person, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.reader = person
        self.fields["as"] = forms.ChoiceField(
            required=False, choices=list(asks.FORMS.items()), widget=forms.HiddenInput
        )
        self.homes = dict(
            Facility.objects.visible_to(person, AUDITED_BY["facilities"]).order_by("name").values_list("pk", "name")
        )
        offer(self, "record", [("", "Every kind"), *in_groups(record_choices())])
        offer(self, "facility", _any(self.homes, "Every home"))
        offer(self, "role", _any({role.value: role.label for role in Role if role != Role.NONE}, "Every role"))
        of_kind = field_choices(data.get("record", ""))
        offer(self, "field", [("", "Every field" if of_kind else "Choose a kind of record first"), *of_kind])
        if data.get("field") and data["field"] not in dict(of_kind):  # of another kind, which was chosen before
            self.data = data = data.copy()
            del data["field"]

    def clean(self) -> dict[str, Any]:
        """Fill in the days that nobody gave, and check that they are in order, and not too many to look for words."""
        cleaned = super().clean() or self.cleaned_data
        self.open_end, self.open_start = not cleaned.get("until"), not cleaned.get("since")
        cleaned["until"] = cleaned.get("until") or timezone.localdate(now())
        first = cleaned["until"] - (LONG_AGO if cleaned.get("thing") else asks.WINDOW)
        cleaned["since"] = cleaned.get("since") or first
        if cleaned["since"] > cleaned["until"]:
            where, words = ("since", "This day has not come yet.") if self.open_end else ("until", LAST_BEFORE_FIRST)
            self.add_error(where, words)
        first, last = cleaned.get("happened_since"), cleaned.get("happened_until")
        if first and last and first > last:
            self.add_error("happened_until", LAST_BEFORE_FIRST)
        one = any(cleaned.get(name) for name in ("resident", "young", "facility", "thing"))
        if cleaned.get("words") and not one and cleaned["until"] - cleaned["since"] > asks.SEARCHED:
            self.add_error("words", WORDS_OF_ALL.format(days=asks.SEARCHED.days))
        return cleaned

    def wanted(self) -> AuditFilter | None:
        """Return what a valid form looks for; ``None`` when the code is of nobody whose trail this person may read."""
        data = self.cleaned_data
        young = data["young"]
        if code := data["resident"].strip().upper():
            audited = Resident.objects.visible_to(self.reader, Can.VIEW_AUDIT)
            found = audited.filter(code=code).values_list("pk", flat=True).first()
            if found is None or young not in (None, found):
                return None
            young = found
        zone = timezone.get_current_timezone()

        def begins(day: Any, later: int = 0) -> Any:
            return datetime.combine(day + timedelta(days=later), time(), zone) if day else None

        return AuditFilter(
            since=begins(data["since"]),
            until=begins(data["until"], 1),
            show=data["show"],
            who=data["who"].strip(),
            person=data["person"],
            role=data["role"],
            resident=young,
            facility=UUID(data["facility"]) if data["facility"] else None,
            record=data["record"],
            thing=data["thing"],
            change=data["change"],
            field=data["field"],
            reason=data["reason"],
            reason_text=data["reason_text"].strip(),
            happened_since=begins(data["happened_since"]),
            happened_until=begins(data["happened_until"], 1),
            late=data["written"] == "late",
            signed=data["written"] == "signed",
            incident=int(data["incident"] or 0),
            place=data["place"],
            grant=data["grant"],
            words=data["words"].strip(),
        )

    def given(self) -> dict[str, str]:
        """Return what was asked for, as it was sent, by name: filters, days and how the list is shown."""
        return {name: str(self.data[name]).strip() for name in self.fields if str(self.data.get(name) or "").strip()}

    def to_keep(self) -> dict[str, str]:
        """Return what of it is kept under a name: all but the days."""
        return {name: value for name, value in self.given().items() if name not in DAYS}

    def chips(self) -> list[Chip]:
        """Return the chosen filters in words, the days too; of a valid form. One statement for each of two names at most."""
        given = self.given()
        return [
            Chip(name, text, [(other, value) for other, value in given.items() if other != name])
            for name in given
            if name not in LOOKS and (text := self._in_words(name))
        ]

    def _in_words(self, name: str) -> str:
        """Return one chosen filter in words."""
        value, label = self.cleaned_data[name], self.fields[name].label or ""
        if name == "young":
            audited = Resident.objects.visible_to(self.reader, Can.VIEW_AUDIT)
            return f"Young person: {audited.filter(pk=value).values_list('code', flat=True).first() or 'not yours'}"
        if name == "person":
            found = Person.objects.filter(pk=value).values_list("name", flat=True).first()
            return f"Done by {found or 'nobody'}"
        if name == "thing":
            return "One record"
        if isinstance(value, date):
            return f"{label} {full_day(value)}"
        choices = dict(getattr(self.fields[name], "choices", ()))
        return f"{label}: {choices.get(str(value), value)}"


class SaveFilterForm(FormKey):
    """Under which name the chosen filters are kept."""

    name = forms.CharField(label="Name", max_length=60, help_text="For instance: late entries of Cedar House.")


class RemoveFilterForm(FormKey):
    """Which of the own filters to remove."""

    saved = forms.ModelChoiceField(SavedFilter.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "saved", saved_filters(person))
