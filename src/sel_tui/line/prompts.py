"""What the line face asks, one line at a time. Pure: from the progress on a page and the words to the question."""

from __future__ import annotations

from typing import Final, NamedTuple

from sel_contract.rules.text import fold
from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Page
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Notice
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line import commands
from sel_tui.line.progress import Place
from sel_tui.line.sentences import labelled

Spot = tuple[Step | Overlay, str]

_UNBROKEN: Final = "\u00a0"
_SHORT: Final = 40


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


def choices(place: Place, below: Place | None, words: Words) -> Prompt:
    """Return the question for one of the buttons of `place`.

    Args:
        place: The page.
        below: The step that the page lies over, where it does.
        words: The language.
    """
    buttons = place.buttons
    covered = below.next_field() if below is not None else None
    asking = _asking(place)
    return Prompt(
        labelled(words.say(asking), words),
        place.page,
        aloud=(asking,),
        buttons=buttons,
        default=place.default,
        covers_secret=isinstance(covered, EntryItem) and covered.masked,
        below=(below.page.where, covered.id if covered is not None else "") if below is not None else None,
        names=tuple(fold(words.say(button.label)) for button in buttons),
        searches=place.search is not None,
    )


def wrong_first(wrong: Msg | None, alarm: Notice | None) -> tuple[Msg, ...]:
    """Return what is said aloud before the question: what is wrong, where something is."""
    if wrong is not None:
        return (msg("error.at_field", problem=wrong),)
    if alarm is not None:
        return (msg("sentence", label=msg(f"tone.{alarm.tone.value}"), value=alarm.title),)
    return ()


def begun(question: str, wrong: Msg | None, alarm: Notice | None, words: Words) -> str:
    """Return the line that asks, which begins with what is wrong: braille shows one line.

    A short question is not broken where the line is: its last row says what is asked.
    """
    if wrong is not None:
        before = words.say(msg("error.at_field", problem=wrong))
    elif alarm is not None:
        before = words.headed(f"tone.{alarm.tone.value}", alarm.title)
    else:
        return question
    return f"{before} {question.replace(' ', _UNBROKEN) if len(question) < _SHORT else question}"


def _asking(place: Place) -> Msg:
    default, last = place.default, len(place.buttons)
    if default is None:
        return msg("line.choose", last=last)
    if place.page.where is Overlay.EXPIRING:
        return msg("line.any_answer", label=default.label)
    if last > 1:
        return msg("line.choose_or", last=last, label=default.label)
    return msg("line.choose_only", label=default.label)
