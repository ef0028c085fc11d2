"""Processes of the program that are forked from one in which its modules are loaded already.

What runs is a command line of it, in a process of its own with its own environment and streams; only the start, which
is almost all imports, is paid once by each worker of the tests and not by each server and each client.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context, reduction
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import IO, Any


@cache
def _fork_server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded"])
    return context


def sel_backend() -> None:
    """Run the command `sel-backend`, of which `sys.argv` holds the line."""
    from sel_backend.__main__ import main

    main()


def sel_tui() -> None:
    """Run the command `sel-tui`, likewise."""
    from sel_tui.__main__ import main

    main()


def _run(
    program: Callable[[], None], arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[Any]
) -> None:
    _become(program.__name__.replace("_", "-"), arguments, environment, [stream.detach() for stream in streams])
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    program()


def _run_at_terminal(arguments: Sequence[str], environment: Mapping[str, str], terminal: Any, *, owned: bool) -> None:
    os.setsid()
    _become("sel-tui", arguments, environment, [terminal.detach()] * 3)
    time.tzset()
    if owned:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    streams = {
        "stdin": os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False),
        "stdout": os.fdopen(1, "w", 1, "utf-8", "surrogateescape", closefd=False),
        "stderr": os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False),
    }
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sel_tui()


def _become(name: str, arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[int]) -> None:
    for number, inherited in enumerate(streams):
        os.dup2(inherited, number)
    for inherited in set(streams):
        os.close(inherited)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [name, *arguments]


class _Process:
    """What the tests use of `subprocess.Popen`.

    Args:
        run: What runs there: a function of this module.
        given: What it is given.
        named: What it is given by name.
    """

    def __init__(self, run: Callable[..., None], *given: Any, **named: Any) -> None:
        process = _fork_server().Process(target=run, args=given, kwargs=named)
        process.start()
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait at most `timeout` seconds, and return the exit code.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it may have ended since
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedAtTerminal(_Process):
    """`sel-tui` with `arguments` at a terminal.

    Args:
        arguments: The command line.
        environment: All of its environment, in which the encoding is UTF-8.
        terminal: The file descriptor of the terminal, which stays the caller's too.
        owned: Whether it owns the terminal: its keys send signals.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], terminal: int, *, owned: bool) -> None:
        inherited = reduction.DupFd(terminal)
        super().__init__(_run_at_terminal, list(arguments), dict(environment), inherited, owned=owned)


class Forked(_Process):
    """`sel-backend` with `arguments`, its three streams being pipes.

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
        inherited = [reduction.DupFd(number) for number in theirs]
        super().__init__(_run, program, list(arguments), dict(environment), inherited)
        for number in theirs:
            os.close(number)
        self.stdin: IO[str] = os.fdopen(own_input, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(own_output, encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(own_errors, encoding="utf-8")

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
