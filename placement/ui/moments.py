"""A date and a time of day in one zone, with the two nights of the clock change handled in the open."""

import datetime
import re
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

DATE_FORMAT = "%m/%d/%Y"
TIME_FORMATS = ["%H:%M", "%H.%M", "%H%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
FIRST, SECOND = "first", "second"
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them, adding a day or changing the zone leaves the calendar


def date_in_address(day: datetime.date) -> str:
    """Return a day as filters in an address read it."""
    return f"{day:{DATE_FORMAT}}"


def in_living_memory(day: datetime.date) -> None:
    """Raise ``ValidationError`` for a year that is surely a slip, or stands for "no end"."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}.", code="year")


def happenings(naive: datetime.datetime, zone: datetime.tzinfo) -> list[datetime.datetime]:
    """Return the moments (aware, UTC, earliest first) at which clocks in `zone` showed `naive`: none, one or two."""
    moments = {naive.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC) for fold in (0, 1)}
    return sorted(m for m in moments if m.astimezone(zone).replace(tzinfo=None, fold=0) == naive)


def moment_in(text: str) -> datetime.datetime | None:
    """Return the aware moment in an address, also where its "+" has become a blank; ``None`` for anything else."""
    try:
        moment = datetime.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def moment_in_address(moment: datetime.datetime) -> str:
    """Return a moment as ``moment_in`` reads it from an address, to the microsecond."""
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def as_typed(text: Any) -> Any:
    """Return a time as ``TIME_FORMATS`` read it: people also type ``1:30 a.m.``"""
    return (
        re.sub(r"\s*([ap])\.?\s?m\.?$", r" \1m", text.strip(), flags=re.IGNORECASE) if isinstance(text, str) else text
    )


class DateTimeInZoneWidget(forms.MultiWidget):
    """Text inputs for the date and the time; a choice of first or second appears when the hour came twice."""

    template_name = "forms/date_time_in_zone.html"

    def __init__(self, zone: ZoneInfo | None = None, attrs: dict[str, Any] | None = None) -> None:
        self.zone = zone
        super().__init__(
            {
                "date": forms.DateInput(format=DATE_FORMAT, attrs={"class": "usa-input", "inputmode": "numeric"}),
                "time": forms.TimeInput(format="%H:%M", attrs={"class": "usa-input short"}),
                "which": forms.Select(attrs={"class": "usa-select"}),
            },
            attrs,
        )

    def decompress(self, value: datetime.datetime | None) -> list[Any]:
        """Split an aware moment into the date, the time and which of two it is, in the zone."""
        if not value:
            return [None, None, ""]
        zone = self.zone or timezone.get_current_timezone()
        local = value.astimezone(zone)
        twice = len(happenings(local.replace(tzinfo=None, fold=0, second=0, microsecond=0), zone)) == 2
        return [
            local.date(),
            local.time().replace(second=0, microsecond=0),
            (FIRST, SECOND)[local.fold] if twice else "",
        ]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Offer the choice of first or second only for an hour that came twice."""
        values = list(value) if isinstance(value, (list, tuple)) else self.decompress(value)
        moments = self._moments(values)
        which = cast(forms.Select, self.widgets[2])
        which.choices = [("", "Choose…")] + [
            (key, f"the {key} {m.astimezone(self.zone):%H:%M} ({m.astimezone(self.zone):%Z})")
            for key, m in zip((FIRST, SECOND), moments if len(moments) == 2 else [], strict=False)
        ]
        context = super().get_context(name, values, attrs)
        context["widget"]["twice"] = len(moments) == 2
        context["widget"]["zone_name"] = self._zone_name(moments[0] if moments else timezone.now())
        context["widget"]["subwidgets"][2]["attrs"].pop("required", None)
        return context

    def _zone_name(self, moment: datetime.datetime) -> str:
        """Return the short name of the zone at ``moment``, empty when the reader's clock shows the same time."""
        here, own = (moment.astimezone(zone or timezone.get_current_timezone()) for zone in (self.zone, None))
        return f"{here:%Z}" if here.utcoffset() != own.utcoffset() else ""

    def _moments(self, values: list[Any]) -> list[datetime.datetime]:
        date, time, _ = (*values, None, None, None)[:3]
        try:
            date = forms.DateField(required=False, validators=[in_living_memory]).clean(date)
            time = forms.TimeField(input_formats=TIME_FORMATS).to_python(as_typed(time))
        except ValidationError:
            return []
        if not date or not time or not self.zone:
            return []
        return happenings(datetime.datetime.combine(date, time), self.zone)


class DateTimeInZoneField(forms.MultiValueField):
    """A moment typed as date and time of a place; cleans to an aware datetime in UTC.

    Args:
        zone: the place's zone; a form may also set ``self.fields[name].zone`` when it learns it. Without it: the
            zone that is active when the form is made, which is the person's own.

    Errors: a date or time that cannot be read, an hour that the clocks skipped, and an hour that came twice
    without a choice of first or second. What was typed stays in the inputs.
    """

    widget = DateTimeInZoneWidget
    default_error_messages = {
        "required": "Enter the date and the time.",
        "incomplete": "Enter the date and the time.",
        "invalid_date": "Enter a real date, such as 11/23/2026.",
        "invalid_time": "Enter a time, such as 14:05.",
    }

    def __init__(self, *, zone: ZoneInfo | None = None, **kwargs: Any) -> None:
        messages = self.default_error_messages | (kwargs.get("error_messages") or {})
        parts = (
            forms.DateField(error_messages={"invalid": messages["invalid_date"]}, validators=[in_living_memory]),
            forms.TimeField(input_formats=TIME_FORMATS, error_messages={"invalid": messages["invalid_time"]}),
            forms.CharField(required=False),
        )
        super().__init__(fields=parts, require_all_fields=False, **kwargs)
        self._zone = self.widget.zone = zone

    @property
    def zone(self) -> Any:
        """The zone in which the date and time are read and shown: the place's, else the one active now."""
        return self._zone or timezone.get_current_timezone()

    @zone.setter
    def zone(self, value: Any) -> None:
        self._zone = self.widget.zone = value

    def __deepcopy__(self, memo: dict[int, Any]) -> "DateTimeInZoneField":
        copied = super().__deepcopy__(memo)
        copied.zone = self.zone
        return copied

    def clean(self, value: Any) -> datetime.datetime | None:
        """Return the moment in UTC; raises ``ValidationError`` with one plain sentence."""
        values = value if isinstance(value, (list, tuple)) else []
        date, time = ((part or "").strip() if isinstance(part, str) else part for part in (*values, "", "")[:2])
        if not date and not time:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not date or not time:
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        return super().clean([date, as_typed(time), values[2] if len(values) > 2 else ""])

    def compress(self, data_list: list[Any]) -> datetime.datetime | None:
        """Turn the three cleaned parts into one moment."""
        date, time, which = data_list
        naive = datetime.datetime.combine(date, time)
        moments = happenings(naive, self.zone)
        said = f"{naive:%H:%M} on {naive:{DATE_FORMAT}}"
        if not moments:
            raise ValidationError(
                f"There was no {said}: the clocks went forward over it. Enter another time.", code="skipped"
            )
        if len(moments) == 2 and which not in (FIRST, SECOND):
            raise ValidationError(
                f"{said} came twice, because the clocks went back. Choose the first or the second.", code="twice"
            )
        return moments[1] if len(moments) == 2 and which == SECOND else moments[0]
