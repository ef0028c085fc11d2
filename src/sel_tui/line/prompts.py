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
from sel_tui.line.progress import Progress
from sel_tui.line.sentences import labelled

Location = tuple[Step | Overlay, str]

_UNBROKEN: Final = "\u00a0"
_SHORT: Final = 40


class Prompt(NamedTuple):
    """One question of the line face.

    Attributes:
        text: The line to show, which ends where the answer begins.
        page: The page that it is on.
        aloud: What the voice says where no field is asked for; a problem comes first.
        field: The field or choice asked for; None when one of the page's buttons is.
        buttons: The page's buttons, in the order of their numbers.
        default: The button that Enter alone presses.
        follows_problem: Whether it follows an error or a warning; what was typed ahead is then dropped.
        covers_secret: Whether an overlay hides a secret field: what was meant for the field must not be shown.
        below: What is asked for once the overlay is closed.
        names: The buttons' names, folded, in the same order.
        searches: Whether text that names no button searches the list.
    """

    text: str
    page: Page
    aloud: tuple[Msg, ...] = ()
    field: EntryItem | Choice | None = None
    buttons: tuple[Button, ...] = ()
    default: Button | None = None
    follows_problem: bool = False
    covers_secret: bool = False
    below: Location | None = None
    names: tuple[str, ...] = ()
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
    """Return the prompt that asks for one of the buttons of a page.

    Args:
        progress: How far the person has come on the page.
        below: The step under the page, if the page is an overlay.
        words: The language.
    """
    buttons = progress.buttons
    covered = below.next_field() if below is not None else None
    question = _button_question(progress)
    return Prompt(
        labelled(words.say(question), words),
        progress.page,
        aloud=(question,),
        buttons=buttons,
        default=progress.default,
        covers_secret=isinstance(covered, EntryItem) and covered.masked,
        below=(below.page.where, covered.id if covered is not None else "") if below is not None else None,
        names=tuple(fold(words.say(button.label)) for button in buttons),
        searches=progress.search is not None,
    )


def problem_aloud(wrong: Msg | None, alarm: Notice | None) -> tuple[Msg, ...]:
    """Return what is said aloud before the question: the problem, if there is one.

    Args:
        wrong: What is wrong with the last answer, or with the field.
        alarm: An error or a warning that has just been written.
    """
    if wrong is not None:
        return (msg("error.at_field", problem=wrong),)
    if alarm is not None:
        return (msg("sentence", label=msg(f"tone.{alarm.tone.value}"), value=alarm.title),)
    return ()


def with_problem(question: str, wrong: Msg | None, alarm: Notice | None, words: Words) -> str:
    """Return the line of the prompt, which begins with the problem: a braille display shows one line.

    A short question is never folded, so that its whole text stands on the last row.

    Args:
        question: What is asked.
        wrong: What is wrong with the last answer, or with the field.
        alarm: An error or a warning that has just been written.
        words: The language.
    """
    if wrong is not None:
        before = words.say(msg("error.at_field", problem=wrong))
    elif alarm is not None:
        before = words.headed(f"tone.{alarm.tone.value}", alarm.title)
    else:
        return question
    return f"{before} {question.replace(' ', _UNBROKEN) if len(question) < _SHORT else question}"


def _button_question(progress: Progress) -> Msg:
    default, last = progress.default, len(progress.buttons)
    if default is None:
        return msg("line.choose", last=last)
    if progress.page.where is Overlay.EXPIRING:
        return msg("line.any_answer", label=default.label)
    if last > 1:
        return msg("line.choose_or", last=last, label=default.label)
    return msg("line.choose_only", label=default.label)
