"""Makes the voice that the settings ask for, out of what this machine has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sel_tui.journey.core.messages import Msg, msg
from sel_tui.voice.voice import Voice

OFF: Final = "off"
ON: Final = "on"


def open_voice(setting: str, tell: Callable[[Msg], None] = lambda _: None, *, kiosk: bool = False) -> Voice:
    """Return the voice. Call it inside the running event loop of the face; nothing is started before it speaks.

    Args:
        setting: `off`: F11 does nothing. `auto`: F11 starts it. `on`: it speaks from the beginning.
        tell: Shown, in the loop, what cannot be said aloud: that nothing here can speak, or no longer.
        kiosk: Whether others may hear what is said.
    """
    loop = asyncio.get_running_loop()
    if setting == OFF:
        return Voice(None, loop.call_later, kiosk=kiosk)
    from sel_tui.voice.engines import find_engines
    from sel_tui.voice.speech_queue import SpeechQueue

    def lost() -> None:
        loop.call_soon_threadsafe(tell, msg("voice.lost"))

    engines = find_engines()
    queue = SpeechQueue(engines, lost) if engines else None
    if queue is None and setting == ON:
        tell(msg("voice.none"))
    return Voice(queue, loop.call_later, on=setting == ON, kiosk=kiosk, tell=tell)
