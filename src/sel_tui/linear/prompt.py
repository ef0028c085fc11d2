"""What the line face asks, one line at a time."""

from __future__ import annotations

from typing import NamedTuple

from sel_contract.rules.text import fold
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Page
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.registry import Overlay, Step
from sel_tui.linear import commands

Spot = tuple[Step | Overlay, str]


class Prompt(NamedTuple):
    """One question.

    Attributes:
        text: The line to show, which ends where the answer begins.
        page: The page that it is on.
        aloud: What the voice says of the line where no field is asked for; what is wrong comes first.
        field: The field or the choice that is asked for; None where one of the page's buttons is.
        buttons: The page's buttons, in the order of their numbers.
        default: The button that Enter alone takes.
        sudden: Whether it follows an error or a warning: what was typed ahead was meant for something else.
        covers_secret: Whether the page lies over a secret question: what was meant for it must not be seen.
        below: What is asked where the page that lies over it is closed.
        names: The buttons' names, folded, in the same order.
        searches: Whether what is no choice searches the list.
    """

    text: str
    page: Page
    aloud: tuple[Msg, ...] = ()
    field: EntryItem | Choice | None = None
    buttons: tuple[Button, ...] = ()
    default: Button | None = None
    sudden: bool = False
    covers_secret: bool = False
    below: Spot | None = None
    names: tuple[str, ...] = ()
    searches: bool = False

    @property
    def spot(self) -> Spot:
        """Where it is asked, and for which field; "" is a button."""
        return self.page.where, self.field.id if self.field is not None else ""

    @property
    def hidden(self) -> bool:
        """Whether what is typed must not be seen on a screen."""
        return self.covers_secret or (isinstance(self.field, EntryItem) and self.field.masked)

    @property
    def secret(self) -> bool:
        """Whether what is answered must not stand in the record of a script's run."""
        return isinstance(self.field, EntryItem) and isinstance(self.field.value, Secret)

    def numbered(self, text: str) -> Button | None:
        """Return the button whose number `text` is."""
        number = _number(text)
        return self.buttons[number - 1] if 1 <= number <= len(self.buttons) else None

    def meant(self, text: str) -> Button | None:
        """Return the button with this number, or the only one whose name begins so."""
        begins = [place for place, name in enumerate(self.names) if name.startswith(fold(text))]
        return self.numbered(text) or (self.buttons[begins[0]] if len(begins) == 1 else None)

    def may_show(self, typed: str) -> bool:
        """Tell whether `typed`, the beginning of a line, may be seen: somebody may type a secret where none is asked.

        At a choice that is what may become a number or a command; names show once they are one.
        """
        if self.hidden:
            return False
        return isinstance(self.field, EntryItem) or self.searches or self._short(typed)

    def seen(self, letters: list[str]) -> int:
        """Return how many of the letters typed may be seen, from the first on."""
        if self.may_show("".join(letters)):
            return len(letters)
        count = 0
        while self.may_show("".join(letters[: count + 1])):
            count += 1
        return count

    def may_record(self, line: str) -> bool:
        """Tell whether the answer `line` may stand behind its question."""
        if isinstance(self.field, EntryItem):
            return not self.secret or commands.is_sign(line)
        return self.searches or self._short(line) or (bool(line) and self.meant(line.strip()) is not None)

    def _short(self, typed: str) -> bool:
        last = len(self.field.options) if isinstance(self.field, Choice) else len(self.buttons)
        return 1 <= _number(typed) <= last or commands.begins(typed)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else 0
