"""Requirements 9, 10 and 11: time, size, status messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_backend.settings import SessionSettings
from sel_tui.journey.core.events import Command
from sel_tui.journey.core.page import EntryItem, Fact, Prose
from sel_tui.journey.machine import page, update
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.key_bindings import own_event
from sel_tui.voice import Voice
from sel_tui.voice.diff import going_on_in
from tests.accessibility.sample import SAMPLE
from tests.line.test_every_scenario import rendered
from tests.scenarios import NAMES, build, models
from tests.scenarios.walk import drafts
from tests.screens.stage import stage
from tests.voice.listening import WORDS, Alarms, Listener, show

SMALLEST, LARGEST = (40, 12), (200, 60)
BUSY = [name for name in NAMES if build(name).overlay is None and page(build(name)).status is not None]


def test_requirement_09_the_warning_comes_at_least_a_minute_before() -> None:
    usual = SessionSettings()
    assert usual.warning_seconds >= 60
    assert models.SERVICE.session.warning_seconds >= 60


@pytest.mark.parametrize("key", ["a", "7", "space", "down", "f1", "f5", "escape", "backspace"])
def test_requirement_09_any_key_stays(key: str) -> None:
    state = build("expiring")
    assert own_event(key, state) == Command("stay")


def test_requirement_09_nothing_typed_is_lost_by_staying() -> None:
    state = replace(build("legacy_access_typed"), overlay=Overlay.EXPIRING, ends_at=build("expiring").ends_at)
    assert drafts(update(state, Command("stay"))) == drafts(state)


def test_requirement_09_a_setting_turns_the_idle_limit_off() -> None:
    assert SessionSettings(idle_seconds=0).idle_seconds == 0


@pytest.mark.parametrize("size", [SMALLEST, LARGEST])
async def test_requirement_10_one_column_no_sideways_scrolling_at_every_size(size: tuple[int, int]) -> None:
    async with stage(build(NAMES[0]), size) as played:
        for name in SAMPLE[::3]:
            await played.becomes(build(name))
            body = played.screen._body
            assert body.max_scroll_x == 0
            assert len({view.region.x for view in played.screen.views}) <= 1  # a page that is fetched has none
            assert all(view.size.width <= size[0] for view in played.screen.views)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_requirement_10_nothing_is_clipped_in_forty_columns(language: str) -> None:
    async with stage(build(NAMES[0], language), (40, 12)) as played:
        for name in SAMPLE:
            await played.becomes(build(name, language))
            words = played.screen.words
            for view in played.screen.views:
                lines = ["".join(text for text, _ in line) for line in view.laid(view.size.width).lines]
                assert view.size.height == len(lines)
                assert all(len(line.rstrip()) <= view.size.width for line in lines), lines
                item = view.item
                said = [item.text] if isinstance(item, Prose) else []
                said += [item.label] if isinstance(item, (EntryItem, Fact)) else []
                shown = "".join("".join(lines).replace("\u00a0", " ").split())
                for one in said:
                    assert "".join(words.say(one).replace("\u00a0", " ").split()) in shown


@pytest.mark.parametrize("name", BUSY)
async def test_requirement_11_a_status_reaches_the_three_faces_and_moves_no_focus(name: str) -> None:
    busy = build(name)
    status = page(busy).status
    assert status is not None
    text = WORDS["fr"].say(status)
    heard = Listener()
    voice = Voice(heard, Alarms(), on=True)
    show(voice, replace(busy, busy=None), "x")
    show(voice, busy, "x")
    going_on = WORDS["fr"].say(going_on_in(status))  # how to stop it is said once it takes long
    assert going_on.replace("’", "'").replace("\u00a0", " ").rstrip(".…") in heard.last
    async with stage(replace(busy, busy=None)) as played:
        focus = played.focus
        await played.becomes(busy)
        assert text in played.text
        if any(view.item.id == focus for view in played.screen.views):
            assert played.focus == focus


@pytest.mark.parametrize("name", ["linked", "reported", "not_recognized", "login_unreachable", "session_over"])
def test_requirement_11_a_notice_reaches_line_and_voice(name: str) -> None:
    state = build(name)
    heard = Listener()
    show(Voice(heard, Alarms(), on=True), state)
    text, _ = rendered(replace(state, busy=None))
    if state.notice is not None:
        title = WORDS["fr"].say(state.notice.title).replace("’", "'").replace("\u00a0", " ")[1:20]
        assert title in heard.last
        assert title in text.replace("’", "'").replace("\u00a0", " ")
    assert len(heard.texts) == 1
