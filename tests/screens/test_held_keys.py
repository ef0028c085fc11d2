"""A key that is held down is nobody: it keeps no kiosk open, closes no warning and sends nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sel_tui.journey.core.events import SessionEnding
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.clock import Timer
from sel_tui.runtime.options import Kiosk
from tests.scenarios import build, models
from tests.screens.stage import Stage, never, stage
from tests.screens.test_kiosk import at_kiosk
from tests.unit import builders

REPEAT, MINUTE = 0.033, 60


async def holds(played: Stage, key: str, seconds: float) -> None:
    """Hold a key down: it is read at once, after the pause before repeats, and then some thirty times a second."""
    end, pause = played.clock.now + seconds, 0.5
    while played.clock.now < end:
        await played.press(key)
        played.clock.now += pause
        pause = REPEAT


@pytest.mark.parametrize("key", ["space", "enter", "tab", "a"])
async def test_a_key_held_down_at_a_kiosk_is_one_sign_of_a_person(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(at_kiosk("client_file"), kiosk=Kiosk()) as played:
        set_again: list[float] = []

        def later(seconds: float, call: Callable[[], None]) -> Timer:
            set_again.append(seconds)
            return never(seconds, call)

        monkeypatch.setattr(played.app.visit._clock, "later", later)
        await holds(played, key, 5)
        assert set_again == [120]
        played.app.visit.feed(SessionEnding(builders.NOW, MINUTE))
        await holds(played, key, 5)
        assert played.state.overlay is Overlay.EXPIRING
        played.pauses()
        await played.press(key)
        assert (played.state.overlay, set_again) != (Overlay.EXPIRING, [120])


async def test_a_key_held_down_sends_a_proof_once_and_costs_one_try() -> None:
    async with stage(build("questions_review")) as played:
        await played.press("tab", "tab", "tab", "tab")  # to the button that sends
        assert played.focus == "submit"
        await holds(played, "enter", 4)
        assert played.client.names == ["links.by_questions"]
        await played.refuses("not-recognized")
        await played.answers(models.methods())
        await holds(played, "enter", 20)
        assert played.client.names == ["links.by_questions", "links.methods"]
        assert played.focus == "answer.0"
        played.pauses()
        await played.press("enter")
        assert played.state.step == "question", "once it was let go, the key works"
