"""The words of a question, and how they fit on the last line, the only one that a braille display shows. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, msg, personal, public
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Notice
from sel_tui.line.prompts import Prompt
from sel_tui.line.sentences import in_short, label_of, labelled

# Where the width is not known, as in a pipe.
ROOM: Final = 80
# A button that only leads on says nothing that the person must know before it is pressed.
LEADS_ON: Final = frozenset({"button.next", "button.see_questions"})


class Size(NamedTuple):
    """One wording of a question.

    Attributes:
        asked: What stands on the last line.
        before: What is said on the lines before it.
    """

    asked: Msg
    before: tuple[Msg, ...] = ()


class Question(NamedTuple):
    """One question in several sizes.

    Attributes:
        sizes: Its wordings; the first that fits is taken.
        answer: How many cells the answer needs behind it.
    """

    sizes: tuple[Size, ...]
    answer: int = 0


def question_of(prompt: Prompt, words: Words, *, hints: bool, braille: bool) -> Question:
    """Return what `prompt` asks.

    Args:
        prompt: The prompt.
        words: The language.
        hints: Whether the commands are named.
        braille: Whether only the last line is felt: it then says which page this is and what Enter does.
    """
    if isinstance(prompt.field, EntryItem):
        return _entry(prompt, prompt.field, hints=hints)
    titles = in_short(prompt.page.title, words)
    if isinstance(prompt.field, Choice):
        question, last = _choice(prompt.field), len(prompt.field.options)
        said = question.sizes[-1].before
        felt = tuple(Size(msg("line.choose_on", title=title, last=last), said) for title in titles)
    else:
        question, last = _buttons(prompt, hints=hints), len(prompt.buttons)
        felt = _felt(prompt, titles, words)
    return Question((*felt, *question.sizes), answer=len(str(last))) if braille else question


def on_the_last_line(
    question: Question,
    words: Words,
    room: int,
    wrong: Msg | None,
    alarm: Notice | None,
    *,
    advice: Msg | None = None,
    titles: tuple[Msg, ...] = (),
) -> tuple[tuple[Msg, ...], tuple[Msg, ...]]:
    """Return the lines before the prompt, and the pieces of the prompt, which begins with « Erreur » after one.

    Args:
        question: What is asked.
        words: The language.
        room: How many cells there are for the prompt and the cursor behind it; 0 where that is not known.
        wrong: What is wrong with the last answer, or with the field.
        alarm: An error or a warning that has just been written: it is not said twice.
        advice: How to go on after what is wrong: a line of its own behind it.
        titles: What the question itself must begin with, the first that fits; none where it may stand alone.
    """
    room = (room or ROOM) - question.answer
    before: tuple[Msg, ...] = ()
    heading: tuple[Msg, ...] = ()
    if wrong is not None:
        error = msg("error.at_field", problem=wrong)
        for size in question.sizes:
            at_once = (error, labelled(size.asked, words))
            if not (size.before or titles or advice) and _fits(at_once, words, room):
                return (), at_once
        before = (error, advice) if advice is not None else (error,)
        heading = (msg("line.title", title=msg("tone.error")),)
    elif alarm is not None:
        heading = (msg("line.title", title=msg(f"tone.{alarm.tone.value}")),)
    begins = [(*heading, msg("line.title", title=title)) for title in titles] or [heading]
    for size in question.sizes:
        for begin in begins:
            asked = (*begin, labelled(size.asked, words))
            if _fits(asked, words, room):
                return (*before, *size.before), asked
    last = question.sizes[-1]
    return (*before, *last.before, last.asked), (*begins[-1], msg("label", label=msg("line.answer")))


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
        return Question((Size(label),))
    return _in_two_sizes(msg("line.with", label=label, what=what), label, msg("line.title", title=what))


def _choice(item: Choice) -> Question:
    brief = msg("line.choose", last=len(item.options))
    kept = next((option.label for option in item.options if option.value == item.value), None)
    if kept is None:
        return Question((Size(brief),))
    enter = msg("line.enter_keeps", value=msg("line.quoted", text=kept))
    return _in_two_sizes(msg("line.with", label=brief, what=enter), brief, msg("line.title", title=enter))


def _buttons(prompt: Prompt, *, hints: bool) -> Question:
    default: Button | None = prompt.default
    last = len(prompt.buttons)
    brief = msg("line.choose", last=last)
    if default is None:
        return Question((Size(brief),))
    enter = msg("line.choose_only", label=default.label)
    said = msg("line.title", title=enter)
    if last == 1:
        return _in_two_sizes(enter, msg("line.enter_key"), said)
    if prompt.leads_on:
        what = msg("line.enter_or_more" if hints else "line.enter_key")
        whole = msg("line.with", label=default.label, what=what)
        return _in_two_sizes(whole, msg("line.enter_or_choices"), msg("line.title", title=whole))
    if default.row:  # it has just been read
        number = prompt.buttons.index(default) + 1
        return Question((Size(msg("line.choose_or_row", last=last, number=number)), Size(brief)))
    return _in_two_sizes(msg("line.choose_or", last=last, label=default.label), brief, said)


def _felt(prompt: Prompt, titles: tuple[Msg, ...], words: Words) -> tuple[Size, ...]:
    """Return the wordings for a braille display: what Enter does and which page this is stand on the last line."""
    default = prompt.default
    last = len(prompt.buttons)
    labels = in_short(default.label, words) if default is not None else ()
    if default is not None and last == 1:
        return tuple(Size(msg(key, label=label)) for label in labels for key in ("line.choose_only", "line.enter"))
    if default is not None and prompt.leads_on:
        return tuple(Size(msg("line.enter_or_choices_of", label=label)) for label in labels)
    choices = [msg("line.choose_on", title=title, last=last) for title in titles]
    if default is None:
        return tuple(map(Size, choices))
    number = public(str(prompt.buttons.index(default) + 1))
    enters = [msg("line.enter", label=what) for what in (default.label, number)]
    said = msg("line.title", title=msg("line.choose_only", label=default.label))
    return (
        *(Size(msg("line.with", label=choice, what=enter)) for enter in enters for choice in choices),
        *(Size(choice, (said,)) for choice in choices),
    )


def _in_two_sizes(whole: Msg, brief: Msg, before: Msg) -> Question:
    return Question((Size(whole), Size(brief, (before,))))
