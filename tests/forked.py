"""Processes of the back end that are forked from one in which its modules are loaded already.

What runs is its command line, in a process of its own with its own environment and streams; only the start, which is
almost all imports, is paid once by each worker of the tests and not by each server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context, reduction
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import IO, Any, Final

_PRELOADED: Final = [
    *("sel_backend.admin.serve", "sel_backend.serving.run", "sel_backend.demo.desk_cases"),
    "sel_backend.admin.import_files",
]


@cache
def _fork_server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def sel_backend() -> None:
    """Run the command `sel-backend`, of which `sys.argv` holds the line."""
    from sel_backend.__main__ import main

    main()


def _run(
    program: Callable[[], None], arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[Any]
) -> None:
    for number, stream in enumerate(streams):
        inherited = stream.detach()
        os.dup2(inherited, number)
        os.close(inherited)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.argv = os.fdopen(0, encoding="utf-8", closefd=False), ["sel-backend", *arguments]
    program()


class Forked:
    """`sel-backend` with `arguments`: what the tests use of `subprocess.Popen`, its three streams being pipes.

    Args:
        arguments: The command line.
        environment: All of its environment.
        program: What runs there instead: a function of a module.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], program: Callable[[], None] = sel_backend
    ) -> None:
        (its_input, own_input), (own_output, its_output), (own_errors, its_errors) = os.pipe(), os.pipe(), os.pipe()
        theirs = (its_input, its_output, its_errors)
        process = _fork_server().Process(
            target=_run,
            args=(program, list(arguments), dict(environment), [reduction.DupFd(number) for number in theirs]),
        )
        process.start()
        for number in theirs:
            os.close(number)
        self._process = process
        self.stdin: IO[str] = os.fdopen(own_input, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(own_output, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(own_errors, encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Wait at most `timeout` seconds, and return the exit code.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("sel-backend", timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it may have ended since
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End it by the end of its input or by force, and let go of all that it used."""
        self.stdin.close()
        self.stdout.close()
        self.stderr.close()
        self._process.close()


@contextmanager
def demonstrated(data: Path, home: Path) -> Iterator[str]:
    """Yield the address of a demonstration with the folder `data`, until whoever uses it is done."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TZ": "America/Toronto"}
    server = Forked(["serve", "--demo", "--data", str(data), "--port", "0", "--stop-on-eof"], environment)
    try:
        line = server.stdout.readline()
        assert line, server.stderr.read()
        yield json.loads(line)["url"]
    finally:
        server.stdin.close()
        server.wait(30)
        server.close()
