"""The voice: says what both faces show. No Textual, no asyncio: it works from its own thread and never blocks.

A face needs `Voice` only: `see` after each change, `key` before each key, `close` at the end. A name is loaded when it
is first asked for: most people never hear it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sel_tui.voice.factory import can_speak, open_voice
    from sel_tui.voice.voice import Voice

__all__ = ["KEY", "OFF", "ON", "Voice", "can_speak", "open_voice"]

KEY: Final = "f11"
# What the setting can say beside `auto`.
OFF: Final = "off"
ON: Final = "on"

if not TYPE_CHECKING:  # mypy checks names against the imports above

    def __getattr__(name: str) -> Any:
        """Load the module that holds a public name.

        Raises:
            AttributeError: `name` is not public.
        """
        if name in __all__:
            module = import_module(f"sel_tui.voice.{'voice' if name == 'Voice' else 'factory'}")
            return globals().setdefault(name, getattr(module, name))
        raise AttributeError(f"module 'sel_tui.voice' has no attribute {name!r}")
