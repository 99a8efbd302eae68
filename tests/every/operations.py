"""For whom each operation is. Right arguments for all of them: ``tests.every.arguments``."""

from django.urls import get_resolver

assert get_resolver().url_patterns  # the pages bring in every operation
FIELDS = {"by", "fields"}
# Operation → letters of those whom it is for, as in ``tests.every.table``; the world's young person and home are the own.
WHO = {
    "access.add_passkey": "f",  # as for the factor
    "access.change_account": "y",
    "access.close_account": "y",
    "access.confirm_change": "S",  # the only system administrator has proposed it
    "access.end_sessions": "y",
    "access.end_calendar_feed": "f",  # it is the feed of the home's staff
    "access.make_calendar_feed": "CLSFAI",
    "access.note_calendar_read": "f",
    "access.open_account": "",  # for commands
    "access.open_first_account": "",  # there is a system administrator already
    "access.judge_unusual": "S",
    "access.open_unit": "y",
    "access.propose_account": "y",
    "access.propose_change": "y",
    "access.propose_reopening": "y",
    "access.refuse_change": "S",
    "access.remove_factor": "y",
    "access.remove_passkeys": "f",
    "access.renew_recovery_codes": "f",  # it is the factor of the home's staff
    "access.set_password": "fy",  # it is the password of the home's staff
    "access.set_pin": "f",
    "access.set_up_factor": "f",  # nobody does it for somebody else
    "access.withdraw_change": "y",  # who has proposed it
    "compliance.add_citation": "Sa",
    "compliance.answer_correction": "Sa",
    "compliance.ask_court_export": "s",
    "compliance.change_corrective_action": "cSa",
    "compliance.confirm_agency_term": "o",  # the one who has proposed it never
    "compliance.decide_disposal": "s",
    "compliance.lay_hold": "s",
    "compliance.lift_hold": "o",  # the home's, which every supervisor reads; who laid it never
    "compliance.name_second": "s",  # who has proposed it
    "compliance.propose_agency_term": "S",
    "compliance.read_answer": "s",  # who has proposed what was refused
    "compliance.refuse_agency_term": "o",  # the one who has proposed it never
    "compliance.withdraw_agency_term": "s",  # who has proposed it
    "compliance.propose_disposal": "s",
    "compliance.decide_court_export": "o",  # the home's, which every supervisor reads; who asked for it never
    "compliance.do_corrective_step": "cfaS",  # as a proof of it
    "compliance.do_correction": "Sa",
    "compliance.end_citation": "Sa",
    "compliance.file_proof": "cfaS",  # of an incident: whoever reports or reviews it, and who keeps the case
    "compliance.finish_follow_up": "S",
    "compliance.make_binder": "Sai",
    "compliance.plan_correction": "Sa",
    "compliance.plan_corrective_action": "cSa",
    "compliance.record_inspection": "Sa",
    "compliance.remove_filter": "s",  # it is theirs
    "compliance.report_corrective_action": "f",  # who owns it
    "compliance.save_filter": "S",
    "compliance.send_back_corrective_action": "Sa",
    "compliance.send_correction": "Sa",
    "compliance.set_flag_number": "S",
    "compliance.sign_review": "S",  # of no single record
    "compliance.take_court_export": "s",  # who has asked for it
    "compliance.verify_corrective_action": "Sa",  # the caseworker has planned it
    "compliance.withdraw_proof": "cfaS",
    "facilities.add_bed": "Sa",
    "facilities.add_condition": "Sa",
    "facilities.add_exit": "Sa",
    "facilities.add_fire_clearance": "Sa",
    "facilities.add_licence": "sa",  # the other supervisor has filed the paper
    "facilities.add_room": "Sa",
    "facilities.add_unit": "Sa",
    "facilities.add_waiver": "Sa",
    "facilities.admit": "a",
    "facilities.amend_drill": "fa",
    "facilities.amend_exit_check": "fa",
    "facilities.answer_reference": "Sa",
    "facilities.approve_placement": "s",
    "facilities.ask_override": "c",
    "facilities.ask_reference": "Sa",
    "facilities.ask_pass": "cfa",
    "facilities.assign": "Sa",
    "facilities.came_back": "fa",
    "facilities.change_licence_terms": "Sa",
    "facilities.check_exits": "fa",
    "facilities.close_bed": "Sa",
    "facilities.come_on_duty": "fa",
    "facilities.confirm_exclusive_population": "s",
    "facilities.confirm_licence": "s",
    "facilities.confirm_waiver": "S",
    "facilities.copy_week": "Sa",
    "facilities.correct_referral": "cs",
    "facilities.decide_override": "s",
    "facilities.decide_pass": "sa",
    "facilities.decline_placement": "s",
    "facilities.discard_draft": "c",
    "facilities.discharge": "sa",
    "facilities.draft_referral": "c",
    "facilities.end_assignment": "Sa",
    "facilities.end_credential": "Sa",
    "facilities.end_licence": "Sa",
    "facilities.extend_stay": "s",
    "facilities.file_credential": "Sa",
    "facilities.file_training": "Sa",
    "facilities.go_off_duty": "fa",
    "facilities.grant_leave": "sa",
    "facilities.hold_bed": "c",
    "facilities.log_return": "fa",
    "facilities.open_facility": "S",
    "facilities.open_shift": "fa",
    "facilities.plan_shifts": "Sa",
    "facilities.propose_discharge": "c",
    "facilities.propose_placement": "c",
    "facilities.read_safety_history": "a",
    "facilities.record_after_care_check": "cs",
    "facilities.record_drill": "fa",
    "facilities.release_hold": "c",
    "facilities.reopen_bed": "Sa",
    "facilities.save_draft": "c",
    "facilities.send_referral": "c",
    "facilities.sign_shift": "fa",
    "facilities.sign_warning": "cs",
    "facilities.unplan_shift": "Sa",
    "facilities.withdraw_discharge_proposal": "c",
    "facilities.withdraw_pass": "sfa",
    "facilities.withdraw_placement": "c",
    "facilities.withdraw_referral": "c",
    "facilities.withdraw_training": "Sa",
    "residents.add_alert": "cl",
    "residents.add_alias": "c",
    "residents.add_outside_person": "c",
    "residents.amend_care": "fa",
    "residents.amend_contact": "fa",  # of a home; the caseworker amends their own
    "residents.amend_clinical_note": "l",
    "residents.amend_dose": "fa",
    "residents.answer_recall": "cs",
    "residents.ask_access": "CLSFA",  # for a record that is closed to all of them
    "residents.ask_part": "cs",
    "residents.assess_level": "c",
    "residents.assign_caseload": "s",
    "residents.bar_from_record": "s",
    "residents.break_glass": "CLSFA",
    "residents.change_care": "f",  # who wrote it; others amend
    "residents.change_case": "c",
    "residents.change_identity": "c",
    "residents.change_medication": "cla",
    "residents.change_outside_person": "c",
    "residents.change_profile": "c",
    "residents.amend_measure": "fa",
    "residents.end_measure": "fsa",
    "residents.judge_measure": "sa",  # staff have done it
    "residents.lift_restriction": "sa",
    "residents.log_measure": "fa",
    "residents.read_out_rights": "fa",  # of a home
    "residents.check_medication": "lfa",  # the caseworker has written it down
    "residents.check_complaint": "",  # after 30 days: tests/residents/test_complaints.py
    "residents.close_case": "s",
    "residents.add_check": "fa",
    "residents.add_restraint": "f",  # who writes the report
    "residents.amend_incident": "Sfa",
    "residents.attach_file": "f",
    "residents.close_incident": "sa",  # the other supervisor has filed it
    "residents.debrief": "Sfa",
    "residents.do_follow_up": "Sfa",
    "residents.end_restraint": "f",
    "residents.correct_accusation": "Sa",
    "residents.decide_protective_steps": "Sa",
    "residents.end_protective_step": "Sa",
    "residents.record_outcome": "Sa",
    "residents.tell_outcome": "Sa",
    "residents.file_incident": "S",
    "residents.hide_allegation": "S",
    "residents.show_allegation": "S",
    "residents.mark_injuries": "f",
    "residents.name_person": "f",
    "residents.approve_flyer": "s",  # the administrator has drafted it
    "residents.draft_flyer": "csa",
    "residents.recall_flyer": "csa",
    "residents.release_flyer": "cs",
    "residents.tell_to_take_down": "cs",
    "residents.note_known": "sfa",
    "residents.note_return": "csfa",
    "residents.note_search": "Sfa",
    "residents.remove_person": "f",
    "residents.return_incident": "Sa",
    "residents.set_follow_up": "Sa",
    "residents.write_part": "f",
    "residents.count_medication": "fa",
    "residents.complete_draft": "f",  # who began it
    "residents.decide_complaint": "s",
    "residents.decide_access": "cs",
    "residents.decide_restriction": "sa",
    "residents.decide_contact_change": "s",
    "residents.withdraw_contact_change": "c",
    "residents.decide_separation_request": "s",
    "residents.declare_own_conflict": "clsfai",
    "residents.designate": "c",
    "residents.disclose": "cs",
    "residents.end_alert": "cl",
    "residents.end_caseload": "s",
    "residents.end_access": "cs",
    "residents.end_complaint_code": "cs",
    "residents.link_complaint": "s",
    "residents.make_complaint_code": "cs",
    "residents.name_in_complaint": "s",
    "residents.second_complaint": "o",  # the supervisor of the unit has decided, and is the only one there
    "residents.write_in_complaint": "s",
    "residents.end_emergency": "c",  # it is the caseworker's
    "residents.end_restriction": "sa",
    "residents.end_separation": "cs",
    "residents.file_document": "clfa",
    "residents.join_team": "s",
    "residents.judge_bar": "o",
    "residents.judge_emergency": "s",
    "residents.keep_apart": "cs",
    "residents.leave_team": "s",
    "residents.lift_bar": "s",
    "residents.link_exploiter": "c",
    "residents.lift_seal": "s",
    "residents.log_activity": "fa",
    "residents.log_care": "fa",
    "residents.log_care_for": "fa",
    "residents.log_each": "fa",
    "residents.log_contact": "fa",  # of a home
    "residents.log_school": "fa",
    "residents.log_dose": "fa",
    "residents.note_effect": "fa",
    "residents.open_case": "CS",
    "residents.order_medication": "cla",
    "residents.read_unsupervised": "s",
    "residents.recall": "cs",
    "residents.record_consent": "cs",
    "residents.record_harm": "c",
    "residents.record_siblings": "cs",
    "residents.record_trace": "c",
    "residents.report_incident": "fa",
    "residents.review_designation": "s",
    "residents.review_incident": "Sa",
    "residents.seal_document": "c",
    "residents.seal_record": "cs",
    "residents.propose_value": "s",
    "residents.refuse_value": "c",
    "residents.take_value": "c",
    "residents.decide_sealing": "s",  # the caseworker has recorded it
    "residents.unseal_record": "s",
    "residents.send_draft": "Sa",  # its reporter has not answered all that is asked
    "residents.separate": "cs",
    "residents.settle_count": "a",
    "residents.stop_medication": "cla",
    "residents.withdraw_consent": "cs",
    "residents.witness_count": "a",  # the home's staff have counted, and given the dose
    "residents.witness_dose": "a",
    "residents.write_clinical_note": "l",
    "residents.undo_care": "f",  # who wrote it just now
    "facilities.read_hand_off": "fa",
    "facilities.review_looks": "",  # everybody in the home was on duty
    "facilities.set_looks": "Sa",
    "facilities.take_over_duty": "a",  # staff signed it
    "residents.end_look_plan": "cal",
    "residents.plan_looks": "cal",
}
