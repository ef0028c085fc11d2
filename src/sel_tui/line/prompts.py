"""What the line face asks, one line at a time. Pure: from the progress on a page and the words to the question."""

from __future__ import annotations

from typing import NamedTuple

from sel_contract.rules.text import fold
from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Page
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line import commands
from sel_tui.line.progress import Progress

Location = tuple[Step | Overlay, str]


class Prompt(NamedTuple):
    """One question of the line face.

    Attributes:
        text: The line to show, which ends where the answer begins.
        page: The page that it is on.
        asked: The same in messages, for the voice.
        field: The field or choice asked for; None when one of the page's buttons is.
        buttons: The page's buttons, in the order of their numbers.
        default: The button that Enter alone presses.
        then: The button that is pressed once the field is answered; None where more is asked first.
        on_empty: The button that Enter alone presses while the field is empty.
        follows_problem: Whether it follows an error or a warning; what was typed ahead is then dropped.
        refused: Whether the last answer was refused as soon as it was given: what follows it answers something else.
        covers_secret: Whether an overlay hides a secret field: what was meant for the field must not be shown.
        names: The buttons' names, folded, in the same order.
        leads_on: Whether only its default was named; the others are listed when asked for.
        searches: Whether text that names no button searches the list.
    """

    text: str
    page: Page
    asked: tuple[Msg, ...] = ()
    field: EntryItem | Choice | None = None
    buttons: tuple[Button, ...] = ()
    default: Button | None = None
    then: Button | None = None
    on_empty: Button | None = None
    follows_problem: bool = False
    refused: bool = False
    covers_secret: bool = False
    names: tuple[str, ...] = ()
    leads_on: bool = False
    searches: bool = False

    @property
    def location(self) -> Location:
        """The page and the id of the field; "" when a button is asked for."""
        return self.page.where, self.field.id if self.field is not None else ""

    @property
    def hidden(self) -> bool:
        """Whether what is typed must not be shown."""
        return self.covers_secret or (isinstance(self.field, EntryItem) and self.field.masked)

    @property
    def secret(self) -> bool:
        """Whether the answer must not be written in the output of a script."""
        return isinstance(self.field, EntryItem) and isinstance(self.field.value, Secret)

    def button_at(self, text: str) -> Button | None:
        """Return the button with the number `text`, or None."""
        number = _number(text)
        return self.buttons[number - 1] if 1 <= number <= len(self.buttons) else None

    def button_for(self, text: str) -> Button | None:
        """Return the button with the number `text`, or the only one whose name begins with it; else None."""
        matches = [index for index, name in enumerate(self.names) if name.startswith(fold(text))]
        return self.button_at(text) or (self.buttons[matches[0]] if len(matches) == 1 else None)

    def may_show(self, typed: str) -> bool:
        """Tell whether `typed`, the beginning of a line, may be shown: a secret may be typed where none is asked for.

        Where a button is asked for, only what may become a number or a command is shown before Enter.
        """
        if self.hidden:
            return False
        return isinstance(self.field, EntryItem) or self.searches or self._short(typed)

    def shown_count(self, letters: list[str]) -> int:
        """Return how many of the letters typed may be shown, counted from the first."""
        if self.may_show("".join(letters)):
            return len(letters)
        count = 0
        while self.may_show("".join(letters[: count + 1])):
            count += 1
        return count

    def may_record(self, line: str) -> bool:
        """Tell whether the answer `line` may be written behind its question."""
        if isinstance(self.field, EntryItem):
            return not self.secret or commands.is_sign(line)
        return self.searches or self._short(line) or (bool(line) and self.button_for(line.strip()) is not None)

    def _short(self, typed: str) -> bool:
        last = len(self.field.options) if isinstance(self.field, Choice) else len(self.buttons)
        return 1 <= _number(typed) <= last or commands.is_prefix(typed)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else 0


def button_prompt(progress: Progress, below: Progress | None, words: Words) -> Prompt:
    """Return the prompt that asks for one of the buttons of a page, its text still to be written.

    Args:
        progress: How far the person has come on the page.
        below: The step under the page, if the page is an overlay.
        words: The language.
    """
    buttons = progress.buttons
    covered = below.next_field() if below is not None else None
    return Prompt(
        "",
        progress.page,
        buttons=buttons,
        default=progress.default,
        covers_secret=isinstance(covered, EntryItem) and covered.masked,
        names=tuple(fold(words.say(button.label)) for button in buttons),
        leads_on=progress.leads_on,
        searches=progress.search is not None,
    )


def field_prompt(progress: Progress, field: EntryItem | Choice) -> Prompt:
    """Return the prompt that asks for `field`, its text still to be written."""
    return Prompt(
        "",
        progress.page,
        field=field,
        buttons=progress.buttons,
        then=progress.then(field),
        on_empty=progress.on_empty(field),
    )
