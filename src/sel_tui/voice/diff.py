"""What is new since the voice last spoke: a page, a notice, a status, an error, the focus, a typed character. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.voice.describe import say, say_option, say_title, say_typed
from sel_tui.voice.privacy import utter
from sel_tui.voice.utterance import Part, Position, Said, Utterance


class Seen(NamedTuple):
    """What a face shows at one moment.

    Attributes:
        page: The page on top.
        focus: The item that has the focus; "" when none has.
        language: The language of the screen.
        at: The option that the caret of a choice is on.
    """

    page: Page
    focus: str
    language: str
    at: int = 0

    @property
    def item(self) -> Item | None:
        """The item that has the focus."""
        return next((item for item in self.page.items if item.id == self.focus), None)

    @property
    def position(self) -> Position | None:
        """Which one the focused item is among what can have the focus; a row of a list, among the rows."""
        here = self.item
        stops: tuple[Item, ...] = self.page.operable()
        if isinstance(here, Button) and here.row:
            stops = tuple(item for item in stops if isinstance(item, Button) and item.row)
        ids = [item.id for item in stops]
        return Position(ids.index(self.focus) + 1, len(ids)) if self.focus in ids else None


def focused(now: Seen, words: Words) -> Said:
    """Return all that is said of the focused item, its help included."""
    return say(now.item, words, now.position, now.at) if now.item is not None else ()


def whole(now: Seen, words: Words) -> Said:
    """Return what is said when a page opens: title, notice, texts, errors counted, then the focused item."""
    said = [*say_title(now.page, words)]
    for item in now.page.items:
        heard = isinstance(item, NoticeItem) or (isinstance(item, Prose) and not item.quiet)
        if heard and item.id != now.focus:
            said += say(item, words)
    return (*said, *_status(now.page.status, words), *_count(now.page, words), *focused(now, words))


def mark(now: Seen, words: Words) -> Said:
    """Return what tells a simulation from the service itself; nothing where it is not one."""
    return (utter(msg("program.simulation"), Part.TITLE, words),) if now.page.simulation else ()


def news(before: Seen | None, now: Seen, words: Words) -> Said:
    """Return what has to be said now; nothing when all is as it was.

    Args:
        before: What was shown when the voice last looked; None when it never did.
        now: What is shown.
        words: The language of the screen.
    """
    if before is None:
        return whole(now, words)
    said = [] if before.page.simulation else [*mark(now, words)]
    if _place(before) != _place(now):
        return (*said, *whole(now, words))
    if now.page.status != before.page.status:
        said += _status(now.page.status, words)
    known = {item.id: item for item in before.page.items}
    fresh = [item for item in now.page.items if isinstance(item, (Prose, NoticeItem)) and known.get(item.id) != item]
    for item in fresh:
        if item.id != now.focus:
            said += say(item, words)
    if _errors(now.page) != _errors(before.page):
        said += _count(now.page, words)
    # After a notice, as after a refusal that has emptied the field, the person hears where they are.
    told = any(isinstance(item, NoticeItem) for item in fresh)
    if told or now.focus != before.focus or _error(now.item) != _error(before.item):
        said += focused(now, words)
    else:
        said = [*_changed(before, now, words), *said]
    return tuple(said)


def mild(before: Seen | None, now: Seen) -> bool:
    """Return whether page, focus, notices and errors are as they were: nothing need be cut short for the news."""
    return before is not None and _weighty(before) == _weighty(now)


def lines(before: Seen | None, now: Seen, words: Words, prompt: Sequence[Msg]) -> Said:
    """Return what the line face says: every line that is new, buttons by their numbers, then what is asked.

    Args:
        before: What was asked before; None at the beginning.
        now: What is asked; without a focus when one of the buttons is.
        words: The language.
        prompt: What asks for one of the buttons, after what was wrong.
    """
    fresh = before is None or _place(before) != _place(now)
    said: list[Utterance] = [] if before is not None and before.page.simulation else [*mark(now, words)]
    said += say_title(now.page, words) if fresh else ()
    known = {} if before is None or fresh else {item.id: item for item in before.page.items}
    for item in now.page.items:
        if not isinstance(item, (EntryItem, Choice, Button)) and known.get(item.id) != item:
            said += say(item, words)
    if now.focus:
        return (*said, *_count(now.page, words), *focused(now, words), *_options(now.item, words))
    buttons = [item for item in now.page.items if isinstance(item, Button)]
    for number, button in enumerate(buttons, start=1):
        said.append(utter(msg("voice.option", number=number, label=button.label), Part.LABEL, words))
        said += [piece for piece in say(button, words) if piece.part not in {Part.LABEL, Part.ROLE, Part.HELP}]
    return (*said, *(utter(message, Part.TEXT, words) for message in prompt))


def _options(item: Item | None, words: Words) -> Said:
    if not isinstance(item, Choice):
        return ()
    labels = [msg("voice.option", number=place, label=one.label) for place, one in enumerate(item.options, start=1)]
    return tuple(utter(label, Part.TEXT, words) for label in labels)


def _place(seen: Seen) -> tuple[object, ...]:
    return (seen.page.where, seen.page.title, seen.language)


def _weighty(seen: Seen) -> tuple[object, ...]:
    notices = [item for item in seen.page.items if isinstance(item, NoticeItem)]
    return (_place(seen), seen.focus, notices, _errors(seen.page))


def _changed(before: Seen, now: Seen, words: Words) -> Said:
    """Return what is said of an item that kept the focus and has changed."""
    match before.item, now.item:
        case EntryItem() as old, EntryItem() as new if old.value != new.value:
            return say_typed(old, new, words)
        case EntryItem() as old, EntryItem() as new if old.masked != new.masked:
            return focused(now, words)
        case Choice() as old, Choice() as new if (old.value, before.at) != (new.value, now.at):
            return say_option(new, words, now.at)
        case Button() as old, Button() as new if (old.label, old.state) != (new.label, new.state):
            return focused(now, words)
    return ()


def _status(status: Msg | None, words: Words) -> Said:
    return (utter(status, Part.STATUS, words),) if status is not None else ()


def _count(page: Page, words: Words) -> Said:
    count = len(_errors(page))
    return (utter(msg("errors.count", count=count), Part.ERROR, words),) if count > 1 else ()


def _errors(page: Page) -> list[tuple[str, Msg]]:
    fields = [item for item in page.items if isinstance(item, (EntryItem, Choice))]
    return [(item.id, item.error) for item in fields if item.error is not None]


def _error(item: Item | None) -> Msg | None:
    return item.error if isinstance(item, (EntryItem, Choice)) else None
