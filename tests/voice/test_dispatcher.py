"""The real speech-dispatcher, where the machine has it: what a person would hear, as a file."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sel_tui.voice import Voice
from sel_tui.voice.speech_queue import SpeechQueue
from sel_tui.voice.ssip import Ssip
from tests.journeys.terminal import at_terminal
from tests.scenarios import build
from tests.voice.dispatcher import dispatcher, missing, says
from tests.voice.listening import Alarms, show

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "it runs")


def test_a_page_an_error_and_a_reference_are_heard_in_the_language_of_the_screen(
    tmp_path: Path, alarms: Alarms
) -> None:
    with dispatcher(tmp_path) as (socket, log):
        speech = SpeechQueue([lambda: Ssip(socket)])
        voice = Voice(speech, alarms, on=True)
        show(voice, build("login"))
        says(log, "Adresse courriel. champ. vide. obligatoire.")
        show(voice, build("login_empty"))
        says(log, "Erreur")
        show(voice, build("linked", "en"))
        said = says(log, "Select a profile")
        voice.close()
    assert said[0].startswith("fr ")
    assert said[-1].startswith("en ")


def test_speech_begins_soon_and_a_key_stops_it_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    with dispatcher(tmp_path, seconds=3) as (socket, log):
        engine = Ssip(socket)
        begun = time.monotonic()
        engine.say("un texte qui dure", "fr", 0, lambda: True)
        engine.say("la suite", "fr", 0, lambda: True)
        says(log, "un texte qui dure")
        began = time.monotonic() - begun
        begun = time.monotonic()
        engine.cancel()
        stopped = time.monotonic() - begun
        engine.say("apres", "fr", 0, lambda: True)
        said = says(log, "apres", 2.5)
        engine.close()
    assert began < 0.5
    assert stopped < 0.1
    assert not any("la suite" in line for line in said)


def test_the_last_words_are_heard_once_the_connection_is_closed(tmp_path: Path, alarms: Alarms) -> None:
    with dispatcher(tmp_path) as (socket, log):
        voice = Voice(SpeechQueue([lambda: Ssip(socket)]), alarms, on=True)
        show(voice, build("login"))
        says(log, "Connexion")
        begun = time.monotonic()
        voice.close(bye=True)
        assert time.monotonic() - begun < 0.5
        says(log, "Le programme est fermé.")


def test_no_log_of_the_server_holds_what_was_said(tmp_path: Path, alarms: Alarms) -> None:
    with dispatcher(tmp_path) as (socket, log):
        voice = Voice(SpeechQueue([lambda: Ssip(socket)]), alarms, on=True)
        show(voice, build("linked"))
        says(log, "Maïka")
        voice.close()
    logs = [file for file in tmp_path.rglob("*") if file.is_file() and file != log]
    assert logs
    assert not [file.name for file in logs if "Maïka".encode() in file.read_bytes()]


@pytest.mark.parametrize("face", ["screen", "line"])
def test_the_program_itself_speaks_at_a_terminal(tmp_path: Path, face: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-m", "sel_tui", "--face", face, "--voice", "on", "--server", "http://127.0.0.1:9"]
    with (
        dispatcher(tmp_path) as (socket, log),
        at_terminal(command, home, SPEECHD_ADDRESS=f"unix_socket:{socket}") as terminal,
    ):
        terminal.wait_for("Adresse courriel")
        end = time.monotonic() + 15
        while "Connexion" not in log.read_text("utf-8"):  # the rest may be cut short by the server's silence
            assert time.monotonic() < end, log.read_text("utf-8")
            terminal.reads(0.1)
