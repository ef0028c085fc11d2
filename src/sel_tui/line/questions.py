"""The words of a question, and how they fit on the last line, the only one that a braille display shows. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Notice
from sel_tui.line.prompts import Prompt
from sel_tui.line.sentences import label_of, labelled

# Where the width is not known, as in a pipe.
ROOM: Final = 80
# A button that only leads on says nothing that the person must know before it is pressed.
LEADS_ON: Final = frozenset({"button.next", "button.see_questions"})


class Question(NamedTuple):
    """One question in two sizes.

    Attributes:
        whole: All of it, for a line that has room.
        brief: What stays of it on a short line.
        before: What is said on the lines before the short one.
    """

    whole: Msg
    brief: Msg
    before: tuple[Msg, ...] = ()


def question_of(prompt: Prompt, *, hints: bool) -> Question:
    """Return what `prompt` asks.

    Args:
        prompt: The prompt.
        hints: Whether the commands are named.
    """
    if isinstance(prompt.field, EntryItem):
        return _entry(prompt, prompt.field, hints=hints)
    if isinstance(prompt.field, Choice):
        return _choice(prompt.field)
    return _buttons(prompt, hints=hints)


def on_the_last_line(
    question: Question, words: Words, room: int, wrong: Msg | None, alarm: Notice | None
) -> tuple[tuple[Msg, ...], tuple[Msg, ...]]:
    """Return the lines before the prompt, and the pieces of the prompt, which begins with « Erreur » after one.

    Args:
        question: What is asked.
        words: The language.
        room: How many cells there are for the prompt and the cursor behind it; 0 where that is not known.
        wrong: What is wrong with the last answer, or with the field.
        alarm: An error or a warning that has just been written: it is not said twice.
    """
    room = room or ROOM
    before: tuple[Msg, ...] = ()
    heading: tuple[Msg, ...] = ()
    if wrong is not None:
        error = msg("error.at_field", problem=wrong)
        at_once = (error, labelled(question.whole, words))
        if _fits(at_once, words, room):
            return (), at_once
        before, heading = (error,), (msg("line.title", title=msg("tone.error")),)
    elif alarm is not None:
        heading = (msg("line.title", title=msg(f"tone.{alarm.tone.value}")),)
    asked = (*heading, labelled(question.whole, words))
    if _fits(asked, words, room):
        return before, asked
    asked = (*heading, labelled(question.brief, words))
    if _fits(asked, words, room):
        return (*before, *question.before), asked
    return (*before, *question.before, question.brief), (*heading, msg("label", label=msg("line.answer")))


def line(pieces: tuple[Msg, ...], words: Words) -> str:
    """Return the pieces of a prompt as one line, which ends where the answer begins."""
    return " ".join(map(words.say, pieces)) + " "


def _fits(pieces: tuple[Msg, ...], words: Words, room: int) -> bool:
    return len(line(pieces, words)) < room


def _entry(prompt: Prompt, field: EntryItem, *, hints: bool) -> Question:
    label = label_of(field)
    value = clear(field.value)
    sends = prompt.then.label if prompt.then is not None and prompt.then.label.key not in LEADS_ON else None
    if value and field.error is None:
        kept = msg("line.what_is_typed") if field.masked or field.secret else msg("line.quoted", text=personal(value))
        if sends is None:
            what = msg("line.enter_keeps", value=kept)
        else:
            what = msg("line.enter_keeps_and", value=kept, label=sends)
    elif sends is not None:
        what = msg("line.enter_or" if hints else "line.enter", label=sends)
    elif prompt.on_empty is not None:
        what = msg("line.enter_alone", label=prompt.on_empty.label)
    elif field.kind is Kind.SEARCH:
        what = msg("line.enter_shows_all")
    else:
        return Question(label, label)
    return Question(msg("line.with", label=label, what=what), label, (msg("line.title", title=what),))


def _choice(item: Choice) -> Question:
    last = len(item.options)
    brief = msg("line.choose", last=last)
    kept = next((option.label for option in item.options if option.value == item.value), None)
    if kept is None:
        return Question(brief, brief)
    enter = msg("line.enter_keeps", value=msg("line.quoted", text=kept))
    return Question(msg("line.with", label=brief, what=enter), brief, (msg("line.title", title=enter),))


def _buttons(prompt: Prompt, *, hints: bool) -> Question:
    default: Button | None = prompt.default
    last = len(prompt.buttons)
    brief = msg("line.choose", last=last)
    if default is None:
        return Question(brief, brief)
    enter = msg("line.choose_only", label=default.label)
    said = (msg("line.title", title=enter),)
    if last == 1:
        return Question(enter, msg("line.enter_key"), said)
    if prompt.leads_on:
        what = msg("line.enter_or_more" if hints else "line.enter_key")
        whole = msg("line.with", label=default.label, what=what)
        return Question(whole, msg("line.enter_or_choices"), (msg("line.title", title=whole),))
    named = msg("line.choose_or", last=last, label=default.label)
    if default.row:  # it has just been read
        return Question(msg("line.choose_or_row", last=last, number=prompt.buttons.index(default) + 1), brief)
    return Question(named, brief, said)
