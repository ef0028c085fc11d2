"""The staff of a kiosk: two keys and a code end the program, and nobody guesses the code in a lifetime."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.events import LookedAgain
from sel_tui.journey.core.state import State
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.key_bindings import STAFF_KEY, STAFF_KEYS, Chord, own_event
from sel_tui.runtime.staff import FIRST_WAIT, LAST_WAIT, StaffLock, hash_of, is_code
from sel_tui.settings import SettingsError, read_settings
from tests.scenarios import build
from tests.scenarios.walk import Walk
from tests.unit.ways import told, typed

CODE = "Code-du-poste-7"
# As hash_of makes it, but of n = 1024: quick.
SALT, DIGEST = "00112233445566778899aabbccddeeff", "4450a5618febff48ac60e5ed04a7c4530244219a00e277bafdb27469b0c7c66e"
HASHED = f"scrypt:10:8:1:{SALT}:{DIGEST}"


class Time:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def at_staff() -> Walk:
    return Walk(build("staff"))


# ---------------------------------------------------------------------------------------------------------- the code


def test_a_code_is_known_by_its_hash_alone_which_differs_each_time() -> None:
    first, second = hash_of(CODE), hash_of(CODE)

    assert first != second
    assert CODE not in first
    assert is_code(CODE, first)
    assert is_code(CODE, second)
    assert not is_code(f"{CODE} ", first)
    assert is_code(CODE, HASHED)


def test_each_wrong_code_makes_the_wait_longer_and_none_is_looked_at_meanwhile() -> None:
    time = Time()
    lock = StaffLock(HASHED, time)
    time.now = FIRST_WAIT
    for wait in (10, 20, 40, 80, 160, 320, 640, LAST_WAIT, LAST_WAIT):
        assert lock.check("wrong") == wait
        time.now += 0.5
        assert lock.check(CODE) == wait, "the right one is not taken meanwhile either"
        time.now += wait - 0.5
    assert lock.check(CODE) == 0


def test_a_program_that_starts_again_gives_nobody_a_free_try() -> None:
    time = Time()

    assert StaffLock(HASHED, time).check(CODE) == FIRST_WAIT


# -------------------------------------------------------------------------------------------------------- the setting


def test_the_hash_of_a_code_is_a_setting_and_shown_nowhere() -> None:
    settings = read_settings({}, {"SEL_TUI_KIOSK_STAFF_CODE_HASH": HASHED}, ())

    assert settings.kiosk_staff_code_hash == HASHED
    assert HASHED not in repr(settings)
    assert read_settings({}, {"SEL_TUI_KIOSK_STAFF_CODE_HASH": hash_of(CODE)}, ()).kiosk_staff_code_hash


@pytest.mark.parametrize("wrong", ["Code-du-poste-7", HASHED[:-1], HASHED.replace("scrypt:10", "scrypt:20"), "scrypt"])
def test_what_is_no_hash_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({}, {"SEL_TUI_KIOSK_STAFF_CODE_HASH": wrong}, ())

    assert "kiosk_staff_code_hash" in repr(refused.value.message)
    assert wrong not in repr(refused.value.message)


# ---------------------------------------------------------------------------------------------------------- the keys


def test_two_keys_one_directly_after_the_other_lead_to_the_staff_s_page() -> None:
    chord = Chord()
    first, second = STAFF_KEYS

    assert [chord.read(key) for key in (first, second)] == [False, True]
    assert [chord.read(key) for key in (first, "", second)] == [False, False, False]
    assert [chord.read(key) for key in (second, first, first, second)] == [False, False, False, True]


@pytest.mark.parametrize(("name", "there"), [("login", False), ("leave_kiosk", False), ("staff", True)])
def test_the_keys_mean_something_only_where_there_is_a_code(name: str, there: bool) -> None:
    assert (own_event(STAFF_KEY, build(name)) is not None) is there


def test_one_s_own_machine_has_no_staff() -> None:
    walk = Walk(build("login")).does("staff")

    assert walk.state.step is Step.LOGIN


@pytest.mark.parametrize("name", ["login", "methods", "legacy_access_typed", "client_file", "help_at_login"])
def test_it_opens_over_any_page_of_a_kiosk_and_back_leads_to_that_page(name: str) -> None:
    there = Walk(build(name)).with_staff_code()
    opened = there.does("staff")

    assert opened.state.step is Step.STAFF
    assert opened.state.overlay is None
    assert opened.does("back").state.step is there.state.step


# ---------------------------------------------------------------------------------------------------------- the page


def test_it_opens_while_a_server_is_awaited_that_does_not_answer() -> None:
    waiting = Walk.begins().with_staff_code()
    opened = waiting.does("staff")

    assert opened.state.step is Step.STAFF
    assert opened.after(LookedAgain()).state.busy is None
    assert opened.types(staff_code=CODE).submits().gets(0).state.stopped


def ended(state: State) -> tuple[bool, bool]:
    return state.quit, state.stopped


def test_the_right_code_ends_the_program() -> None:
    right = at_staff().types(staff_code=CODE).submits().gets(0)

    assert ended(right.state) == (True, True)
    assert typed(right.state) == {}


def test_a_refused_code_is_erased_and_the_wait_said() -> None:
    refused = at_staff().types(staff_code=CODE).submits().gets(40)

    assert ended(refused.state) == (False, False)
    assert typed(refused.state) == {}
    assert told(refused.state)[1] == "notice.staff_refused"


def test_whoever_finishes_there_begins_again_as_anywhere() -> None:
    left = at_staff().types(staff_code=CODE).opens(Overlay.LEAVE).does("quit")

    assert ended(left.state) == (True, False)
    assert typed(left.state) == {}
