"""Forms of a missing episode: one tap of the search, one act with its details, what is known, a step after the return."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.ui.forms import DateTimeInZoneField, FormKey, Suggestions, read_times_in
from residents.forms.wording import CareLine, CareText
from residents.models import EpisodeNote
from residents.models.episode import OF_DEVICE, OF_RISK

What = EpisodeNote.What
TAPS = (What.HOUSE, What.GARDEN, What.PHONED, What.DROVE, What.ASKED, What.LEADS)
HELP = {
    What.WORN: "Coat, shoes, bag, colors. What you see is gone from the wardrobe.",
    What.DEVICE: "When was it last used, and for what?",
    What.RISK: "What medicine and by when, who threatened them, what worries you.",
    What.PLACES: "Streets, shops, stations, homes of friends.",
    What.PEOPLE: "Names, and how to reach them.",
    What.MEDICAL: "What was offered, and what they wanted.",
    What.INTERVIEW: "What they may tell us. What they told in confidence stays with them.",
    What.SCREENING: "Which tool, what came of it, and what is done next.",
    What.WHY: "Their words, not yours.",
    What.CHANGE: "What we do in another way from now on, agreed with them.",
}


class TapForm(FormKey):
    """One act of the search with one tap: now, by whoever taps."""

    what = forms.ChoiceField(choices=[(what.value, what.label) for what in TAPS])


class SearchForm(FormKey):
    """One act of the search with its details."""

    what = forms.ChoiceField(
        label="What was done?",
        choices=[(what, What(what).label) for what in EpisodeNote.SEARCH],
        widget=forms.RadioSelect,
    )
    at = DateTimeInZoneField(label="When?")
    who = forms.CharField(label="By whom?", max_length=120)
    place = CareLine(label="Where?", max_length=200, required=False)
    said = CareText(label="What came of it?", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    number = forms.CharField(
        label="Number", max_length=60, required=False, help_text="That the police gave, or that was called."
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "at")


class KnownForm(FormKey):
    """One thing that is known of the young person. ``words``: what the record offers."""

    said = CareText(label="What is known?", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, what: str, words: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].label = What(what).label
        self.fields["said"].help_text = HELP[What(what)]
        ticks = {What.RISK: OF_RISK, What.DEVICE: OF_DEVICE}.get(What(what), ())
        if ticks:
            self.fields["said"].required = False
            self.fields["ticks"] = forms.MultipleChoiceField(
                label="Which of these?", choices=ticks, required=False, widget=forms.CheckboxSelectMultiple
            )
        if what == What.DEVICE:
            self.fields["number"] = forms.CharField(label="Its number", max_length=60, required=False)
        if known := list(words):
            self.fields["known"] = forms.MultipleChoiceField(
                label="From the record",
                choices=[(word, word) for word in known],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["said"].required = False
        self.order_fields(["ticks", "known", "said", "number"])

    @property
    def told(self) -> dict[str, Any]:
        """Return what the operation takes: what was chosen from the record stands before what was written."""
        given = self.given
        chosen = given.pop("known", [])
        given["said"] = "\n".join([*chosen, given["said"]]).strip()
        return given


class ReturnStepForm(FormKey):
    """One step after the return."""

    at = DateTimeInZoneField(label="When?")
    who = forms.CharField(label="Who did it?", max_length=120)
    place = CareLine(label="Where?", max_length=200, required=False)
    said = CareText(label="What came of it?", max_length=4000)

    def __init__(self, *args: Any, what: str, zone: ZoneInfo, outside: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].label = What(what).label
        self.fields["said"].help_text = HELP[What(what)]
        if what == What.INTERVIEW:
            self.fields["who"].widget = Suggestions(outside)
            self.fields["who"].label = "Who talked with them?"
            self.fields[
                "who"
            ].help_text = "Somebody who does not work in the home: the caseworker, an advocate, a teacher."
        read_times_in(self, zone, "at")
