"""The program with a fault built in: it crashes while a secret is on the way. Started by `test_endings`.

CRASH_AT says where: in the handling of a key, in the parser, in the decoder, where events are handed on, or in reading.
"""

from __future__ import annotations

import os
import sys

from textual._xterm_parser import XTermParser

from sel_tui.cli import main
from sel_tui.i18n.charset import Decoder
from sel_tui.runtime.visit import Visit
from sel_tui.widgets.terminal_driver import TerminalDriver


def _crash(*_: object, **__: object) -> None:
    secret = "Ancien-1234!"
    raise RuntimeError(f"{secret} {_}")


_PLACES = {
    "key": (Visit, "record_activity"),
    "parser": (XTermParser, "feed"),
    "decoder": (Decoder, "feed"),
    "events": (TerminalDriver, "process_message"),
    "reading": (TerminalDriver, "take"),
}


if __name__ == "__main__":
    setattr(*_PLACES[os.environ.get("CRASH_AT", "key")], _crash)
    sys.exit(main(sys.argv[1:]))
