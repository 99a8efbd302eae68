"""What people read when the database refuses something in this app."""

from placement.database.constraints import explain

explain({"totals_taken_once": "The totals of this month are taken already, and stay as they are."})
explain(
    {
        "rule_version_once": "This version of the rule is there already.",
        "rule_version_is_kept": "What a rule asks stays as it was loaded. Another text is a further version.",
        "rule_ends_after_start": "The rule can't end before it starts.",
        "rule_in_force_has_a_check": "A rule without a check is switched off.",
        "one_version_in_force": "Another version of this rule is in force on the same days.",
        "holiday_once": "This holiday is there already.",
        "obligation_once": "This obligation is there already.",
        "obligation_is_met_or_ended": "What was met did not end without it.",
        "obligation_late_is_met": "Only what has a due time and was done can be late.",
        "one_open_finding": "This finding is open already.",
        "finding_closure_says_why": "A finding is closed at a time, and says why.",
        "finding_is_against_a_home": "What others owe, and what is advice, is no finding.",
        "proof_is_kept": "A proof stays as it was filed. A mistake is withdrawn once, with the reason.",
        "proof_is_filed_by_who_does_it": "Only the people who do what is asked file its proof.",
        "proof_is_of_what_is_asked": "This is no longer asked. Nothing was filed.",
        "proof_file_is_of_the_record": "Choose a file of the same record.",
        "proof_withdrawal_is_signed": "Say why the proof is withdrawn. Your name is kept with it.",
        "proof_says_how": "Choose how it was done.",
    }
)
explain(
    {
        "proof_is_of_an_item": "Choose one of the things that the rule asks for.",
        "proof_once": "This was filed already. If that proof is wrong, withdraw it first.",
    },
    field="item",
)
explain(
    {
        "proof_is_not_in_the_future": "This time has not come yet. Give the time when it was done.",
        "proof_comes_after_its_event": "This is before the event that it follows. Check the day and the time.",
    },
    field="done_at",
)
