"""The environment before Textual is imported: what logs keys is gone."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from sel_tui.terminal.environment import scrub

LIVE = {
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_LOG": "keys.log",
    "TEXTUAL_DRIVER": "os:system",
    "TEXTUAL_PRESS": "q",
    "TEXTUAL_SCREENSHOT": "1",
    "TEXTUAL_FROM_THE_FUTURE": "1",
}


def test_every_variable_of_textual_is_dropped_and_the_others_stay() -> None:
    environment = {**LIVE, "HOME": "/home/a", "TERM": "xterm", "TEXT": "1", "MY_TEXTUAL": "1"}
    scrub(environment)

    assert environment.keys().isdisjoint(LIVE)
    assert environment.items() >= {"HOME": "/home/a", "TERM": "xterm", "TEXT": "1", "MY_TEXTUAL": "1"}.items()


def test_our_own_choices_hold_whatever_was_set() -> None:
    environment = {"TEXTUAL_ANIMATIONS": "full", "TEXTUAL_DISABLE_KITTY_KEY": "0"}
    scrub(environment)

    assert environment["TEXTUAL_ANIMATIONS"] == "none"
    assert environment["TEXTUAL_DISABLE_KITTY_KEY"] == "1"


@pytest.mark.parametrize("told", [True, False])
def test_a_terminal_that_tells_its_size_is_believed_and_not_the_environment(told: bool) -> None:
    environment = {"COLUMNS": "1", "LINES": "999999"}
    scrub(environment, size_known=lambda: told)

    assert environment.keys().isdisjoint({"COLUMNS", "LINES"}) is told


def test_scrubbing_twice_is_scrubbing_once() -> None:
    environment = dict(LIVE)
    scrub(environment)
    once = dict(environment)
    scrub(environment)

    assert environment == once


def test_textual_sees_none_of_it_after_the_scrubbing() -> None:
    program = (
        "from sel_tui.terminal.environment import scrub; scrub()\n"
        "from textual import constants\n"
        "print(constants.LOG_FILE, constants.DRIVER, constants.PRESS, constants.SCREENSHOT_DELAY)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=LIVE, capture_output=True, text=True, check=True, timeout=60
    )

    assert not {"keys.log", "os:system", "q"} & set(done.stdout.split())
    assert "None" in done.stdout


def test_a_program_that_holds_passwords_leaves_no_core_file_nor_does_what_it_starts() -> None:
    program = (
        "import resource as r\nfrom sel_tui.cli import main\nmain(['doctor'])\nprint(r.getrlimit(r.RLIMIT_CORE))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    # 1, not 0: Linux hands a core to the program that core_pattern names unless the limit is 1.
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert done.stdout.splitlines()[-1] == ("(0, 0)" if hard == 0 else "(1, 1)")


@pytest.mark.parametrize("asked", ["PYTHONINSPECT", "-i"])
def test_no_python_prompt_is_left_behind_by_the_program(asked: str) -> None:
    """Whoever gets one at the end reads what the person before typed."""
    flags, more = (["-i"], {}) if asked == "-i" else ([], {asked: "1"})
    master, inner = os.openpty()
    with subprocess.Popen(
        [sys.executable, *flags, "-m", "sel_tui", "--face", "line"],
        env={"PATH": os.environ["PATH"], "TERM": "dumb"} | more,
        stdin=inner,
        stdout=inner,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.wait(60) == 2  # no server is named
        assert program.stderr is not None
        assert b">>>" not in program.stderr.read()
    os.close(inner)
    os.close(master)


@pytest.mark.parametrize("name", ["PYTHONINSPECT", "PYTHONASYNCIODEBUG", "PYTHONBREAKPOINT"])
def test_variables_by_which_python_shows_what_it_runs_are_dropped(name: str) -> None:
    environment = {name: "1", "PYTHONPATH": "there"}
    scrub(environment)

    assert name not in environment
    assert environment["PYTHONPATH"] == "there"
