"""Writes docs/accessibility.md: one row for each requirement, with its tests. `make accessibility-report`.

A test that is named here and does not exist ends the report with an error: nothing is claimed without its test.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
TARGET: Final = ROOT / "docs" / "accessibility.md"


class Row(NamedTuple):
    """One requirement.

    Attributes:
        number: As in the product's own list.
        what: The requirement.
        clauses: The clauses of the standards that it answers.
        how: How it is met.
        tests: `file::test`, relative to `tests/`.
        people: What only people can judge.
    """

    number: int
    what: str
    clauses: str
    how: str
    tests: tuple[str, ...]
    people: str


ROWS: Final = (
    Row(
        1,
        "After every key, at every size, theme and screen, the terminal's cursor is inside the focused item.",
        "WCAG 2.4.7, 2.4.11, 4.1.2 · EN 301 549 5.2, 11.2.4.7, 11.5.2.13 · B651.2 (visual focus)",
        "The terminal's own cursor is placed on the focused item after each display: at the caret of a field, at the "
        "first cell of a label elsewhere. A marker shows the same. Where braille is read, the arrows go line by line, "
        "each line fits into forty cells, and a field stands beside the end of its label.",
        (
            "accessibility/test_focus_and_order.py::test_requirement_01_the_cursor_is_inside_the_focused_item_after_every_key",
            "screens/test_every_screen.py::test_tab_goes_through_what_can_be_done_in_reading_order_and_back",
            "screens/test_every_screen.py::test_arrows_pass_every_item_in_a_small_window_and_the_cursor_follows",
            "readers/test_brltty.py::test_braille_shows_label_and_value_of_each_focused_item",
            "readers/test_brltty.py::test_braille_follows_a_whole_journey_from_the_login_to_leaving",
            "readers/test_brltty.py::test_an_account_from_nothing_to_a_verified_file_by_forty_cells",
            "readers/test_brltty.py::test_accents_backspace_and_function_keys_of_the_console_are_felt",
            "readers/test_brltty.py::test_line_by_line_each_question_is_felt_whole_then_what_is_typed_and_an_error_first",
            "line/test_braille.py::test_each_question_stands_whole_in_the_cells",
            "line/test_braille.py::test_what_is_typed_is_felt_whole_and_erased_where_it_is_felt",
            "line/test_braille.py::test_no_two_pages_that_follow_each_other_are_felt_as_the_same_line",
            "line/test_braille.py::test_a_choice_names_its_page_and_what_enter_does",
            "line/test_braille.py::test_enter_alone_never_logs_out_where_only_the_last_line_is_felt",
            "screens/test_forty_cells.py::test_the_arrows_reach_every_line_of_every_page",
            "screens/test_forty_cells.py::test_what_is_typed_is_felt_with_the_end_of_its_label",
            "screens/test_forty_cells.py::test_a_question_is_felt_whole_then_its_end_shares_the_cells_with_what_is_answered",
            "screens/test_forty_cells.py::test_a_page_to_read_begins_at_its_first_line_and_the_reference_is_reached_by_arrows",
            "unit/test_layout.py::test_for_braille_every_line_is_felt_whole",
            "unit/test_layout.py::test_for_braille_what_has_the_focus_shows_its_label_with_its_value_or_state_in_forty_cells",
            "readers/test_fenrir.py::test_fenrir_follows_the_focus",
            "readers/test_fenrir.py::test_fenrir_says_a_whole_journey_from_the_login_to_leaving",
            "readers/test_cursor.py::test_a_tab_moves_the_cursor_to_its_new_place_at_once_and_once",
        ),
        "Whether a person who reads braille follows without effort.",
    ),
    Row(
        2,
        "Reading order = Tab order = order of the line face; every focusable thing has a label, a role and a state.",
        "WCAG 1.3.1, 1.3.2, 2.4.3, 4.1.2 · EN 301 549 11.1.3.2, 11.2.4.3, 11.5.2.5 · B651.2 (speech output)",
        "One model of each page; screen, line and voice render it in its order.",
        (
            "accessibility/test_focus_and_order.py::test_requirement_02_tab_order_is_the_order_of_the_line_face",
            "accessibility/test_focus_and_order.py::test_requirement_02_everything_that_can_have_the_focus_says_label_role_and_state",
            "line/test_every_scenario.py::test_every_label_error_and_notice_is_said_in_the_order_of_the_model",
            "line/test_voice.py::test_what_is_written_by_itself_or_on_request_is_said_once_in_its_order",
            "voice/test_describe.py::test_every_item_says_its_label_role_value_state_and_position",
            "voice/test_reading_pages.py::test_a_page_to_read_is_read_in_order_then_what_can_be_done",
            "voice/test_reading_pages.py::test_the_equals_sign_spells_the_number_on_the_page",
            "voice/test_reading_pages.py::test_one_digit_is_one_digit",
            "voice/test_keys_that_were_silent.py::test_every_key_that_moves_the_caret_says_the_character_at_it",
            "voice/test_keys_that_were_silent.py::test_where_nothing_moves_the_end_of_the_page_is_said",
            "voice/test_nothing_twice.py::test_of_a_row_that_was_read_only_what_becomes_known_is_said",
            "voice/test_nothing_twice.py::test_how_to_stop_is_said_with_a_long_wait_only",
            "voice/test_spelling.py::test_a_number_is_said_in_groups_as_on_the_phone",
        ),
        "Whether the order makes sense, and whether labels are understood by themselves.",
    ),
    Row(
        3,
        "Nothing by colour or by the shape of a glyph alone.",
        "WCAG 1.3.3, 1.4.1 · EN 301 549 11.1.3.3, 11.1.4.1 · B651.2 (colour)",
        "States are words; the marks are `(•)` and `( )`; a monochrome theme shows the same text.",
        (
            "accessibility/test_colours.py::test_requirement_03_no_theme_shows_a_word_more_or_less_than_another",
            "accessibility/test_colours.py::test_requirement_03_without_colour_every_state_is_a_word_or_a_plain_mark",
            "snapshots/test_screens.py::test_only_letters_digits_punctuation_and_the_glyphs_of_every_console_are_shown",
        ),
        "Whether the words chosen for states are clear.",
    ),
    Row(
        4,
        "Text 7:1, hints 4.5:1, focus and marks 3:1.",
        "WCAG 1.4.3, 1.4.6, 1.4.11 · EN 301 549 11.1.4.3, 11.1.4.11 · B651.2 (contrast)",
        "Computed on every painted cell of our three themes. The terminal's own colours cannot be computed: the themes "
        "that use them use its default pair and attributes only.",
        (
            "accessibility/test_colours.py::test_requirement_04_contrast_of_every_cell_of_every_kind_of_item",
            "accessibility/test_colours.py::test_requirement_04_the_focus_stands_out_from_what_has_it_not",
        ),
        "Real displays, light on the screen, low vision.",
    ),
    Row(
        5,
        "Silence: no byte in ten idle seconds; few characters for each key; no mouse mode.",
        "WCAG 2.2.2, 4.1.3 · EN 301 549 11.2.2.2, 11.4.1.3",
        "Nothing is animated; only rows that differ are sent. tdsr itself is not run where it cannot be had: what it "
        "would speak is counted from the bytes.",
        (
            "readers/test_cursor.py::test_a_letter_typed_in_a_field_writes_that_letter_and_little_else",
            "accessibility/test_wire.py::test_requirement_05_a_tab_and_a_key_write_little_then_ten_seconds_of_silence_and_no_mouse",
            "readers/test_tdsr.py::test_tdsr_speaks_little_for_each_tab",
        ),
        "Whether what is spoken for each key is enough.",
    ),
    Row(
        6,
        "All by keyboard without chords; letters never act while a field has the focus; the same keys everywhere.",
        "WCAG 2.1.1, 2.1.2, 2.1.4, 3.2.3, 3.2.4, 3.2.6 · EN 301 549 5.6, 11.2.1.1, 11.2.1.4 · B651.2 (operable parts)",
        "Function keys, Tab, arrows, Enter, Esc, digits in lists. The voice's menu is a sequence: F11, then a digit.",
        (
            "line/test_keys_and_lists.py::test_all_the_help_names_every_key_that_works_the_voice_s_first",
            "line/test_keys_and_lists.py::test_f12_opens_the_file_just_linked_and_the_next_one_to_verify",
            "accessibility/test_focus_and_order.py::test_requirement_06_no_key_that_is_offered_is_a_chord",
            "accessibility/test_focus_and_order.py::test_requirement_06_letters_and_digits_never_act_while_a_field_has_the_focus",
            "accessibility/test_focus_and_order.py::test_requirement_06_the_same_keys_open_the_same_everywhere_and_close_it_again",
            "accessibility/test_focus_and_order.py::test_requirement_06_help_contact_and_leaving_have_the_same_keys_on_every_screen",
            "screens/test_keys.py::test_a_function_key_opens_and_the_same_key_or_escape_closes",
            "screens/test_themes.py::test_every_press_of_f8_changes_what_is_seen_and_names_the_colours_in_text_and_aloud",
            "voice/test_reading_pages.py::test_the_help_names_every_key_the_voice_s_too",
        ),
        "Reach and force of a real keyboard; one hand; switches.",
    ),
    Row(
        7,
        "Errors: text, at the field, naming it, with the fix; the focus goes there; several are counted.",
        "WCAG 3.3.1, 3.3.3, 4.1.3 · EN 301 549 11.3.3.1, 11.3.3.3 · B651.2 (error handling)",
        "Each error begins with « Erreur », stands on the row after its field and says how to mend it; line and voice "
        "say it at once.",
        (
            "accessibility/test_forms.py::test_requirement_07_an_error_begins_with_the_word_stands_at_its_field_and_has_the_focus",
            "accessibility/test_forms.py::test_requirement_07_line_and_voice_say_the_error_and_its_field",
            "accessibility/test_forms.py::test_requirement_07_several_errors_are_counted_on_the_screen",
            "accessibility/test_forms.py::test_requirement_07_several_errors_are_counted_by_line_and_voice",
            "voice/test_voice.py::test_errors_are_said_at_once_counted_with_the_field_and_how_to_mend_it",
            "line/test_conversations.py::test_an_answer_that_cannot_be_right_is_asked_again_at_once_and_not_kept",
            "line/test_braille.py::test_after_an_error_its_word_comes_first_and_what_explains_stands_before",
            "line/test_voice.py::test_a_refusal_is_heard_once_and_then_the_question",
            "line/test_false_words.py::test_a_digit_where_an_address_is_asked_for_is_no_old_access",
            "line/test_false_words.py::test_a_number_that_stays_readable_is_not_said_to_be_erased",
            "voice/test_reading_pages.py::test_an_error_is_said_before_what_is_fetched_because_of_it",
            "screens/test_forty_cells.py::test_a_refusal_is_felt_first_its_lines_by_arrows_and_the_field_by_one_key",
            "screens/test_forty_cells.py::test_an_error_at_a_field_is_felt_before_the_field_which_is_one_key_away",
        ),
        "Whether people can mend what they did from the text alone.",
    ),
    Row(
        8,
        "Nothing is sent by itself; every field takes a paste; a code is one field; secrets can be shown; nothing is "
        "asked twice; answers can be reviewed.",
        "WCAG 3.2.1, 3.2.2, 3.3.4, 3.3.7, 3.3.8 · EN 301 549 11.3.2.1, 11.3.2.2, 11.3.3.4 · B651.2 (privacy)",
        "Sending is a button or Enter in the last field; forms that ask the same thing share its field.",
        (
            "accessibility/test_forms.py::test_requirement_08_reaching_a_field_or_its_end_sends_nothing_and_every_field_takes_a_paste",
            "accessibility/test_forms.py::test_requirement_08_a_code_is_one_field_and_every_masked_field_can_be_shown",
            "accessibility/test_forms.py::test_requirement_08_f4_shows_a_secret_and_hides_it_again",
            "line/test_conversations.py::test_what_was_read_otherwise_than_typed_is_heard_before_it_is_sent",
            "line/test_cost.py::test_a_task_costs_no_more_lines_and_characters_than_these",
            "accessibility/test_forms.py::test_requirement_08_what_two_forms_ask_has_one_name_so_that_it_is_typed_once",
            "accessibility/test_forms.py::test_requirement_08_the_answers_can_be_reviewed_before_they_are_sent",
        ),
        "Whether remembering a password and answers is too much to ask of a person.",
    ),
    Row(
        9,
        "Time: a warning at least 60 s before; any key stays; nothing typed is lost; the idle limit can be turned off.",
        "WCAG 2.2.1, 2.2.6 · EN 301 549 11.2.2.1 · B651.2 (time limits)",
        "The server says how long; the face warns, says how to stay, and keeps what was typed.",
        (
            "line/test_warnings.py::test_at_every_prompt_the_warning_is_said_and_the_whole_answer_goes_where_it_was_typed",
            "line/test_warnings.py::test_bytes_typed_around_the_warning_make_one_answer_on_the_screen_and_for_the_program",
            "accessibility/test_time_size_status.py::test_requirement_09_the_warning_comes_at_least_a_minute_before",
            "accessibility/test_time_size_status.py::test_requirement_09_any_key_stays",
            "accessibility/test_time_size_status.py::test_requirement_09_nothing_typed_is_lost_by_staying",
            "accessibility/test_time_size_status.py::test_requirement_09_a_setting_turns_the_idle_limit_off",
        ),
        "Whether the usual limits are long enough.",
    ),
    Row(
        10,
        "From 40×12 to 200×60: one column, scrolling up and down only, nothing clipped.",
        "WCAG 1.4.4, 1.4.10 · EN 301 549 11.1.4.4, 11.1.4.10",
        "Lines are broken at words; the focused item is always in sight.",
        (
            "accessibility/test_time_size_status.py::test_requirement_10_one_column_no_sideways_scrolling_at_every_size",
            "accessibility/test_time_size_status.py::test_requirement_10_nothing_is_clipped_in_forty_columns",
            "screens/test_sizes.py::test_resizing_keeps_what_was_typed_and_the_focus_in_sight",
        ),
        "Reading with very large letters.",
    ),
    Row(
        11,
        "Status messages reach line and voice without moving the focus.",
        "WCAG 4.1.3 · EN 301 549 11.4.1.3",
        "A status is one line of text that changes once; the voice says it, the line face writes it.",
        (
            "accessibility/test_time_size_status.py::test_requirement_11_a_status_reaches_the_three_faces_and_moves_no_focus",
            "accessibility/test_time_size_status.py::test_requirement_11_a_notice_reaches_line_and_voice",
            "voice/test_whole_journey_spoken.py::test_login_method_confirmation_profiles_verification_and_leaving_by_ear",
            "line/test_keys_and_lists.py::test_a_new_password_is_confirmed_whether_a_file_is_linked_or_not",
            "voice/test_whole_journey_spoken.py::test_an_account_from_nothing_to_a_verified_file_by_ear",
            "voice/test_reading_pages.py::test_what_a_form_says_of_itself_is_not_said_while_it_is_sent_again",
            "voice/test_reading_pages.py::test_the_first_answer_cuts_nothing_short_and_brings_simulation_and_operator",
            "voice/test_reading_pages.py::test_after_a_forgotten_password_the_change_is_confirmed",
            "screens/test_forty_cells.py::test_why_a_key_did_nothing_is_felt_until_the_next_key",
        ),
        "Whether messages come at a good moment.",
    ),
    Row(
        12,
        "No flashing, no animation, ever.",
        "WCAG 2.3.1, 2.3.3 · EN 301 549 11.2.3.1 · B651.2 (flashing)",
        "No attribute, sequence or timer of ours blinks; the cursor does not.",
        (
            "accessibility/test_colours.py::test_requirement_12_nothing_blinks_on_any_screen",
            "accessibility/test_wire.py::test_requirement_12_no_byte_asks_for_blinking_flashing_or_a_bell",
        ),
        "A terminal may be set to blink its cursor by itself.",
    ),
)

_HEAD: Final = """\
# Accessibility, requirement by requirement

