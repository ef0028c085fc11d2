"""`sel-backend` with batches of three rows, standing still at one point of an import, so that it can be killed there.

Its line is `POINT TIMES import …`: it says « here » at that point for the nth time.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sel_backend.cli import main
from sel_backend.importing import progress, run
from sel_backend.importing.refused import RefusedRows

# (where it is defined, its name, whether it does its work before it stands still)
POINTS = {
    "begun, nothing written": (run.Import, "run", False),
    "written, not committed": (progress, "keep", True),
    "refused rows put, not committed": (RefusedRows, "put", True),
    "committed, not yet told": (RefusedRows, "settle", False),
    "the refused file half replaced": (Path, "replace", False),
    "the waiting rows taken, not yet told": (RefusedRows, "drop", False),
    "the waiting rows told, not yet counted": (RefusedRows, "drop", True),
}


def standing_still(real: Callable[..., Any], times: int, *, after: bool) -> Callable[..., Any]:
    calls = 0

    def stopped(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        done = real(*arguments, **more) if after or calls != times else None
        if calls == times:
            print("here", flush=True)  # noqa: T201 - that is how it tells
            signal.pause()
        return done

    return stopped


def stopping_import() -> None:
    point, times, *arguments = sys.argv[1:]
    owner, name, after = POINTS[point]
    run.BATCH = 3  # type: ignore[misc]
    setattr(owner, name, standing_still(getattr(owner, name), int(times), after=after))
    sys.exit(main(arguments))
