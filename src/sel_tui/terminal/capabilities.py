"""What the terminal can do, and what follows: the face, the colours, the glyphs, each with its reason. No Textual.

It goes by names and variables only: a question to the terminal itself would cost a round trip, and dumb ones answer
nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from sel_tui.i18n import charset
from sel_tui.journey.core.messages import Msg, msg, public

SMALLEST: Final = (40, 12)
MANY: Final = 256
EVERY: Final = 1 << 24
CELLS: Final = 40
FEW: Final = 8
# Seconds for which the rest of a key's sequence is waited for: on this machine it nearly always comes in one read.
LOCAL_WAIT: Final = 0.1
# The same where the line may be slow (SSH, a serial line). ncurses waits for a second, tmux for half of one.
SLOW_WAIT: Final = 0.5

# Terminals that cannot place their cursor, or that do not say what they are.
_DUMB: Final = frozenset({"dumb", "emacs", "network", "dialup"})
# Families of names: what stands before the first hyphen or digit that is not part of it.
_FAMILIES: Final = (
    *("xterm", "linux", "vt1", "vt2", "vt3", "vt4", "vt5", "screen", "tmux", "rxvt", "putty", "konsole", "gnome"),
    *("vte", "foot", "alacritty", "kitty", "st", "iterm", "wezterm", "ghostty", "mintty", "cygwin", "ansi", "eterm"),
    *("contour", "mlterm", "nsterm", "teraterm", "fbterm", "jfbterm", "wsvt25", "cons25", "pcansi", "sun"),
)
_COLOURLESS: Final = ("vt1", "vt2", "vt3", "vt4", "vt5")
_RICH: Final = ("konsole", "foot", "alacritty", "kitty", "st", "iterm", "wezterm", "ghostty", "xterm-kitty")
# brltty's own file while it runs, and its interface's socket.
_BRLTTY: Final = ("/run/brltty/brltty.pid", "/run/brltty.pid", "/var/lib/BrlAPI/0")
_SSH: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
# Linux's serial ports, USB adapters, boards' own, modems and mainframes' consoles; those of the BSDs and of macOS.
_SERIAL: Final = tuple(
    f"/dev/{name}"
    for name in ("ttyS", "ttyUSB", "ttyACM", "ttyAMA", "ttymxc", "ttyO", "ttysclp", "ttyu", "cua", "tty.", "cu.", "dty")
)
# How a terminal's clipboard is reached.
DIRECTLY: Final = "directly"
BY_TMUX: Final = "tmux"
BY_SCREEN: Final = "screen"
# They have no clipboard, and older ones write what they do not know.
_NO_CLIPBOARD: Final = ("linux", *_COLOURLESS, "cons25", "wsvt25", "fbterm", "jfbterm", "sun")
_SUFFIXES: Final = {"-direct": EVERY, "-256color": MANY, "-88color": 88, "-16color": 16, "-mono": 0, "-m": 0}


class Found(NamedTuple):
    """What is known of the terminal.

    Attributes:
        term: Its name, from TERM.
        has_input: Whether the standard input is a terminal.
        has_output: Whether the standard output is one.
        columns: Its width; 0 when it is not known.
        rows: Its height; 0 when it is not known.
        locale: The locale, which names the encoding; "" when none is set.
        colorterm: What COLORTERM says.
        no_color: Whether NO_COLOR is set.
        accessible: Whether ACCESSIBLE is set.
        brltty: Whether brltty follows the consoles of this machine.
        line: What lies between the terminal and this machine: `ssh`, `serial`, or `local`.
        clipboard: How the terminal's clipboard is reached, directly, through tmux or screen; "" for not at all.
    """

    term: str = ""
    has_input: bool = True
    has_output: bool = True
    columns: int = 0
    rows: int = 0
    locale: str = ""
    colorterm: str = ""
    no_color: bool = False
    accessible: bool = False
    brltty: bool = False
    line: str = "local"
    clipboard: str = ""


class Decision(NamedTuple):
    """What was decided, and why.

    Attributes:
        face: `screen` or `line`.
        colour: The name of a theme.
        glyphs: `unicode`, `latin` (letters of an encoding of one byte) or `ascii`.
        cells: The number of cells of the braille display; 0 without one.
        screens: Whether the terminal can show the full screen.
        encoding: The encoding of the terminal; UTF-8 where the locale does not say.
        escape_wait: Seconds for which the rest of a key's sequence is waited for.
        clipboard: How the terminal's clipboard is reached; "" for not at all.
    """

    face: str
    why_face: Msg
    colour: str
    why_colour: Msg
    glyphs: str
    why_glyphs: Msg
    cells: int = 0
    screens: bool = True
    encoding: str = charset.UTF_8
    escape_wait: float = LOCAL_WAIT
    why_wait: Msg = msg("why.asked")
    clipboard: str = ""


def find(environment: Mapping[str, str] = os.environ) -> Found:
    """Return what this process knows of its terminal."""
    columns, rows = _size()
    return Found(
        term=environment.get("TERM", ""),
        has_input=os.isatty(0),
        has_output=os.isatty(1),
        columns=columns,
        rows=rows,
        locale=next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), ""),
        colorterm=environment.get("COLORTERM", ""),
        no_color=bool(environment.get("NO_COLOR")),
        accessible=environment.get("ACCESSIBLE", "0") not in {"", "0"},
        brltty=any(map(os.path.exists, _BRLTTY)),
        line=line_of(environment, _terminal_name()),
        clipboard=clipboard_of(environment),
    )


def decide(
    found: Found,
    *,
    face: str = "auto",
    colour: str = "auto",
    glyphs: str = "auto",
    braille: str = "auto",
    escape_delay: int = 0,
    described: Callable[[str], bool] | None = None,
) -> Decision:
    """Return the face, the colours and the glyphs for a terminal.

    Args:
        found: What is known of the terminal.
        face: `screen`, `line`, or `auto` to decide.
        colour: The name of a theme, or `auto`.
        glyphs: `unicode`, `latin`, `ascii`, or `auto`.
        braille: `yes`, `no`, or `auto`: on this machine's own console when brltty runs.
        escape_delay: Milliseconds for which the rest of a key's sequence is waited for; 0 to decide by the line.
        described: Returns whether the system describes a terminal of that name as able to place its cursor; called only
            for names that are not in our own list.
    """
    own_face, why_face = _face(found, described or _described)
    if face != "auto":
        why_face = msg("why.accessible" if found.accessible and face == "line" else "why.face_asked")
    own_colour, why_colour = _colour(found)
    why_set = msg("why.asked")
    glyphs, why_glyphs = _glyphs(found) if glyphs == "auto" else (glyphs, why_set)
    return Decision(
        face=own_face if face == "auto" else face,
        why_face=why_face,
        colour=own_colour if colour == "auto" else colour,
        why_colour=why_colour if colour == "auto" else why_set,
        glyphs=glyphs,
        why_glyphs=why_glyphs,
        cells=CELLS if braille == "yes" or (braille == "auto" and found.brltty and found.term == "linux") else 0,
        screens=_face(found._replace(accessible=False), described or _described)[0] == "screen",
        encoding=_encoding(found, glyphs),
        escape_wait=escape_delay / 1_000 or (LOCAL_WAIT if found.line == "local" else SLOW_WAIT),
        why_wait=why_set if escape_delay else msg(f"why.line.{found.line}"),
        clipboard=found.clipboard if found.has_output else "",
    )


def line_of(environment: Mapping[str, str], terminal: str) -> str:
    """Return what lies between the terminal and this machine: `ssh`, `serial`, or `local`.

    Args:
        environment: sshd sets variables; mosh, which sshd starts, keeps them.
        terminal: The name of the terminal's device; "" when there is none.
    """
    if any(environment.get(name) for name in _SSH):
        return "ssh"
    return "serial" if terminal.startswith(_SERIAL) else "local"


def clipboard_of(environment: Mapping[str, str]) -> str:
    """Return how the terminal's clipboard is reached; "" for not at all.

    Args:
        environment: tmux and screen set a variable each; over SSH only their names for the terminal arrive.
    """
    term = environment.get("TERM", "")
    if environment.get("TMUX") or term.startswith("tmux"):
        return BY_TMUX
    if environment.get("STY") or term.startswith("screen"):
        return BY_SCREEN
    return "" if not term or term in _DUMB or term.startswith(_NO_CLIPBOARD) else DIRECTLY


def colours_of(found: Found) -> int:
    """Return how many colours the terminal shows."""
    term = found.term.lower()
    if term.startswith(_COLOURLESS):
        return 0
    if found.colorterm.lower() in {"truecolor", "24bit"}:
        return EVERY
    for suffix, count in _SUFFIXES.items():
        if term.endswith(suffix):
            return count
    return MANY if term.startswith(_RICH) else FEW


def _face(found: Found, described: Callable[[str], bool]) -> tuple[str, Msg]:
    term = found.term.lower()
    if found.accessible:
        return "line", msg("why.accessible")
    if not found.has_input:
        return "line", msg("why.no_input")
    if not found.has_output:
        return "line", msg("why.no_output")
    if not term:
        return "line", msg("why.no_term")
    if term in _DUMB:
        return "line", msg("why.dumb", term=public(found.term))
    if term == "unknown" or not (term.startswith(_FAMILIES) or described(found.term)):
        return "line", msg("why.unknown_term", term=public(found.term))
    if 0 < found.columns < SMALLEST[0] or 0 < found.rows < SMALLEST[1]:
        return "line", msg("why.small", columns=found.columns, rows=found.rows)
    return "screen", msg("why.able", term=public(found.term))


def _colour(found: Found) -> tuple[str, Msg]:
    count = colours_of(found)
    if found.no_color:
        return "sel-mono", msg("why.no_color")
    if count == 0:
        return "sel-mono", msg("why.mono", term=public(found.term))
    if count == EVERY and found.colorterm:
        return "sel-dark", msg("why.true_colour")
    return "sel-dark" if count >= MANY else "sel-terminal", msg("why.colours", term=public(found.term), number=count)


def _glyphs(found: Found) -> tuple[str, Msg]:
    if not found.locale:
        return "unicode", msg("why.no_locale")
    known = charset.charset_of(found.locale)
    if known == charset.UTF_8:
        return "unicode", msg("why.utf8", locale=public(found.locale))
    if known:
        return "latin", msg("why.one_byte", locale=public(found.locale), charset=public(charset.name_of(known)))
    return "ascii", msg("why.not_utf8", locale=public(found.locale))


def _encoding(found: Found, glyphs: str) -> str:
    if glyphs == "unicode":
        return charset.UTF_8
    known = charset.charset_of(found.locale)
    if glyphs == "latin":
        return known if known not in {"", charset.UTF_8} else charset.LATIN_1
    return known or charset.UTF_8


def _described(term: str) -> bool:
    import curses

    try:
        curses.setupterm(term, 1)
    except curses.error:
        return False
    return bool(curses.tigetstr("cup"))


def _terminal_name() -> str:
    try:
        return os.ttyname(0)
    except OSError:
        return ""


def _size() -> tuple[int, int]:
    try:
        size = os.get_terminal_size(1)
    except OSError:
        return (0, 0)
    return (size.columns, size.lines)
