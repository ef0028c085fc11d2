"""Scrubs the environment before Textual is imported: some of its variables log keys or drive the program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_OURS: Final = {
    "TEXTUAL_DISABLE_KITTY_KEY": "1",  # a key with an event-type field crashes Textual's parser
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # it would look through all that is installed, and run what it finds
}


def keep_no_core() -> None:
    """Leave no core file of a process that holds passwords, nor of one that it starts."""
    try:
        import resource
    except ImportError:  # Windows, which writes none
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def scrub(environment: MutableMapping[str, str] = os.environ) -> None:
    """Drop every variable that Textual reads (some log keys, passwords too) and a kiosk's token; set our own."""
    for name in [name for name in environment if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del environment[name]
    environment.pop("SEL_TUI_KIOSK_TOKEN", None)  # it has been read; what the program starts needs it not
    environment.update(_OURS)
