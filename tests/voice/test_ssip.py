"""The client of speech-dispatcher, against a server of ours that keeps what it hears."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sel_tui.voice.espeak import Espeak
from sel_tui.voice.speech_queue import SpeechQueue
from sel_tui.voice.ssip import CommandRefusedError, Ssip
from tests.voice.fake_ssip import FakeSsip


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "s"


def test_what_is_said_arrives_whole_in_its_language_and_nothing_is_kept_in_the_server_s_history(socket: Path) -> None:
    server = FakeSsip(socket)
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.say("Adresse courriel. Champ. Vide.", "fr")
    speech.say("Email address.", "en", rate=30)

    assert server.hears(2) == ["Adresse courriel. Champ. Vide.", "Email address."]
    assert "HISTORY off" in server.settings
    assert "PRIORITY message" in server.settings
    assert server.settings[-3:] == ["LANGUAGE fr", "LANGUAGE en", "RATE 30"]
    speech.close()


def test_a_line_that_begins_with_a_stop_does_not_end_the_message(socket: Path) -> None:
    server = FakeSsip(socket)
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.say(". . .", "fr")
    speech.say("suite", "fr")

    assert server.hears(2) == [". . .", "suite"]
    speech.close()


def test_silence_reaches_the_server_within_a_tenth_of_a_second_and_what_waited_is_not_said(socket: Path) -> None:
    server = FakeSsip(socket)
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.say("un", "fr")
    server.hears(1)
    begun = time.monotonic()
    for number in range(50):
        speech.say(f"long {number}", "fr")
    speech.cancel()
    with server.news:
        assert server.news.wait_for(lambda: "<cancel>" in server.heard, 0.1)
    assert time.monotonic() - begun < 0.1
    speech.say("après", "fr")
    with server.news:
        assert server.news.wait_for(lambda: "après" in server.heard, 5)
    assert server.heard[server.heard.index("<cancel>") :] == ["<cancel>", "après"]
    speech.close()


def test_the_caller_never_waits_for_the_server() -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow:
        def say(self, *given: object) -> None:
            del given
            entered.set()
            leave.wait(5)

        def cancel(self) -> None:
            """It is too slow for that."""

        def close(self) -> None:
            """There is nothing to let go of."""

    speech = SpeechQueue([Slow])
    speech.say("un", "fr")
    assert entered.wait(5)
    begun = time.monotonic()
    speech.cancel()
    speech.say("deux", "fr")
    assert time.monotonic() - begun < 0.05
    leave.set()
    speech.close()


def test_an_old_server_that_refuses_a_nicety_still_speaks(socket: Path) -> None:
    server = FakeSsip(socket, refuses="HISTORY")
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.say("Bonjour.", "fr")

    assert server.hears(1) == ["Bonjour."]
    speech.close()


def test_a_server_that_refuses_what_is_needed_is_no_engine(socket: Path) -> None:
    FakeSsip(socket, refuses="CLIENT_NAME")

    with pytest.raises(CommandRefusedError):
        Ssip(socket)


def test_when_the_first_engine_does_not_open_the_next_one_speaks(socket: Path) -> None:
    server = FakeSsip(socket)
    speech = SpeechQueue([lambda: Ssip(socket.with_name("nobody")), lambda: Ssip(socket)])
    speech.say("Bonjour.", "fr")

    assert server.hears(1) == ["Bonjour."]
    speech.close()


def test_when_nothing_speaks_any_more_it_is_told_once_per_text_and_nothing_breaks(socket: Path) -> None:
    told = threading.Event()
    speech = SpeechQueue([lambda: Ssip(socket)], told.set)
    speech.say("Bonjour.", "fr")

    assert told.wait(5)
    speech.say("Encore.", "fr")
    speech.cancel()
    speech.close()


def test_what_waited_when_silence_was_asked_for_is_not_begun() -> None:
    entered, leave, done = threading.Event(), threading.Event(), threading.Event()
    begun: list[str] = []

    class Recording:
        def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
            del language, rate
            begun.append(text)
            entered.set()
            assert leave.wait(5)
            assert wanted() is (text == "après")
            if text == "après":
                done.set()

        def cancel(self) -> None:
            begun.append("<cancel>")

        def close(self) -> None:
            """There is nothing to let go of."""

    speech = SpeechQueue([Recording])
    speech.say("un", "fr")
    assert entered.wait(5)
    for text in ("deux", "trois"):
        speech.say(text, "fr")
    speech.cancel()
    speech.say("après", "fr")
    leave.set()
    assert done.wait(5)
    speech.close()

    assert begun[:3] == ["un", "<cancel>", "après"]


def test_the_last_words_are_sent_and_nobody_waits_for_them(socket: Path) -> None:
    server = FakeSsip(socket)
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.say("une longue page", "fr")
    server.hears(1)
    speech.close("Au revoir.", "fr")

    assert server.hears(3) == ["une longue page", "<cancel>", "Au revoir."]


def test_no_engine_is_started_for_the_last_words(socket: Path) -> None:
    speech = SpeechQueue([lambda: Ssip(socket)])
    speech.close("Au revoir.", "fr")
    assert not socket.exists()


def test_espeak_is_left_alone_with_the_last_words(tmp_path: Path) -> None:
    program, said = tmp_path / "espeak-ng", tmp_path / "said"
    program.write_text(f"#!/bin/sh\ncat > {said}\n", "utf-8")
    program.chmod(0o755)
    espeak = Espeak(str(program))
    espeak.say_last("Au revoir.", "fr", 0)
    espeak.close()
    assert espeak.left is not None
    assert espeak.left.wait(5) == 0
    assert said.read_text("utf-8") == "Au revoir."
