"""Forms about one young person: profile, identity, alerts, contacts, documents, team."""

from typing import Any

from django import forms

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.constraints import sentence_of
from placement.ui.forms import ComboBox, DateField, DateTimeInZoneField, Fold, LongTextField, StaleCheck
from residents.forms.base import (
    LANGUAGES_HINT,
    RecordForm,
    UploadForm,
    WordsField,
    both_or_none,
    choose,
    latitude,
    longitude,
)
from residents.forms.wording import CareLine, CareText
from residents.models import Case, ClinicalNote, Document, OutsidePerson, SafetyAlert, Sex
from residents.queries.bars import nobody_judges
from residents.queries.parts import people_in_role

ON_THE_MAP = "Place on the map (optional)"
FOR_THE_DISTANCE = (
    "Only for the distance to homes, never shown on other pages. Leave it closed if you don't know the numbers."
)


class ReasonField(LongTextField):
    """Why a change is made; kept in the history beside it."""

    def __init__(self) -> None:
        super().__init__(
            label="Why?", required=False, max_length=1000, help_text="Kept in the history beside the change."
        )
        self.widget.attrs["rows"] = 2


class ProfileForm(StaleCheck, RecordForm):
    """Change the care profile."""

    preferred_name = forms.CharField(label="Preferred name", max_length=80)
    sex = forms.ChoiceField(label="Sex", choices=Sex.choices, widget=forms.RadioSelect)
    languages = WordsField(label="Languages", max_length=200, help_text=LANGUAGES_HINT)
    plan_of_the_day = CareText(label="Plan of the day", required=False, max_length=4000)
    school_latitude = latitude("School: latitude")
    school_longitude = longitude("School: longitude")
    reason = ReasonField()
    folds = (Fold(ON_THE_MAP, FOR_THE_DISTANCE, ("school_latitude", "school_longitude")),)

    def clean(self) -> dict[str, Any]:
        """A place needs both numbers."""
        cleaned = super().clean()
        both_or_none(self, "school_latitude", "school_longitude", cleaned)
        return cleaned


class IdentityForm(StaleCheck, RecordForm):
    """Change legal name, date of birth and family."""

    legal_name = forms.CharField(label="Legal name", max_length=160)
    birth_date = DateField(label="Date of birth", example="03/14/2011")
    birth_date_is_estimate = forms.BooleanField(label="The date of birth is an estimate", required=False)
    family = LongTextField(label="Family", required=False, max_length=4000)
    family_latitude = latitude("Family home: latitude")
    family_longitude = longitude("Family home: longitude")
    reason = ReasonField()
    folds = (Fold(ON_THE_MAP, FOR_THE_DISTANCE, ("family_latitude", "family_longitude")),)

    def clean(self) -> dict[str, Any]:
        """A place needs both numbers."""
        cleaned = super().clean()
        both_or_none(self, "family_latitude", "family_longitude", cleaned)
        return cleaned


class CaseForm(StaleCheck, RecordForm):
    """Change what the case says."""

    legal_basis = forms.CharField(label="Legal basis", max_length=160)
    court = forms.CharField(label="Court", required=False, max_length=160)
    next_hearing_on = DateField(label="Next hearing", required=False)
    next_health_check_on = DateField(label="Next health check", required=False)
    next_school_review_on = DateField(label="Next school review", required=False)
    permanency_goal = forms.ChoiceField(label="Permanency goal", choices=Case.Goal.choices)
    summary = CareText(
        label="Summary",
        required=False,
        max_length=4000,
        help_text="The administrator of the home and the clinician read it too.",
    )
    reason = ReasonField()


class AliasForm(RecordForm):
    """Record another name."""

    name = forms.CharField(label="Name", max_length=160)
    used_where = forms.CharField(label="Used where", required=False, max_length=160)


