"""The command line: which face runs, with what."""

from __future__ import annotations

import os
import select
import sys
import termios
from typing import Any

import pytest

from sel_tui import cli, runner
from sel_tui.journey.core.scopes import Person
from sel_tui.journey.core.state import State
from sel_tui.runtime.options import VisitOptions
from sel_tui.settings import Settings
from sel_tui.terminal.capabilities import Decision, Found, decide
from sel_tui.terminal.endings import BEGIN_CLEAN, CHANGE_FACE, Handover
from sel_tui.terminal.modes import LockedTerminal
from sel_tui.terminal.signals import Signals
from sel_tui.widgets.glyphs import ASCII, Glyphs, glyphs_named

SERVER = "https://sel.exemple.test"


class Screens:
    """The screen face, which ends at once."""

    made: dict[str, Any]
    code: int

    def __init__(self, options: VisitOptions, decision: Decision, **given: Any) -> None:
        type(self).made = {"options": options, "decision": decision, **given}
        self.crash = ""
        self.return_code = self.code
        self.visit = self
        self.state = State(person=Person(language="en", drafts={"email": "a@b.test"}))

    def take_over(self, language: str, email: str, *, begun: bool) -> None:
        type(self).made |= {"chosen": language, "typed": email, "begun": begun}

    def run(self, *, mouse: bool) -> None:
        assert not mouse


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the line face was started with."""
    started: list[dict[str, Any]] = []

    def run_line_face(
        options: VisitOptions, decision: Decision, handover: Handover, signals: Signals, **given: Any
    ) -> tuple[int, Handover]:
        del signals
        started.append({"options": options, "decision": decision, "handover": handover, **given})
        return 0, Handover("fr")

    monkeypatch.setattr("sel_tui.line.run.run_line_face", run_line_face)
    monkeypatch.setattr("sel_tui.app.SelApp", Screens)
    return started


def glyphs(decision: Decision) -> Glyphs:
    return glyphs_named(decision.glyphs, decision.encoding)


def run(term: str, **found: Any) -> int:
    decision = decide(Found(term=term, locale="C", **found))
    return runner.run_face(Settings(server=SERVER), decision)


def test_the_screens_get_the_colours_and_the_glyphs_that_were_decided(lines: list[dict[str, Any]]) -> None:
    Screens.code = 143

    assert run("vt220") == 143
    assert (Screens.made["decision"].colour, glyphs(Screens.made["decision"])) == ("sel-mono", ASCII)
    assert not lines


def test_a_dumb_terminal_gets_the_line_face_and_is_told_why(lines: list[dict[str, Any]]) -> None:
    assert run("dumb") == 0
    assert lines[0]["decision"].why_face.key == "why.dumb"
    assert glyphs(lines[0]["decision"]) is ASCII


def test_whoever_leaves_the_screens_for_the_line_face_gets_it_with_their_language_and_address(
    lines: list[dict[str, Any]],
) -> None:
    Screens.code = CHANGE_FACE

    assert run("xterm") == 0
    assert lines[0]["decision"].why_face.key == "why.changed"
    assert lines[0]["handover"] == Handover("en", "a@b.test", changed=True, begun=True)
    assert lines[0]["options"].language == "fr"
    assert lines[0]["decision"].screens


def test_whoever_leaves_the_line_face_for_the_screens_gets_them_with_their_language_and_address(
    lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Screens.code = 143
    handover = Handover("en", "c@d.test", changed=True, begun=True)
    monkeypatch.setattr("sel_tui.line.run.run_line_face", lambda *_, **__: (CHANGE_FACE, handover))
    decision = decide(Found(term="xterm", locale="C"), face="line")

    assert runner.run_face(Settings(server=SERVER), decision) == 143
    assert [Screens.made[name] for name in ("chosen", "typed", "begun")] == ["en", "c@d.test", True]
    assert Screens.made["options"].language == "fr"
    assert not lines


@pytest.mark.parametrize(("term", "screens"), [("xterm", True), ("dumb", False)])
def test_the_line_face_offers_the_screens_where_the_terminal_can_show_them(
    lines: list[dict[str, Any]], term: str, screens: bool
) -> None:
    runner.run_face(Settings(server=SERVER), decide(Found(term=term, locale="C", accessible=True)))

    assert lines[0]["decision"].screens is screens


@pytest.mark.parametrize(("kiosk", "term"), [(True, "xterm"), (False, "xterm"), (True, "dumb")])
def test_a_kiosk_begins_on_an_empty_terminal_whatever_ended_the_process_before(
    lines: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    kiosk: bool,
    term: str,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: len(lines) == 0)  # one visit is enough
    decision = decide(Found(term=term, locale="C"), face="line")
    runner.run_face(Settings(server=SERVER, kiosk=kiosk), decision)

    assert lines
    assert capsys.readouterr().out == (BEGIN_CLEAN if kiosk and term == "xterm" else "")


def test_what_was_typed_before_a_kiosk_has_begun_is_dropped() -> None:
    master, terminal = os.openpty()
    mode = termios.tcgetattr(terminal)
    os.write(master, b"Secret-tape-avant\n")
    try:
        with LockedTerminal(terminal):
            assert not select.select([terminal], [], [], 0)[0]
            os.write(master, b"1")
            assert os.read(terminal, 2) == b"1"
        assert termios.tcgetattr(terminal) == mode
    finally:
        os.close(master)
        os.close(terminal)


def test_a_key_that_stops_a_kiosk_s_output_stops_it_for_a_moment_only() -> None:
    master, terminal = os.openpty()
    try:
        with LockedTerminal(terminal, look_every=0.01):
            mode = termios.tcgetattr(terminal)
            mode[0] |= termios.IXON  # here Ctrl+S does what Scroll Lock does on Linux's console
            termios.tcsetattr(terminal, termios.TCSANOW, mode)
            os.write(master, b"\x13")
            assert os.write(terminal, b"Bienvenue") == len(b"Bienvenue")  # else it waits for ever
    finally:
        os.close(master)
        os.close(terminal)


def test_doctor_prints_its_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "vt220")
    monkeypatch.setenv("LC_ALL", "C")

    assert cli.main(["doctor", "--language", "en", "--colour", "contrast"]) == 0
    said = capsys.readouterr().out
    assert said.isascii()
    assert "Terminal: vt220" in said
    assert "sel-contrast, high contrast. You chose this." in said


def test_a_setting_that_is_refused_is_said_with_its_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEL_TUI_FACE", "braille")

    assert cli.main(["--server", SERVER]) == 78
    assert "face = braille" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--server", "nonsense", "doctor"], ["doctor", "--server", "nonsense"]])
def test_an_address_is_taken_before_and_after_a_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 78
    assert "nonsense" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--face", "screen", "--linear"], ["--face", "voice"], ["--colour", "pink"]])
def test_flags_that_contradict_or_mean_nothing_are_usage_errors(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 2
