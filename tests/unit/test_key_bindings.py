"""The keys that mean the same on every screen, and the bar that names those which work now."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.events import Cancelled, Closed, Command, LanguageChosen, Opened
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.key_bindings import key_bar, own_event
from sel_tui.screens.key_presses import REPEAT_PAUSE, KeyPresses
from sel_tui.widgets.bars import key_lines
from tests.scenarios import NAMES, build
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.rendering import WORDS
from tests.unit.ways import linking, logged_in

FILE = page(build("client_file"))
FORM = logged_in().does("choose_method", "legacy_access").state
KEYS = ("f1", "f2", "f3", "f4", "f9", "f10", "ctrl+c", "ctrl+q", "escape")


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("f1", Opened(Overlay.HELP)),
        ("f2", LanguageChosen("en")),
        ("f3", Opened(Overlay.CONTACT)),
        ("f4", Command("show_secrets")),
        ("f9", Opened(Overlay.DEMO)),
        ("f10", Opened(Overlay.LEAVE)),
        ("ctrl+c", Opened(Overlay.LEAVE)),
        ("ctrl+q", Opened(Overlay.LEAVE)),
        ("escape", Command("back")),
    ],
)
def test_a_key_means_the_same_on_every_form(key: str, event: object) -> None:
    assert own_event(key, FORM) == event


@pytest.mark.parametrize("key", ["a", "1", "tab", "enter", "space", "up", "delete", "ctrl+v", "f11"])
def test_letters_and_moves_belong_to_the_field(key: str) -> None:
    assert own_event(key, FORM) is None


def test_the_key_that_opens_closes_too_and_escape_closes_everything() -> None:
    state = Walk(FORM).opens(Overlay.HELP).state

    assert own_event("f1", state) == Closed()
    assert own_event("escape", state) == Closed()
    assert own_event("f3", state) == Opened(Overlay.CONTACT)


def test_escape_stops_waiting_before_it_goes_back() -> None:
    assert own_event("escape", linking().state) == Cancelled()


@pytest.mark.parametrize("key", ["a", "f1", "f3", "escape", "space", "f5", "up"])
def test_any_key_keeps_the_session_that_is_about_to_end(key: str) -> None:
    state = Walk(FORM).runs_out_of_time().state

    assert own_event(key, state) == Command("stay")


def test_outside_a_demonstration_its_key_does_nothing() -> None:
    state = Walk.begins().gets(builders.service(simulation=False)).state

    assert own_event("f9", state) is None
    assert "F9" not in [key for key, _ in key_bar(state, page(state), WORDS["fr"], 80)]


def test_where_nothing_is_masked_there_is_nothing_to_show() -> None:
    assert own_event("f4", logged_in().state) is None


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_the_bar_names_no_key_twice_and_none_without_words(name: str, language: str) -> None:
    state = build(name, language)
    for width in (40, 80, 120):
        bar = key_bar(state, page(state), WORDS[language], width)
        keys = [key for key, _ in bar]

        assert len(keys) == len(set(keys))
        assert all(words.strip() for _, words in bar)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_the_bar_names_does_something(name: str) -> None:
    state = build(name)
    for key, _ in key_bar(state, page(state), WORDS["fr"], 120):
        name_of = "escape" if key.startswith(("É", "E")) else key.lower()
        if name_of in KEYS:
            assert own_event(name_of, state) is not None


def presses(*read: tuple[str, float], shown_at: float = 10.0) -> list[bool]:
    """Tell of each key read, with its moment, whether it answers the page that was painted at `shown_at`."""
    known = KeyPresses()
    known.paint(FILE, shown_at)
    known.paint(FILE, shown_at + 100)  # once more, as after each key
    return [known.answers(known.read(key, at), FILE) for key, at in read]


def test_a_key_read_before_the_page_was_painted_does_not_answer_it() -> None:
    assert presses(("enter", 9.9), ("tab", 10.0), ("enter", 10.1)) == [False, False, True]


def test_a_key_that_was_held_before_the_page_goes_on_not_answering_it() -> None:
    held = [("enter", 9.9), *(("enter", 10.4 + number / 30) for number in range(90))]

    assert presses(*held) == [False] * 91


@pytest.mark.parametrize("between", ["tab", "x", ""])
def test_another_key_between_or_a_paste_begins_a_new_press(between: str) -> None:
    assert presses(("enter", 9.9), (between, 10.1), ("enter", 10.2))[-1]


def test_a_pause_longer_than_any_repeat_begins_a_new_press() -> None:
    assert presses(("enter", 9.9), ("enter", 9.9 + REPEAT_PAUSE + 0.1)) == [False, True]


def test_a_key_that_is_tapped_slowly_is_pressed_again_and_one_that_a_slow_line_delays_once_is_held() -> None:
    tapped = [("f10", 9.9 + number) for number in range(4)]
    stalled = [("f10", at) for at in (9.0, 9.5, 9.53, 10.5, 10.53, 10.56)]

    assert presses(*tapped)[-1]
    assert not any(presses(*stalled))


def test_until_a_page_is_painted_no_key_answers_it() -> None:
    known = KeyPresses()
    known.paint(page(build("profiles")), 1.0)

    assert not known.answers(known.read("enter", 2.0), FILE)


def test_what_is_typed_makes_no_other_page_and_a_notice_does() -> None:
    known = KeyPresses()
    known.paint(page(build("report")), 1.0)
    began = known.read("enter", 2.0)
    emptied = Walk(build("report")).types(note="").state

    assert known.answers(began, page(emptied))
    assert not known.answers(began, page(build("report_outcome_unknown")))


@pytest.mark.parametrize("name", NAMES)
def test_from_a_hundred_columns_on_the_key_bar_is_one_line(name: str) -> None:
    for language in ("fr", "en"):
        state = build(name, language)
        for width in (100, 110, 120, 200):
            assert len(key_lines(width, key_bar(state, page(state), WORDS[language], width))) == 1
