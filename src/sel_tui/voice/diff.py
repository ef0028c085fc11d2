"""The difference between two states of the screen, as it is spoken: page, notice, status, error, focus, key. Pure.

A page whose point is to be read, which has facts, is read from its first line to its last, then what can be done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.registry import ENTRANCE, Step
from sel_tui.voice.describe import (
    describe_caret,
    describe_item,
    describe_option,
    describe_title,
    describe_typed,
    has_code,
)
from sel_tui.voice.privacy import utter
from sel_tui.voice.utterance import Part, Position, Utterance, Utterances

# Keys that move the caret of a field, or would erase something there; on anything else the first four move too.
_IN_FIELDS: Final = frozenset(
    {
        *("left", "right", "home", "end", "backspace", "delete"),
        *(f"ctrl+{key}" for key in ("left", "right", "a", "e", "h", "w", "u", "k")),
    }
)
_BACK: Final = frozenset({"up", "left", "pageup", "home"})
_ON: Final = frozenset({"down", "right", "pagedown", "end"})


class Snapshot(NamedTuple):
    """What a face shows at one time.

    Attributes:
        page: The page on top.
        focus: The item that has the focus; "" when none has.
        language: The language of the screen.
        at: The index of the option that the caret of a choice is on, or of the character that the caret of a field is.
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
    """Return what is said when a page opens: its title, then all of it as `describe_body` says."""
    return (*describe_title(now.page, words), *describe_body(now, words))


def describe_body(now: Snapshot, words: Words) -> Utterances:
    """Return notices, texts and facts in reading order, errors counted, the focused item, and what else can be done."""
    said: list[Utterance] = []
    read = [item for item in now.page.items if _is_read(item, now)]
    for item in read:
        row = isinstance(item, Button)
        said += (piece for piece in describe_item(item, words) if not row or piece.part in {Part.LABEL, Part.STATE})
    said += (*_status(now.page.status, words), *_count(now.page, words))
    if now.item not in read or isinstance(now.item, Button):
        said += describe_focus(now, words)
    return (*said, *_ways_on(now, words))


def unread(page: Page) -> tuple[Prose, ...]:
    """Return the texts that are good to know, which are said after a pause."""
    return tuple(item for item in page.items if isinstance(item, Prose) and item.quiet and not item.stop)


def simulation_mark(now: Snapshot, words: Words) -> Utterances:
    """Return what is said of a simulation; empty when the server is not one."""
    return (utter(msg("program.simulation"), Part.TITLE, words),) if now.page.simulation else ()


def diff(before: Snapshot | None, now: Snapshot, words: Words, below: Snapshot | None = None) -> Utterances:
    """Return what has to be said now; empty when nothing has changed.

    Args:
        before: What was shown at the last call; None at the first.
        now: What is shown.
        words: The language of the screen.
        below: The step that lay under what has just been closed: of the same page the title and the focus are enough.
    """
    if below is not None and _page_key(below) == _page_key(now) and now.page.where not in ENTRANCE:
        changed = diff(below, now._replace(focus=below.focus, at=below.at), words)
        return (*describe_title(now.page, words), *(changed or describe_focus(now, words)))
    if before is None or _page_key(before) != _page_key(now):
        # Each time before a log-in, where somebody else may be listening.
        known = before is not None and before.page.simulation and now.page.where not in ENTRANCE
        return (*(() if known else simulation_mark(now, words)), *describe_page(now, words))
    said = [] if before.page.simulation else [*simulation_mark(now, words)]
    if not before.page.items:  # it was being fetched: its title was said
        return (*said, *describe_body(now, words))
    fresh = _fresh(before, now)
    notice_changed = any(isinstance(item, NoticeItem) for item in fresh)
    if now.page.status != before.page.status and not notice_changed:  # what happened matters more than what is fetched
        said += _status(now.page.status, words)
    for item in fresh:
        if item.id != now.focus:
            said += _news_of(item, before, words)
    if _errors(now.page) != _errors(before.page):
        said += _count(now.page, words)
    # After a notice, as after a refusal that has emptied the field, the person hears where they are.
    if notice_changed or now.focus != before.focus or _error(now.item) != _error(before.item):
        said += describe_focus(now, words)
    else:
        said = [*_changed(before, now, words), *said]
    if _begins_at_fact(now.page) and not _begins_at_fact(before.page):
        said += _ways_on(now, words)
    return tuple(said)


def describe_unmoved(now: Snapshot, key: str, words: Words) -> Utterances:
    """Return what is said of `key`, which has changed nothing: the caret, the item, or which end was reached."""
    item = now.item
    if isinstance(item, EntryItem) and key in _IN_FIELDS:
        return describe_caret(item, words, now.at)
    if key in {"tab", "shift+tab"}:
        return describe_focus(now, words)
    if key not in _BACK | _ON:
        return ()
    stops = [one for one in now.page.items if not isinstance(one, Prose) or one.stop]
    within = isinstance(item, Button) and item.row and key in {"home", "end"}
    end = "list" if within and item is not stops[0 if key in _BACK else -1] else "page"
    return (utter(msg(f"voice.{'start' if key in _BACK else 'end'}_of_{end}"), Part.STATE, words),)


def takes_letter(now: Snapshot, key: str) -> bool:
    """Tell whether a letter does something where the focus is: it is typed, or it is the key of a button."""
    keys = {item.key for item in now.page.items if isinstance(item, Button)}
    return isinstance(now.item, EntryItem) or key in keys


def is_new_page(before: Snapshot | None, now: Snapshot) -> bool:
    """Tell whether the page has just come, or what stands on it: it was being fetched."""
    return before is None or _page_key(before) != _page_key(now) or not before.page.items


