"""Plain sentences for the constraints of the residents app."""

from placement.database.constraints import explain

explain(
    {
        "designation_has_a_basis": "Say on what basis: who saw or heard what, and when.",
        "designation_is_kept": "A designation stays as it was written. Add a new one instead.",
        "designation_agreed_by_another": "You made this designation, so somebody else must decide about it.",
        "designation_review_is_signed": "A decision about a designation needs a reason, and the name of the person who made it.",
        "level_is_on_the_scale": "Choose a level of care from 1 to 5.",
        "level_assessed_again_later": "The day of the next assessment comes after the day of this one.",
        "alert_ends_after_start": "The alert can't end before it starts.",
        "separation_ends_after_start": "The separation can't end before it starts.",
        "separation_says_from_whom": "Say from whom to keep apart: another young person, somebody outside, an area.",
        "separation_request_says_whom_and_why": "Give the code of the other young person, and say why.",
        "separation_request_decision_is_signed": "Say what became of it. Your name is kept with it.",
        "separation_request_is_kept": "What was asked stays as it was written, and so does what became of it.",
        "exploitation_link_once": "This link is already in the record.",
        "trace_once": "This stands in the record already.",
        "trace_says_which": "Say which number, place, name or car it is.",
        "conflict_once": "This person is already barred from the record.",
        "conflict_has_a_reason": "Say why: how the person knows the young person or the family.",
        "conflict_lifted_by_another": "You are the one who is barred, so somebody else must lift it.",
        "conflict_end_is_signed": "Say why it is lifted. Your name is kept with it.",
        "conflict_is_kept": "What was declared stays as it was written. It is lifted once, and judged once.",
        "conflict_lifted_in_its_unit": "Only a supervisor of the young person's unit lifts this without judging it.",
        "conflict_judged_by_another": "You laid this bar or it bars you, so somebody else must judge it.",
        "conflict_judged_from_outside": "Only a supervisor from outside the young person's unit judges this.",
        "conflict_judgement_is_signed": "A judgement needs a reason, and the name of the person who made it.",
        "conflict_judged_not_right_is_lifted": "A bar that was judged not right is lifted.",
        "consent_says_who_and_what_for": "Say who gave the consent, for whom and for what, and where the signed paper is.",
        "consent_names_its_parts": "Choose the parts of the record that the consent covers.",
        "consent_ends_later": "The consent must end later than now.",
        "consent_withdrawal_is_signed": "Say why it was withdrawn. Your name is kept with it.",
        "consent_is_kept": "A consent stays as it was given. It can be withdrawn once.",
        "disclosure_says_to_whom_and_what_for": "Say who gets it, what for, and which fields.",
        "disclosure_is_of_a_known_kind": "Choose who gets it, and how.",
        "disclosure_has_a_basis": "Name the consent, the order or the law that allows it, or what the danger is.",
        "disclosure_ends": "Say until when they may keep it: a day to come. Only a court may keep it without an end, and never by a consent.",
        "disclosure_recall_is_signed": "Say why you ask for it back. Your name is kept with it.",
        "disclosure_answer_is_signed": "Say what became of it. Your name is kept with it.",
        "disclosure_is_kept": "What was shared stays as it was written. It is asked for back once, and answered once.",
        "disclosure_is_of_what_is_open": "You can share only parts of the record that are open to you.",
        "disclosure_is_within_its_consent": "The consent does not allow this any more, or never did. Choose another basis.",
        "disclosures_of_a_day_are_few": "You have shared parts of 10 records in 24 hours. Ask a supervisor to share the next one.",
        "emergency_says_why": "Say in at least 20 characters why it cannot wait.",
        "emergency_lasts_two_hours": "Emergency access lasts two hours.",
        "emergency_ends_early": "Emergency access ends before its two hours are over, or with them.",
        "emergency_once_at_a_time": "You have emergency access to this record already.",
        "emergency_judged_by_another": "This was your own emergency access, so somebody else must judge it.",
        "emergency_judgement_is_signed": "A judgement needs a reason, and the name of the person who made it.",
        "emergency_is_kept": "What was written about an emergency access stays. It is judged once.",
        "access_request_says_what_for": "Say what you need the record for.",
        "access_request_waits_once": "You have asked for this record already. Wait for the answer.",
        "access_request_is_kept": "What was asked stays as it was written, and so does the answer.",
        "access_decided_by_another": "You asked for this access yourself, so somebody else must decide.",
        "access_decision_is_signed": "A decision needs the name of the person who made it, and a refusal a reason.",
        "access_is_given_by_who_answers_for_it": "Only the people who answer for this part of the record decide about it.",
        "access_decision_is_of_what_was_asked": "Decide about what was asked for, and nothing else.",
        "access_ends_in_time": "Access to a whole record ends within 7 days, to a part of it within 90 days.",
        "kinship_once": "These two are already recorded as siblings.",
        "kinship_is_with_another": "Choose another young person as the sibling.",
        "one_open_case": "This young person already has an open case.",
        "case_closes_after_it_opened": "A case can't close before it opened.",
        "caseload_ends_after_start": "The end must be after the start.",
        "caseload_once_at_a_time": "This young person is already on that caseload at that time.",
        "team_ends_after_start": "The end must be after the start.",
        "team_member_once_at_a_time": "This person is already on the team at that time.",
        "prohibition_names_its_order": "Name the order or decision that does not allow this contact.",
        "amendment_has_a_reason": "Say why you amend this entry.",
        "clinical_note_says_something": "Write the note.",
        "clinical_note_is_kept": "A clinical note stays as it was written. Add an amendment with a reason instead.",
        "clinical_note_is_by_the_clinician": "Only a clinician on the team writes clinical notes.",
        "clinical_amendment_has_a_reason": "Say why you amend this note.",
        "clinical_amendment_is_of_one_note": "An amendment belongs to a note about the same young person, and to the first text of it.",
        "care_entry_is_not_in_the_future": "This time has not come yet. Give the time when it happened.",
        "note_says_something": "Write something in the note, or leave it.",
        "care_entry_stays_in_its_place": "An entry stays with its young person, home and shift. Write a new one.",
        "entry_is_changed_by_its_writer": "Somebody else wrote this entry. Add an amendment with a reason instead.",
        "look_keeps_its_time": "A look stays with its kind, its time and how somebody looked. Add an amendment with a reason instead.",
        "signed_entry_is_amended": "The shift is signed, so this entry stays. Add an amendment with a reason instead.",
        "entry_after_signing_has_a_reason": "The shift is signed. Say why this entry comes late.",
        "amendment_is_of_the_same_resident": "An amendment belongs to the same young person and home as the entry.",
        "incident_is_not_in_the_future": "This time has not come yet. Give the time when it happened.",
        "missing_report_names_somebody": "Say which young person is missing.",
        "incident_review_by_another": "You reported this incident, so somebody else must review it.",
        "incident_review_is_signed": "A review needs the name of the person who made it.",
        "incident_closed_by_another": "You reported this incident, so somebody else must close it.",
        "incident_closure_is_signed": "Say how the incident ended before you close it.",
        "closed_incident_stays": "This incident is closed and can't be changed.",
        "incident_keeps_its_report": "A report stays as it was sent. It can be returned to be corrected, and amended when it is filed.",
        "incident_is_reviewed_then_closed": "An incident is sent, reviewed, filed and closed, one after the other. This step does not come now.",
        "incident_filed_by_another": "You reported or reviewed this incident, so somebody else must file it.",
        "incident_closed_by_another_than_filed": "You filed this incident, so somebody else must close it.",
        "incident_filed_by_a_supervisor": "The incident is reviewed. From now on only a supervisor files or returns it.",
        "incident_names_its_reader": "This incident names you, so somebody else must do this.",
        "incident_step_by_who_answers": "Only the people who work in this home, or answer for it, do this.",
        "incident_step_says_why": "Say what is to be corrected or added and why, or how it ended.",
        "incident_step_once": "Somebody was faster. Look at the incident again.",
        "incident_waits_for_its_follow_up": "A follow-up is not done yet. Close the incident when it is.",
        "answers_are_by_name": "The answers could not be read. Open the page again.",
        "part_is_of_who_is_named": "This belongs to a young person who is named in the incident, and keeps them in it.",
        "part_in_incident_once": "There is a part about this young person already.",
        "person_in_incident_has_a_name": "Choose somebody, or write a name.",
        "person_in_incident_once": "This person is named in this way already.",
        "restraint_ends_after_start": "It can't end before it starts.",
        "check_is_during_the_restraint": "A check is between the start and the end.",
        "injury_has_a_size": "Give the size in cm, above 0 and up to 200, or leave it empty.",
        "file_is_of_its_part": "Only a document in the care part of this young person's record can be put here.",
        "residents_incidentfile_document_id_key": "This document belongs to an incident already.",
        "debrief_is_of_its_incident": "Choose a young person who is named in this incident.",
        "follow_up_done_is_signed": "Say what came of it. Your name is kept with it.",
        "follow_up_is_kept": "A follow-up stays as it was set, and is done once.",
        "told_of_incident_once": "This person was told already.",
        "incident_hidden_once": "It is hidden from this person already.",
        "incident_hiding_says_why": "Say why it is hidden from this person.",
        "incident_hiding_is_kept": "That it was hidden stays as it was written. It can be ended once, with a reason.",
        "incident_hiding_ends_with_a_reason": "Say why it is shown again. Your name is kept with it.",
        "incident_hidden_by_a_supervisor": "Only a supervisor hides an allegation from somebody, or shows it again.",
        "only_an_allegation_is_hidden": "Only an allegation is hidden from somebody.",
        "allegation_is_not_returned_to_the_accused": "Whoever wrote this is accused in it, so it is not given back to them. Review it as it stands, and amend it when it is filed.",
        "accusation_corrected_by_who_reviews": "Only somebody who reviews this incident, and is not named in it, corrects what somebody is said to have done.",
        "decided_about_a_sent_allegation": "This is decided only about an allegation that was sent.",
        "allegation_decided_by_who_answers": "Only the home's administrator or a supervisor decides this, and nobody whom the incident names.",
        "protective_step_once": "This is decided already. End it first to decide it anew.",
        "protective_step_says_what_or_why_not": "Say what exactly is done, or why it is not done.",
        "protective_step_is_reviewed": "Say when somebody looks again at what is done.",
        "protective_step_ends_with_a_reason": "Say why it ends. Your name is kept with it.",
        "protective_step_is_kept": "What was decided stays as it was written. It ends once, and is decided anew.",
        "outcome_says_who_on_what_and_what_follows": "Say who found it, on what it rests, and what follows for the young person.",
        "outcome_is_told_by_somebody": "Say on which day and by whom somebody was told, or why they can't be told.",
        "outcome_is_not_in_the_future": "This day has not come yet.",
        "outcome_is_kept": "The outcome stays as it was recorded. What was learned later is an amendment.",
        "residents_allegationoutcome_incident_id_key": "The outcome is recorded already. What was learned later is an amendment.",
        "allegation_closed_with_its_outcome": "Record what was found, and that both sides were told, before you close an allegation.",
        "accusation_correction_says_why": "Say why this is corrected.",
        "contact_is_kept": "A contact stays as it was logged. Add an amendment with a reason instead.",
        "office_is_never_refused": "A young person may always be in contact, and in private, with their lawyer, court-appointed advocate, caseworker or probation officer, and with the ombudsperson and licensing. It is not refused (California Welfare and Institutions Code 16001.9).",
        "private_contact_has_words": "Contact with this person is private. Write why somebody was present, for example that the young person asked for it.",
        "office_is_allowed": "Contact with a lawyer, an advocate, a caseworker or an ombudsperson is always allowed. Take the office away first, if they have it no longer.",
        "asked_office_is_allowed": "Contact with a lawyer, an advocate, a caseworker or an ombudsperson is always allowed. Take the office away first, if they have it no longer.",
        "asked_prohibition_names_its_order": "Name the order or decision that does not allow this contact.",
        "who_is_listed_is_chosen_there": "Somebody on the list of this young person has this name. Choose them there.",
        "list_is_kept_by_the_caseworker": "Only the caseworker says who may be in contact.",
        "person_outside_stays_who_they_are": "A person on the list stays who they are. Add somebody else as a new person.",
        "wider_contact_is_agreed_first": "To allow more than before, or to take an office away, the supervisor has to agree first.",
        "wider_contact_has_a_reason": "Say why. The supervisor reads it and decides.",
        "wider_contact_waits_once": "A change about this person waits for the supervisor already.",
        "wider_contact_begins_undecided": "A change waits first. The supervisor decides about it.",
        "wider_contact_is_agreed_as_it_stands": "How contact stands was changed after this was asked. Decline it, and the caseworker asks again.",
        "wider_contact_is_agreed_by_another": "You asked for this, so somebody else must decide.",
        "wider_contact_is_agreed_by_the_supervisor": "Only the supervisor decides about this, and only whoever asked takes it back.",
        "wider_contact_decision_is_signed": "A decision needs the name of the person who made it, and a decline a reason.",
        "wider_contact_is_kept": "What was asked and decided stays as it was written.",
        "name_is_of_somebody_not_allowed": "Somebody with this name must not be in contact with this young person. Change their entry, and the supervisor decides; or write the full name of this other person.",
        "draft_keeps_its_facts": "Leave the first line as it is: it says what was logged. Write the rest below it.",
        "report_of_a_contact_names_whose_it_was": "This report began with a contact of this young person, so it names them.",
        "activity_is_offered_by_who_works_there": "Only people who work in the home log what was offered there.",
        "activity_is_of_a_shift_of_its_home": "The shift is not one of this home. Open the form again.",
        "exclusion_stays_told": "That somebody was kept from it stays written. If it is not true, say that it was written by mistake.",
        "declined_limit_is_not_set_again": "It was decided within the last 7 days that this must be allowed. Let it happen, or ask the administrator of the home or the supervisor.",
        "limits_end_after_four_weeks": "Limits on the same thing may last 28 days within 90 days, and this would be longer. For contact, a court or the caseworker has to decide about the list.",
        "contact_is_with_one": "Choose somebody from the list, or write who it was.",
        "contact_is_of_the_shift_of_its_home": "The shift is not one of this home. Open the form again.",
        "contact_is_of_who_lives_there": "The young person did not live in this home then. Check the date and the time.",
        "contact_after_signing_has_a_reason": "The shift is signed. Say why this contact comes late.",
        "contact_amendment_is_of_one_contact": "An amendment says when it was, how long, and the note. For anything else, say that it was a mistake and log it again.",
        "contact_amendment_has_a_reason": "Say why you amend it.",
        "contact_keeps_its_words": "The note says why. Leave it, or write it better.",
        "contact_is_read_by_the_supervisor": "Only a supervisor of the case signs that they have read of it.",
        "contact_is_read_by_another": "You wrote this contact, so somebody else must read of it.",
        "contact_not_allowed_is_an_incident": "This contact is not allowed, so it needs the report of an incident.",
        "mistake_is_an_amendment": "Log what happened. A mistake is said by an amendment.",
        "who_was_present_was_present": "Say who was present, or that nobody was, and not both.",
        "supervision_names_who_was_present": "Say who was present.",
        "unsupervised_contact_has_words": "Somebody has to be present with this person. Write why nobody was.",
        "denied_stranger_has_words": "Write who it was and why you did not let it happen.",
        "denial_of_allowed_contact_has_its_limit": "Contact with this person is allowed. It is refused only with a reason, until somebody else has decided, and no longer than they say.",
        "activity_has_a_name": "Say what was offered.",
        "activity_answered_once": "This young person has an answer for this activity already.",
        "residents_activityanswer_entry_id_key": "This entry belongs to another answer.",
        "activity_answer_is_kept": "An answer stays as it was given. Amend the entry in the daily care instead.",
        "activity_offer_is_kept": "What was offered stays as it was written. Log it again.",
        "activity_answer_is_of_its_entry": "An answer belongs to the entry of the same young person, home and time.",
        "exclusion_has_its_limit": "Somebody is kept from an activity only with a reason, until somebody else has decided, and no longer than they say.",
        "restriction_has_a_reason": "Say why.",
        "restriction_says_of_what": "Say with whom contact is limited, or which activity.",
        "restriction_waits_once": "This limit waits for a decision already.",
        "restriction_begins_undecided": "A limit waits first. Somebody else decides about it.",
        "restriction_is_of_an_allowed_contact": "Choose somebody from the list with whom contact is allowed.",
        "restriction_decided_by_another": "You refused this yourself, so somebody else must decide.",
        "restriction_decision_is_signed": "A decision needs the name of the person who made it, and a decline a reason.",
        "restriction_is_decided_by_who_answers_for_it": "Only the home's administrator or the supervisor decides about a limit.",
        "restriction_ends_in_time": "A limit ends within 7 days of the decision.",
        "restriction_is_kept": "What was refused stays as it was written, and so does the decision. A limit can only end earlier.",
        "harm_event_is_kept": "The safety history stays as it was written. Add a new line instead.",
        "designation_is_not_in_the_future": "This time has not come yet. Add the designation when it is decided.",
        "resident_in_incident_once": "This young person is already named in the incident.",
        "document_belongs_to_one": "A document belongs to one young person or to one home.",
        "seal_names_its_order": "Give the number of the order, and the court.",
        "seal_lift_names_its_order": "Give the number of the order that lifts the seal, the court and the day.",
        "seal_lifted_by_another": "You sealed this document, so somebody else must lift the seal.",
        "seal_is_lifted_by_the_supervisor": "Only a supervisor of the case lifts a seal.",
        "seal_is_kept": "A seal stays as it was written. It is lifted once, by another order.",
        "seal_is_of_a_document_of_the_record": "Choose a document of this young person's record.",
        "document_sealed_once": "This document is sealed already.",
        "document_is_kept": "A document stays as it was filed. Add a new one instead.",
        "residents_contact_minutes_check": "A number of minutes can't be below zero.",
        "residents_document_size_check": "The size of a file can't be below zero.",
        "residents_document_stored_name_key": "This file is already filed. File it again.",
        "residents_identity_resident_id_key": "The identity of this young person is already in the record. Change that one.",
        "residents_incident_number_key": "Another incident has this number already. Save again.",
        "residents_levelassessment_level_check": "Choose a level of care from 1 to 5.",
    }
)
explain(
    {
        "code_is_short": "A code is one to three capital letters, a dash, and a number, like K-7.",
        "residents_resident_code_key": "This code can't be used. Choose another one, or leave it empty.",
    },
    field="code",
)
explain({"residents_case_number_key": "This case number can't be used. Check it."}, field="number")
explain(
    {
        "time_has_come": "This time has not come yet. Check the day and time.",
        "contact_is_with_somebody_known": "Choose somebody from the list of this young person.",
        "assessment_is_kept": "An assessment stays as it was written. Add a new one instead.",
    }
)
explain({"birth_date_is_not_in_the_future": "This day has not come yet. Check the date of birth."}, field="birth_date")
explain(
    {"assessment_is_not_in_the_future": "This day has not come yet. Give the day of the assessment."},
    field="assessed_on",
)
explain({"harm_is_not_in_the_future": "This day has not come yet. Give the day when it happened."}, field="happened_on")
explain(
    {"clinical_note_is_not_in_the_future": "This time has not come yet. Give the time when it happened."},
    field="happened_at",
)
explain(
    {"seal_order_is_not_in_the_future": "This day has not come yet. Give the day of the order."}, field="ordered_on"
)

