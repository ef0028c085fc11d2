"""How the program ends: the terminal as it was, the right exit code, nothing secret, nothing left running."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend.served import serving
from tests.journeys.terminal import PATIENCE, Terminal, at_terminal, client_of, demo_command, settings

ON_BY_DEFAULT = {b"7", b"25"}  # wrapping, and the cursor shown


def the_terminal_is_as_it_was(terminal: Terminal) -> None:
    out = terminal.output
    assert out.rfind(b"\x1b[?1049l") > out.rfind(b"\x1b[?1049h") >= 0, "the alternate screen is not left"
    for mode in set(re.findall(rb"\x1b\[\?([0-9]+)[hl]", out)):
        switched_on, switched_off = (out.rfind(b"\x1b[?" + mode + end) for end in (b"h", b"l"))
        assert (switched_on > switched_off) == (mode in ON_BY_DEFAULT), f"mode {mode!r} is left otherwise"
    assert termios.tcgetattr(terminal.inner) == terminal.modes
    assert "Traceback" not in terminal.printed


def is_gone(pid: int) -> bool:
    """Wait until the process `pid` has ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], PATIENCE)[0])
    finally:
        os.close(process)


@pytest.fixture
def terminal(tmp_path: Path, first_data: Path) -> Iterator[Terminal]:
    """`sel-tui demo`, which starts its own back end and ends it."""
    shutil.copytree(first_data, tmp_path / "data")
    with at_terminal(demo_command(tmp_path / "data"), tmp_path) as started:
        yield started


def test_leaving_asks_first_and_ends_the_back_end(terminal: Terminal) -> None:
    terminal.wait_for("Adresse courriel", "SIMULATION")
    back_end = terminal.children()
    assert len(back_end) == 1
    terminal.press("f10")
    terminal.wait_for("Voulez-vous quitter le programme")
    terminal.press("tab", "enter")
    assert terminal.ends() == 0
    the_terminal_is_as_it_was(terminal)
    assert is_gone(back_end[0])


@pytest.mark.parametrize("more", [[], ["--kiosk", "--voice", "off"], ["--linear"]])
def test_a_terminal_that_is_gone_without_a_signal_ends_the_program_and_its_back_end(
    tmp_path: Path, first_data: Path, more: list[str]
) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    terminal = Terminal([*demo_command(tmp_path / "data"), *more], tmp_path)
    terminal.wait_for("Commencer en français" if "--kiosk" in more else "Adresse courriel")
    back_end = terminal.children()[0]
    os.close(terminal.inner)
    os.close(terminal.master)

    assert terminal.process.wait(PATIENCE) == 129
    assert is_gone(back_end)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_the_terminal_as_it_was(terminal: Terminal, number: int, code: int) -> None:
    terminal.wait_for("Adresse courriel", "SIMULATION")
    terminal.type("nouvelle@exemple.test⇥Chantier-2026!")
    terminal.wait_for("••••••••••••••")
    back_end = terminal.children()[0]
    os.kill(terminal.process.pid, number)
    assert terminal.ends() == code
    the_terminal_is_as_it_was(terminal)
    assert "Chantier-2026!" not in terminal.printed
    assert is_gone(back_end)


def test_a_crash_says_a_sentence_with_a_reference_and_keeps_the_secret(tmp_path: Path, first_data: Path) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    command = [sys.executable, "-m", "tests.journeys.crashing", *demo_command(tmp_path / "data")[3:]]
    root = str(Path(__file__).parents[2])
    with at_terminal(command, tmp_path, PYTHONPATH=root) as terminal:
        terminal.wait_for("Adresse courriel", "SIMULATION")
        terminal.type("x")
        assert terminal.ends() == 70
        the_terminal_is_as_it_was(terminal)
        assert "Ancien-1234!" not in terminal.printed
        records = list(tmp_path.rglob("crash-*.txt"))
        assert len(records) == 1
        reference = records[0].stem.removeprefix("crash-")
        assert reference in terminal.printed.rsplit("\x1b", 1)[-1]
        assert "Ancien-1234!" not in records[0].read_text("utf-8")


