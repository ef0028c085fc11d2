"""What a terminal sends, cut into letters, whole sequences and pasted texts, however the reads cut it. No Textual.

Control sequences and strings are framed as in ECMA-48 (5.4, 5.6), pastes as by xterm
(https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). Whatever was begun ends: by its end, a bound, or silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sel_tui.late_dataclass import dataclass
from sel_tui.terminal.capabilities import LOCAL_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ESCAPE: Final = "\x1b"
# Seconds after its last letter at which a paste without an end is one.
PASTE_SILENCE: Final = 0.4
# Letters that are kept of a paste: no field takes as many, a mail with its headers has fewer.
PASTE_LIMIT: Final = 65_536
# Seconds from its beginning for which a control string is waited for. A reply comes at once; Alt+P begins one, too.
STRING_SECONDS: Final = 1.0
# The longest control sequence that can be a key.
_LONGEST: Final = 32
_PASTE_BEGINS: Final = "\x1b[200~"
_PASTE_ENDS: Final = "\x1b[201~"
# SOS, OSC, DCS, PM and APC.
_STRINGS: Final = frozenset("X]P^_")
_CANCELS: Final = frozenset("\x18\x1a")
_ENDS_STRING: Final = _CANCELS | {"\x07"}
# The same introducers as one letter, from a terminal that sends eight bits.
_EIGHT_BITS: Final = {chr(0x40 + ord(final)): ESCAPE + final for final in r"OPX[\]^_"}
_MOUSE: Final = "\x1b[M"
_INSIDE_PASTE: Final = r"(?s)\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bO[0-?]*[@-~]?|\x1b.?"


@dataclass(frozen=True)
class Letters:
    """Letters and control characters."""

    text: str


@dataclass(frozen=True)
class Sequence:
    """A whole sequence, its Escape included: a key, or a report; Escape alone is the key of that name."""

    text: str


@dataclass(frozen=True)
class Pasted:
    """A pasted text without control sequences."""

    text: str


Token = Letters | Sequence | Pasted


class Scanner:
    """Cuts what a terminal sends. Control strings (replies of the terminal) are dropped whole.

    Args:
        wait: Seconds for which the rest of a sequence is waited for, until an Escape is a key of its own.
        pastes: Whether pastes have marks; else marks are sequences like others.

    Attributes:
        deadline: When `expire` has something to do; None when nothing was begun.
    """

    def __init__(self, wait: float = LOCAL_WAIT, *, pastes: bool = True) -> None:
        self.deadline: float | None = None
        self._wait = wait
        self._pastes = pastes
        self._step: Callable[[str], None] = self._ground
        self._begun = ""
        self._pasted: list[str] = []
        self._muted = False
        self._letters: list[str] = []
        self._tokens: list[Token] = []

    def feed(self, text: str, now: float) -> Iterator[Token]:
        """Yield what `text`, read at `now` (seconds of any steady clock), completes."""
        yield from self.expire(now)
        for letter in text:
            for one in _EIGHT_BITS.get(letter, letter) if self._step != self._in_paste else letter:
                before = self._step
                self._step(one)
                if self._step == self._in_string and before != self._step:
                    self.deadline = now + max(STRING_SECONDS, 2 * self._wait)
        if self._step == self._ground:
            self.deadline = None
        elif self.is_pasting:
            self.deadline = now + max(PASTE_SILENCE, 2 * self._wait)
        elif not self._is_in_string:
            self.deadline = now + self._wait
        elif self._step == self._after_string_escape:  # its end may be torn, too
            self.deadline = max(self.deadline or 0, now + self._wait)
        yield from self._taken()

    def expire(self, now: float) -> Iterator[Token]:
        """Yield what was begun and will not go on, once its deadline is past."""
        if self.deadline is None or now < self.deadline:
            return
        if self.is_pasting:
            self._end_paste()
        elif not self._is_in_string:
            self._emit(Sequence(self._begun))
        self._to_ground()
        self.deadline = None
        yield from self._taken()

    def forget(self) -> None:
        """Forget what was begun: its rest is dropped as it comes."""
        self._pasted.clear()
        self._muted = self._step != self._ground

    @property
    def is_pasting(self) -> bool:
        """Whether a paste was begun and has not ended."""
        return self._step == self._in_paste

    @property
    def _is_in_string(self) -> bool:
        return self._step in (self._in_string, self._after_string_escape)

    def _taken(self) -> list[Token]:
        self._flush()
        taken, self._tokens = self._tokens, []
        return taken

    def _flush(self) -> None:
        if self._letters:
            self._tokens.append(Letters("".join(self._letters)))
            self._letters.clear()

    def _emit(self, token: Token) -> None:
        self._flush()
        if not self._muted:
            self._tokens.append(token)

    def _to_ground(self) -> None:
        self._step, self._begun, self._muted = self._ground, "", False

    def _begin(self) -> None:
        self._step, self._begun = self._after_escape, ESCAPE

    def _ground(self, letter: str) -> None:
        if letter == ESCAPE:
            self._begin()
        else:
            self._letters.append(letter)

    def _after_escape(self, letter: str) -> None:
        if letter == ESCAPE:  # the first was a key
            self._emit(Sequence(ESCAPE))
            self._to_ground()
            self._begin()
            return
        self._begun += letter
        if letter == "[":
            self._step = self._in_csi
        elif letter == "O":
            self._step = self._in_ss3
        elif letter in _STRINGS:
            self._step = self._in_string
        else:
            self._complete()

    def _in_csi(self, letter: str) -> None:
        if not " " <= letter <= "~":
            self._abort(letter)
            return
        self._begun += letter
        if self._begun == "\x1b[[":  # the Linux console's F1 to F5: one more letter
            return
        if letter >= "@" or self._begun.startswith("\x1b[["):
            if self._begun == _MOUSE:
                self._step = self._in_mouse
            elif self._begun == _PASTE_BEGINS and self._pastes:
                self._step = self._in_paste
            else:
                self._complete()

    def _in_ss3(self, letter: str) -> None:
        if not "0" <= letter <= "~":
            self._abort(letter)
            return
        self._begun += letter
        if letter >= "@":
            self._complete()

    def _in_mouse(self, letter: str) -> None:
        """Take the three letters of a mouse report in xterm's first form, which are no parameters."""
        self._begun += letter
        if len(self._begun) == len(_MOUSE) + 3:
            self._complete()

    def _in_string(self, letter: str) -> None:
        if letter in _ENDS_STRING:
            self._to_ground()
        elif letter == ESCAPE:
            self._step = self._after_string_escape

    def _after_string_escape(self, letter: str) -> None:
        self._to_ground()
        if letter != "\\":  # no end of the string, but the beginning of something else
            self._begin()
            self._step(letter)

    def _in_paste(self, letter: str) -> None:
        self._pasted.append(letter)
        if len(self._pasted) > PASTE_LIMIT + len(_PASTE_ENDS):
            del self._pasted[PASTE_LIMIT]
        if letter == "~" and "".join(self._pasted[-len(_PASTE_ENDS) :]) == _PASTE_ENDS:
            del self._pasted[-len(_PASTE_ENDS) :]
            self._end_paste()
            self._to_ground()

    def _end_paste(self) -> None:
        text = re.sub(_INSIDE_PASTE, "", "".join(self._pasted[:PASTE_LIMIT]))
        self._pasted.clear()
        self._emit(Pasted(text))

    def _complete(self) -> None:
        if len(self._begun) <= _LONGEST:
            self._emit(Sequence(self._begun))
        self._to_ground()

    def _abort(self, letter: str) -> None:
        """Drop a sequence that is none; what broke it counts."""
        self._to_ground()
        if letter not in _CANCELS:
            self._ground(letter)
