"""What the system says of this terminal (terminfo). No Textual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.terminal.capabilities import colours_of
from sel_tui.terminal.drawing.abilities import EVERY, USUAL, Abilities, read

if TYPE_CHECKING:
    from sel_tui.terminal.capabilities import Found


def choose(found: Found, renderer: str, *, seam_known: bool) -> tuple[Abilities | None, Msg]:
    """Return what the program's own renderer can tell the terminal, None where Textual's has to write; and why.

    Args:
        found: What is known of the terminal.
        renderer: `auto`, or `stock` for Textual's.
        seam_known: Whether Textual hands over what it paints as expected.
    """
    if renderer == "stock":
        return None, msg("why.asked")
    if not seam_known:
        return None, msg("why.seam")
    abilities = abilities_of(found)
    return abilities, msg("why.terminfo" if abilities is not None else "why.no_cup", term=public(found.term))


def abilities_of(found: Found) -> Abilities | None:
    """Return what the terminal understands; None where its cursor cannot be placed as nearly all terminals have it.

    A terminal that the system does not describe has what is usual. The C library looks a terminal up once in the life
    of a process: the first name that is asked for counts.

    Args:
        found: What is known of the terminal.
    """
    import curses

    try:
        curses.setupterm(found.term, 1)
    except curses.error:
        return USUAL._replace(colours=colours_of(found))
    abilities = read(curses.tigetstr, curses.tigetflag, curses.tigetnum)
    if abilities is not None and abilities.colours and colours_of(found) == EVERY:
        return abilities._replace(colours=EVERY)
    return abilities
