"""A running server in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def serving(*flags: object) -> Iterator[dict[str, Any]]:
    """Yield what `serve` says when it is ready: `url`, `operator_url`, `pid`; stop it afterwards."""
    command = [sys.executable, "-m", "sel_backend", "serve", "--port", "0", "--operator-port", "0", "--stop-on-eof"]
    server = subprocess.Popen([*command, *map(str, flags)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    try:
        said = json.loads(server.stdout.readline() or b"{}")
        assert said, "the server did not start"
        yield said
    finally:
        server.stdin.close()
        server.wait(timeout=30)
        server.stdout.close()


def port_of(url: str) -> int:
    """Return the port in an address."""
    return int(url.rpartition(":")[2])


def log_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a JSON log."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
