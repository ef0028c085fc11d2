"""One event loop, one line and one back end for all runs of the machine."""

from __future__ import annotations

import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.backend import BackEnd
from tests.faults.clock import ClockLoop, quick_waits
from tests.faults.proxy import Line


class Place:
    """Where the machine runs.

    Args:
        folder: The back end's data folder, and the certificates'.
        database_url: A seeded database.

    Attributes:
        examples: How many runs there were.
        only: `home`, `kiosk`, `line` or `screen`, where all visits take place there; "" for everywhere.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        self.loop = ClockLoop()
        self.back_end = BackEnd(folder, database_url)
        self.line = Line(self.loop, folder, self.back_end.kill)
        self.line.upstream = self.back_end.port
        self.examples = 0
        self.only = ""
        self.run(self.line.listen())

    @property
    def back_end_url(self) -> str:
        return f"http://127.0.0.1:{self.back_end.port}"

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Return what `work` returns; one that does not end within a minute of real time fails."""
        with quick_waits(self.loop):
            return self.loop.run_until_complete(work)

    def close(self) -> None:
        """End everything."""
        self.run(self.line.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.back_end.close()


@contextmanager
def a_place(folder: Path, database_url: str) -> Iterator[Place]:
    """Yield a place whose certificate this process trusts."""
    place = Place(folder, database_url)
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(place.line.trusted)
    try:
        yield place
    finally:
        place.close()
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before
