"""The one place where forms are drawn, and the fields and mixins that pages share."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from placement.ui.invisible import why_refused
from placement.ui.moments import DATE_FORMAT, DateTimeInZoneField, DateTimeInZoneWidget, in_living_memory

__all__ = [
    "AskingField",
    "ComboBox",
    "DateField",
    "DateTimeInZoneField",
    "FilterForm",
    "Fold",
    "FormKey",
    "LongTextField",
    "Renderer",
    "StaleCheck",
    "Suggestions",
    "offer",
    "offer_rows",
    "read_times_in",
]

CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.CheckboxSelectMultiple, "usa-checkbox__input"),
    (forms.RadioSelect, "usa-radio__input"),
    (forms.Select, "usa-select"),
    (forms.Textarea, "usa-textarea"),
    (forms.FileInput, "usa-file-input"),
    (forms.HiddenInput, ""),
    (forms.widgets.Input, "usa-input"),
]
KINDS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "checkbox"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.DateInput, "date"),
]


PLEASE: list[tuple[Any, str]] = [
    (forms.CheckboxInput, "Tick this to go on."),
    (forms.CheckboxSelectMultiple, "Choose at least one."),
    ((forms.RadioSelect, forms.Select), "Choose one."),
    (forms.FileInput, "Choose a file."),
    (forms.Widget, "Fill this in."),
]


LIMITS = {  # by the code of the error
    "min_value": "It can’t be less than %(limit_value)s.",
    "max_value": "It can’t be more than %(limit_value)s.",
    "max_length": "It can’t be longer than %(limit_value)d characters, and has %(show_value)d.",
    "max_digits": "It has too many digits.",
    "max_decimal_places": "It can’t have more than %(max)s digits after the point.",
    "max_whole_digits": "It is too large.",
}


EXAMPLE = "11/23/2026"
FORMATS: list[tuple[type[forms.Widget], str]] = [
    (forms.DateInput, f"Month/day/year, such as {EXAMPLE}."),
    (DateTimeInZoneWidget, f"Date as {EXAMPLE}, time as 14:05."),
]
NOTHING_CHOSEN = {"---------", "Choose"}


@dataclass(frozen=True)
class Fold:
    """Fields that few people fill in, folded under one heading: ``folds`` of a form lists them.

    They stand one after the other in the form. The fold is open when one of them has a value or an error.
    """

    heading: str
    text: str
    fields: tuple[str, ...]


class ComboBox(forms.Select):
    """A select with typing, for more than some fifteen choices; a plain select without script."""


class Suggestions(forms.TextInput):
    """A line of text with a list of words to take it from; any other text will do too."""

    template_name = "forms/suggestions.html"

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__()
        self.words = list(words)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the list, and the id by which the line finds it."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}_words"
        context["widget"]["words"] = self.words
        return context


class Field(BoundField):
    """A field on the page: USWDS classes, and ids that its hint and error really have."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if isinstance(field.widget, forms.DateInput) and field.widget.format is None:
            field.widget.format = DATE_FORMAT
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = next(text for kind, text in PLEASE if isinstance(field.widget, kind))
        field.error_messages = {**LIMITS, **field.error_messages}
        if how := next((text for kind, text in FORMATS if isinstance(field.widget, kind)), ""):
            how = how.replace(EXAMPLE, getattr(field, "example", EXAMPLE))
            self.help_text = f"{self.help_text} {how}".strip()
        self.fold: Fold | None = next((fold for fold in getattr(form, "folds", ()) if name in fold.fields), None)

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> SafeString:
        """Draw the widget; a list where nothing is chosen yet says so in words."""
        drawn = widget or self.field.widget
        if isinstance(drawn, forms.Select) and not drawn.allow_multiple_selected:
            drawn.choices = [
                (value, "Choose…" if value == "" and label in NOTHING_CHOSEN else label)
                for value, label in drawn.choices
            ]
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the USWDS class; leave out what would cut typed text or is not allowed on a radio button."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        css = next((css for kind, css in CLASSES if isinstance(widget, kind)), "")
        if css:
            attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            attrs.pop("aria-invalid", None)
        if isinstance(widget, forms.Textarea):
            widget.attrs.pop("maxlength", None)  # a browser would cut pasted text without a word
            if limit := getattr(self.field, "max_length", None):
                attrs["data-limit"] = limit
        return attrs

    @property
    def kind(self) -> str:
        """How the field template lays the field out."""
        if isinstance(self.field.widget, ComboBox):
            return "combo"
        return next((kind for widget, kind in KINDS if isinstance(self.field.widget, widget)), "one")

    @property
    def optional(self) -> bool:
        """Whether the label says that the field may stay empty."""
        marked = getattr(self.form, "mark_optional", True) and not isinstance(self.field.widget, forms.CheckboxInput)
        asked_for = self.name in getattr(self.form, "sometimes_needed", ())
        return marked and not self.field.required and not asked_for and not self.errors

    @property
    def choose_again(self) -> bool:
        """Whether a file was sent with a form that is refused: browsers do not put it back."""
        is_file = isinstance(self.field.widget, forms.FileInput)
        return is_file and self.form.is_bound and bool(self.form.errors) and not self.errors

    @property
    def groups(self) -> list[tuple[str, list[BoundWidget]]]:
        """The boxes or radio buttons under their headings; without one, each stands alone under none."""
        widget = self.field.widget
        attrs = self.build_widget_attrs({"id": widget.attrs.get("id") or self.auto_id})
        found = widget.optgroups(self.html_name, widget.format_value(self.value()), attrs)
        return [
            (heading or "", [BoundWidget(widget, option, self.form.renderer) for option in options])
            for heading, options, _ in found
        ]

    @property
    def begins_fold(self) -> bool:
        """Whether the fold opens before this field."""
        return self.fold is not None and self.name == self.fold.fields[0]

    @property
    def ends_fold(self) -> bool:
        """Whether the fold closes after this field."""
        return self.fold is not None and self.name == self.fold.fields[-1]

    @property
    def fold_is_open(self) -> bool:
        """Whether a field of the fold has a value or an error."""
        members = [self.form[name] for name in self.fold.fields] if self.fold else []
        return any(member.errors or member.value() not in (None, "") for member in members)

    @property
    def focus_id(self) -> str:
        """The id of the element that takes the focus when the error summary is followed."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label


class Renderer(TemplatesSetting):
    """``{{ form }}`` in every template: error summary, fields, hidden fields."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = Field


