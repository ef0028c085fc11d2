"""A back end in a process of its own, as an operator or the demonstration starts it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sel_backend.security.keys import write_keys
from tests.backend.world import KEYS
from tests.forked import Forked

CHEAP = {
    "SEL_BACKEND_HASHING__MEMORY_KIB": "8",
    "SEL_BACKEND_HASHING__TIME_COST": "1",
    "SEL_BACKEND_HASHING__QUEUE": "512",
    "SEL_BACKEND_CODES__EVEN_ANSWER_MILLISECONDS": "0",
}


@dataclass
class Served:
    """A running back end."""

    process: Forked
    said: dict[str, Any]

    @property
    def url(self) -> str:
        url: str = self.said["url"]
        return url

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20)

    def hear(self, message: str, times: int = 1) -> None:
        """Read the log until it has said this so many times; a deadline ends the process, and so the log."""
        deadline = threading.Timer(20, self.process.kill)
        deadline.start()
        try:
            said = 0
            for line in self.process.stderr:
                said += json.loads(line)["message"] == message
                if said == times:
                    return
            raise AssertionError(f"the log ended after {said} of {times} times « {message} »")
        finally:
            deadline.cancel()

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


def environment(folder: Path, database_url: str | None, **more: str) -> dict[str, str]:
    """Return the environment for a back end in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEL_")}
    told = kept | CHEAP | {"SEL_BACKEND_DATA_FOLDER": str(folder)} | more
    if database_url:
        told["SEL_BACKEND_DATABASE_URL"] = database_url
    return told


def prepare(folder: Path, database_url: str) -> str | None:
    """Put a seeded database's copy and its keys into a data folder; return the address to give, if any."""
    folder.mkdir(exist_ok=True)
    write_keys(folder / "keys.json", KEYS)
    if database_url.startswith("sqlite:///"):
        shutil.copyfile(database_url.removeprefix("sqlite:///"), folder / "sel-backend.sqlite3")
        return None
    return database_url


@contextmanager
def serving(folder: Path, *arguments: str, database_url: str | None = None, **more: str) -> Iterator[Served]:
    """Start `sel-backend serve` on a free port and yield it once it says that it is ready."""
    process = Forked(["serve", "--port", "0", *arguments], environment(folder, database_url, **more))
    try:
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.stderr.read())
        yield Served(process, json.loads(line))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait(20)
        process.close()
