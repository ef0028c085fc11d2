"""Keys as terminals send them: function keys of every family, Backspace as ^H or DEL. No Textual.

Families: xterm, VT220, PuTTY's `ESC[n~`, "Linux" and "VT100+" modes, the Linux console, rxvt, application keypads.
"""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from sel_tui.i18n.charset import UTF_8, Decoder
from sel_tui.late_dataclass import dataclass
from sel_tui.terminal.capabilities import LOCAL_WAIT
from sel_tui.terminal.scanner import ESCAPE, Letters, Scanner, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

# Seconds; a held key repeats after one at the most, and then some thirty times a second.
REPEAT_PAUSE: Final = 1.5
# Likewise; the longest pause between two repeats after the first, twice a second being the slowest that Linux allows.
SLOWEST_REPEAT: Final = 0.6
_VT100_PLUS: Final = {f"\x1bO{final}": f"f{number}" for number, final in enumerate("TUVWXYZ[", start=5)}
_NUMBERED: Final = (11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24)

FUNCTION_KEYS: Final[dict[str, str]] = {
    **{f"\x1bO{final}": f"f{number}" for number, final in enumerate("PQRS", start=1)},
    **{f"\x1b[[{final}": f"f{number}" for number, final in enumerate("ABCDE", start=1)},
    **{f"\x1b[{code}~": f"f{number}" for number, code in enumerate(_NUMBERED, start=1)},
    **_VT100_PLUS,
}

_KEYPAD: Final = {
    **{f"\x1bO{final}": digit for final, digit in zip("pqrstuvwxy", "0123456789", strict=True)},
    "\x1bOj": "*",
    "\x1bOk": "+",
    "\x1bOl": ",",
    "\x1bOm": "-",
    "\x1bOn": ".",
    "\x1bOo": "/",
}

_CONTROLS: Final = {
    "\r": "enter",
    "\n": "enter",
    "\x08": "backspace",
    "\x7f": "backspace",
    "\x04": "ctrl+d",
    "\x14": "ctrl+t",
    "\x15": "ctrl+u",
    "\x17": "ctrl+w",
    "\x18": "ctrl+x",
}


def teach(table: MutableMapping[str, Any], key: Callable[[str], Any]) -> None:
    """Add to a Textual table of sequences those of our families that Textual 8.2 does not know.

    They are F5 to F12 in PuTTY's VT100+ mode and the comma of an application keypad. The app calls it once, before it
    runs: `teach(ANSI_SEQUENCES_KEYS, Keys)`.

    Args:
        table: The table, from sequence to keys.
        key: Makes one of Textual's keys from a name such as `f5`.
    """
    for sequence, name in _VT100_PLUS.items():
        table.setdefault(sequence, (key(name),))
    table.setdefault("\x1bOl", ",")


class HeldKey:
    """Tells the press of a key from the repeats of one that is held down.

    Terminals do not report that a key is held: repeats of the same key, with no other between and no pause longer than
    `REPEAT_PAUSE`, count as one press. After two pauses in a row that are longer than `SLOWEST_REPEAT` somebody taps;
    one alone is the first of a held key, or a line that stalls.
    """

    def __init__(self) -> None:
        self._key = ""
        self._last = -inf
        self._began = -inf
        self._pause = 0.0

    def read(self, key: str, at: float) -> float:
        """Note that `key` was read; return when that press began: `at`, unless it is a repeat.

        Args:
            key: What names the key; "" for what is no key, and never a repeat.
            at: When it was read, in seconds of any steady clock.
        """
        pause = at - self._last
        tapped = min(pause, self._pause) > SLOWEST_REPEAT
        if key != self._key or not key or pause > REPEAT_PAUSE or tapped:
            self._began, pause = at, 0.0
        self._key, self._last, self._pause = key, at, pause
        return self._began


@dataclass(frozen=True)
class Stroke:
    """One key: `text` is what it types, `name` what it is called when it types nothing."""

    text: str = ""
    name: str = ""


class KeyReader:
    """Turns the bytes of a terminal into strokes; a sequence may arrive in several reads.

    Args:
        encoding: The encoding of the terminal.
        dropped: Called when bytes are dropped because they are not text.
        wait: Seconds for which the rest of a sequence is waited for.
        clock: A steady clock, in seconds.
    """

    def __init__(
        self,
        encoding: str = UTF_8,
        dropped: Callable[[], object] = lambda: None,
        wait: float = LOCAL_WAIT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._decoder = Decoder(encoding, dropped)
        self._scanner = Scanner(wait, pastes=False)
        self._clock = clock

    def feed(self, data: bytes) -> Iterator[Stroke]:
        """Yield the strokes that `data` completes."""
        for token in self._scanner.feed(self._decoder.feed(data), self._clock()):
            match token:
                case Letters(text):
                    for letter in text:
                        yield from _plain(letter)
                case Sequence(text):
                    yield from _stroke(text)
                case _:
                    raise AssertionError("pastes have no marks here")


def _stroke(sequence: str) -> Iterator[Stroke]:
    introducer, last = sequence[:-1], sequence[-1]
    if introducer == ESCAPE and last not in "[O":  # Esc, or Alt held down: the letter counts
        yield from _plain(last)
    elif sequence in FUNCTION_KEYS:
        yield Stroke(name=FUNCTION_KEYS[sequence])
    elif sequence in _KEYPAD:
        yield Stroke(_KEYPAD[sequence])
    elif sequence == "\x1bOM":
        yield Stroke(name="enter")


def _plain(letter: str) -> Iterator[Stroke]:
    if letter in _CONTROLS:
        yield Stroke(name=_CONTROLS[letter])
    elif letter.isprintable() or letter == "\u00a0":
        yield Stroke(letter)
