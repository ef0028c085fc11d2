"""What a braille display and screen readers make of our two faces, beside a stock Textual program.

brltty reads a real console and fenrir a pseudo-terminal. tdsr is on no registry (PyPI's is about earthquakes), so what
it would speak is counted from the bytes: all that is printed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks.figures import Figure
from benchmarks.terminals import Terminal
from tests.accessibility.test_wire import spoken
from tests.readers import braille, fenrir
from tests.readers.console import at_console

PATIENCE: Final = 4.0
STARTED: Final = 30.0
IDLE_SECONDS: Final = 10.0
TAB: Final = b"\t"
START: Final = "import sys; sys.argv = ['sel-tui', '--face', '{}', '--server', 'http://127.0.0.1:9']; "
RUN: Final = "from sel_tui.__main__ import main; main()"
OURS: Final = START.format("screen") + RUN
LINE: Final = START.format("line") + RUN
BARE: Final = """
from textual.app import App
from textual.widgets import Button, Input, Static
class Bare(App):
    def compose(self):
        yield Static('Connexion')
        yield Input(placeholder='Adresse courriel')
        yield Input(placeholder='Mot de passe', password=True)
        yield Button('Connexion')
Bare().run(mouse=False)
"""


class Kind(NamedTuple):
    """A program, and what moves its focus.

    Attributes:
        name: What it is called.
        code: How it is run.
        painted: What its first screen says.
        ready: What it says once nothing more follows by itself.
        field: What brings the focus into a field then.
        moves: Keys, each with the label that the focus then has.
    """

    name: str
    code: str
    painted: str
    ready: str
    field: bytes
    moves: tuple[tuple[bytes, str], ...]


KINDS: Final = (
    Kind(
        "stock",
        BARE,
        "Connexion",
        "Connexion",
        b"",
        ((TAB, "Mot de passe"), (TAB, "Connexion"), (TAB, "Adresse courriel")),
    ),
    Kind(
        "screen",
        OURS,
        "Mot de passe",
        "Essayer",  # there is no server, so the focus goes to what can be done about it
        TAB,
        tuple((TAB, label) for label in ("Adresse courriel", "Mot de passe", "Connexion", "Mot de passe oublié")),
    ),
    Kind("line", LINE, "Adresse", "Adresse", b"", ((b"a@b.ca\r", "Mot de passe"), (b"secret\r", "Choix"))),
)


class Move(NamedTuple):
    """What a reader made of one move of the focus.

    Attributes:
        label: What the focus went to.
        met: Whether that was shown or said.
        text: What was shown or said.
    """

    label: str
    met: bool
    text: str


def run(*, big: bool) -> Iterable[Figure]:
    """Print what each reader makes of each move; yield the figures."""
    del big
    for name, missing, follow in (
        ("brltty", braille.missing(), _felt),
        ("fenrir", fenrir.missing(), _heard),
    ):
        if missing:
            print(f"  {name}: not measured, {missing}")
            continue
        for kind in KINDS:
            moves = list(_apart(follow, kind))
            for move in moves:
                print(f"  {name} | {kind.name:<6} | {move.label:<20} | {'yes' if move.met else 'NO ':<3} | {move.text}")
            yield Figure(f"{name}.{kind.name}_focus_moves_met", sum(move.met for move in moves), f"of {len(moves)}")
            if follow is _heard:
                yield Figure(f"{name}.{kind.name}_characters_a_move", median(len(one.text) for one in moves), "chars")
    print("  tdsr: not on any registry; what it would speak is counted from the bytes")
    for kind in KINDS:
        yield from _bytes(kind)


def _apart(follow: Callable[[Kind, Path], Iterator[Move]], kind: Kind) -> Iterator[Move]:
    with tempfile.TemporaryDirectory() as folder:
        yield from follow(kind, Path(folder))


def _until(met: Callable[[], bool], read: Callable[[float], object], patience: float = PATIENCE) -> bool:
    end = time.monotonic() + patience
    while not met() and time.monotonic() < end:
        read(0.1)
    return met()


def _felt(kind: Kind, home: Path) -> Iterator[Move]:
    command = [sys.executable, "-c", kind.code]
    with at_console(command, home) as console, braille.braille(console.number, home) as display:
        _until(lambda: any(kind.ready in line for line in display.shown), display.reads, STARTED)
        for keys, label in kind.moves:
            before = len(display.shown)
            console.press(keys)
            met = _until(
                lambda before=before, label=label: len(display.shown) > before and label in display.line,  # type: ignore[misc]
                display.reads,
            )
            text = display.line.strip() if len(display.shown) > before else "(does not change)"
            yield Move(label, met, text)


def _heard(kind: Kind, home: Path) -> Iterator[Move]:
    with fenrir.listening([sys.executable, "-c", kind.code], home) as reader:
        _until(lambda: kind.ready in reader.unheard(), reader.terminal.reads, STARTED)
        _until(lambda: False, reader.terminal.reads, PATIENCE)  # all of the first screen
        for keys, label in kind.moves:
            reader.forgets()
            reader.terminal.type(keys.decode())
            met = _until(lambda label=label: label in reader.unheard(), reader.terminal.reads)  # type: ignore[misc]
            yield Move(label, met, reader.unheard() or "(silence)")


def _bytes(kind: Kind) -> Iterator[Figure]:
    terminal = Terminal([sys.executable, "-c", kind.code])
    start = terminal.until(kind.painted.encode())[1] + terminal.read()
    yield Figure(f"{kind.name}.bytes_at_start", len(start), "bytes")
    yield Figure(f"{kind.name}.spoken_at_start", len(spoken(start)), "chars")
    if kind.ready != kind.painted:
        terminal.until(kind.ready.encode())
    terminal.type(kind.field)
    terminal.read(1.0)
    for what, keys in (("key", b"abcd"), ("tab", TAB * 4)):
        if what == "tab" and kind.code == LINE:
            continue
        written = []
        for place in range(len(keys)):
            terminal.type(keys[place : place + 1])
            written.append(terminal.read())
        yield Figure(f"{kind.name}.bytes_a_{what}", median(len(one) for one in written), "bytes")
        yield Figure(f"{kind.name}.spoken_a_{what}", median(len(spoken(one)) for one in written), "chars")
    yield Figure(f"{kind.name}.bytes_while_idle_10_s", len(terminal.idle(IDLE_SECONDS)), "bytes")
    terminal.close()
