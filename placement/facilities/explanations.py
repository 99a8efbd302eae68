"""Plain sentences for the constraints of the facilities app."""

from placement.database.constraints import explain

explain(
    {
        "bed_holds_one_resident": "This bed is taken for part of that time. Somebody may have been faster. Choose another bed or another time.",
        "bed_is_held_once": "This bed is already held for another referral at that time. Choose another bed.",
        "bed_is_held_for_another": "This bed is held for another young person. Choose another bed, or ask for the hold to be released.",
        "held_bed_is_free": "Somebody has this bed already, or is about to move in. Choose another bed.",
        "bed_is_in_use": "This bed is out of use in that time. Choose another bed.",
        "bed_stays_in_its_home": "A bed, a room or a unit can't move to another home.",
    },
    field="bed",
)
explain(
    {
        "resident_is_in_one_bed": "This young person has another bed for part of that time. End that stay first.",
        "placement_ends_after_start": "The stay can't end before it starts.",
        "admission_is_not_in_the_future": "The admission time has not come yet. Give the time of arrival.",
        "hold_ends_after_start": "The hold can't end before it starts.",
        "override_expires_later": "The exception must end after today.",
        "referral_ends_after_start": "The stay can't end before it starts.",
        "stay_is_not_ended_in_the_future": "This time has not come yet. Give the time when the young person left.",
    },
    field="starts_at",
)
explain(
    {
        "home_is_for_one_population": "This home is only for trafficked young people, or will be during the stay. The young person's confirmed group is another one.",
        "protected_population_is_not_mixed": "This home also serves other young people, or will during the stay. Without an approved exception for that time, a trafficked young person can't live here.",
        "foster_care_is_the_exception": "A foster home needs an approved exception for that time: a reason and a second person.",
        "licence_sex_holds": "The home's licence does not cover young people of this sex.",
        "licence_level_holds": "The home's licence does not cover the level of care in the newest assessment, or there is no assessment yet.",
        "separated_residents_live_apart": "Two young people who must be kept apart would live in the same home. One of them must live elsewhere first.",
        "placement_begins_as_a_proposal": "A placement starts as a proposal.",
        "placement_moves_one_step": "This placement has moved on in the meantime. Look at its page for where it stands now.",
        "placement_keeps_resident_and_bed": "The young person and the bed of a placement stay. Withdraw it and propose another one.",
        "placement_keeps_its_dates": "A placement is decided for its dates. Withdraw it and propose another one.",
        "finished_placement_stays": "This stay is in the past and can't be changed.",
        "ended_placement_has_an_end": "Say when and why the stay ended.",
        "placement_decided_by_another": "You proposed this placement, so somebody else must decide about it.",
        "placement_decision_is_signed": "A decision needs the name of the person who made it.",
        "decision_is_one_step": "Sign and decide in one step: approve or decline.",
        "home_has_read_the_safety_history": "Somebody of the home must sign that they have read the safety history before the young person arrives.",
        "override_has_a_reason": "Say why an exception is needed.",
        "override_decided_by_another": "You asked for this exception, so somebody else must decide about it.",
        "override_decision_is_signed": "A decision needs the name of the person who made it.",
        "override_begins_as_a_proposal": "An exception starts as a request.",
        "override_decision_stays": "This exception stays as it was asked for and decided. Ask for a new one.",
        "sent_referral_is_complete": "Before you send the referral, say why, how urgent, and from when.",
        "sent_referral_is_kept": "A referral that was sent is kept. Withdraw it instead.",
        "referral_keeps_its_resident": "A referral stays with its young person.",
        "home_matched_once": "This home is already in the list.",
        "warning_signature_has_a_reason": "Say why the placement is right in spite of the warning.",
        "warning_signed_once": "You have already signed this warning.",
        "warning_signature_is_kept": "A signature under a warning stays as it is.",
        "decision_has_a_reason": "Say why this home was chosen.",
        "decision_is_kept": "A placement decision record stays as it was written.",
        "leave_ends_after_start": "The leave can't end before it starts.",
        "facilities_discharge_placement_id_key": "The discharge of this stay is already written.",
        "one_open_discharge_proposal": "A discharge is proposed already. Withdraw that proposal first.",
        "discharge_proposal_is_complete": "Say why the stay ends, what happens afterwards, and who stays in touch.",
        "discharge_is_proposed_during_the_stay": "The young person does not live there now, so no discharge can be proposed.",
        "discharge_is_proposed_by_the_caseworker": "Only the caseworker of the young person proposes a discharge or withdraws the proposal.",
        "discharge_withdrawal_is_signed": "Say why the proposal is withdrawn, with the name of whoever does it.",
        "discharge_proposal_is_kept": "A proposed discharge stays as it was written. Withdraw it and propose another one.",
        "discharge_is_written_by_another": "You proposed this discharge, so somebody else must write it.",
        "shift_ends_after_start": "The shift can't end before it starts.",
        "shift_signature_has_a_time": "A signature needs a time.",
        "on_duty_once": "This person is already on duty in that shift.",
        "shift_keeps_its_time": "A shift stays with its home, its name and its start, and does not end later than planned. Open another one.",
        "shift_is_kept_by_its_home": "Only somebody who works in this home writes about its shifts.",
        "shift_is_signed_after_its_start": "This shift has not started yet.",
        "hand_off_says_something": "Write what the next shift must know.",
        "duty_is_kept": "Who was on duty stays as it was written. Let the person go off duty, and come on duty anew.",
        "on_duty_where_they_work": "This person does not work in this home at that time.",
        "on_duty_in_one_home": "This person is on duty in another home at that time. They go off duty there first.",
        "ratio_is_counted_on_shift": "Adults are counted in a shift that goes on, by who works there.",
        "exit_is_added_by_the_home": "Only the home's administrator or a supervisor adds an exit.",
        "exit_is_kept": "An exit stays as it was written, so that its checks keep their meaning.",
        "credential_dates_are_days": "Give days of the calendar, or leave the end empty.",
        "duty_is_within_the_shift": "Give a time between the start of the shift and now.",
        "duty_ends_after_it_starts": "Nobody goes off duty before they came.",
        "credential_is_of_a_kind": "Choose one of the kinds in the list.",
        "credential_is_filed_by_the_home": "Only the home's administrator or a supervisor files what its people hold.",
        "credential_is_kept": "What was filed stays as it was written. It can only end earlier; file a new one for what is new.",
        "credential_paper_is_of_the_home": "Choose a paper that is filed in this home.",
        "health_is_kept_with_its_dates_alone": "Of health only the dates are kept: no course, number, name or paper.",
        "credential_is_filed_once": "This is filed already with the same first day.",
        "planned_duty_is_known": "Choose one of the duties in the list.",
        "planned_shift_is_kept": "A planned shift stays as it was planned. Take it out and plan another one.",
        "roster_is_planned_by_the_home": "Only the home's administrator or a supervisor plans its shifts.",
        "begun_shift_stays_planned": "This shift has begun, so it stays in the plan as it was.",
        "ratio_counts_are_numbers": "A count of people is not below zero.",
        "ratio_check_is_kept": "What was counted stays as it was counted.",
        "discharge_is_kept": "A discharge stays as it was written. Add what was learned later to the young person's record.",
        "after_care_check_is_kept": "A check stays as it was written. Write another one.",
        "proposed_referral_stays": "A home is already proposed for this referral, so it can't be corrected any more.",
        "case_is_open": "The young person's case is closed, so no home can be looked for or taken.",
        "case_closes_after_the_search": "A way into a home is still open for the young person. End the stay, or let the caseworker withdraw the placement and the referral, then close the case.",
        "signed_shift_stays": "This shift is signed. Changes are amendments now.",
        "shift_is_signed_by_staff_on_duty": "Only somebody who was on duty in this shift can sign it.",
        "word_is_known": "Choose one of the words in the list.",
        "placement_keeps_its_ground": "The referral and the decision record of a placement stay. Withdraw it and propose another one.",
        "incident_is_of_one_home": "This shift is of another home. Choose the shift in which it happened.",
        "term_stays_with_its_licence": "A condition or waiver stays with its licence. Add a new one to the other licence.",
        "exclusive_population_has_paper": "A home is confirmed for trafficked young people only with a paper of that home that somebody else filed.",
        "wider_licence_is_confirmed": "A licence allows more only when a supervisor confirms it with a paper of the home that somebody else filed.",
        "waiver_is_confirmed_with_paper": "A waiver counts only when a supervisor confirms it with a paper of the home that somebody else filed.",
        "waiver_is_kept": "A waiver stays as it was written. Add a new one.",
        "safety_history_was_read_as_it_is": "Something was added to the safety history after it was signed. Somebody of the home must read it and sign again before the young person arrives.",
        "stay_is_extended_by_another": "Whoever proposed this placement does not change its end. Somebody else must do it.",
        "licence_stays_with_its_home": "A licence stays with its home. Add a new one to the other home.",
        "inspection_once": "This visit is already in the system.",
        "inspection_says_who_recorded_it": "Say which authority came. What somebody records has a day and their name.",
        "inspection_is_recorded_by_the_home": "Only the home's administrator or a supervisor records a visit.",
        "inspection_is_kept": "A visit stays as it was recorded.",
        "inspection_of_a_file_comes_from_it": "What a licensing file counts is changed by the next import of that file alone.",
        "inspector_is_named_by_the_agency": "Only a supervisor of the agency says when an inspector comes, and when the visit ends.",
        "inspection_paper_is_of_the_home": "Choose a paper that is filed in this home.",
        "address_shown_for_a_known_purpose": "Say what the address is needed for.",
        "address_shown_for_a_reason": "Say why the address is needed.",
        "address_shown_is_kept": "That somebody was shown an address is never changed.",
        "facilities_facilityaddress_facility_id_key": "This home has an address already. Change that one.",
        "facilities_licence_capacity_check": "The number of places can't be below zero.",
        "facilities_licence_min_age_check": "An age can't be below zero.",
        "facilities_licence_max_age_check": "An age can't be below zero.",
        "facilities_licencecondition_value_check": "This number can't be below zero.",
        "facilities_match_rank_check": "A place in the list can't be below zero.",
        "facilities_outsideinspection_visits_check": "A number of visits can't be below zero.",
        "facilities_outsideinspection_serious_citations_check": "A number of citations can't be below zero.",
        "facilities_outsideinspection_other_citations_check": "A number of citations can't be below zero.",
        "referral_level_is_on_the_scale": "Choose a level of care from 1 to 5.",
        "facilities_referral_level_check": "Choose a level of care from 1 to 5.",
        "exit_check_is_kept": "A check of an exit stays as it was written. Check the exit again, or amend the check with a reason.",
        "exit_is_checked_on_shift": "Only people who work shifts in this home check its exits.",
        "exit_amendment_is_of_one_check": "An amendment belongs to one check of the same exit in the same shift.",
        "exit_check_after_signing_is_an_amendment": "This shift is signed. Amend a check of it with a reason, or check the exits in the shift that goes on.",
        "exit_is_checked_in_its_shift": "An exit is checked in the shift that goes on in its home. Open the shift page and look which one that is.",
        "alarm_is_tried_where_there_is_one": "Say whether the alarm works where the exit has one, and only there.",
        "drill_is_kept": "A drill stays as it was written, with everybody who took part. Amend it instead.",
        "drill_amendment_has_a_reason": "Say why you amend this drill.",
        "drill_amendment_is_of_one_drill": "An amendment belongs to the drill as it was first written.",
        "drill_is_of_its_shift": "A drill belongs to the shift in which it was held.",
        "drill_is_written_within_31_days": "This drill is more than 31 days ago. Hold one now and write that down.",
        "drill_is_written_by_the_home": "Only people who work shifts in this home write down its drills.",
        "drill_stays_in_its_home": "This shift is of another home. Choose the one in which the drill was held.",
        "drill_is_of_who_lives_there": "This young person did not live in the home at the time of the drill.",
        "drill_is_of_who_works_there": "This person did not work in the home at the time of the drill.",
        "drill_says_whether_all_were_out": "The drill says that everybody got out, so nobody can have stayed inside.",
        "young_person_in_a_drill_once": "This young person is in the drill already.",
        "person_in_a_drill_once": "This person is in the drill already.",
        "who_did_not_get_out_has_a_reason": "Say why somebody did not get out.",
        "facilities_referral_number_key": "Another referral has this number already. Save again.",
    }
)
explain(
    {
        "unit_name_once": "There is already a unit with this name.",
        "room_name_once": "There is already a room with this name.",
        "bed_name_once": "There is already a bed with this name in the room.",
        "exit_name_once": "There is already an exit with this name.",
    },
    field="name",
)
explain(
    {
        "licence_number_once": "This licence is already in the system.",
    },
    field="number",
)
explain(
    {
        "one_licence_at_a_time": "Another licence of this home covers part of that time.",
    },
    field="valid_from",
)
explain(
    {
        "licence_ends_after_start": "The licence can't end before it starts.",
        "fire_clearance_ends_after_start": "The clearance can't end before it starts.",
    },
    field="valid_to",
)
explain(
    {
        "licence_ages_in_order": "The highest age can't be below the lowest age.",
    },
    field="max_age",
)
explain(
    {
        "condition_has_its_value": "Give the number that this condition sets.",
    },
    field="value",
)
explain(
    {
        "waiver_ends_after_start": "The waiver can't end before it starts.",
    },
    field="ends_on",
)
explain(
    {
        "bed_closure_has_a_start": "Say from when the bed is out of use; the end can't be before that.",
    },
    field="from_",
)
explain(
    {
        "assignment_once_at_a_time": "This person already works at this home at that time.",
        "inspector_in_one_home": "This inspector is in another home at that time. One visit ends before the next begins.",
    },
    field="person",
)
explain(
    {
        "assignment_ends_after_start": "The end must be after the start.",
        "inspector_comes_for_a_time": "An inspector comes for a time: 31 days at most. Say until when.",
    },
    field="ends_at",
)
explain(
    {
        "exclusive_population_is_confirmed": "Only a supervisor, with a paper of the home, can confirm that a home is only for trafficked young people.",
    },
    field="population",
)
explain(
    {
        "after_care_check_has_a_note": "Write how the young person is doing.",
    },
    field="note",
)
explain(
    {
        "after_care_check_is_not_in_the_future": "This time has not come yet. Give the time when you looked.",
        "after_care_check_is_after_leaving": "The young person still lived in the home then. Give the time of a look after that.",
    },
    field="checked_at",
)
explain(
    {
        "proposed_leaving_is_still_to_come": "This time has passed. Give a time that is still to come.",
    },
    field="leaves_at",
)
explain(
    {
        "licence_is_in_force": "The home has no licence in force on that day, so nobody can be admitted.",
        "fire_clearance_is_in_force": "The home has no fire clearance in force on that day, so nobody can be admitted until it is renewed.",
        "licence_allows_admissions": "The licence has a condition: no new admissions at this time.",
        "licence_capacity_holds": "The home is full: its licence allows no further young person on that day.",
        "licence_age_holds": "The home's licence does not cover this age.",
        "arrival_is_after_reading": "The safety history was read after this time. Give the real time of arrival.",
        "stay_ends_after_its_last_entry": "Something was written down later than that for this young person in this home: care, medication, a look or a leave. Give the real time of leaving, or put the entry right first.",
    },
    field="at",
)
explain(
    {"late_discharge_has_a_reason": "This was more than a day ago. Say why it is written down only now."},
    field="late_reason",
)
explain(
    {
        "next_check_is_later": "The next check must be on a later day than this one.",
    },
    field="next_check_on",
)
explain(
    {
        "closed_bed_is_empty": "Somebody sleeps in this bed in that time, or it is kept for somebody. Move them first.",
    },
    field="from_",
)
explain(
    {
        "hold_lasts_a_week": "A bed can be held for 7 days at most.",
    },
    field="until",
)
explain(
    {
        "override_lasts_half_a_year": "An exception lasts 180 days at most. Ask again when it ends.",
    },
    field="expires_at",
)
explain(
    {
        "leave_is_within_the_stay": "A leave must begin and end during the stay.",
        "one_leave_at_a_time": "There is already a leave at that time.",
        "shifts_do_not_overlap": "There is already a shift at that time.",
    },
    field="starts_at",
)
explain(
    {
        "condition_ends_after_start": "The condition can't end before it starts.",
    },
    field="ends_on",
)
explain(
    {
        "care_is_for_who_lives_there": "The young person did not live in this home at that time. Check the day and time.",
        "incident_is_of_who_lives_there": "A young person in this report did not live in this home at that time. Check the day and time, and who was involved.",
    },
    field="happened_at",
)

