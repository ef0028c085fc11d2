"""A running server in a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.forked import Forked


@contextmanager
def serving(*flags: object) -> Iterator[dict[str, Any]]:
    """Yield what `serve` says when it is ready: `url`, `operator_url`, `pid`; stop it afterwards."""
    command = ["serve", "--port", "0", "--operator-port", "0", "--stop-on-eof", *map(str, flags)]
    server = Forked(command, os.environ)
    try:
        line = server.stdout.readline()
        assert line, server.stderr.read()
        yield json.loads(line)
    finally:
        server.stdin.close()
        server.wait(30)
        server.close()


def port_of(url: str) -> int:
    """Return the port in an address."""
    return int(url.rpartition(":")[2])


def log_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a JSON log."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
