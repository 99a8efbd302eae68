"""The abuse cases of the threat model that access must withstand, each with the tests that show it.

The number is that of the threat model. A test that is renamed or taken away turns this one red.
"""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CASES = {
    1: (
        "an id is changed in path, query, body or file name",
        "every/test_urls.py::test_who_gets_in",
        "every/test_urls.py::test_nobody_finds_what_does_not_exist",
        "every/test_urls.py::test_parts_of_another_record_are_not_reached_through_the_own",
        "every/test_operations.py::test_for_those_whom_it_is_for_and_for_nobody_else",
    ),
    2: (
        "a hidden young person is found by search, number, choice or sorting",
        "every/test_found.py::test_the_list_of_young_people_and_its_number",
        "every/test_found.py::test_a_search_finds_only_by_what_the_reader_may_read",
        "every/test_found.py::test_who_can_be_chosen_in_the_forms_of_a_home",
        "residents/test_list.py::test_a_hidden_resident_changes_no_byte_of_the_page",
        "facilities/test_withholding.py::test_a_report_of_long_ago_tells_a_newcomer_nothing_about_who_lived_there",
        "residents/test_forms.py::test_numbers_and_codes_that_somebody_has_are_not_found_by_trying_many",
        "compliance/test_reports.py::test_a_bar_takes_a_young_person_out_of_every_number",
        "compliance/test_reports.py::test_an_allegation_is_in_no_number_of_whom_it_accuses",
    ),
    3: (
        "a part above the own one is read in a page, a history or a title",
        "every/test_urls.py::test_who_gets_in",
        "every/test_hidden.py::test_every_secret_is_shown_to_somebody",
        "every/test_rows.py::test_everybody_is_shown_what_the_design_gives_them_and_nothing_else",
    ),
    4: (
        "the history of a closed record is read",
        "every/test_found.py::test_the_history_of_a_record_holds_no_part_that_is_closed",
        "every/test_rows.py::test_everybody_is_shown_what_the_design_gives_them_and_nothing_else",
    ),
    5: (
        "somebody with a right looks without a reason",
        "access/test_unusual.py::test_sixty_records_in_ten_minutes_are_told_once",
        "access/test_unusual.py::test_after_two_hundred_no_record_is_shown_and_work_goes_on",
        "access/test_unusual.py::test_what_was_typed_into_a_form_that_is_not_shown_again_is_kept",
        "access/test_access_log.py::test_an_opened_record_is_written_with_person_part_and_grant",
        "access/test_access_log.py::test_what_can_not_be_written_is_not_shown",
        "access/test_access_log.py::test_what_the_supervisor_reads",
    ),
    6: (
        "emergency access is misused",
        "residents/test_emergencies.py::test_it_is_over_after_two_hours_to_the_second",
        "residents/test_emergencies.py::test_a_second_record_stays_closed",
        "residents/test_emergencies.py::test_the_supervisors_of_the_case_are_told_and_one_of_them_judges",
        "residents/test_emergencies.py::test_nobody_judges_the_own_one",
        "residents/test_bars.py::test_a_supervisor_of_another_unit_is_told_at_once_by_the_code_alone",
        "residents/test_bars.py::test_nobody_bars_everybody_who_would_judge",
        "attack/test_emergencies.py::test_it_lasts_two_hours_from_now_whatever_is_asked_for",
    ),
    7: (
        "access is kept after the shift, the move, the dismissal",
        "every/test_grants_end.py::test_the_next_request_after_the_end_is_refused",
        "access/test_endings.py::test_a_request_on_its_way_does_not_bring_an_ended_session_back",
        "access/test_accounts.py::test_closing_ends_every_session_and_reopening_lets_in_again",
        "residents/test_access_requests.py::test_what_was_given_is_taken_back_from_the_page_of_the_team",
    ),
    8: (
        "somebody gives rights to themselves",
        "access/test_verify.py::test_a_stray_row_is_named",
        "access/test_accounts.py::test_nobody_raises_or_closes_themselves",
        "access/test_account_changes.py::test_nothing_changes_before_somebody_else_has_confirmed_it",
        "attack/test_accounts.py::test_nobody_changes_a_role_or_a_unit_alone",
        "attack/test_accounts.py::test_nobody_is_in_a_group_whose_role_they_do_not_have",
        "access/test_rights.py::test_nobody_is_a_superuser_and_roles_hold_no_permission_of_django",
    ),
    9: (
        "somebody approves the own placement, exception or access",
        "attack/test_emergencies.py::test_nobody_decides_about_the_own_request",
        "attack/test_accounts.py::test_nobody_confirms_the_own_proposal_or_what_is_for_them",
        "attack/test_signatures.py::test_whoever_proposes_a_placement_never_decides_about_it",
        "attack/test_signatures.py::test_whoever_asks_for_an_exception_never_decides_about_it",
        "attack/test_signatures.py::test_whoever_proposes_a_discharge_never_writes_it",
    ),
    14: (
        "somebody writes under another name",
        "every/test_operations.py::test_nobody_acts_in_the_name_of_another",
        "audit/test_people_alternate.py::test_actor_and_sight_of_two_people_never_mix_in_ten_thousand_turns",
        "database/test_context.py::test_nobody_acts_afterwards_in_a_transaction_that_goes_on",
    ),
    15: (
        "a tablet is found or passed on",
        "browser/test_careful_pages.py::test_back_after_signing_out_shows_nothing",
        "browser/test_idle.py::test_a_screen_that_locks_itself_keeps_the_words_for_the_same_person_only",
        "access/test_endings.py::test_lost_tablet_signs_out_everywhere_and_history_says_so",
    ),
    16: (
        "passwords are guessed, or the night shift is locked out",
        "access/test_tries.py::test_one_place_does_not_try_every_name",
        "access/test_tries.py::test_a_made_up_forwarded_address_gains_nothing",
        "access/test_factor.py::test_guessing_codes_ends_also_from_many_places_and_locks_out_nobody_else",
        "access/test_known.py::test_the_own_browser_lets_its_person_in_while_others_guess",
    ),
    17: (
        "a password is phished, a host name is forged",
        "access/test_factor.py::test_half_way_in_opens_nothing",
        "access/test_factor.py::test_a_phished_password_keeps_nobody_from_a_dangerous_step",
        "database/test_away.py::test_production_answers_only_to_hosts_that_are_named",
    ),
    18: (
        "a form comes from another site, a page is framed, a note holds a script",
        "every/test_checks.py::test_templates_bring_no_script_no_style_and_escape_everything",
        "every/test_tokens.py::test_such_tokens_still_guard_a_form",
        "ui/test_views.py::test_a_form_without_its_token_gets_the_plain_page",
    ),
    20: (
        "an export is taken away, or carries a formula",
        "residents/test_disclosures.py::test_the_sheet_is_seen_before_it_is_signed_and_then_kept",
        "residents/test_sheet_texts.py::test_where_our_homes_are_is_told_to_nobody",
        "residents/test_sheet_texts.py::test_other_young_people_are_not_named",
        "residents/test_disclosures.py::test_the_sheet_closes_after_a_day_for_others_and_when_it_is_asked_for_back",
        "residents/test_disclosures.py::test_whose_grant_has_ended_saves_no_sheet",
        "residents/test_disclosures.py::test_no_cell_of_the_file_is_a_formula",
        "attack/test_disclosures.py::test_eleven_young_people_in_a_day_are_too_many",
        "compliance/test_binder.py::test_text_is_no_markup_and_no_formula",
        "compliance/test_report_pages.py::test_no_cell_is_a_formula_or_a_link",
        "compliance/test_report_pages.py::test_the_file_stands_in_the_access_log_of_each_home",
        "attack/test_binders.py::test_others_binders_of_the_home_count_too",
        "compliance/test_court_exports.py::test_from_the_form_to_the_files",
    ),
    21: (
        "too much is sent to an inspector, a funder or a court",
        "residents/test_disclosures.py::test_the_sheet_and_its_file_say_to_whom_and_never_where_the_home_is",
        "residents/test_disclosures.py::test_a_consent_is_looked_at_in_the_moment_of_sharing",
        "attack/test_disclosures.py::test_a_consent_allows_its_recipient_its_parts_and_its_time_only",
        "compliance/test_binder.py::test_no_file_names_anybody_or_tells_where_the_home_is",
        "compliance/test_court_exports.py::test_names_of_others_where_a_home_is_and_clinical_notes_are_in_no_file",
        "compliance/test_binder.py::test_no_code_beside_health_or_harm_nor_on_any_other_row_of_the_same_event",
        "compliance/test_binder.py::test_an_administrators_binder_has_no_row_more_than_an_inspectors",
        "compliance/test_inspectors.py::test_it_ends_by_itself",
        "compliance/test_totals.py::test_whoever_is_barred_reads_the_same_as_another_supervisor_of_the_unit",
        "compliance/test_report_pages.py::test_small_numbers_do_not_leave_the_agency",
        "compliance/test_totals.py::test_what_is_written_later_about_that_month_changes_nothing",
        "compliance/test_small_cells.py::test_whoever_knows_the_rule_is_left_with_several_numbers_for_each_hidden_one",
    ),
    22: (
        "an error page, a log or an address tells something",
        "database/test_embedded.py::test_log_keeps_no_values",
        "demo/test_drill.py::test_no_page_shows_a_planted_address_and_nothing_stays",
        "residents/test_list.py::test_searched_words_stay_out_of_the_address",
    ),
}


def test_every_case_names_tests_that_there_are() -> None:
    there = {
        f"{file.relative_to(TESTS)}::{name}"
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert {test for _, *tests in CASES.values() for test in tests} - there == set()
    assert CASES.keys() == {*range(1, 10), *range(14, 19), *range(20, 23)}
