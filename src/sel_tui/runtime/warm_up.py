"""Loads what the first page needs not, behind it: the API client and the models of the wire. No Textual."""

from __future__ import annotations

import asyncio
import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Final

from sel_contract import building

CALLS: Final = "sel_tui.runtime.calls"
_COMMAND_LINE: Final = "httpx._main"


async def load_calls() -> None:
    """Load the API client with its models, in a thread: keys are answered meanwhile.

    Then garbage is looked for, which the program has switched off while modules load; what was loaded until here
    stays as long as the program, and is not looked at again.
    """
    if CALLS not in sys.modules:
        await asyncio.to_thread(_load)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def collect_all() -> None:
    """Collect the garbage among all there is, what is frozen too: a visit has ended, and its screens with it."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _load() -> None:
    building.at_first_use = True
    # httpx takes its own command line along where click is installed; with pygments it is 2.7 MiB of each client.
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]  # None: there is no such module
    modules.setdefault(_COMMAND_LINE, None)
    try:
        import_module(CALLS)
    finally:
        if modules[_COMMAND_LINE] is None:
            del modules[_COMMAND_LINE]
