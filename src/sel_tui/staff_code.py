"""`sel-tui kiosk-code`: asks for the code by which the staff ends a kiosk's program, and prints it as a setting."""

from __future__ import annotations

import getpass
import signal
import sys
from typing import TYPE_CHECKING

from sel_tui.journey.core.messages import Msg, msg
from sel_tui.runtime.staff import SHORTEST, hash_of
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.signal_mask import BLOCKED

if TYPE_CHECKING:
    from sel_tui.i18n import Words


def make_staff_code(words: Words) -> int:
    """Ask twice for a code, which is not shown, and print its hash as a setting; return the exit code.

    Args:
        words: The language.
    """
    signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)  # this is no kiosk: Ctrl+C ends it
    try:
        code = _ask(words.key("staff_code.ask"))
        again = _ask(words.key("staff_code.again"))
    except (EOFError, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if len(code) < SHORTEST:
        return _refuse(msg("staff_code.short", count=SHORTEST), words)
    if code != again:
        return _refuse(msg("staff_code.differ"), words)
    print(f'kiosk_staff_code_hash = "{hash_of(code)}"')  # noqa: T201  # this is what it is for
    print(words.key("staff_code.where"), file=sys.stderr)  # noqa: T201  # likewise
    return Exit.OK


def _ask(question: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{question} ")
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def _refuse(message: Msg, words: Words) -> int:
    print(words.say(message), file=sys.stderr)  # noqa: T201  # the command line speaks on stderr
    return Exit.USAGE
