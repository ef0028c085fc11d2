"""Scrubs the environment before Textual is imported: some of its variables log keys or drive the program."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

_OURS: Final = {
    "TEXTUAL_DISABLE_KITTY_KEY": "1",  # a key with an event-type field crashes Textual's parser
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # it would look through all that is installed, and run what it finds
}
# Python's own that show what a program does, or hand it over to whoever sits there.
_PYTHONS: Final = frozenset({"PYTHONINSPECT", "PYTHONASYNCIODEBUG", "PYTHONBREAKPOINT"})
# What is believed before the terminal's own word.
_SIZE: Final = frozenset({"COLUMNS", "LINES"})
_OUTPUT: Final = 1


def keep_no_core() -> None:
    """Leave no core file of a process that holds passwords, nor of one that it starts."""
    try:
        import resource
    except ImportError:  # Windows, which writes none
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    # With 0 Linux still hands a core to the program that core_pattern names; with 1 to nobody (core(5), fs/coredump.c).
    most = 0 if hard == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def _is_size_known() -> bool:
    try:
        return os.get_terminal_size(_OUTPUT).columns > 0
    except OSError:  # no terminal
        return False


def scrub(
    environment: MutableMapping[str, str] = os.environ, *, size_known: Callable[[], bool] = _is_size_known
) -> None:
    """Drop every variable that Textual reads (some log the keys, passwords included), and a kiosk's token; set our own.

    So are those of Python dropped that would show its calls; what it has read at its start is dealt with at its end. A
    size is dropped that a shell has exported once: pages would be drawn for it, whatever the terminal's is.

    Args:
        environment: The environment.
        size_known: Tells whether the terminal knows how large it is.
    """
    textuals = [name for name in environment if name == "TEXTUAL" or name.startswith("TEXTUAL_")]
    for name in (*textuals, *(_PYTHONS & environment.keys())):
        del environment[name]
    for name in _SIZE & environment.keys() if size_known() else ():
        del environment[name]
    environment.pop("SEL_TUI_KIOSK_TOKEN", None)  # it has been read; what the program starts needs it not
    environment.update(_OURS)
