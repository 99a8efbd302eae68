"""Plain sentences for the constraints of the audit and access apps."""

from placement.database.constraints import explain

explain(
    {
        "actor_is_named": "This change has no person or command behind it, so it was not saved.",
        "rules_see_what_was_saved": (
            "This would be saved without a look at what others have saved meanwhile, so it was not saved. Send it again."
        ),
        "history_is_kept": "History can be read and added to. It can't be changed or removed.",
        "signature_stays": "This is already signed. A signature can't be moved to somebody else.",
        "signature_is_own": "You can sign only in your own name.",
        "person_has_a_known_role": "Choose one of the roles in the list.",
        "supervisor_has_a_unit": "A supervisor belongs to a unit. Choose the unit.",
        "membership_once": "This person is already in that group.",
        "membership_follows_the_role": "A group of the agency or of a unit holds only people who have that role, and that unit.",
        "account_has_a_second_person": (
            "An account is opened, and gets a role or a unit, only when a second person has confirmed exactly that."
        ),
        "account_change_is_of_a_kind": "Choose one of the roles in the list.",
        "account_change_is_for_another": "You can't change your own role or unit. Ask another system administrator.",
        "account_change_decided_by_another": (
            "Somebody else must decide: neither the person who proposed this nor the person whom it is for. Only the person"
            " who proposed it can withdraw it."
        ),
        "unusual_access_judged_by_another": "It is about yourself, so somebody else must judge it.",
        "unusual_access_judgement_is_signed": "A judgement needs a reason, and the name of the person who made it.",
        "unusual_access_is_kept": "It is judged once, and what was written about it stays.",
        "access_is_braked": "You have opened very many records in a short time. Wait ten minutes.",
        "calendar_feed_keeps_a_hash": "Of a feed's address only a hash is kept.",
        "calendar_feed_is_kept": "A calendar feed stays as it was made. It can be ended, once.",
        "access_calendarfeed_digest_key": "This address is taken already. Make another feed.",
        "account_change_is_signed": "A decision needs a name and a time, and a refusal needs a reason.",
        "account_change_begins_waiting": "A change of an account begins as a proposal. Somebody else confirms it.",
        "account_change_is_kept": "What was proposed and decided about an account can't be changed any more.",
        "account_change_is_decided_in_time": (
            "This has waited for more than seven days, and nobody can decide about it any more. It must be proposed anew."
        ),
        "account_change_proposer_may_propose": "Only a system administrator whose account is open proposes this.",
        "account_change_decider_may_decide": (
            "Only a supervisor or a system administrator whose account is open decides about this."
        ),
        "account_change_waits_once": (
            "A change of this account waits for a second person already. It must be decided or withdrawn first."
        ),
    }
)
explain({"calendar_feed_has_a_name": "Say where you will read it, so that you know which one to end."}, field="name")
explain({"account_change_says_why": "Say why, for the person who confirms it."}, field="reason")
explain({"proposed_supervisor_has_a_unit": "A supervisor belongs to a unit. Choose the unit."}, field="unit")
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
