"""Forms of the confidential parts: separations, designations, levels, links to exploiters, harm, siblings."""

from typing import Any

from django import forms

from placement.access.rights import Can
from placement.ui.forms import ComboBox, DateField, Fold, LongTextField
from residents.forms.base import RecordForm, choose, latitude, longitude
from residents.forms.wording import CareText
from residents.models import ExploitationLink, ExploitationTrace, HarmEvent, LevelOfCare, Population, Separation, Stage
from residents.queries.parts import exploiters_known_to, others_known_to

OFFERED = "The list offers the young people whose records are open to you."
# What a kind may use besides what it needs.
ALSO: dict[Any, tuple[str, ...]] = {Separation.Kind.RESIDENT: ("other", "code"), Separation.Kind.AREA: ("area",)}


class SeparationForm(RecordForm):
    """Keep apart from another young person, from somebody outside, or from an area."""

    kind = forms.ChoiceField(label="Keep apart from", choices=Separation.Kind.choices, widget=forms.RadioSelect)
    other = choose("Which young person?", required=False, widget=ComboBox, help_text=OFFERED)
    code = forms.RegexField(
        r"^[A-Za-z]{1,3}-[0-9]{1,6}$",
        label="Code of a young person who is not in the list",
        required=False,
        max_length=12,
        help_text="Your supervisor completes it. It counts from then on.",
        error_messages={"invalid": "A code is one to three letters, a dash, and a number, like K-7."},
    )
    person = forms.CharField(label="Who outside?", required=False, max_length=160)
    area = forms.CharField(label="Which area?", required=False, max_length=160)
    area_latitude = latitude("Area: latitude of the middle")
    area_longitude = longitude("Area: longitude of the middle")
    area_km = forms.FloatField(
        label="Distance to keep, in km",
        required=False,
        min_value=0.1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    reason = LongTextField(label="Why?", max_length=4000)
    sometimes_needed = ("other", "code", "person", "area_latitude", "area_longitude", "area_km")
    folds = (
        Fold(
            "Place on the map (only for an area)",
            "An area needs its middle and a distance: homes that are nearer than this are named in every match.",
            ("area_latitude", "area_longitude", "area_km"),
        ),
    )

    def prepare(self) -> None:
        """Offer the young people that this person may know of."""
        self.offer("other", others_known_to(self.viewer, self.about))

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen kind needs, and leave out what belongs to the others."""
        cleaned = super().clean()
        kind = cleaned.get("kind")
        cleaned["code"] = cleaned.get("code", "").upper()
        if cleaned["code"] and cleaned.get("other"):
            self.add_error("code", "Choose in the list or type a code, not both.")
        by_code = cleaned["code"] or "code" in self.errors
        needed: dict[Any, dict[str, str]] = {
            Separation.Kind.RESIDENT: {} if by_code else {"other": "Choose the young person, or type the code below."},
            Separation.Kind.PERSON: {"person": "Say who it is."},
            Separation.Kind.AREA: {
                "area_latitude": "Enter the latitude of the middle.",
                "area_longitude": "Enter the longitude of the middle.",
                "area_km": "Enter the distance to keep.",
            },
        }
        own = {*needed.get(kind, {}), *ALSO.get(kind or "", ())}
        for name, sentence in needed.get(kind, {}).items():
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, sentence)
        for name in {"other", "code", "person", "area", "area_latitude", "area_longitude", "area_km"} - own:
            cleaned[name] = "" if name in {"code", "person", "area"} else None
        return cleaned


class SeparationRequestForm(RecordForm):
    """Complete a separation that was asked for by code, or close it."""

    decision = forms.ChoiceField(
        label="What shall become of it?",
        choices=[("complete", "Keep them apart"), ("decline", "Close it without a separation")],
        widget=forms.RadioSelect,
    )
    other = choose("Which young person?", required=False, widget=ComboBox, help_text=OFFERED)
    reason = LongTextField(label="Why?", max_length=4000)
    sometimes_needed = ("other",)

    def prepare(self) -> None:
        """Offer the young people that this person may know of."""
        self.offer("other", others_known_to(self.viewer, self.about))

    def clean(self) -> dict[str, Any]:
        """Ask for the young person where they are to be kept apart."""
        cleaned = super().clean()
        if cleaned.get("decision") == "complete" and not cleaned.get("other") and "other" not in self.errors:
            self.add_error("other", "Choose the young person.")
        return cleaned


class DesignationForm(RecordForm):
    """Say which population the young person belongs to."""

    population = forms.ChoiceField(label="Population", choices=Population.choices, widget=forms.RadioSelect)
    stage = forms.ChoiceField(
        label="How sure is this?",
        choices=Stage.choices,
        widget=forms.RadioSelect,
        help_text=(
            "Screened: the first questions point to it. Suspected: there are signs, and the young person is protected as if "
            "it were sure. Confirmed: it is sure; to change that takes a second person."
        ),
    )
    basis = LongTextField(label="On what basis?", max_length=4000, help_text="Who saw or heard what, and when.")


class DesignationReviewForm(RecordForm):
    """Agree, or not, that a designation takes the place of the confirmed one."""

    decision = forms.ChoiceField(
        label="Does it take the place of the confirmed one?",
        choices=[("agree", "I agree"), ("decline", "Decline: the confirmed one stays")],
        widget=forms.RadioSelect,
    )
    reason = LongTextField(label="Why?", max_length=4000)


class LevelForm(RecordForm):
    """Record an assessed level of care."""

    level = forms.TypedChoiceField(
        label="Level of care", choices=LevelOfCare.choices, coerce=int, widget=forms.RadioSelect
    )
    assessed_on = DateField(label="Assessed on")
    assessor = forms.CharField(label="Assessed by", max_length=120)
    basis = LongTextField(label="On what basis?", max_length=4000)
    again_on = DateField(
        label="Assess again by", required=False, help_text="It stands among what is due, until a newer one is recorded."
    )


class LinkForm(RecordForm):
    """Link the young person to a known exploiter or recruiter."""

    exploiter = choose("Known already?", required=False, widget=ComboBox)
    name = forms.CharField(label="Or a new name", required=False, max_length=160)
    sometimes_needed = ("exploiter", "name")
    kind = forms.ChoiceField(label="Kind", choices=ExploitationLink.Kind.choices, widget=forms.RadioSelect)
    note = CareText(label="Note", required=False, max_length=4000)

    def prepare(self) -> None:
        """Offer the exploiters on records that are open to this person."""
        field = self.offer("exploiter", exploiters_known_to(self.viewer))
        field.label_from_instance = lambda exploiter: exploiter.name


class TraceForm(RecordForm):
    """Record what somebody uses who exploits or recruits."""

    kind = forms.ChoiceField(label="What is it?", choices=ExploitationTrace.Kind.choices, widget=forms.RadioSelect)
    value = forms.CharField(
        label="Which one?",
        max_length=160,
        help_text="The number, the place, the name or the plate. Records that share it are shown to who may read both.",
    )
    note = CareText(label="Whose is it, and how is it known?", required=False, max_length=4000)


class HarmForm(RecordForm):
    """Add to the safety history."""

    kind = forms.ChoiceField(label="What happened?", choices=HarmEvent.Kind.choices, widget=forms.RadioSelect)
    happened_on = DateField(label="When?")
    summary = CareText(label="Summary", max_length=4000)


class SiblingForm(RecordForm):
    """Record a sibling."""

    sibling = choose("Which young person?", widget=ComboBox)
    together = forms.BooleanField(label="They wish, and are advised, to live together", required=False, initial=True)

    def prepare(self) -> None:
        """Offer the young people whose identity this person may read."""
        self.offer("sibling", others_known_to(self.viewer, self.about, Can.VIEW_IDENTITY))
