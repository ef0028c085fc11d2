"""How few bytes, and how few writes, each key and each answer costs on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sel_tui.app import SelApp
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import fields_of
from sel_tui.journey.registry import Step
from sel_tui.widgets.textual_compat import CompositorUpdate, size_of
from tests.scenarios import NAMES, build, models
from tests.screens.drawn import Drawn, drawn
from tests.screens.stage import stage

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

FIRST_PAINT = 1_500
LETTER = 3
TAB = {"sel-terminal": 60, "sel-dark": 120}
ERROR = 1_000
ECHO = 1_000
FIELDS = 15


@pytest.mark.parametrize("theme", TAB)
async def test_the_first_paint_is_one_write_of_few_bytes(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login"), monkeypatch, theme) as seen:
        assert len(seen.writes) == 1
        assert seen.bytes() <= FIRST_PAINT


@pytest.mark.parametrize("theme", TAB)
async def test_a_tab_writes_a_mark_a_label_and_little_else(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("login", "methods", "legacy_access", "not_recognized"):
        async with drawn(build(name), monkeypatch, theme) as seen:
            seen.taken()
            for _ in seen.played.screen.views:
                await seen.played.press("tab")
                assert len(seen.writes) == 1
                assert seen.bytes() <= TAB[theme], name


async def test_who_listens_to_the_output_hears_the_label_that_a_tab_goes_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login"), monkeypatch) as seen:
        for label in (
            "Mot de passe :",
            "[ Connexion",
            "[ Mot de passe oublié",
            "[ Créer un compte",
            "Adresse courriel :",
        ):
            seen.taken()
            await seen.played.press("tab")
            assert label in seen.taken()


async def test_a_letter_writes_itself_in_every_field_of_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    forms: dict[tuple[Step, tuple[str, ...]], tuple[str, State]] = {}
    for name in NAMES:
        state = build(name)
        if state.busy is None and state.overlay is None:
            forms.setdefault((state.step, tuple(field.name for field in fields_of(state))), (name, state))
    async with drawn(build("login"), monkeypatch) as seen:
        tried = 0
        for name, state in forms.values():
            await seen.played.becomes(state)
            tried += await _letters(seen, name)
    assert tried >= FIELDS


async def _letters(seen: Drawn, name: str) -> int:
    """Type a letter at the end of each field; return how many were tried in which nothing else changes."""
    tried = 0
    for view in [view for view in seen.played.screen.views if isinstance(view.item, EntryItem)]:
        seen.played.screen._go_to(view)
        await seen.played.press("end")
        seen.later.passes()
        seen.taken()
        before = seen.played.rows
        await seen.played.press("z")
        size = seen.bytes()
        # What is typed may be read at once, below its field or on the next: that is more than a letter.
        alone = sum(old != new for old, new in zip(before, seen.played.rows, strict=True)) <= 1
        assert size <= (LETTER if alone else ECHO), (name, view.item.id)
        tried += alone
        if view not in seen.played.screen.views:
            break
    return tried


async def test_a_number_that_is_being_typed_is_not_counted_along(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("legacy_access"), monkeypatch) as seen:
        sizes = []
        for letter in "ci1234567":
            seen.taken()
            await seen.played.press(letter)
            sizes.append(seen.bytes())
            if letter == "1":
                assert "D’habitude, 7 chiffres suivent ci." in _plain(seen)
        assert max(sizes[1:2] + sizes[3:8]) <= LETTER
        assert "Exemples : ci1234567" in _plain(seen)
        await seen.played.press("backspace", "tab")
        assert "Vérifiez : 6 chiffres après ci; d’habitude, il y en" in _plain(seen)


def _plain(seen: Drawn) -> str:
    return seen.played.text.replace("\u00a0", " ")


async def test_a_refusal_is_written_once_in_few_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login_typed"), monkeypatch) as seen:
        await seen.played.press("tab")
        seen.taken()
        await seen.played.press("enter")
        assert seen.writes == []  # the answer may come at once
        await seen.played.refuses("invalid-credentials", 401)
        assert len(seen.writes) == 1
        assert seen.bytes() <= ERROR
    async with drawn(build("legacy_access_typed"), monkeypatch) as seen:
        seen.played.pauses()
        seen.taken()
        await seen.played.press("enter", "enter")
        methods = ("legacy_access", "questions", "link_code")
        await seen.played.refuses("not-recognized", methods=methods, reference=models.REFERENCE)
        await seen.played.answers(models.methods(left=4))  # what is left is asked for at once
        assert len(seen.writes) == 1
        assert seen.bytes() <= ERROR


async def test_what_takes_its_time_is_said_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login_typed"), monkeypatch) as seen:
        await seen.played.press("tab")
        seen.taken()
        await seen.played.press("enter")
        assert seen.writes == []
        seen.later.passes()
        assert "Ouverture de la session" in seen.taken()


async def test_a_frame_that_stays_the_same_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("methods"), monkeypatch) as seen:
        seen.taken()
        await seen.played.press("1")
        written = seen.taken()
        for same in ("Services en ligne", "SIMULATION", "─", "F1", "English"):
            assert same not in written


async def test_ctrl_l_writes_all_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login"), monkeypatch) as seen:
        seen.taken()
        seen.terminal.feed("\x1b[31mwall\x1b[5;5Hmessage")
        await seen.played.press("ctrl+l")
        assert "Adresse courriel" in seen.taken()


async def test_a_change_of_page_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("methods"), monkeypatch) as seen:
        for key in ("1", "escape", "2", "f1", "escape", "f2"):
            seen.taken()
            await seen.played.press(key)
            assert len(seen.writes) == 1, key


async def test_a_page_that_comes_or_comes_back_is_painted_whole_once(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []

    def note(app: SelApp, screen: Screen[object], update: RenderableType | CompositorUpdate | None) -> None:
        if isinstance(update, CompositorUpdate) and size_of(update) is not None:
            painted.append(str(screen.classes))
        before_display(app, screen, update)

    before_display = SelApp.before_display
    monkeypatch.setattr(SelApp, "before_display", note)
    for size in ((80, 24), (120, 40)):  # in a smaller window, the key for more rows may take another
        painted.clear()
        async with stage(build("methods"), size) as played:
            assert len(painted) == 1, "the first"
            for key in ("1", "escape", "2", "escape", "3", "f1", "escape", "f3", "escape"):
                painted.clear()
                await played.press(key)
                assert len(painted) == 1, key


async def test_a_mark_typed_before_its_letter_leaves_the_bracket_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login"), monkeypatch) as seen:
        await seen.played.press("\u0301")
        seen.taken()
        letters = [letter for letter, _ in seen.terminal.rows[seen.terminal.place.row]]
        assert letters[seen.terminal.place.column - 2 : seen.terminal.place.column] == ["[", "\u00a0\u0301"]


@pytest.mark.parametrize("size", [(40, 12), (100, 30), (80, 24)])
async def test_another_size_is_drawn_whole(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("login"), monkeypatch) as seen:
        seen.taken()
        seen.terminal.resize(*size)
        seen.terminal.feed("\x1b[3;3Hwhat the terminal makes of it")
        await seen.played.resizes(*size)
        assert "Connexion" in seen.taken()


async def test_no_key_answers_a_page_that_is_not_on_the_terminal_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drawn(build("profiles"), monkeypatch) as seen:
        app = seen.played.app
        app.hold(asked=True)
        await seen.played.becomes(build("client_file"))
        assert not app._presses.answers(seen.played.clock(), app._shown.page)
        seen.later.passes()
        assert app._presses.answers(seen.played.clock(), app._shown.page)
