"""What is asked where one of a page's buttons is to be chosen. Pure: from the place and the words to the question."""

from __future__ import annotations

from typing import Final

from sel_contract.rules.text import fold
from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.core.state import Notice
from sel_tui.journey.registry import Overlay
from sel_tui.linear.place import Place
from sel_tui.linear.prompt import Prompt
from sel_tui.linear.wording import labelled

_UNBROKEN: Final = "\u00a0"
_SHORT: Final = 40


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
