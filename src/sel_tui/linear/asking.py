"""What is asked where one of a page's buttons is to be chosen. Pure: from the place and the words to the question."""

from __future__ import annotations

from sel_tui.i18n import Words
from sel_tui.journey.identifiers import fold
from sel_tui.journey.page import Entry
from sel_tui.journey.steps import Overlay
from sel_tui.journey.words import Msg, msg
from sel_tui.linear.place import Place
from sel_tui.linear.prompt import Prompt
from sel_tui.linear.wording import labelled


def choices(place: Place, below: Place | None, words: Words) -> Prompt:
    """Return the question for one of the buttons of `place`.

    Args:
        place: The page.
        below: The step that the page lies over, where it does.
        words: The language.
    """
    buttons = place.buttons
    covered = below.next_field() if below is not None else None
    return Prompt(
        labelled(words.say(_asking(place)), words),
        place.page,
        buttons=buttons,
        default=place.default,
        covers_secret=isinstance(covered, Entry) and covered.masked,
        below=(below.page.where, covered.id if covered is not None else "") if below is not None else None,
        names=tuple(fold(words.say(button.label)) for button in buttons),
        searches=place.search is not None,
    )


def _asking(place: Place) -> Msg:
    default, last = place.default, len(place.buttons)
    if default is None:
        return msg("line.choose", last=last)
    if place.page.where is Overlay.EXPIRING:
        return msg("line.any_answer", label=default.label)
    if last > 1:
        return msg("line.choose_or", last=last, label=default.label)
    return msg("line.choose_only", label=default.label)
