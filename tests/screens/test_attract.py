"""The first page of a kiosk: one key begins and types nothing; it moves now and then, and goes dark in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sel_tui.app import SelApp
from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.events import Abandoned, Command, LookedAgain
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.options import Kiosk, VisitOptions
from sel_tui.screens.attract import _LETTERS
from sel_tui.screens.screen_saver import MOVE_EVERY, Moved, ScreenSaver
from sel_tui.terminal.endings import CHANGE_FACE
from sel_tui.voice import Voice
from sel_tui.widgets.cursor import HIDE, SHOW
from tests.scenarios import NAMES, build
from tests.screens.drawn import Drawn, drawn
from tests.screens.stage import DECISION, USUAL, Stage, stage
from tests.screens.test_held_keys import holds
from tests.voice.listening import WORDS, Alarms, Listener

MINUTE = 60
AT_EVERY_KIOSK = [name for name in NAMES if name.startswith("attract")]


@asynccontextmanager
async def waiting(name: str = "attract", language: str = "fr", size: tuple[int, int] = USUAL) -> AsyncIterator[Stage]:
    async with stage(build(name, language), size, kiosk=Kiosk(blank_minutes=10)) as played:
        await passes(played, 0)
        yield played


async def passes(played: Stage, seconds: float) -> None:
    """Let time pass, second after second, without a key."""
    played.clock.now += seconds
    played.app._look_at_clock()
    await played.settles()


@pytest.mark.parametrize(("key", "language"), [("1", "fr"), ("2", "en")])
@pytest.mark.parametrize("name", ["attract", "attract_connecting", "attract_unreachable"])
async def test_one_key_begins_in_each_language_with_a_server_and_without(name: str, key: str, language: str) -> None:
    async with waiting(name) as played:
        await played.press(key)

        assert (played.state.step, played.state.person.language) == (Step.LOGIN, language)
        assert played.focus == "email"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_enter_begins_in_the_language_that_is_shown(language: str) -> None:
    async with waiting(language=language) as played:
        await played.press("enter")
        assert (played.state.step, played.state.person.language) == (Step.LOGIN, language)


async def test_the_other_language_comes_first_and_has_the_focus_once_it_was_asked_for() -> None:
    async with waiting() as played:
        await played.press("f2")
        assert played.focus == "begin_en"
        assert played.text.index("Here you link") < played.text.index("Ici, vous liez")


@pytest.mark.parametrize("key", ["1", "enter", "2"])
async def test_a_key_held_down_begins_and_types_nothing(key: str) -> None:
    async with waiting() as played:
        await holds(played, key, 4)
        assert played.state.step is Step.LOGIN
        assert played.typed == {"email": "", "password": ""}
        played.pauses()
        await played.press("a")
        assert played.typed["email"] == "a"


async def test_what_lies_on_the_keyboard_begins_and_types_nothing() -> None:
    async with waiting() as played:
        await played.press("j", "k", "9", "1", "7", "2", "x", "enter")
        assert played.state.step is Step.LOGIN
        assert played.typed == {"email": "", "password": ""}
        assert played.client.names == []


@pytest.mark.parametrize("key", ["escape", "f10", "ctrl+c", "ctrl+q", "ctrl+z", "ctrl+backslash"])
async def test_nobody_is_asked_whether_to_leave_where_nobody_is(key: str) -> None:
    async with waiting() as played:
        await played.press(key)
        assert (played.state.step, played.state.overlay) == (Step.ATTRACT, None)


async def test_the_line_face_is_one_key_away() -> None:
    async with waiting() as played:
        await played.press("4")
        assert played.app.return_code == CHANGE_FACE


async def test_one_key_starts_the_voice_which_reads_the_page_in_both_languages() -> None:
    heard = Listener()
    async with waiting() as played:
        played.app.voice = Voice(heard, Alarms(), kiosk=True)
        played.app.show_to_voice(played.screen)
        await played.press("3")

        said = dict(zip(heard.texts, heard.languages, strict=True))
        assert played.state.step is Step.ATTRACT
        assert [language for text, language in said.items() if "Ici, vous liez" in text] == ["fr"]
        assert [language for text, language in said.items() if "Here you link" in text] == ["en"]
        assert [language for text, language in said.items() if "Commencer en français. touche 1." in text] == ["fr"]
        assert [language for text, language in said.items() if "Begin in English. key 2." in text] == ["en"]


async def test_a_voice_that_speaks_by_itself_reads_the_page_once() -> None:
    heard = Listener()
    async with waiting("attract_logged_out") as played:
        played.app.voice = Voice(heard, Alarms(), on=True, kiosk=True)
        played.app.visit.feed(Abandoned())
        await played.settles()
        assert sum("Ici, vous liez" in text for text in heard.texts) == 1
        assert sum("Here you link" in text for text in heard.texts) == 1
        await passes(played, 5 * MOVE_EVERY)
        assert sum("Ici, vous liez" in text for text in heard.texts) == 1


async def test_without_an_engine_no_voice_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sel_tui.voice.can_speak", lambda setting: setting == "on")
    for setting, offered in (("on", ("voice", "line_face")), ("off", ("line_face",))):
        app = SelApp(VisitOptions("http://127.0.0.1:9", kiosk=Kiosk()), DECISION, voice=setting)
        assert app.visit.state.app.offers == offered


async def test_both_languages_say_whose_service_it_is_and_that_nothing_is_kept() -> None:
    async with waiting("attract_demonstration") as played:
        for text in ("SIMULATION", "Service offert par", "Service provided by", "Rien n’est gardé", "Nothing is kept"):
            assert text in played.text


async def test_without_a_server_both_languages_say_so_and_the_page_goes_on_by_itself() -> None:
    async with waiting("attract_unreachable") as played:
        for text in ("ne répond pas", "does not answer", "Dernier essai", "Last attempt"):
            assert text in played.text
        played.app.visit.feed(LookedAgain())
        await played.settles()
        assert isinstance(played.state.busy.effect if played.state.busy else None, FetchService)
        await played.answers(build("attract").app.service)
        assert "ne répond pas" not in played.text
        assert (played.state.step, played.focus) == (Step.ATTRACT, "begin_fr")


async def test_that_nobody_answers_is_still_said_to_whoever_begins() -> None:
    async with waiting("attract_unreachable") as played:
        await played.press("2")
        assert "the server is not responding" in played.text


async def test_the_screen_moves_by_a_cell_now_and_then_and_all_of_it_stays_in_sight() -> None:
    async with waiting() as played:
        texts = {line.strip() for line in played.text.splitlines() if line.strip(" ─")}
        places = []
        for _ in range(5):
            row = next(place for place, line in enumerate(played.rows) if "1. Commencer" in line)
            places.append((row, played.rows[row].index("1.")))
            assert {line.strip() for line in played.text.splitlines() if line.strip(" ─")} == texts
            await passes(played, MOVE_EVERY)
            await played.press("f3", "escape")  # a key lets it stay where it is
        (row, column), *_ = places
        assert places == [(row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1), (row, column)]


def test_whoever_looks_at_something_else_finds_the_page_where_it_was() -> None:
    saver = ScreenSaver(dark_after=0)
    saver.look(0, stands=True)
    saver.look(2 * MOVE_EVERY, stands=True)
    before = saver.moved
    saver.look(2 * MOVE_EVERY + 1, stands=False)
    saver.look(2 * MOVE_EVERY + 2, stands=True)
    assert saver.moved == before != Moved()
    saver.look(3 * MOVE_EVERY + 1, stands=True)
    assert saver.moved == before
    saver.look(3 * MOVE_EVERY + 2, stands=True)
    assert saver.moved == Moved(right=1)


async def test_where_braille_is_read_nothing_moves_and_nothing_goes_dark() -> None:
    async with stage(build("attract"), kiosk=Kiosk(blank_minutes=10), cells=40) as played:
        await passes(played, 0)
        before = played.rows
        await passes(played, MOVE_EVERY)
        assert played.rows == before
        await passes(played, 60 * MINUTE)
        assert played.rows == before


async def test_the_screen_goes_dark_after_some_minutes_and_the_key_that_wakes_it_does_nothing_else() -> None:
    async with waiting() as played:
        await passes(played, 10 * MINUTE - 1)
        assert "Commencer en français" in played.text
        await passes(played, 2)
        assert not played.text.strip()
        await holds(played, "1", 3)
        assert "Commencer en français" in played.text
        assert played.state.step is Step.ATTRACT
        played.pauses()
        await played.press("1")
        assert played.focus == "email"


@pytest.mark.parametrize("key", ["f1", "f2", "f5", "f8", "f11", "enter", "3", "4", "x"])
async def test_any_key_wakes_a_dark_screen_and_does_nothing_else(key: str) -> None:
    async with waiting() as played:
        before, theme = played.rows, played.app.theme
        await passes(played, 10 * MINUTE)
        await played.press(key)
        await passes(played, 1)
        assert [row.strip() for row in played.rows if row.strip(" ─")] == [
            row.strip() for row in before if row.strip(" ─")
        ]
        assert (played.state.overlay, played.app.theme, played.app.return_code) == (None, theme, None)


async def test_it_stays_dark_when_what_stands_on_it_changes_and_when_a_visit_is_abandoned() -> None:
    async with waiting("attract_unreachable") as played:
        await passes(played, 10 * MINUTE)
        played.app.visit.feed(LookedAgain())
        await played.settles()
        await played.answers(build("attract").app.service)
        played.app.visit.feed(Abandoned())
        await passes(played, 1)
        assert not played.text.strip()


async def test_zero_minutes_are_never_and_no_other_page_goes_dark() -> None:
    async with stage(build("attract"), kiosk=Kiosk(blank_minutes=0)) as played:
        await passes(played, 0)
        await passes(played, 24 * 60 * MINUTE)
        assert played.text.strip()
    async with waiting("begun") as played:
        await passes(played, 60 * MINUTE)
        assert "Adresse courriel" in played.text
    async with waiting() as played:
        await played.press("f1")
        await passes(played, 60 * MINUTE)
        assert played.state.overlay is Overlay.HELP
        assert played.text.strip()


async def test_whoever_leaves_finds_a_screen_that_has_not_gone_dark() -> None:
    async with waiting("begun") as played:
        await passes(played, 60 * MINUTE)
        played.app.visit.feed(Abandoned())
        await passes(played, 1)
        assert "Commencer en français" in played.text


@asynccontextmanager
async def written(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Drawn]:
    async with drawn(build("attract"), monkeypatch, kiosk=Kiosk(blank_minutes=10)) as seen:
        await passes(seen.played, 0)
        seen.taken()
        yield seen


async def test_a_move_costs_few_bytes_and_darkness_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with written(monkeypatch) as seen:
        for most in (350, 2_000, 350, 2_000):
            await passes(seen.played, MOVE_EVERY)
            assert 0 < seen.bytes() <= most
            await passes(seen.played, 1)
            assert seen.bytes() == 0
        await passes(seen.played, 10 * MINUTE)
        dark = seen.taken()
        assert HIDE in dark
        assert len(dark) < 1_500
        for _ in range(20):
            await passes(seen.played, MOVE_EVERY)
        assert seen.bytes() == 0
        await seen.played.press("x")
        assert SHOW in seen.taken()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_large_letters_are_there_for_the_words_of_the_title(language: str) -> None:
    title = page(build("attract", language)).title
    words = [WORDS[language].say(word).upper() for _, word in title.params if isinstance(word, Msg)]
    assert {letter for word in words for letter in word} <= set(_LETTERS)
    assert len({len(rows) for rows in _LETTERS.values()}) == 1
    assert all(len({len(row) for row in rows}) == 1 for rows in _LETTERS.values())


async def test_large_letters_hold_no_sign_that_a_reader_would_say() -> None:
    async with waiting() as played:
        drawn_rows = [row for row in played.screen._heading._lines if any(part == "large" for _, part in row)]
        assert drawn_rows
        assert not "".join(text for row in drawn_rows for text, _ in row).strip()
    async with waiting(size=(40, 12)) as played:
        assert "Bienvenue · Welcome" in played.text


@pytest.mark.parametrize("name", AT_EVERY_KIOSK)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [USUAL, (132, 40)])
async def test_the_page_is_whole_on_the_usual_screens(name: str, language: str, size: tuple[int, int]) -> None:
    async with waiting(name, language, size) as played:
        for item in page(played.state).items:
            view = next(view for view in played.screen.views if view.item.id == item.id)
            assert view.region in view.parent.region, item.id  # type: ignore[union-attr]


async def test_the_farewell_is_said_in_the_persons_language_and_gone_once_somebody_begins() -> None:
    async with waiting("attract_logged_out", "en") as played:
        assert "You are logged out" in played.text
        played.app.visit.feed(Command("begin", "fr"))
        await played.settles()
        assert played.state.notice is None