explain(
    {
        "home_looks_come_in_reach": "Choose between 5 minutes and 4 hours.",
        "home_looks_vary_by_half_at_most": "A look can come earlier by half of the time at most.",
        "looks_review_says_what_was_found": "Something was late, missed or doubtful. Say what you found.",
        "looks_are_reviewed_by_another": "You were on duty in this shift or wrote looks in it, so somebody else reviews it.",
        "duty_is_taken_over_by_another": "You signed this shift, so somebody else takes over.",
        "take_over_explains_its_difference": "Say what differs and what is done about it.",
        "shift_is_signed_first": "This shift is not signed yet.",
        "signed_after_the_shift_is_kept": "What was signed after a shift stays as it was written.",
        "hand_off_has_one_line_of_each": "A hand-off has one line about each young person.",
        "hand_off_line_says_something": "A line of a hand-off says what was logged or what was open.",
        "hand_off_lines_come_with_the_signature": "What a hand-off keeps of the young people is written when it is signed.",
        "hand_off_line_is_of_who_lived_there": "A hand-off is about young people who lived in the home in that shift.",
        "hand_off_read_once": "You have signed already that you have read this.",
    }
)
explain(
    {
        "credential_is_filed_by_another": "Nobody files this for themselves. Ask your supervisor.",
        "credential_is_of_who_works_there": "This person does not work in this home.",
        "planned_in_one_place": "This person is planned at that time already, here or in another home.",
        "planned_person_is_not_to_be_planned": "This person is not to be planned here for now. Ask the supervisor.",
        "planned_where_they_work": "This person does not work in this home at that time.",
        "planned_with_clearance": "This person has no background clearance in force on that day.",
        "on_duty_with_clearance": "The background clearance of this person has ended, so they can't be on duty.",
        "planned_with_first_aid": "This person has no first aid and CPR in force on that day.",
        "planned_with_training": "This person has no required training in force on that day.",
        "awake_for_16_hours_in_a_row": "This person would be awake at work for more than 16 hours in a row. Plan a break of an hour or more.",
    },
    field="person",
)
explain(
    {
        "credential_ends_after_start": "The last day can't be before the first.",
    },
    field="valid_to",
)
explain(
    {
        "planned_shift_ends_after_start": "The shift can't end before it starts.",
        "planned_shift_lasts_16_hours": "A planned shift lasts 16 hours at most.",
        "planned_shift_is_ahead": "This time has passed. Plan what is still to come.",
    },
    field="ends_at",
)
explain({"exit_fault_is_described": "Say in words what is wrong with the exit."}, field="wrong")
explain({"exit_amendment_has_a_reason": "Say why you amend this check."}, field="reason")
explain({"drill_takes_seconds": "Give the time in seconds, from 1 to 7,200."}, field="seconds")
explain(
    {"drill_is_not_in_the_future": "This time has not come yet. Give the time when the drill began."}, field="held_at"
)
explain({"drill_problem_has_a_follow_up": "Say what will be done about what went wrong."}, field="follow_up")
explain(
    {
        "pass_ends_after_start": "They can't come back before they leave.",
        "pass_says_where_and_with_whom": "Say where to, how, and with whom or that they go alone.",
        "pass_begins_undecided": "A pass is asked for first. Somebody else decides about it.",
        "pass_is_of_a_stay": "The young person does not live here now.",
        "pass_is_with_somebody_allowed": "Contact with this person is not allowed, or they are not on the list.",
        "pass_comes_before_it_starts": "This time has begun already. Ask for a pass before they leave, and decide before they leave.",
        "pass_is_of_somebody_who_is_here": "The young person is reported as missing. Write down first that they are back.",
        "supervised_pass_names_who_goes_along": "Somebody has to be present with this person. Say who of us goes along.",
        "pass_is_withdrawn_before_it_starts": "A pass is withdrawn before the young person leaves, and not after it was declined.",
        "pass_is_withdrawn_by_who_answers_for_it": "Whoever asked for a pass can withdraw it, and so can the home's administrator and the supervisor.",
        "pass_withdrawal_is_signed": "Whoever withdraws a pass signs with their name, and says why.",
        "leave_is_kept": "A leave stays as it was granted. It can only end earlier.",
        "leave_is_granted_by_who_answers_for_it": "Only the administrator of the home and the supervisor grant a leave.",
        "outing_is_asked_for_as_a_pass": "A visit or an outing is asked for as a pass, and somebody else decides.",
        "pass_decided_by_another": "You asked for this pass, so somebody else must decide.",
        "pass_is_decided_by_who_answers_for_it": "The home's administrator decides about a day, the supervisor about a night.",
        "pass_decision_is_signed": "A decision needs the name of the person who made it, and a decline a reason.",
        "approved_pass_is_its_leave": "An approved pass is the leave for the same time.",
        "pass_is_kept": "What was asked and decided stays as it was written. A return is written down once.",
        "return_is_from_an_approved_pass": "They come back from a pass that was approved, and not before they left.",
        "facilities_passrequest_leave_id_key": "This leave belongs to another pass.",
    }
)
explain(
    {
        "facilities_facility_look_day_minutes_check": "A number of minutes can't be below zero.",
        "facilities_facility_look_night_minutes_check": "A number of minutes can't be below zero.",
        "facilities_facility_look_vary_minutes_check": "A number of minutes can't be below zero.",
        "facilities_looksreview_late_check": "A number of looks can't be below zero.",
        "facilities_looksreview_missed_check": "A number of looks can't be below zero.",
        "facilities_looksreview_doubtful_check": "A number of rounds can't be below zero.",
        "facilities_looksreview_shift_id_key": "Somebody has reviewed this shift already.",
        "facilities_takeover_expected_check": "A number of young people can't be below zero.",
        "facilities_takeover_counted_check": "A number of young people can't be below zero.",
        "facilities_takeover_keys_check": "A number of keys can't be below zero.",
        "facilities_takeover_shift_id_key": "Somebody has taken over already.",
    }
)
explain({"inspection_has_been": "This day has not come yet."}, field="visited_on")
explain(
    {
        "training_has_a_topic": "Choose one of the topics in the list.",
        "training_says_which_and_by_whom": "Say which course it was, and who gave it.",
        "training_is_filed_once": "The same course on the same day is filed for one of these people already.",
        "training_is_filed_by_the_home": "Only the home's administrator or a supervisor files hours of training.",
        "training_paper_is_of_the_home": "Choose a paper that is filed in this home.",
        "training_is_kept": "Training stays as it was filed. A mistake is withdrawn once, with the reason.",
        "training_withdrawal_is_signed": "Say why it is withdrawn. Your name is kept with it.",
        "reference_is_kept_by_another": "Nobody asks for a reference on themselves. Ask your supervisor.",
        "reference_says_of_what_kind": "Say how the one who was asked knows this person.",
        "reference_answer_is_signed": "Say how it turned out, and on which day. Your name is kept with it.",
        "reference_is_asked_by_the_home": "Only the home's administrator or a supervisor asks for references.",
        "reference_is_of_who_works_there": "This person does not work in this home.",
        "reference_is_kept": "A reference stays as it was written, and is answered once.",
        "reference_begins_unanswered": "A reference begins as a question. The answer comes later.",
        "reference_names_who_was_asked": "Say who was asked.",
        "reference_text_once": "There is a text of this reference already.",
        "reference_text_is_of_its_reference": "A text is about the person and the home of its reference.",
    }
)
explain(
    {
        "training_is_filed_by_another": "Nobody files this for themselves. Ask your supervisor.",
        "training_is_of_who_works_there": "One of these people does not work in this home.",
    },
    field="people",
)
explain({"training_lasts_some_hours": "Give a quarter of an hour or more, and 400 hours at most."}, field="hours")
explain({"training_has_been": "This day has not come yet."}, field="held_on")
explain({"reference_was_asked": "This day has not come yet."}, field="asked_on")
explain({"reference_was_answered_after": "Give a day from that of the question to today."}, field="answered_on")
explain(
    {"waiver_waives_something": "Choose the rules that are waived, or the term from which the home may differ."},
    field="rules",
)
