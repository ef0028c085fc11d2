"""Makes the twins' pages from our own: the scenarios of the tests, said in French."""

from __future__ import annotations

from typing import Final

from benchmarks.twins.pages import BUTTON, ENTRY, SECRET, TEXT, TwinPage
from benchmarks.twins.pages import Item as TwinItem
from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem
from sel_tui.journey.core.secret import clear
from sel_tui.journey.machine import page
from sel_tui.runtime.key_bindings import key_bar
from tests.scenarios import build

# Log in, method 1 with one miss, the confirmation, the profiles, the file.
JOURNEY: Final = ("login", "methods", "legacy_access", "not_recognized", "linked", "profiles", "client_file")


def journey() -> list[TwinPage]:
    """Return the pages of the journey."""
    return [_twin(name) for name in JOURNEY]


def _twin(name: str) -> TwinPage:
    state, words = build(name), Words("fr")
    shown = page(state)
    items = tuple(_item(item, words) for item in shown.items)
    places = [place for place, item in enumerate(items) if item.operable]
    named = [place for place, item in enumerate(shown.items) if item.id == shown.focus and items[place].operable]
    keys = "  ".join(f"{key} {label}" for key, label in key_bar(state, shown, words, 80))
    stage = words.say(shown.stage) if shown.stage is not None else ""
    return TwinPage(words.say(shown.title), (words.key("program.name"), stage), keys, items, (named or places)[0])


def _item(item: Item, words: Words) -> TwinItem:
    def said(message: Msg | None) -> str:
        return "" if message is None else words.say(message).replace("\u00a0", " ")

    match item:
        case EntryItem():
            kind = SECRET if item.secret else ENTRY
            return TwinItem(kind, said(item.label), clear(item.value), said(item.hint), said(item.error))
        case Button():
            state = f" ({said(item.state)})" if item.state is not None else ""
            return TwinItem(BUTTON, said(item.label) + state, hint=said(item.hint))
        case Choice():
            return TwinItem(BUTTON, said(item.label))
        case Fact():
            return TwinItem(TEXT, f"{said(item.label)} : {said(item.value)}")
        case NoticeItem():
            said_all = (item.notice.title, *item.notice.lines)
            return TwinItem(TEXT, " ".join(said(line) for line in said_all))
        case _:
            return TwinItem(TEXT, said(item.text))
