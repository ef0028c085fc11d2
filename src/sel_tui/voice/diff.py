"""The difference between two states of the screen, as it is spoken: page, notice, status, error, focus, key. Pure."""

from __future__ import annotations

from typing import NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.voice.describe import describe_item, describe_option, describe_title, describe_typed
from sel_tui.voice.privacy import utter
from sel_tui.voice.utterance import Part, Position, Utterances


class Snapshot(NamedTuple):
    """What a face shows at one time.

    Attributes:
        page: The page on top.
        focus: The item that has the focus; "" when none has.
        language: The language of the screen.
        at: The index of the option that the caret of a choice is on.
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
        """The position of the focused item among those that can have the focus; of a row, among the rows."""
        here = self.item
        stops: tuple[Item, ...] = self.page.operable()
        if isinstance(here, Button) and here.row:
            stops = tuple(item for item in stops if isinstance(item, Button) and item.row)
        ids = [item.id for item in stops]
        return Position(ids.index(self.focus) + 1, len(ids)) if self.focus in ids else None


def describe_focus(now: Snapshot, words: Words) -> Utterances:
    """Return what is said of the focused item, with its help."""
    return describe_item(now.item, words, now.position, now.at) if now.item is not None else ()


def describe_page(now: Snapshot, words: Words) -> Utterances:
    """Return what is said when a page opens: title, notice, texts, errors counted, then the focused item."""
    said = [*describe_title(now.page, words)]
    for item in now.page.items:
        spoken = isinstance(item, NoticeItem) or (isinstance(item, Prose) and not item.quiet)
        if spoken and item.id != now.focus:
            said += describe_item(item, words)
    return (*said, *_status(now.page.status, words), *_count(now.page, words), *describe_focus(now, words))


def simulation_mark(now: Snapshot, words: Words) -> Utterances:
    """Return what is said of a simulation; empty when the server is not one."""
    return (utter(msg("program.simulation"), Part.TITLE, words),) if now.page.simulation else ()


def diff(before: Snapshot | None, now: Snapshot, words: Words) -> Utterances:
    """Return what has to be said now; empty when nothing has changed.

    Args:
        before: What was shown at the last call; None at the first.
        now: What is shown.
        words: The language of the screen.
    """
    if before is None:
        return describe_page(now, words)
    said = [] if before.page.simulation else [*simulation_mark(now, words)]
    if _page_key(before) != _page_key(now):
        return (*said, *describe_page(now, words))
    if now.page.status != before.page.status:
        said += _status(now.page.status, words)
    known = {item.id: item for item in before.page.items}
    fresh = [item for item in now.page.items if isinstance(item, (Prose, NoticeItem)) and known.get(item.id) != item]
    for item in fresh:
        if item.id != now.focus:
            said += describe_item(item, words)
    if _errors(now.page) != _errors(before.page):
        said += _count(now.page, words)
    # After a notice, as after a refusal that has emptied the field, the person hears where they are.
    notice_changed = any(isinstance(item, NoticeItem) for item in fresh)
    if notice_changed or now.focus != before.focus or _error(now.item) != _error(before.item):
        said += describe_focus(now, words)
    else:
        said = [*_changed(before, now, words), *said]
    return tuple(said)


def is_minor(before: Snapshot | None, now: Snapshot) -> bool:
    """Tell whether page, focus, notices and errors are unchanged: what is being said need not be interrupted."""
    return before is not None and _major(before) == _major(now)


def _page_key(snapshot: Snapshot) -> tuple[object, ...]:
    return (snapshot.page.where, snapshot.page.title, snapshot.language)


def _major(snapshot: Snapshot) -> tuple[object, ...]:
    notices = [item for item in snapshot.page.items if isinstance(item, NoticeItem)]
    return (_page_key(snapshot), snapshot.focus, notices, _errors(snapshot.page))


def _changed(before: Snapshot, now: Snapshot, words: Words) -> Utterances:
    """Return what is said of an item that kept the focus and has changed."""
    match before.item, now.item:
        case EntryItem() as old, EntryItem() as new if old.value != new.value:
            return describe_typed(old, new, words)
        case EntryItem() as old, EntryItem() as new if old.masked != new.masked:
            return describe_focus(now, words)
        case Choice() as old, Choice() as new if (old.value, before.at) != (new.value, now.at):
            return describe_option(new, words, now.at)
        case Button() as old, Button() as new if (old.label, old.state) != (new.label, new.state):
            return describe_focus(now, words)
    return ()


def _status(status: Msg | None, words: Words) -> Utterances:
    return (utter(status, Part.STATUS, words),) if status is not None else ()


def _count(page: Page, words: Words) -> Utterances:
    count = len(_errors(page))
    return (utter(msg("errors.count", count=count), Part.ERROR, words),) if count > 1 else ()


def _errors(page: Page) -> list[tuple[str, Msg]]:
    fields = [item for item in page.items if isinstance(item, (EntryItem, Choice))]
    return [(item.id, item.error) for item in fields if item.error is not None]


def _error(item: Item | None) -> Msg | None:
    return item.error if isinstance(item, (EntryItem, Choice)) else None
