"""Leaves Textual's command palette out: this program has none, and its widgets would be a tenth of the start."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PALETTE: Final = "textual.command"
# What Textual 8.2's app and themes take from there; nothing of it is used while an app has no palette.
NAMES: Final = frozenset(
    {"CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider"}
)


@contextmanager
def left_out() -> Iterator[None]:
    """Let Textual's app be imported without its palette, in the body of the `with` statement.

    Nothing of Textual is changed: meanwhile a module of empty classes stands where it looks for the palette. Where it
    looks for more, or the palette is loaded already, it has the real one; so has whoever imports it afterwards.
    """
    if PALETTE in sys.modules:
        yield
        return
    stand_in = sys.modules[PALETTE] = _StandIn(PALETTE)
    try:
        yield
    finally:
        if sys.modules.get(PALETTE) is stand_in:
            del sys.modules[PALETTE]


class _StandIn(ModuleType):
    """Has an empty class for each name that is known, and all else from the real module."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system looks for
            raise AttributeError(name)
        if name in NAMES:
            made = type(name, (), {})
            setattr(self, name, made)
            return made
        sys.modules.pop(PALETTE, None)
        return getattr(import_module(PALETTE), name)
