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
        "access_agencyunit_name_key": "There is already a unit with this name.",
        "membership_once": "This person is already in that group.",
    }
)
explain({"access_person_username_key": "Somebody has this username already. Choose another one."}, field="username")
explain(
    {"access_person_staff_number_key": "There is already an account for this staff number. Open that one instead."},
    field="staff_number",
)
