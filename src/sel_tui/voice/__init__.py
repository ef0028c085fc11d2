"""The voice: says what both faces show. No Textual, no asyncio: it works from its own thread and never blocks.

A face needs `Voice` only: `see` after each change, `key` before each key, `close` at the end.
"""

from sel_tui.voice.describe import describe_item
from sel_tui.voice.factory import can_speak, open_voice
from sel_tui.voice.utterance import Part, Position, Utterance
from sel_tui.voice.voice import Voice

__all__ = ["Part", "Position", "Utterance", "Voice", "can_speak", "describe_item", "open_voice"]
