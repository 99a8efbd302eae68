"""How a former value of a young person's record is put back: by which form, or, where there is none, by what else."""

from typing import Any

from placement.access.former import Way
from placement.access.rights import Can
from residents.models import Case


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _row(record: Any) -> tuple[Any, ...]:
    return (record.pk,)


WAYS: dict[str, Way] = {
    "residents.Resident": Way(
        "residents:change_profile",
        Can.KEEP_CASE,
        _same("preferred_name", "sex", "languages", "plan_of_the_day", "school_latitude", "school_longitude"),
        own_acts=True,
    ),
    "residents.Identity": Way(
        "residents:change_identity",
        Can.KEEP_CASE,
        _same("legal_name", "birth_date", "birth_date_is_estimate", "family", "family_latitude", "family_longitude"),
        own_acts=True,
    ),
    "residents.Case": Way(
        "residents:change_case",
        Can.KEEP_CASE,
        _same(
            "legal_basis",
            "court",
            "next_hearing_on",
            "next_health_check_on",
            "next_school_review_on",
            "permanency_goal",
            "summary",
        ),
        holds=lambda case: bool(case.status == Case.Status.OPEN),
        own_acts=True,
    ),
    "residents.OutsidePerson": Way(
        "residents:change_outside_person",
        Can.KEEP_CASE,
        _same("permission", "order", "office", "other_names"),
        _row,
        own_acts=True,
    ),
}
INSTEAD: dict[str, str] = {
    "residents.CareEntry": "An entry stays as it is. Staff of the home amend it, with a reason.",
    "residents.Contact": "An entry stays as it is. Whoever may log contacts amends it, with a reason.",
    "residents.ClinicalNote": "A signed note stays as it is. A clinician on the team amends it, with a reason.",
    "residents.IntrusiveMeasure": "It stays as it was written. Staff of the home amend it, with a reason.",
    "residents.MedicationDose": "A dose stays as it is. Whoever gave it writes an amendment.",
    "residents.MedicationOrder": "An order is never changed. Stop it, and enter a new one.",
    "residents.SafetyAlert": "End the alert, and raise a new one.",
    "residents.PopulationDesignation": "Write a new designation. It waits for a second person when it changes a confirmed one.",
    "residents.LevelAssessment": "Write a new assessment. The newest one counts.",
    "residents.Separation": "End it, and ask for a new one.",
    "residents.Document": "A file is never changed. File the right one.",
    "residents.Incident": "A report that was sent is amended on its own page, with a reason.",
    "facilities.Placement": "A stay is moved, made longer or ended on its own page.",
    "facilities.Referral": "A referral is corrected on its own page until a home is found.",
}
