"""How a former value of a home's record is put back: by which form, or, where there is none, by what else."""

from placement.access.former import Way
from placement.access.rights import Can

TERMS = ("capacity", "min_age", "max_age", "sexes", "levels")
LICENCE_TERMS = Way(
    "facilities:licence-terms", Can.CHANGE_FACILITY, {name: name for name in TERMS}, lambda licence: (licence.pk,)
)
LICENCE_END = Way("facilities:end-licence", Can.CHANGE_FACILITY, {"valid_to": "on"}, lambda licence: (licence.pk,))
LOOKS = Way(
    "facilities:how-often",
    Can.CHANGE_FACILITY,
    {f"look_{name}": name for name in ("day_minutes", "night_minutes", "vary_minutes")},
)
BED = Way(
    "facilities:close-bed",
    Can.CHANGE_FACILITY,
    {"closed_from": "from_", "closed_until": "until", "closed_why": "why"},
    lambda bed: (bed.pk,),
    stood=lambda row: row.closed_from is not None,
)
WAYS: dict[str, list[Way]] = {
    "facilities.Licence": [LICENCE_TERMS, LICENCE_END],
    "facilities.Facility": [LOOKS],
    "facilities.Bed": [BED],
}
INSTEAD: dict[str, str] = {
    "facilities.Bed": "Put the bed back into use on its own page.",
    "facilities.Assignment": "Give the person a role in the home again, on the page of the home.",
    "facilities.ShiftStaff": "Who was on duty is corrected on the page of the shift.",
    "facilities.Waiver": "Write down the waiver again, with its paper.",
    "facilities.FacilityAddress": "The address is changed on its own page.",
}