Written by `make accessibility-report`; do not edit. It is no claim of conformity: automated tests show that something
is so, not that people can use it. **Tests by people with disabilities, with their own equipment, remain necessary**.
The last column says what only they can judge. Clauses are those of WCAG 2.2 read through WCAG2ICT, EN 301 549 v3.2.1,
and, by subject, CAN/CSA-B651.2.

The tests of the readers (brltty, fenrir, tdsr) and of the real speech-dispatcher run where a machine has them, and say
so where it has not. Debian: `apt-get install --no-install-recommends speech-dispatcher espeak-ng brltty fenrir`. The
package called `tdsr` on PyPI is about earthquakes; the screen reader of that name comes from its own repository.

| # | requirement | clauses | how it is met | proved by | only people can judge |
|---|---|---|---|---|---|
"""


def missing(rows: tuple[Row, ...] = ROWS) -> list[str]:
    """Return the tests that are named and do not exist."""
    known: dict[str, set[str]] = {}
    absent = []
    for test in (test for row in rows for test in row.tests):
        file, _, name = test.partition("::")
        if file not in known:
            path = ROOT / "tests" / file
            known[file] = _tests_of(path) if path.exists() else set()
        if name not in known[file]:
            absent.append(test)
    return absent


def report(rows: tuple[Row, ...] = ROWS) -> str:
    """Return the report as Markdown."""
    lines = []
    for row in rows:
        proofs = "<br>".join(f"`{test}`" for test in row.tests)
        lines.append(f"| {row.number} | {row.what} | {row.clauses} | {row.how} | {proofs} | {row.people} |")
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the report; return 1 when a test that it names does not exist."""
    absent = missing()
    if absent:
        sys.stderr.write("\n".join(f"no such test: {test}" for test in absent) + "\n")
        return 1
    TARGET.write_text(report(), "utf-8")
    return 0


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


if __name__ == "__main__":
    sys.exit(main())