def interrupts(before: Snapshot | None, now: Snapshot) -> bool:
    """Tell whether what is being said is of no use any more: another page has come, or an answer to what was sent.

    The person's own keys have silenced it already. The title of a page that was being fetched is heard whole.
    """
    if before is None or _page_key(before) != _page_key(now):
        return True
    if all(isinstance(item, NoticeItem) for item in before.page.items):
        return False
    return (_notices(before), _errors(before.page)) != (_notices(now), _errors(now.page))


def _page_key(snapshot: Snapshot) -> tuple[object, ...]:
    return (snapshot.page.where, snapshot.page.title, snapshot.language)


def _notices(snapshot: Snapshot) -> list[NoticeItem]:
    return [item for item in snapshot.page.items if isinstance(item, NoticeItem)]


def _fresh(before: Snapshot, now: Snapshot) -> list[Item]:
    """Return the texts that were not there before.

    What a form says of itself is no news where it comes back because a notice is gone, nor while a call runs.
    """
    known = {item.id: item for item in before.page.items}
    returned = now.page.status is not None or (_notices(before) and not _notices(now))
    kinds = NoticeItem if returned else (Prose, NoticeItem, Fact)
    news = [item for item in now.page.items if isinstance(item, kinds) and known.get(item.id) != item]
    return [item for item in news if not isinstance(item, Fact) or not _begins_at_fact(now.page)]


def _news_of(item: Item, before: Snapshot, words: Words) -> Utterances:
    """Return what is said of a text that was not there before; of a notice that goes on, only what was added."""
    match item, next((one for one in before.page.items if one.id == item.id), None):
        case NoticeItem(_, new), NoticeItem(_, old) if new == replace(old, lines=new.lines):
            return tuple(utter(line, Part.NOTICE, words) for line in new.lines if line not in old.lines)
    return describe_item(item, words)


def _is_read(item: Item, now: Snapshot) -> bool:
    """Tell whether `item` is said as soon as its page opens, wherever the focus is."""
    match item:
        case NoticeItem():
            return True
        case Prose():
            return not item.quiet or item.stop
        case Fact():
            return not _begins_at_fact(now.page)
        case Button():
            return item.row and (is_for_reading(now.page) or now.page.where is Step.ATTRACT)
        case _:
            return False


def is_for_reading(page: Page) -> bool:
    """Tell whether the point of a page is what stands on it: facts."""
    return not _begins_at_fact(page) and any(isinstance(item, Fact) for item in page.items)


def _begins_at_fact(page: Page) -> bool:
    """Tell whether a page is so long that the person reads on from where it begins, as in the mailbox."""
    return any(isinstance(item, Fact) and item.id == page.focus for item in page.items)


def _ways_on(now: Snapshot, words: Words) -> Utterances:
    """Return how a page that was read is read again, and the buttons that Tab leads to."""
    page = now.page
    if _begins_at_fact(page):
        return (utter(msg("voice.arrows_read_on"), Part.TEXT, words),)
    stays = isinstance(now.item, (Prose, Fact, NoticeItem))
    others = [item for item in page.items if isinstance(item, Button) and not item.row and item.id != now.focus]
    if not (is_for_reading(page) or (stays and others)):
        return ()
    said = [utter(msg("voice.arrows_read_again"), Part.TEXT, words)]
    if has_code(page):
        said.append(utter(msg("voice.equals_spells"), Part.TEXT, words))
    for place, button in enumerate(others):
        label = button.label if place else msg("voice.tab_leads", label=button.label)
        said.append(utter(label, Part.TEXT, words))
        if button.key:
            said.append(utter(msg("voice.key", name=public(button.key.upper())), Part.TEXT, words))
    return tuple(said)


def _changed(before: Snapshot, now: Snapshot, words: Words) -> Utterances:
    """Return what is said of an item that kept the focus and has changed."""
    match before.item, now.item:
        case EntryItem() as old, EntryItem() as new if old.value != new.value:
            if not clear(new.value) and before.page.status != now.page.status:
                return ()  # a code is erased because it was of use
            return describe_typed(old, new, words)
        case EntryItem() as old, EntryItem() as new if old.masked != new.masked:
            return describe_focus(now, words)
        case EntryItem(), EntryItem() as new if before.at != now.at:
            return describe_caret(new, words, now.at)
        case Choice() as old, Choice() as new if (old.value, before.at) != (new.value, now.at):
            return describe_option(new, words, now.at)
        case Button() as old, Button() as new if old.label != new.label:
            return describe_focus(now, words)
        case Button() as old, Button() as new if old.state != new.state and new.state is not None:
            return (utter(new.state, Part.STATE, words),)  # the rest of it was said
    return ()


def _status(status: Msg | None, words: Words) -> Utterances:
    """Return what is going on; how to stop it only with a wait that has become long."""
    if status is None:
        return ()
    going_on = going_on_in(status)
    return (utter(status if going_on.key == "status.slow" else going_on, Part.STATUS, words),)


def going_on_in(status: Msg) -> Msg:
    """Return what `status` says is going on, without how to stop it."""
    inner = dict(status.params).get("status")
    return inner if status.key == "status.cancellable" and isinstance(inner, Msg) else status


def _count(page: Page, words: Words) -> Utterances:
    count = len(_errors(page))
    return (utter(msg("errors.count", count=count), Part.ERROR, words),) if count > 1 else ()


def _errors(page: Page) -> list[tuple[str, Msg]]:
    fields = [item for item in page.items if isinstance(item, (EntryItem, Choice))]
    return [(item.id, item.error) for item in fields if item.error is not None]


def _error(item: Item | None) -> Msg | None:
    return item.error if isinstance(item, (EntryItem, Choice)) else None