class AlertForm(RecordForm):
    """Raise an alert."""

    kind = forms.ChoiceField(label="Kind", choices=SafetyAlert.Kind.choices, widget=forms.RadioSelect)
    text = CareLine(
        label="What must everybody know?",
        max_length=160,
        help_text="One short line. Everybody who cares reads it, so leave out what only some may know.",
    )
    urgent = forms.BooleanField(label="Urgent: show it first", required=False)
    ends_at = DateTimeInZoneField(
        label="Ends", required=False, help_text="Leave it empty if it stays until somebody ends it."
    )

    def clean_ends_at(self) -> Any:
        """An alert ends in the future."""
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and ends_at <= now():
            raise forms.ValidationError("This time has passed. Give a later one, or leave it empty.")
        return ends_at


class PermissionForm(RecordForm):
    """Whether contact with somebody outside is allowed, and who they are."""

    permission = forms.ChoiceField(
        label="Contact is", choices=OutsidePerson.Permission.choices, widget=forms.RadioSelect
    )
    order = forms.CharField(
        label="Order or decision that says so",
        required=False,
        max_length=200,
        help_text="Needed when contact is not allowed.",
    )
    office = forms.ChoiceField(
        label="Office",
        required=False,
        choices=[("", "None of these"), *OutsidePerson.Office.choices],
        widget=forms.RadioSelect,
        help_text="Contact with somebody who has one of these offices is private, and nobody may refuse it.",
    )
    other_names = forms.CharField(
        label="Other names they use",
        required=False,
        max_length=300,
        help_text="With commas between them. Whoever calls under one of them is taken for this person.",
    )
    sometimes_needed: tuple[str, ...] = ("order",)

    def clean(self) -> dict[str, Any]:
        """A prohibition names its order, and contact with an office is allowed."""
        cleaned = super().clean()
        permission = cleaned.get("permission")
        if permission == OutsidePerson.Permission.PROHIBITED and not (cleaned.get("order") or "").strip():
            self.add_error("order", "Name the order or decision that does not allow this contact.")
        if cleaned.get("office") and permission and permission != OutsidePerson.Permission.ALLOWED:
            self.add_error("office", sentence_of("office_is_allowed"))
        return cleaned


class OutsidePersonForm(PermissionForm):
    """Record somebody outside."""

    name = forms.CharField(label="Name", max_length=160)
    relation = forms.CharField(label="Relation", max_length=80, help_text="For example aunt, friend, lawyer.")
    telephone = forms.CharField(label="Telephone", required=False, max_length=40)
    field_order = ("name", "relation", "office", "permission", "order", "telephone", "other_names")


class ChangeOutsidePersonForm(StaleCheck, PermissionForm):
    """Change whether contact with somebody outside is allowed."""

    reason = ReasonField()
    sometimes_needed = ("order", "reason")
    field_order = ("permission", "order", "office", "other_names", "reason")

    def prepare(self) -> None:
        """Say who reads the reason."""
        self.fields["reason"].help_text = "Needed when it allows more than before: the supervisor reads it and decides."


class DocumentForm(UploadForm, RecordForm):
    """File a document."""

    title = forms.CharField(label="Title", max_length=120)
    part = forms.ChoiceField(label="Part of the record", widget=forms.RadioSelect)
    upload = forms.FileField(
        label="File",
        help_text="PDF, JPEG, PNG, WebP or plain text, up to 10 MB. Hidden data, such as the place of a photo, goes.",
        error_messages={"empty": "This file is empty.", "required": "Choose a file."},
    )
    for_flyer = forms.BooleanField(
        label="This picture may stand on a flyer if they go missing",
        required=False,
        help_text="Only their face and clothes: no house, no street, nobody else. A supervisor still agrees to each flyer.",
    )

    def prepare(self) -> None:
        """Offer the parts in which this person may file, and to who answers for the young person, the mark for a flyer."""
        rights = rights_on(self.viewer, self.about)
        if Can.VIEW_IDENTITY not in rights or Document.RIGHT_OF_PART[Document.Part.CARE] not in rights:
            del self.fields["for_flyer"]
        part_field: Any = self.fields["part"]
        part_field.choices = [
            (part, Document.Part(part).label)
            for part, right in Document.RIGHT_OF_PART.items()
            if right in rights and rights & Document.RIGHTS_TO_FILE[part]
        ]


