"""Any bytes from the terminal, cut anywhere, through the real driver and Textual's parser: the program goes on."""

from __future__ import annotations

import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from textual import constants

from sel_tui.journey.core.state import with_person
from sel_tui.journey.registry import Overlay
from sel_tui.terminal.capabilities import SLOW_WAIT
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.scanner import PASTE_SILENCE
from sel_tui.widgets.terminal_driver import TerminalDriver
from tests.scenarios import build
from tests.screens.stage import USUAL, Stage, stage

F1, F2 = b"\x1bOP", b"\x1bOQ"
DROPPED = "Caractère non reçu\u00a0: il n’est pas codé en UTF-8."
# What real parsers stumble over: introducers, reports of terminals, mouse, size, pastes, halves of letters.
PIECES = (
    *(b"\x1b", b"[", b"O", b"]", b"P", b"?", b";", b"~", b"M", b"<", b"u", b"t", b"R", b"c", b"$y", b"0", b"9999"),
    *(b"\x1b[200~", b"\x1b[201~", b"\x1b[I", b"\x1b[O", b"\x1b[48;1;1;1;1t", b"\x1b[48;99999;99999;1;1t"),
    *(
        b"\x1b[<0;1;1M",
        b"\x1b[M   ",
        b"\x1b[1;1R",
        b"\x1b[?2048;2$y",
        b"\x1b[?2026;2$y",
        b"\x1b[97;1:3u",
        b"\x1b[57441u",
    ),
    *(b"\xe9", b"\xc3", b"\xa9", b"\xf0\x9f", b"\xed\xa0\x80", b"\xff", b"\x9b", b"\xc2\x9b", b"\x00", b"a", b"\x08"),
)
# Enter, Space and the keys that leave, suspend or end would be obeyed.
MEANT = b"\r\n \x03\x11\x1a\x1c"


class Typist:
    """Types bytes at a stage, through a driver as the program has it."""

    def __init__(self, played: Stage) -> None:
        self.played = played
        self.now = 0.0
        self.driver = TerminalDriver(played.app, clock=lambda: self.now, mouse=False)

    async def types(self, *pieces: bytes) -> None:
        """Type, each of `pieces` in a read of its own, and let what follows happen."""
        for piece in pieces:
            self.driver.take(piece)
        await self.played.settles()

    async def waits(self, seconds: float) -> None:
        """Let time pass in which nothing is typed."""
        self.now += seconds
        self.driver.expire()
        await self.played.settles()


