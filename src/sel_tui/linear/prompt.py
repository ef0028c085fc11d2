"""What the line face asks, one line at a time."""

from __future__ import annotations

from typing import NamedTuple

from sel_tui.journey.page import Button, Choice, Entry, Page
from sel_tui.journey.secret import Secret


class Prompt(NamedTuple):
    """One question.

    Attributes:
        text: The line to show, which ends where the answer begins.
        page: The page that it is on.
        field: The field or the choice that is asked for; None where one of the page's buttons is.
        buttons: The page's buttons, in the order of their numbers.
        default: The button that Enter alone takes.
        sudden: Whether it follows an error or a warning: what was typed ahead was meant for something else.
        covers_secret: Whether the page lies over a secret question: what was meant for it must not be seen.
    """

    text: str
    page: Page
    field: Entry | Choice | None = None
    buttons: tuple[Button, ...] = ()
    default: Button | None = None
    sudden: bool = False
    covers_secret: bool = False

    @property
    def hidden(self) -> bool:
        """Whether what is typed must not be seen on a screen."""
        return self.covers_secret or (isinstance(self.field, Entry) and self.field.masked)

    @property
    def secret(self) -> bool:
        """Whether what is answered must not stand in the record of a script's run."""
        return isinstance(self.field, Entry) and isinstance(self.field.value, Secret)
