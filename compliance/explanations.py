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
        "one_first_day": "The agency has one first day already.",
        "holiday_once": "This holiday is there already.",
        "obligation_once": "This obligation is there already.",
        "obligation_is_met_or_ended": "What was met did not end without it.",
        "obligation_late_is_met": "Only what has a due time and was done can be late.",
        "one_open_finding": "This finding is open already.",
        "finding_closure_says_why": "A finding is closed at a time, and says why.",
        "finding_goes_on_once": "This finding goes on as another one already.",
        "finding_that_stays_is_of_a_stay": "Only what is about a young person's stay, and was not shared outside, stays with the home.",
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
        "saved_filter_has_a_name": "Give the filter a name.",
        "saved_filter_named_once": "You have a filter of this name already. Choose another name.",
    },
    field="name",
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
explain(
    {
        "corrective_action_says_what_was_done": "Say what was done.",
        "corrective_action_sent_back_says_why": "Say why it is not good enough yet. Your name is kept with it.",
        "corrective_action_verification_is_signed": "Say how you checked it. Your name is kept with it.",
        "corrective_action_verified_when_done": "It can be verified only when its owner has said that all of it is done.",
        "corrective_action_verified_by_another": (
            "Somebody else must verify this: nobody who planned it or changed the plan, owns or has owned it, or did one of its steps."
        ),
        "one_open_corrective_action": "There is a corrective action for this already. It must be verified first.",
        "corrective_action_begins_as_a_plan": "A corrective action begins as a plan. It is done and verified later.",
        "corrective_action_is_about_what_failed": "This is no longer asked, or is corrected already. There is nothing to plan.",
        "corrective_action_planned_by_who_answers": (
            "Only the home's administrator, a supervisor or the young person's caseworker plans this."
        ),
        "corrective_action_is_kept": (
            "This stays as it was written. What was reported as done can be sent back first; what was verified can't be changed."
        ),
        "corrective_action_done_by_its_owner": "Only the owner says that all of it is done.",
        "corrective_action_done_step_by_step": "There are steps that nobody has done yet. Do each of them first.",
        "corrective_action_sent_back_when_done": "Only what was reported as done can be sent back.",
        "corrective_action_judged_by_who_answers": (
            "Only the home's administrator or a supervisor decides this, and never the owner."
        ),
        "corrective_step_once": "This step is there already.",
        "corrective_step_begins_open": "A step begins as something to do.",
        "corrective_step_is_kept": "A step stays as it was written, and is done once.",
        "corrective_step_is_done_by_who_works_there": "Only the owner, and people who do what the rule asks, do a step.",
    }
)
explain({"corrective_action_says_the_cause": "Say why the rule was not met."}, field="cause")
explain(
    {
        "corrective_action_due_day_is_ahead": "This day is over. Give today or a later day.",
        "corrective_action_due_day_is_in_reach": "This day is too far off. Give one within two years.",
    },
    field="due_on",
)
explain(
    {
        "corrective_action_owner_is_of_the_home": (
            "Choose somebody who works in or runs the home now, or who keeps the young person's case."
        )
    },
    field="owner",
)
explain({"corrective_action_change_says_why": "Say why this is changed."}, field="reason")
explain({"corrective_step_says_what": "Say what is to be done."}, field="steps")
explain({"corrective_step_done_says_how": "Say what was done, and what shows it."}, field="evidence")
explain({"corrective_step_file_is_of_the_record": "Choose a file of the same record."}, field="document")
explain(
    {
        "binder_is_of_a_year_at_most": "A binder is of a year at most, from its first day to its last. Choose a shorter time."
    },
    field="since",
)
explain(
    {"binder_is_of_days_that_came": "This day has not come yet. The last day is today at the latest."}, field="until"
)
explain(
    {
        "binder_has_a_fingerprint": "A binder is kept with the fingerprint of its content.",
        "binder_is_made_by_who_inspects": "Only who runs, supervises or inspects the home makes a binder of it.",
        "binders_of_a_day_are_few": (
            "There were many binders in the last 24 hours: ten by one person, or twenty of one home, are the most. Take one of"
            " those, or wait until tomorrow."
        ),
    }
)
explain(
    {"court_export_is_of_five_years_at_most": "An export is of five years at most. Choose a shorter time."},
    field="since",
)
explain(
    {"court_export_is_of_days_that_came": "This day has not come yet. The last day is today at the latest."},
    field="until",
)
explain({"court_export_names_its_kinds": "Choose at least one kind of record, or who opened it."}, field="kinds")
explain(
    {
        "court_export_is_about_one_thing": "An export is about one young person, one incident or one home.",
        "court_export_says_for_whom": "Say which court, who receives it there, and which order or subpoena asks for it.",
        "court_export_has_a_fingerprint": "An export is kept with the fingerprint of its content.",
        "court_export_needs_two_people": "Whoever asked for it can't decide it. Another supervisor must.",
        "court_export_decision_is_signed": "Say why. Your name is kept with it.",
        "court_export_is_for_supervisors": "Only supervisors who may read and share all of this ask for an export, or decide it.",
        "court_export_is_kept": "An export stays as it was asked for, is decided once, and is written down as taken once.",
        "court_export_has_only_own_rows": "An export holds only rows that are open to who asks for it.",
        "court_export_judged_by_nobody_named": "You are named in what this is about. Somebody else must decide it.",
        "court_export_is_decided_in_time": "It was asked for more than seven days ago. Ask for a new one.",
        "court_export_taken_by_who_asked": "Only who asked for it takes it, within 24 hours of the approval.",
        "court_exports_of_a_day_are_few": "You have asked for ten exports in the last 24 hours, which is the most. Wait until tomorrow.",
    }
)
explain(
    {
        "citation_says_what": "Say which section was cited, what the authority calls it, and what it found.",
        "citation_end_is_signed": "Say how and when it was closed, and what shows it. Your name is kept with it.",
        "citation_is_written_by_the_home": "Only the home's administrator or a supervisor writes this down.",
        "citation_begins_open": "A citation begins open. It is closed later.",
        "citation_is_of_one_visit": "Totals of a licensing file have no citations of their own. Choose the visit.",
        "citation_is_kept": "A citation stays as it was written, and is closed once. Close it as a mistake and write a new one.",
        "correction_plan_says_what": "Say what will be done.",
        "correction_plan_outcome_says_why": "Say what the authority said, or why another plan is needed.",
        "correction_plan_answered_when_sent": "The authority can answer only what was sent to it, and not before that day.",
        "correction_plan_done_says_how": "Say what was done, and what shows it.",
        "correction_plan_is_of_an_open_citation": "This citation is closed. There is nothing to do about it any more.",
        "correction_plan_begins_as_a_plan": "A plan begins as a plan. It is sent, answered and done later.",
        "correction_plan_is_kept": "A plan stays as it was written. Replace it with another one.",
        "one_correction_plan": "There is a plan already. It must be sent back or replaced first.",
    }
)
explain({"citation_is_corrected_after_the_visit": "This day is before the visit."}, field="correct_by")
explain(
    {"citation_ends_after_the_visit": "Give a day from that of the visit to today."},
    field="ended_on",
)
explain({"correction_plan_owner_runs_the_home": "Choose somebody who runs the home now."}, field="owner")
explain({"correction_plan_follows_the_visit": "This day is before the visit."}, field="due_on")
explain({"correction_day_has_come": "Give a day from that of the visit to today."}, field="on")
explain(
    {
        "waiver_is_of_rules_of_the_state": (
            "A waiver of this authority can name only rules of the state of the home that are judged here. A federal rule can’t be"
            " waived by a state’s licence."
        )
    },
    field="rules",
)
explain(
    {
        "flag_once_a_day": "This stands here already.",
        "flag_is_of_its_scope": "A flag is about one young person, one home, or neither.",
        "flag_setting_is_a_supervisors": "Only a supervisor changes these numbers.",
        "flag_setting_of_a_home_is_its_sample": "Only what is chosen by chance has a number of its own for each home.",
        "review_says_what_was_found": "Say what you found, and what you looked at.",
        "review_says_what_is_left_to_do": "Say what is left to do, who does it, and until when; or that nothing is.",
        "review_follow_up_is_signed": "Say what was done. Your name is kept with it.",
        "review_begins_with_what_was_found": "A review begins with what was found. What is left to do is done later.",
        "review_is_by_another_supervisor": (
            "Another supervisor must look at this: somebody whom it is not about, who took no part in it, and who audits the record."
        ),
        "review_is_kept": "A review stays as it was signed. What is left to do is written down as done once.",
        "compliance_review_flag_id_key": "Somebody has reviewed this already. Nothing was changed.",
    }
)
explain(
    {
        "flag_setting_is_within_bounds": "This number is too small or too large. The numbers you may choose stand above the field."
    },
    field="value",
)
explain({"flag_setting_says_why": "Say why this number is changed."}, field="why")
explain({"review_owner_may_look_at_it": "Choose a supervisor who may look at this too."}, field="owner")
explain({"review_due_day_is_ahead": "Give a day from today to half a year from now."}, field="due_on")
explain(
    {
        "legal_hold_is_on_one_thing": "A hold is on one young person's record, or on one home.",
        "legal_hold_says_why": "Say what it is about, and the number or name by which it is known.",
        "legal_hold_lifted_by_another": "Whoever laid a hold can't lift it. Another supervisor must.",
        "legal_hold_lift_says_why": "Say why the hold is lifted. Your name is kept with it.",
        "legal_hold_is_for_supervisors": "Only a supervisor who may read the whole trail lays or lifts a hold.",
        "legal_hold_is_kept": "A hold stays as it was laid, and is lifted once.",
        "agency_term_says_why": "Say why records are kept for this long.",
        "agency_term_needs_two_people": "Whoever proposed it can't confirm it. Another supervisor must.",
        "agency_term_is_signed": "Your name is kept with what you confirm.",
        "agency_term_is_for_supervisors": "Only supervisors say how long the agency keeps records.",
        "agency_term_is_kept": "A time stays as it was proposed, and is decided once. A longer one is a new one.",
        "agency_term_refused_by_another": "Whoever proposed it can't refuse it. They can withdraw it.",
        "agency_term_refusal_says_why": "Say why it shall not count. Your name is kept with it.",
        "agency_term_ends_in_one_way": "A time is confirmed, refused or withdrawn, and only one of these.",
        "agency_term_is_withdrawn_by_its_proposer": "Only the person who proposed this can withdraw it. You can refuse it.",
        "second_is_named_where_nobody_else_can": "Only who proposed it names a supervisor of another unit, and only while nobody else of the"
        " own unit can decide.",
        "answer_is_read_once": "You have read this already. Nothing was changed.",
        "disposal_says_why": "Say why this record shall go.",
        "disposal_needs_two_people": "Whoever proposed it can't decide it. Another supervisor must.",
        "disposal_decision_is_signed": "Say why. Your name is kept with it.",
        "disposal_is_for_supervisors": "Only a supervisor who may read the whole trail proposes that a record goes, or decides it.",
        "disposal_is_kept": "What was proposed stays as it was written, and is decided once.",
        "disposal_once_at_a_time": "This was proposed already, or agreed in the last 30 days. Nothing was changed.",
        "disposal_is_approved_when_it_is_done": "Two supervisors must have agreed to it in the last 30 days.",
        "court_keeps_the_record": "A court has sealed this record, or an order to seal it waits. Nothing of it may go before that has"
        " ended.",
        "record_is_under_hold": "This record, or one that is tied to it, is under a legal hold. Nothing of it may go.",
        "record_is_of_somebody_who_left": "The young person lives in a home, a home is looked for, or the case is open.",
        "nothing_about_it_is_open": (
            "Something about this record is still open: an incident, a finding, a complaint, an emergency access or a review."
        ),
        "record_has_a_term": "No rule says how long this record is kept, so it is kept.",
        "record_is_kept_for_its_term": "The time for which this record is kept is not over.",
    }
)
explain({"agency_term_is_of_years": "Give a time from 1 to 100 years."}, field="years")
explain({"agency_term_is_until_an_age": "Give an age from 18 to 99 years."}, field="until_age")