def test_a_killed_client_takes_the_back_end_with_it(terminal: Terminal) -> None:
    terminal.wait_for("Adresse courriel", "SIMULATION")
    back_end = terminal.children()[0]
    terminal.process.kill()
    assert is_gone(back_end)


def at_method_1(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir une méthode")
    terminal.type("1")
    terminal.wait_for("Lier le dossier")  # the list of methods names the old password too


def test_a_server_that_dies_is_said_and_nothing_typed_is_lost(tmp_path: Path, first_data: Path) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    with serving(tmp_path / "data", "--demo") as server, at_terminal(client_of(server.url), tmp_path) as terminal:
        at_method_1(terminal)
        server.end(signal.SIGKILL)
        terminal.type("ci1234567⇥Ancien-1234!⏎")
        terminal.wait_for("Le serveur ne répond pas", "Réessayer", "ci1234567", "••••••••••••")
        terminal.press("enter")
        terminal.wait_for("Envoi en cours")
        terminal.wait_until_gone("Envoi en cours")
        terminal.wait_for("Le serveur ne répond pas")
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.ends() == 143


def test_the_demonstrations_server_is_started_again_and_the_journey_goes_on(terminal: Terminal) -> None:
    at_method_1(terminal)
    os.kill(terminal.children()[0], signal.SIGKILL)
    terminal.type("ci1234567⇥Ancien-1234!⏎")
    terminal.wait_for("Dossier lié", "Maïka Côté-L’Heureux")


def test_a_second_demonstration_on_the_same_data_says_why_it_does_not_start(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("Adresse courriel", "SIMULATION")
    with at_terminal(demo_command(tmp_path / "data"), tmp_path) as second:
        assert second.ends() == 69
        assert "Une autre démonstration se sert déjà de ce répertoire" in second.printed


def test_without_a_terminal_it_says_what_it_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        demo_command(tmp_path / "data"), input=b"", capture_output=True, env=settings(tmp_path), check=False
    )
    assert done.returncode == 2
    assert b"terminal" in done.stderr
    assert b"Traceback" not in done.stderr


def test_no_mouse_no_keyboard_protocol_no_blink_and_silence_while_idle(terminal: Terminal) -> None:
    terminal.logs_in("nouvelle")
    terminal.wait_for("Choisir une méthode", "conseillée")
    terminal.press("tab")
    while terminal.reads(0.5):
        pass
    assert not terminal.reads(2.0), "it writes while nothing happens"
    modes = set(re.findall(rb"\x1b\[\?([0-9;]+)h", terminal.output))
    assert not modes & {b"9", b"1000", b"1001", b"1002", b"1003", b"1005", b"1006", b"1015", b"1016", b"12"}
    assert b"\x1b[>1u" not in terminal.output
    assert b"\x1b[=" not in terminal.output
    assert not re.search(rb"\x1b\[[0-9]* q", terminal.output)
    assert b"\x1b]52" not in terminal.output


def test_textual_s_own_variables_log_nothing(tmp_path: Path, demonstration: str) -> None:
    log = tmp_path / "textual.log"
    more = {"TEXTUAL_LOG": str(log), "TEXTUAL": "devtools,debug", "TEXTUAL_PRESS": "f10"}
    with at_terminal(client_of(demonstration), tmp_path, **more) as terminal:
        terminal.logs_in("nouvelle")
        terminal.wait_for("Choisir une méthode")
        assert "Voulez-vous quitter" not in terminal.text
    assert not log.exists()


def test_ctrl_c_ends_a_doctor_that_waits_for_a_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = [sys.executable, "-m", "sel_tui", "--server", f"http://127.0.0.1:{silent.getsockname()[1]}", "doctor"]
        with at_terminal(command, tmp_path) as terminal:
            asked, _ = silent.accept()
            terminal.process.send_signal(signal.SIGINT)
            assert terminal.ends() == 130
            asked.close()
            assert "Traceback" not in terminal.printed
