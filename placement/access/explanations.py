"""Plain sentences for the constraints of the audit and access apps."""

from placement.database.constraints import explain

explain(
    {
        "actor_is_named": "This change has no person or command behind it, so it was not saved.",
        "history_is_kept": "History can be read and added to. It can't be changed or removed.",
        "signature_stays": "This is already signed. A signature can't be moved to somebody else.",
        "signature_is_own": "You can sign only in your own name.",
        "person_has_a_known_role": "Choose one of the roles in the list.",
        "supervisor_has_a_unit": "A supervisor belongs to a unit. Choose the unit.",
        "membership_once": "This person is already in that group.",
    }
)
explain({"access_agencyunit_name_key": "There is already a unit with this name."}, field="name")
explain({"access_person_username_key": "Somebody has this username already. Choose another one."}, field="username")
explain(
    {
        "staff_number_once": (
            "There is already an account for this staff number, perhaps written in another way: capitals, spaces and dashes"
            " don't count, O reads like 0, and I and l like 1. Open that account instead."
        ),
        "staff_number_is_plain": "Use letters from A to Z, digits, spaces, dots, dashes and slashes, and begin with a letter or digit.",
    },
    field="staff_number",
)
explain({"time_zone_is_known": "There is no time zone of this name. Choose one of the list."}, field="time_zone")
