"""What tdsr speaks. The `tdsr` of PyPI is about earthquakes, so only a program of that name on the path counts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import at_terminal

TDSR: Final = shutil.which("tdsr")
PER_TAB: Final = 120


def _why_not() -> str:
    if TDSR is None:
        return "tdsr, the screen reader, is not on the path (its own repository; PyPI's tdsr is another program)"
    if b"speech" not in Path(TDSR).read_bytes():
        return f"the tdsr on the path is not the screen reader: {Path(TDSR).name}"
    return ""


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "it runs")


def spoken(log: Path) -> str:
    """Return what was sent to the speech server: lines that begin with `s`."""
    return "".join(line[1:] for line in log.read_text("utf-8", "replace").splitlines() if line.startswith("s"))


def test_tdsr_speaks_little_for_each_tab(tmp_path: Path) -> None:
    log = tmp_path / "spoken"
    speech = tmp_path / "speech"
    speech.write_text(f"#!/bin/sh\nexec cat >> {log}\n", "ascii")
    speech.chmod(0o755)
    log.touch()
    program = f"{sys.executable} -m sel_tui --face screen --server http://127.0.0.1:9"
    assert TDSR is not None
    with at_terminal([TDSR, "-s", str(speech), *program.split()], tmp_path) as terminal:
        terminal.wait_for_cursor_on("▶ [ Essayer")  # there is no server; nothing more follows by itself
        terminal.wait_until(lambda: "Essayer" in spoken(log), "the first screen spoken")
        for label in ("Adresse courriel", "Mot de passe", "Connexion", "Mot de passe oublié"):
            before = len(spoken(log))
            terminal.press("tab")
            terminal.wait_until(lambda before=before, label=label: label in spoken(log)[before:], label)  # type: ignore[misc]
            assert len(spoken(log)) - before <= PER_TAB