class ClinicalNoteForm(RecordForm):
    """Write a clinical note."""

    kind = forms.ChoiceField(label="Kind", choices=ClinicalNote.Kind.choices, widget=forms.RadioSelect)
    happened_at = DateTimeInZoneField(label="When did it happen?")
    text = CareText(label="Note", max_length=10000)

    def prepare(self) -> None:
        """Start with the present moment."""
        self.initial.setdefault("happened_at", now())


class AmendClinicalNoteForm(StaleCheck, RecordForm):
    """Say a clinical note anew, with a reason."""

    happened_at = DateTimeInZoneField(label="When did it happen?")
    text = CareText(label="What it says now", max_length=10000)
    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class AskClinicalForm(RecordForm):
    """Ask to read the clinical notes."""

    purpose = LongTextField(
        label="What do you need them for?",
        max_length=1000,
        help_text="The clinicians on the team read it and decide. Write nothing here that you have heard from the young person.",
    )


class AskSealedForm(RecordForm):
    """Ask to read what a court has sealed."""

    purpose = LongTextField(
        label="What do you need them for?",
        max_length=1000,
        help_text="The supervisors of the case read it and decide. Name the order or the law that lets you read them.",
    )


class OrderForm(RecordForm):
    """Which order of which court."""

    order_number = forms.CharField(label="Number of the order", max_length=60)
    court = forms.CharField(label="Court", max_length=120)
    ordered_on = DateField(label="Day of the order")


class CaseworkerForm(RecordForm):
    """Put the case on a caseload."""

    caseworker = choose("Caseworker")
    ends_at = DateTimeInZoneField(label="Until", required=False, help_text="Leave it empty for no end.")

    def prepare(self) -> None:
        """Offer the caseworkers whose accounts are open."""
        self.offer("caseworker", people_in_role(Role.CASEWORKER))


class TeamForm(RecordForm):
    """Put a clinician on the team."""

    person = choose("Clinician")

    def prepare(self) -> None:
        """Offer the clinicians whose accounts are open."""
        self.offer("person", people_in_role(Role.CLINICIAN))


class BarForm(RecordForm):
    """Bar somebody from the record."""

    person = choose(
        "Who", widget=ComboBox, help_text="Whoever has an open account, whether or not they see the record now."
    )
    reason = LongTextField(
        label="Why?",
        max_length=1000,
        help_text="How they know the young person or the family. Only supervisors read it: for a supervisor also one of"
        " another unit, so do not name the young person.",
    )

    def prepare(self) -> None:
        """Offer everybody whose account is open, with the role, and say of whom nobody could judge the bar."""
        field = self.offer("person", Person.objects.filter(is_active=True).order_by("name", "pk"))
        field.label_from_instance = lambda person: f"{person.name}, {person.get_role_display().lower()}"
        if names := nobody_judges(self.about, self.viewer):
            field.help_text += (
                f" Nobody can judge a bar of {' or '.join(names)}: there is no other supervisor who could. It stands on the"
                " audit page until there is one."
            )


class OwnConflictForm(RecordForm):
    """Say why one must not work with this record."""

    reason = LongTextField(
        label="How do you know the young person or the family?",
        max_length=1000,
        help_text="Only the supervisors of the case read it.",
    )


class CloseCaseForm(RecordForm):
    """Close the case."""

    on = DateField(label="Closed on")


class ConfirmForm(RecordForm):
    """A question with one answer: the button."""


class WhyForm(RecordForm):
    """Say why."""

    reason = LongTextField(label="Why?", max_length=1000)
