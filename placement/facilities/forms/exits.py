"""Forms about exits and drills. Times are read and shown in the home's zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html

from placement.access.models import Person
from placement.facilities.forms.shifts import young_label
from placement.facilities.models import Drill, Exit, ExitCheck
from placement.facilities.operations.exits import Tried
from placement.ui.forms import DateTimeInZoneField, FormKey, offer, read_times_in
from residents.forms.wording import CareText
from residents.models import Resident


class YesNo(forms.TypedChoiceField):
    """Yes or no, nothing chosen before; cleans to a truth value, or None when nothing is chosen."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(
            label=label,
            choices=[("yes", "Yes"), ("no", "No")],
            coerce=lambda said: said == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )


OPENS, UNBLOCKED, ALARM = "Opens from inside, without a key", "The way is free", "The alarm works"
WRONG = "What is wrong?"


def of_exit(way: Exit, label: str) -> str:
    """Return the label of a field about an exit; under the heading of the exit its name is only heard."""
    return format_html('<span class="of-exit">{}: </span>{}', way.name, label)


@dataclass(frozen=True)
class ExitRow:
    """The fields about one exit, for the page."""

    exit: Exit
    taps: list[BoundField]
    wrong: BoundField


class ExitsForm(FormKey):
    """All exits of a home on one page. Exits of which nothing is said are left out; nothing is chosen before."""

    mark_optional = False

    def __init__(self, *args: Any, exits: Iterable[Exit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exits = list(exits)
        for way in self.exits:
            for name, label in self.questions(way).items():
                self.fields[name] = YesNo(of_exit(way, label), required=False)
            self.fields[f"wrong_{way.pk}"] = CareText(
                label=of_exit(way, WRONG),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @staticmethod
    def questions(way: Exit) -> dict[str, str]:
        """Return the names of the fields that are tapped for an exit, each with its short label."""
        asked = {f"opens_{way.pk}": OPENS, f"unblocked_{way.pk}": UNBLOCKED}
        return asked | ({f"alarm_{way.pk}": ALARM} if way.has_alarm else {})

    def rows(self) -> list[ExitRow]:
        """Return the fields by exit."""
        return [
            ExitRow(way, [self[name] for name in self.questions(way)], self[f"wrong_{way.pk}"]) for way in self.exits
        ]

    @property
    def tried(self) -> list[Tried]:
        """Return how each exit was found of which something is said."""
        said = self.cleaned_data
        return [
            Tried(
                way,
                said[f"opens_{way.pk}"],
                said[f"unblocked_{way.pk}"],
                said[f"alarm_{way.pk}"] if way.has_alarm else None,
                said[f"wrong_{way.pk}"],
            )
            for way in self.exits
            if said.get(f"opens_{way.pk}") is not None
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for all taps of an exit of which anything is said, for words where something is wrong, and for one exit at least."""
        cleaned = super().clean()
        said_of = 0
        for way in self.exits:
            taps = {name: cleaned.get(name) for name in self.questions(way)}
            wrong = cleaned.get(f"wrong_{way.pk}", "")
            if not wrong and all(value is None for value in taps.values()):
                continue
            said_of += 1
            for name, value in taps.items():
                if value is None and name not in self.errors:
                    self.add_error(name, "Choose yes or no, or leave out everything about this exit.")
            if False in taps.values() and not wrong:
                self.add_error(f"wrong_{way.pk}", "Say in words what is wrong.")
        if not said_of and not self.errors:
            self.add_error(None, "Try at least one exit and say how it is.")
        return cleaned


class AmendExitForm(FormKey):
    """How an exit really was, and why it is said anew."""

    opens = YesNo(OPENS)
    unblocked = YesNo(UNBLOCKED)
    alarm_works = YesNo(ALARM)
    wrong = CareText(label=WRONG, required=False, max_length=1000, help_text="Needed when something is wrong.")
    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    sometimes_needed = ("wrong",)

    def __init__(self, *args: Any, check: ExitCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if check.alarm_works is None:
            del self.fields["alarm_works"]

    def clean(self) -> dict[str, Any]:
        """Ask for words where something is wrong."""
        cleaned = super().clean()
        if False in [cleaned.get(name) for name in ("opens", "unblocked", "alarm_works")] and not cleaned.get("wrong"):
            self.add_error("wrong", "Say in words what is wrong.")
        return {"alarm_works": None, **cleaned}


class HowItWentForm(FormKey):
    """How long a drill took, who did not get out, and what is done about it."""

    minutes = forms.IntegerField(
        label="Minutes until everybody was out, or safe",
        min_value=0,
        max_value=120,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    seconds = forms.IntegerField(
        label="And seconds", min_value=0, max_value=59, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    not_out = forms.MultipleChoiceField(
        label="Who did not get out?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave it empty when everybody did.",
    )
    why_not = CareText(label="Why not?", required=False, max_length=1000, help_text="No names; use codes.")
    problems = CareText(label="What went wrong?", required=False, max_length=4000, help_text="No names; use codes.")
    follow_up = CareText(
        label="What will be done about it?", required=False, max_length=4000, help_text="By whom, and by when."
    )
    sometimes_needed: tuple[str, ...] = ("not_out", "why_not", "problems", "follow_up")
    of_young: tuple[str, ...] = ("not_out",)

    def __init__(self, *args: Any, young_people: Iterable[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.residents = {str(resident.pk): resident for resident in young_people}
        for name in self.of_young:
            offer(self, name, [(key, young_label(resident)) for key, resident in self.residents.items()])

    def clean(self) -> dict[str, Any]:
        """Turn keys into people, and ask for what a problem, or somebody who did not get out, needs."""
        cleaned = super().clean()
        if cleaned.get("not_out") and not cleaned.get("why_not") and "why_not" not in self.errors:
            self.add_error("why_not", "Say why somebody did not get out.")
        if cleaned.get("problems") and not cleaned.get("follow_up") and "follow_up" not in self.errors:
            self.add_error("follow_up", "Say what will be done about what went wrong.")
        if cleaned.get("minutes") == 0 and cleaned.get("seconds") == 0:
            self.add_error("seconds", "It took at least one second.")
        if cleaned.get("minutes") == 120 and cleaned.get("seconds"):
            self.add_error("minutes", "Two hours is the longest time. Write more under what went wrong.")
        for name in self.of_young:
            cleaned[name] = [self.residents[key] for key in cleaned.get(name, [])]
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation: the time in seconds."""
        said = super().given
        return said | {"seconds": said.pop("minutes") * 60 + said["seconds"]}


class AmendDrillForm(HowItWentForm):
    """How a drill really went, and why it is said anew."""

    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class DrillForm(HowItWentForm):
    """A drill that was held."""

    kind = forms.ChoiceField(label="What was practised?", choices=Drill.Kind.choices, widget=forms.RadioSelect)
    held_at = DateTimeInZoneField(label="When did it begin?")
    staff = forms.MultipleChoiceField(label="Who of the staff took part?", widget=forms.CheckboxSelectMultiple)
    young = forms.MultipleChoiceField(
        label="Which young people took part?", required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = (
        "kind",
        "held_at",
        "minutes",
        "seconds",
        "staff",
        "young",
        "not_out",
        "why_not",
        "problems",
        "follow_up",
    )
    sometimes_needed = ("young", *HowItWentForm.sometimes_needed)
    of_young = ("young", "not_out")

    def __init__(self, *args: Any, zone: ZoneInfo, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "held_at")
        self.people = {str(person.pk): person for person in people}
        offer(self, "staff", [(key, person.name) for key, person in self.people.items()])

    def clean(self) -> dict[str, Any]:
        """Turn keys into people; who did not get out took part."""
        cleaned = super().clean()
        if (
            not {one.pk for one in cleaned["not_out"]} <= {one.pk for one in cleaned["young"]}
            and "young" not in self.errors
        ):
            self.add_error("not_out", "Choose only young people who took part.")
        cleaned["staff"] = [self.people[key] for key in cleaned.get("staff", [])]
        return cleaned
