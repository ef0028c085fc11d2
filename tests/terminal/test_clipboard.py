"""A reference for the terminal's clipboard: what is written for each way there, and that nothing else can be copied."""

from __future__ import annotations

import base64

import pytest

from sel_tui.terminal.capabilities import BY_SCREEN, BY_TMUX, DIRECTLY, clipboard_of
from sel_tui.terminal.clipboard import copying
from tests.terminal.emulators import Pyte

REFERENCE = "4T8W-2NRQ-6T"
TOLD = "\x1b]52;c;NFQ4Vy0yTlJRLTZU\x07"


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-256color"}, DIRECTLY),
        ({"TERM": "foot", "SSH_TTY": "/dev/pts/1"}, DIRECTLY),
        ({"TERM": "xterm-256color", "TMUX": "/run/tmux,1,0"}, BY_TMUX),
        ({"TERM": "tmux-256color"}, BY_TMUX),
        ({"TERM": "screen-256color", "TMUX": "/run/tmux,1,0"}, BY_TMUX),
        ({"TERM": "screen", "STY": "1.pts"}, BY_SCREEN),
        ({"TERM": "linux"}, ""),
        ({"TERM": "vt220"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
)
def test_each_terminal_has_a_way_to_its_clipboard_or_none(environment: dict[str, str], way: str) -> None:
    assert clipboard_of(environment) == way


@pytest.mark.parametrize(
    ("way", "written"),
    [
        (DIRECTLY, TOLD),
        (BY_TMUX, f"{TOLD}\x1bPtmux;\x1b{TOLD}\x1b\\"),
        (BY_SCREEN, f"\x1bP{TOLD}\x1b\\"),
        ("", ""),
    ],
)
def test_the_reference_is_written_for_each_way_and_nothing_is_seen_of_it(way: str, written: str) -> None:
    terminal = Pyte(20, 2)
    terminal.feed("before")
    before = terminal.rows
    terminal.feed(copying(REFERENCE, DIRECTLY))

    assert copying("4t8w 2nrq 6t", way) == written
    assert base64.b64decode(TOLD[7:-1]).decode() == REFERENCE
    assert terminal.rows == before


@pytest.mark.parametrize("text", ["Chantier-2026!", "7K3M9-QTDHX", "4T8W-2NRQ-6S", "", "4T8W-2NRQ-6T\x07"])
def test_what_is_no_reference_is_never_copied(text: str) -> None:
    with pytest.raises(ValueError, match="bad-reference"):
        copying(text, DIRECTLY)
