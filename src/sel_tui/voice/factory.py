"""Makes the voice that the settings ask for, with the engines of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sel_tui.journey.core.messages import Msg, msg
from sel_tui.voice import OFF, ON
from sel_tui.voice.voice import Voice


def can_speak(setting: str) -> bool:
    """Tell whether the voice can be started: the setting allows it, and this machine has an engine."""
    if setting == OFF:
        return False
    from sel_tui.voice.engines import find_engines

    return bool(find_engines())


def open_voice(setting: str, show_text: Callable[[Msg], None] = lambda _: None, *, kiosk: bool = False) -> Voice:
    """Return the voice; call this in the event loop of the face. No engine is started before the voice speaks.

    Args:
        setting: `off`: F11 does nothing. `auto`: F11 starts it. `on`: it speaks from the beginning.
        show_text: Called in the loop with what cannot be said aloud: that nothing here can speak, or not any more.
        kiosk: Whether others may hear what is said.
    """
    loop = asyncio.get_running_loop()
    if setting == OFF:
        return Voice(None, loop.call_later, kiosk=kiosk)
    from sel_tui.voice.engines import find_engines
    from sel_tui.voice.speech_queue import SpeechQueue

    def on_lost() -> None:
        with suppress(RuntimeError):  # the face is gone, and its loop closed, before the engine gave up
            loop.call_soon_threadsafe(show_text, msg("voice.lost"))

    engines = find_engines()
    queue = SpeechQueue(engines, on_lost) if engines else None
    if queue is None and setting == ON:
        show_text(msg("voice.none"))
    return Voice(queue, loop.call_later, on=setting == ON, kiosk=kiosk, show_text=show_text)
