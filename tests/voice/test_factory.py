"""The voice that the settings ask for, with engines that go away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from sel_tui.voice import ON, speech_queue
from sel_tui.voice.factory import open_voice


class Stuck:
    """An engine that hears nothing more, and says so only once a test lets it."""

    def __init__(self) -> None:
        self.speaks, self.gives_up = threading.Event(), threading.Event()
        self.thread = threading.current_thread()

    def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
        del text, language, rate, wanted
        self.thread = threading.current_thread()
        self.speaks.set()
        self.gives_up.wait()
        raise TimeoutError

    def cancel(self) -> None:
        raise TimeoutError

    def close(self) -> None:
        """There is nothing to release."""


def test_an_engine_that_gives_up_after_its_face_is_gone_disturbs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Stuck()
    monkeypatch.setattr("sel_tui.voice.engines.find_engines", lambda: [lambda: engine])
    monkeypatch.setattr(speech_queue.SpeechQueue.close, "__kwdefaults__", {"patience": 0.0})

    async def face() -> None:
        voice = open_voice(ON)
        assert voice._speaker is not None
        voice._speaker.say("Bonjour", "fr")
        engine.speaks.wait()
        voice.close()

    asyncio.run(face())
    engine.gives_up.set()
    engine.thread.join()  # what a thread raises fails the test