class DateField(forms.DateField):
    """A date as month/day/year; what was typed comes back as it was.

    Args:
        example: a date that somebody might type here, for the hint.
    """

    default_error_messages = {"invalid": f"Enter a real date, such as {EXAMPLE}."}
    default_validators = [in_living_memory]

    def __init__(self, *, example: str = EXAMPLE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.example = example


class LongTextField(forms.CharField):
    """Text of several lines up to a limit.

    Args:
        max_length: the limit in characters, 10,000 unless told; an emoji is one, a line end is one.

    Errors: "This is 10,240 characters; the limit is 10,000." The text stays in the box.
    """

    widget = forms.Textarea(attrs={"rows": 5})

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length: int = max_length or 10_000

    def to_python(self, value: Any) -> str:
        """Count a line end as one character, as the database keeps it."""
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        """Refuse text over the limit and say by how much."""
        super().validate(value)
        if len(value) > self.max_length:
            raise ValidationError(
                f"This is {len(value):,} characters; the limit is {self.max_length:,}.", code="max_length"
            )


class AskingField(forms.CharField):
    """A text about which something is asked before it is saved: ``access.submit`` asks each of them, and tells what was saved."""

    def asks(self, form: forms.BaseForm, name: str, person: Any) -> bool:
        """Return whether the form must be shown once more before it is saved, and note what is shown then."""
        return False

    def saved(self, form: forms.BaseForm, name: str, person: Any, made: Any) -> None:
        """Keep what was answered, in the transaction in which ``made`` was saved."""


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Give a choice field of this form its choices, as (value, label) or (group, [(value, label), …])."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any], label: Callable[[Any], str] | None = None) -> None:
    """Give a field of this form the records to choose from; ``label`` says how each is shown, its own text unless told."""
    field: Any = form.fields[name]
    field.queryset = rows
    if label:
        field.label_from_instance = label


def read_times_in(form: forms.BaseForm, zone: ZoneInfo, *names: str) -> None:
    """Read and show the named times of this form in ``zone``."""
    for name in names:
        cast(DateTimeInZoneField, form.fields[name]).zone = zone


class FilterForm(forms.Form):
    """A form that narrows a list: sent by GET, nothing required, no word "optional"."""

    mark_optional = False


class FormKey(forms.Form):
    """Carries a one-time key, so that a form sent twice is written once.

    The operation stores ``cleaned_data["form_key"]`` (a UUID) and refuses to use it again.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    after_refusal: tuple[str, ...] = ()  # fields that are asked for only when something is refused without them

    def asks_for(self, field: forms.BoundField) -> bool:
        """Return whether the page shows ``field``: one of ``after_refusal`` with an error, or with something in it."""
        return field.name not in self.after_refusal or bool(field.errors or field.value())

    def get_context(self) -> dict[str, Any]:
        """Return what the form's template shows."""
        context = super().get_context()
        return context | {"fields": [each for each in context["fields"] if self.asks_for(each[0])]}

    @property
    def given(self) -> dict[str, Any]:
        """Return the cleaned values by the names that the operation uses: all but the form's own key and version."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"form_key", "version"}}

    def clean(self) -> dict[str, Any]:
        """Refuse a form that lost its key, and text with characters that nobody sees; each sentence says what to do."""
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            value = cleaned.get(name)
            texts = (
                [] if isinstance(field.widget, forms.PasswordInput) else value if isinstance(value, list) else [value]
            )
            if why := next(filter(None, (why_refused(text) for text in texts if isinstance(text, str))), ""):
                self.add_error(name, ValidationError(why, code="invisible"))
        if not cleaned.get("form_key"):
            self.errors.pop("form_key", None)
            self.data = retyped(self, form_key=str(uuid.uuid4()))
            incomplete = "This form was incomplete. Check it and send it again."
            self.add_error(None, ValidationError(incomplete, code="form_key"))
        return cleaned


class StaleCheck(forms.Form):
    """Guards against lost updates: refuses a form whose record changed since it was opened.

    Args:
        version: the newest history id of the record, read in the same transaction as the record itself.
        changed_by: who made the newest version and when, as text for the page.

    After a refusal ``stale`` is true and ``{{ form }}`` shows both versions of each field that differs; sending the
    form again then counts as having seen the other version.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, version: Any, changed_by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed_by = changed_by
        self.current_version = str(version)
        self.stale = False
        self.initial = {**self.initial, "version": self.current_version}

    def clean(self) -> dict[str, Any]:
        """Add the refusal when the version that was open is not the newest."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("version") != self.current_version:
            self.stale = True
            self.data = retyped(self, version=self.current_version)
            self.add_error(
                None,
                ValidationError(
                    "Someone else changed this record while you had it open. Nothing of yours is saved yet, and nothing"
                    " of theirs is lost. Compare the two versions below, then save again.",
                    code="stale",
                ),
            )
        return cleaned

    def differences(self) -> list[dict[str, Any]]:
        """Return ``label``, ``before`` (in the record now) and ``after`` (as typed) of each field that differs."""
        return [
            {"label": bound.label, "before": shown(bound, bound.initial), "after": shown(bound, bound.data)}
            for bound in self
            if bound.name in self.changed_data and not bound.is_hidden
        ]


def retyped(form: forms.BaseForm, **values: str) -> Any:
    """Return a copy of what was posted in which some fields have other values."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name, value in values.items():
        data[form.add_prefix(name)] = value
    return data


def shown(bound: BoundField, value: Any) -> str:
    """Return a field's value as text for a person: the label of a choice, a date as typed, several joined by commas."""
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", [])}
    if isinstance(bound.field.widget, forms.MultiWidget) and not isinstance(value, (list, tuple)):
        value = bound.field.widget.decompress(value)
    values = value if isinstance(value, (list, tuple, set)) else [value]
    texts = []
    for part in values:
        if hasattr(part, "strftime"):
            part = part.strftime("%H:%M" if not hasattr(part, "year") else DATE_FORMAT)
        key = str(getattr(part, "pk", part)) if part is not None else ""
        texts.append(choices.get(key, key))
    return ", ".join(text for text in texts if text)
