"""systemd hears that the program is ready and that its event loop turns, by either face; and nothing from a child."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sel_tui.terminal.watchdog import Watchdog
from tests.journeys.terminal import PATIENCE, OwnTerminal

KIOSK = (sys.executable, "-m", "sel_tui", "--server", "http://127.0.0.1:9", "--kiosk", "--voice", "off")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(manager: socket.socket) -> list[bytes]:
    words = []
    try:
        while True:
            words.append(manager.recv(100))
    except BlockingIOError:
        return words


def test_it_is_ready_once_and_then_speaks_three_times_as_often_as_it_must(manager: socket.socket) -> None:
    now = [100.0]
    environment = {
        "NOTIFY_SOCKET": manager.getsockname(),
        "WATCHDOG_USEC": "30000000",
        "WATCHDOG_PID": str(os.getpid()),
    }
    watchdog = Watchdog.from_environment(environment)
    watchdog._clock = lambda: now[0]
    assert environment == {}
    watchdog.alive()
    assert heard(manager) == [b"READY=1"]
    for at, words in ((109.9, []), (110.0, [b"WATCHDOG=1"]), (119.9, []), (120.0, [b"WATCHDOG=1"])):
        now[0] = at
        watchdog.alive()
        assert heard(manager) == words


@pytest.mark.parametrize("more", [{}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "often"}])
def test_where_nobody_looks_it_says_only_that_it_is_ready(manager: socket.socket, more: dict[str, str]) -> None:
    now = [0.0]
    watchdog = Watchdog.from_environment({"NOTIFY_SOCKET": manager.getsockname()} | more)
    watchdog._clock = lambda: now[0]
    for now[0] in (0.0, 1000.0, 2000.0):
        watchdog.alive()
    assert heard(manager) == [b"READY=1"]


def test_an_abstract_address_is_one_and_a_manager_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    name = f"sel-tui-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        Watchdog("@" + name).alive()
        assert listening.recv(100) == b"READY=1"
    Watchdog("@" + name).alive()
    Watchdog(str(tmp_path / "nobody")).alive()
    Watchdog().alive()


@pytest.mark.parametrize("face", ["screen", "line"])
def test_either_face_of_a_kiosk_is_ready_with_its_first_page(manager: socket.socket, tmp_path: Path, face: str) -> None:
    with closing(OwnTerminal([*KIOSK, "--face", face], tmp_path, NOTIFY_SOCKET=manager.getsockname())) as terminal:
        terminal.wait_for("Commencer en français")
        manager.settimeout(PATIENCE)
        assert manager.recv(100) == b"READY=1"
