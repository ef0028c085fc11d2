"""Receipts on paper through a real CUPS: printed, refused in words, and taken back when nobody waits for them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sel_tui.runtime import printing
from sel_tui.runtime.printing import PrintError, print_text
from tests.journeys.terminal import Terminal, at_terminal, client_of
from tests.printing.cups import Cups, cups, missing

TEXT = "Reçu\nDossier lié : Ève Côté\n"

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing() or "it runs"), pytest.mark.xdist_group("cups")]


@pytest.fixture(scope="module")
def server() -> Iterator[Cups]:
    with cups() as server:
        server.adds("paper")
        yield server


@pytest.fixture
def printers(server: Cups, monkeypatch: pytest.MonkeyPatch) -> Cups:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    assert not server.waiting
    return server


async def test_a_text_is_printed_as_it_is(printers: Cups) -> None:
    await print_text(TEXT, "paper")

    assert printers.printed == TEXT
    assert not printers.waiting


async def test_the_default_printer_is_taken_when_none_is_named(printers: Cups) -> None:
    with pytest.raises(PrintError, match="no-printer"):
        await print_text(TEXT)
    printers.does("lpadmin", "-d", "paper")
    await print_text(TEXT)

    assert printers.printed == TEXT


@pytest.mark.usefixtures("printers")
async def test_a_printer_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(PrintError, match="no-printer"):
        await print_text(TEXT, "nobody")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("media-empty-error", "printer-paper"),
        ("media-jam-error", "printer-jam"),
        ("cover-open-error", "printer-cover"),
        ("toner-empty-error", "printer-ink"),
    ],
)
async def test_what_keeps_a_printer_from_printing_is_said_and_nothing_waits(
    reason: str, kind: str, printers: Cups
) -> None:
    printers.adds("trouble", reason)
    with pytest.raises(PrintError, match=kind):
        await print_text(TEXT, "trouble")

    assert not printers.waiting
    printers.does("lpadmin", "-x", "trouble")


async def test_a_printer_that_was_stopped_is_said_to_be_so(printers: Cups) -> None:
    printers.adds("stopped")
    printers.does("cupsdisable", "stopped")
    with pytest.raises(PrintError, match="printer-stopped"):
        await print_text(TEXT, "stopped")

    printers.does("cupsenable", "stopped")
    assert not printers.waiting
    assert not printers.printed


async def test_a_printer_that_says_nothing_is_waited_for_and_no_longer(
    printers: Cups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PATIENCE", 0.0)
    printers.adds("silent", "none-report")
    with pytest.raises(PrintError, match="printer-silent"):
        await print_text(TEXT, "silent")

    assert not printers.waiting


async def test_whoever_leaves_takes_the_job_back(printers: Cups) -> None:
    printers.adds("slow", "none-report")
    call = asyncio.ensure_future(print_text(TEXT, "slow"))
    await asyncio.to_thread(printers.waits_until, waiting=True)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.to_thread(printers.waits_until, waiting=False)


async def test_whoever_leaves_waits_for_no_command_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "asked")
    (tmp_path / "lp").write_text("#!/bin/sh\nread -r never < asked\n", "utf-8")
    (tmp_path / "lp").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    call = asyncio.ensure_future(print_text(TEXT))
    with await asyncio.to_thread(open, "asked", "wb"):  # it hangs from now on
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().shutdown_default_executor()  # as at the end of a visit


_PRINTS = "import sys, threading; from sel_tui.runtime.printing import _print; _print('x', 'slow', threading.Event())"


def test_what_a_killed_program_was_printing_is_taken_back(printers: Cups) -> None:
    printers.adds("slow", "none-report")
    with subprocess.Popen([sys.executable, "-c", _PRINTS]) as program:
        printers.waits_until(waiting=True)
        program.kill()
    printers.waits_until(waiting=False)


def test_a_key_that_interrupts_the_program_reaches_no_command_of_the_printer() -> None:
    session = "cut -d' ' -f6 /proc/self/stat"

    assert int(printing._run("sh", "-c", session)) not in {0, os.getsid(0)}


def _opens_the_receipt(terminal: Terminal, *words: str) -> None:
    terminal.logs_in("camille")
    terminal.wait_for("Sélectionner un profil", "Camille Bouchard")
    terminal.press("f12")
    terminal.wait_for("Voir le reçu")
    terminal.press(*["tab"] * 4, "enter")
    terminal.wait_for("Code de contrôle", *words)


def test_a_receipt_comes_out_of_the_roll_with_whose_service_it_is(
    printers: Cups, tmp_path: Path, demonstration: str
) -> None:
    settings = {"SEL_TUI_PRINTER": "paper", "SEL_TUI_PAPER": "roll", **printers.environment}
    with at_terminal(client_of(demonstration), tmp_path, **settings) as terminal:
        _opens_the_receipt(terminal, "Imprimer le reçu")
        assert not terminal.shows("rouleau")
        terminal.press("tab", "enter")
        terminal.wait_for("Le reçu a été envoyé à l’imprimante")
    printed = printers.printed

    assert max(map(len, printed.splitlines())) <= 42
    for text in ("Reçu", "SIMULATION", "Code de contrôle", "Service offert par"):
        assert text in printed


def test_a_printer_without_paper_is_told_to_the_person(printers: Cups, tmp_path: Path, demonstration: str) -> None:
    printers.adds("empty", "media-empty-error")
    settings = {"SEL_TUI_PRINTER": "empty", "SEL_TUI_PAPER": "sheet", **printers.environment}
    with at_terminal(client_of(demonstration), tmp_path, **settings) as terminal:
        _opens_the_receipt(terminal, "Imprimer le reçu")
        terminal.press("tab", "enter")
        terminal.wait_for("Imprimante : plus de papier", "Remettez du papier")

    assert not printers.waiting