@asynccontextmanager
async def typing(name: str, monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> AsyncIterator[Typist]:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the driver's handlers are no test's
    monkeypatch.setattr(constants, "DISABLE_KITTY_KEY", True)  # as the program's environment has it
    async with stage(build(name), encoding=encoding) as played:
        yield Typist(played)


@pytest.mark.parametrize("seed", range(6))
async def test_no_bytes_end_the_program_and_it_can_still_be_used(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same each time
    async with typing("login", monkeypatch, ("utf-8", "iso8859-1", "cp1252")[seed % 3]) as person:
        for _ in range(8):
            data = b"".join(chance.choices(PIECES, k=15)) + chance.randbytes(25).translate(None, MEANT)
            cut = chance.randrange(len(data))
            await person.types(data[:cut], data[cut:])
            assert person.played.app._exception is None
            assert person.played.app.size == USUAL
        await person.types(b"\x1b[201~", b"z" * 40, b"\x1b\\")  # ends whatever was begun
        while person.played.state.overlay is None:
            await person.played.press("escape")
        await person.played.press("escape")
        assert person.played.screen.page.where == person.played.state.step


async def test_every_single_byte_is_typed_or_left_out_and_the_letters_around_it_arrive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        for first in range(0x80, 0x100, 16):
            pieces = [piece for byte in range(first, first + 16) for piece in (b"a", bytes([byte]), b"b")]
            await person.types(b"\x15", *pieces, b"cd")
            assert person.played.typed["email"] == "ab" * 16 + "cd", hex(first)


async def test_a_byte_that_is_no_utf_8_is_said_once_and_stays_while_one_goes_on_typing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        await person.types(b"ren\xe9", b"e")
        assert DROPPED in person.played.text
        await person.types(b"@exemple.test\t")
        assert DROPPED in person.played.text
        assert person.played.typed["email"] == "rene@exemple.test"
        await person.types(F2)
        assert "Character not received: it is not encoded in UTF-8." in person.played.text
        await person.types(b"Chantier-2026!\r")
        await person.played.refuses("invalid-credentials", 401)
        await person.types(b"\xe9a")
        assert "Character not received" not in person.played.text


async def test_the_next_person_at_a_kiosk_does_not_find_what_was_said_to_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        await person.types(b"\xe9e")
        assert DROPPED in person.played.text
        before = person.played.state
        person.played.app._changed(before, with_person(before, generation=before.person.generation + 1))
        await person.played.settles()
        assert DROPPED not in person.played.text
        await person.types(b"\xe9e")
        assert DROPPED in person.played.text


@pytest.mark.parametrize("encoding", ["iso8859-1", "iso8859-15", "cp1252"])
async def test_in_a_latin_terminal_the_byte_is_the_letter(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Éric À-ÿ «Ka’nhehsí:io» ç".replace("’", "" if encoding != "cp1252" else "’")
    async with typing("account", monkeypatch, encoding) as person:
        name = next(iter(person.played.typed))
        await person.types(b"\x15", *(bytes([byte]) for byte in text.encode(encoding)))
        assert person.played.typed[name] == text
        assert "Caractère non reçu" not in person.played.text


async def test_a_report_of_the_terminal_neither_resizes_nor_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login_typed", monkeypatch) as person:
        focus = person.played.focus
        await person.types(b"\x1b[48;5;9;50;90t", b"\x1b[<0;10;10M\x1b[<0;10;10m", b"\x1b[5;5R", b"\x1b[?2048;2$y")
        assert person.played.app.size == USUAL
        assert person.played.focus == focus


async def test_a_paste_whose_end_never_comes_ends_by_itself_and_every_key_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with typing("login", monkeypatch) as person:
        await person.types(b"\x1b[200~Secret-1")
        assert person.played.typed["email"] == ""
        await person.waits(PASTE_SILENCE)
        assert person.played.typed["email"] == "Secret-1"
        await person.types(b"abc")
        assert person.played.typed["email"] == "Secret-1abc"
        await person.types(b"\x1b[21~")
        assert person.played.state.overlay is Overlay.LEAVE


async def test_nothing_of_a_paste_that_one_person_began_comes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        monkeypatch.setattr(person.played.app, "_driver", person.driver)
        await person.types(b"\x1b[200~Secret-1")
        before = person.played.state
        person.played.app._changed(before, with_person(before, generation=before.person.generation + 1))
        await person.types(b"-2\x1b[201~")
        await person.waits(PASTE_SILENCE)
        assert person.played.typed["email"] == ""


async def test_an_arrow_torn_by_a_slow_line_is_an_arrow_where_the_wait_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        person.played.app.escape_wait = SLOW_WAIT
        slow = Typist(person.played)
        await slow.types(b"abc\x1b")
        await slow.waits(0.15)
        await slow.types(b"[D", b"x")
        assert (slow.played.state.overlay, slow.played.typed["email"]) == (None, "abxc")
        await slow.types(b"\x1b")
        await slow.waits(SLOW_WAIT)
        assert slow.played.state.overlay is Overlay.LEAVE


async def test_what_the_terminal_answers_by_itself_is_never_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with typing("login", monkeypatch) as person:
        for reply in (
            b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
            b"\x1b[?61;6;7;22c",
            b"\x1bP>|XTerm(380)\x1b\\",
            b"\x1b_Gi=1;OK\x1b\\",
        ):
            await person.types(b"a", reply, reply[:1], reply[1:], reply[:4], reply[4:], reply[:-1], reply[-1:])
            await person.waits(1)
        assert (person.played.state.overlay, person.played.typed["email"]) == (None, "aaaa")


@pytest.mark.parametrize("error", [ValueError("Chantier-2026!"), KeyboardInterrupt(), RecursionError()])
async def test_an_exception_on_the_way_in_is_a_crash_and_not_a_traceback(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    async with typing("login", monkeypatch) as person:
        person.driver._listen = fail  # type: ignore[method-assign]
        person.driver.run_input_thread()
        with suppress(type(error)):
            await person.played.pilot._wait_for_screen()
        person.played.app._exception = None  # the pilot would raise it again
    assert person.played.app.return_code == Exit.CRASH
    assert person.played.app.crash
    assert "Chantier" not in capsys.readouterr().err


async def test_what_textual_would_print_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with typing("login", monkeypatch) as person:
        person.played.app.panic("Chantier-2026!")
        assert person.played.app.return_code == Exit.CRASH
    assert "Chantier" not in capsys.readouterr().err
