"""Loads what the first page needs not, behind it: the API client and the models of the wire. No Textual."""

from __future__ import annotations

import asyncio
import gc
import sys
from importlib import import_module
from typing import Final

CALLS: Final = "sel_tui.runtime.calls"


async def load_calls() -> None:
    """Load the API client with its models, in a thread: keys are answered meanwhile.

    Then garbage is looked for, which the command line has switched off while modules load; what was loaded until here
    stays as long as the program, and is not looked at again.
    """
    if CALLS not in sys.modules:
        await asyncio.to_thread(import_module, CALLS)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
