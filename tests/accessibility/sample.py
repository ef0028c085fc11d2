"""The fewest scenarios that together show every step and overlay, every tone, every kind of item in every state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page
from tests.scenarios import NAMES, build


def shown(state: State) -> Page:
    """Return what is on top of the screen."""
    return overlay_page(state) or page(state)


def features(state: State) -> Iterator[object]:
    on_page = shown(state)
    yield on_page.where
    yield ("status", on_page.status is not None)
    for item in on_page.items:
        yield kind(item)


def kind(item: Item) -> tuple[object, ...]:
    match item:
        case EntryItem():
            held = bool(item.value)
            return (EntryItem, item.error is not None, item.echo is not None, item.masked, item.required, held)
        case Choice():
            return (Choice, item.error is not None, bool(item.value))
        case Button():
            return (Button, item.row, item.main, item.state is not None, item.hint is not None)
        case NoticeItem():
            return (NoticeItem, item.notice.tone, bool(item.notice.reference))
        case Prose():
            return (Prose, item.quiet, item.stop)
        case _:
            return (type(item),)


def _cover() -> tuple[str, ...]:
    left = {name: set(features(build(name))) for name in NAMES}
    chosen: list[str] = []
    while True:
        name = max(left, key=lambda one: len(left[one]))
        new = left[name]
        if not new:
            return tuple(chosen)
        chosen.append(name)
        left = {one: having - new for one, having in left.items()}


SAMPLE: Final = _cover()
