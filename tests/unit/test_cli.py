"""The command line: what it says and with which code it ends when there is nothing to show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sel_tui import __version__
from sel_tui.i18n import Words

NO_SERVER = {"XDG_CONFIG_HOME": "/nonexistent", "XDG_CONFIG_DIRS": "/nonexistent"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sel_tui", *arguments],
        env={**os.environ, **NO_SERVER, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def fatal_sentences(language: str) -> set[str]:
    """Return what the program says when it has nobody to talk with."""
    return {Words(language).key(key) for key in ("fatal.no_answers", "fatal.no_screen")}


@pytest.mark.parametrize(
    "arguments",
    [(), ("demo",), ("--server", "https://sel.exemple.test"), ("--face", "screen"), ("demo", "--face", "screen")],
)
def test_without_a_terminal_it_says_what_it_needs_in_french_and_ends_with_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stderr.strip() in fatal_sentences("fr")
    assert "terminal" in done.stderr
    assert done.stdout == ""


def test_without_a_terminal_it_says_so_in_the_language_that_was_asked_for() -> None:
    by_flag, by_variable, after = run("--language", "en"), run(SEL_TUI_LANGUAGE="en"), run("demo", "--language", "en")

    assert by_flag.stderr == by_variable.stderr == after.stderr
    assert by_flag.stderr.strip() in fatal_sentences("en")
    assert {by_flag.returncode, by_variable.returncode, after.returncode} == {2}


def test_the_version_is_said_without_a_terminal() -> None:
    done = run("--version")

    assert (done.returncode, done.stdout.strip()) == (0, f"sel-tui {__version__}")


def test_the_help_names_the_exit_codes_and_both_languages() -> None:
    done = run("--help")
    said = " ".join(done.stdout.split())

    assert done.returncode == 0
    assert all(f" {code} " in said for code in (0, 2, 69, 70, 78, 129, 143))
    assert "Lier un dossier client" in said
    assert "Link a CCQ client file" in said


@pytest.mark.parametrize("arguments", [("--langue", "fr"), ("other",), ("--language", "es")])
def test_what_it_does_not_know_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Réglage refusé (SEL_TUI_*)\u00a0: kiosk = perhaps"),
        ("en", "Setting refused (SEL_TUI_*): kiosk = perhaps"),
    ],
)
def test_a_setting_that_is_refused_ends_with_78_and_a_sentence_in_the_language_of_the_settings(
    language: str, sentence: str
) -> None:
    done = run(SEL_TUI_KIOSK="perhaps", SEL_TUI_LANGUAGE=language)

    assert (done.returncode, done.stderr.strip()) == (78, sentence)


def test_a_server_that_would_send_secrets_in_clear_ends_with_78() -> None:
    done = run("--server", "http://sel.exemple.test")

    assert done.returncode == 78
    assert "https://" in done.stderr


def test_a_setting_that_is_refused_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "sel-tui").mkdir()
    (tmp_path / "sel-tui" / "settings.toml").write_text("colour = 1\n", encoding="utf-8")
    done = run(XDG_CONFIG_HOME=str(tmp_path))

    assert done.returncode == 78
    assert "settings.toml" in done.stderr
    assert "colour" in done.stderr


@pytest.mark.parametrize(("arguments", "code"), [(("--version",), 0), (("--help",), 0), (("doctor",), None), ((), 2)])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_nobody_reads_changes_no_exit_code_and_gives_no_traceback(
    arguments: tuple[str, ...], code: int | None, unbuffered: str
) -> None:
    expected = run(*arguments).returncode if code is None else code
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [sys.executable, "-m", "sel_tui", *arguments],
        env={**os.environ, **NO_SERVER, "PYTHONUNBUFFERED": unbuffered},
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=writer if arguments == () else subprocess.PIPE,
    ) as done:
        os.close(writer)
        _, said = done.communicate(timeout=60)
    assert not said
    assert done.returncode in {expected, 141}