explain(
    {
        "only_a_look_says_how": "Only a head count or a sleep check says how somebody looked.",
        "looks_come_in_reach": "Choose between 5 minutes and 4 hours.",
        "looks_vary_by_half_at_most": "A look can come earlier by half of the time at most.",
        "look_plan_has_a_reason": "Say why somebody looks more or less often.",
        "look_plan_ends_after_start": "The plan can't end before it starts.",
        "look_plan_end_is_signed": "Say why the plan ends. Your name is kept with it.",
        "look_plan_is_kept": "A plan stays as it was decided. End it and make another one.",
        "look_plan_is_reviewed_in_time": "A plan lasts 31 days at most. Then somebody decides again.",
        "one_look_plan_at_a_time": "There is a plan for this time already. Look at it first.",
    }
)
explain(
    {
        "medication_order_is_complete": "Give the drug, its strength, and who prescribed it with a telephone number.",
        "medication_order_says_when": "Say at what times and on which days it is due. If it is for when it is needed, say what for, the least hours between two doses and the most doses in 24 hours.",
        "medication_order_is_kept": "An order stays as it was written. Stop it, and write a new one.",
        "medication_is_ordered_by_who_may": "Only the clinician, the caseworker and the administrator of the home write and stop orders. Staff of the home may check them.",
        "medication_change_follows_a_stopped_order": "A changed order follows an order of the same young person that was stopped.",
        "medication_order_replaced_once": "This order was changed already. Change the new one.",
        "medication_order_checked_by_another": "You wrote this order down, so somebody else must check it.",
        "dose_is_kept": "A dose stays as it was written. Add an amendment with a reason.",
        "dose_is_of_its_entry": "A dose is written together with its own entry in the care log, by the person who writes it.",
        "dose_amends_what_it_is_about": "An amendment is about the same order and the same time as the dose that it amends.",
        "dose_amended_once": "Somebody has amended this dose in the meantime. Open it again.",
        "dose_entry_is_amended_with_its_dose": "This entry belongs to a dose. Amend the dose.",
        "dose_is_of_an_order_in_force": "This order was not in force then: it had not begun, or it was stopped. If it was given all the same, report a medication error.",
        "dose_is_due_then": "This order has no dose at that time.",
        "dose_waits_for_the_check": "A second person must check this order before the first dose.",
        "dose_witnessed_by_another": "You gave this dose, so somebody else must sign it too.",
        "dose_error_is_in_its_incident": "A dose outside the limits belongs to the report of a medication error of this home.",
        "effect_is_of_an_as_needed_dose": "Say how it worked, for a dose that was given because it was needed.",
        "medication_is_logged_by_who_cares": "Only the people who care for this young person in the home write down doses and counts.",
        "one_dose_for_each_time": "Somebody has written down this dose already. Open it to see what was written.",
        "count_is_kept": "A count stays as it was written. Count again.",
        "count_is_of_its_home": "Count where the young person lives.",
        "count_is_not_below_zero": "A number can't be below zero.",
        "count_witnessed_by_another": "You counted, so somebody else must sign it too.",
        "count_is_settled_by_the_administrator": "Only the administrator of the home closes a difference.",
        "count_is_settled_by_another": "You wrote this count down, so somebody else must close its difference.",
        "dose_signed_is_the_newest": "This dose was amended in the meantime. Read it again, and sign what it says now.",
        "medication_entry_has_its_dose": "Medication is written on the page of the dose, with the order by which it is given.",
        "dose_is_not_older_than_its_order": "This order was written down later than that. If something was given before there was an order, report a medication error.",
        "dose_is_not_given_to_who_is_missing": "This young person was reported missing, and nobody has seen them since. If they are back, log a head count first.",
        "residents_medicationdose_entry_id_key": "Each dose has an entry of its own.",
    }
)
explain({"medication_amount_is_more_than_nothing": "Give an amount above zero."}, field="amount")
explain({"medication_ends_after_start": "The end must be after the start."}, field="ends_at")
explain({"medication_consent_is_named": "Say who gave the consent."}, field="consent_by")
explain(
    {
        "medication_consent_is_not_in_the_future": "This day has not come yet.",
        "medication_starts_after_its_consent": "Nothing is given before somebody consents: the order starts on the day of the consent, or later.",
    },
    field="consent_on",
)
explain(
    {"psychotropic_drug_is_marked": "This is a psychotropic drug. Mark it as one, and say who consented."},
    field="psychotropic",
)
explain({"controlled_drug_is_marked": "The law controls this drug. Mark it as controlled."}, field="controlled")
explain(
    {
        "psychotropic_consent_has_authority_and_review": "For a psychotropic drug a parent, a guardian or a court must have consented. Say when the consent is looked at again, too."
    },
    field="consent_authority",
)
explain(
    {
        "medication_allergy_is_answered": "An allergy of this young person names this drug, or one that is related to it. Ask the prescriber. If it is ordered in spite of that, say why."
    },
    field="allergy_answer",
)
explain({"medication_stop_is_signed": "Say why it is stopped. Your name is kept with it."}, field="reason")
explain(
    {
        "dose_not_given_says_why": "Say why it was not given.",
        "dose_meets_no_new_allergy": "An allergy that was not known when this was ordered names this drug. Do not give it: ask the prescriber. If it was given, say why: it becomes the report of a medication error.",
        "dose_is_not_too_much": "This is more than is ordered. Do not give it. If it was given, say why: it becomes the report of a medication error.",
        "dose_was_not_before_the_check": "At that time nobody had checked this order. If it was given all the same, say why: it becomes the report of a medication error.",
        "doses_are_not_too_close": "Another dose of this order was given shortly before or after that. Do not give both: ask the prescriber. If it was given, say why: it becomes the report of a medication error.",
        "dose_is_not_too_soon": "The last dose is not long enough ago. Do not give it yet. If it was given, say why: it becomes the report of a medication error.",
        "doses_are_not_too_many": "This is more than may be given in 24 hours. Do not give it. If it was given, say why: it becomes the report of a medication error.",
    },
    field="why",
)
explain(
    {
        "dose_given_says_how_and_how_much": "Say how much was taken. Of a dose that was not given there is no amount.",
        "dose_is_administered_by_who_may": "You may watch how medication is taken, and not give it yourself.",
    },
    field="how",
)
explain(
    {
        "dose_happened_near_its_time": "A dose is given from one hour before its time to 24 hours after it. Check the time."
    },
    field="happened_at",
)
explain({"count_says_what_came_and_went": "Say from whom it came, or to whom it went."}, field="moved_note")
explain(
    {
        "count_difference_is_explained": "The number is not the expected one. Count again together. If it stays, say what you know."
    },
    field="why",
)
explain({"count_settlement_is_signed": "Say what became of the difference."}, field="note")
explain(
    {
        "ignored_wording_is_kept": "That a wording was kept in spite of a hint is never changed.",
        "ignored_wording_names_the_term": "Say which term was kept.",
    }
)
explain(
    {
        "residents_lookplan_vary_minutes_check": "A number of minutes can't be below zero.",
    }
)
