r"""A support reference for the terminal's clipboard, by OSC 52. Nothing else can be copied, and nothing is ever read.

xterm, « Operating System Commands » (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html); the ways through tmux
and screen are those of their manuals (`set-clipboard` and `allow-passthrough`; « ESC P … ESC \\ »).
"""

from __future__ import annotations

import base64

from sel_contract.rules.codes import canonical_reference
from sel_tui.terminal.capabilities import BY_SCREEN, BY_TMUX


def copying(reference: str, way: str) -> str:
    """Return what to write so that the terminal copies a reference.

    Args:
        reference: The reference.
        way: How its clipboard is reached: `Found.clipboard`.

    Raises:
        ValueError: It is no reference.
    """
    sequence = f"\x1b]52;c;{base64.b64encode(canonical_reference(reference).encode()).decode()}\x07"
    if way == BY_TMUX:  # whichever of the two tmux allows; both copy the same
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"{sequence}\x1bPtmux;{doubled}\x1b\\"
    if way == BY_SCREEN:
        return f"\x1bP{sequence}\x1b\\"
    return sequence if way else ""
