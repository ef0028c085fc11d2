"""Renders whole pages as text, and fails where a word or a placeholder is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import overlay_page, page


class CheckedWords(Words):
    """Words that refuse to show a key instead of its text."""

    def _pattern(self, key: str, count: object) -> str:
        pattern = super()._pattern(key, count)
        assert pattern != key, f"{key} is not in the catalogue of {self.language}"
        assert pattern, f"{key} is empty in the catalogue of {self.language}"
        return pattern


WORDS = {language: CheckedWords(language, UTC) for language in ("fr", "en")}


def messages(item: Item) -> Iterator[Msg | None]:
    match item:
        case Prose():
            yield item.text
        case Fact():
            yield from (item.label, item.value)
        case EntryItem():
            yield from (item.label, item.hint, item.error, item.echo)
        case Choice():
            yield from (item.label, item.error, item.hint, *(option.label for option in item.options))
        case Button():
            yield from (item.label, item.hint, item.state)
        case NoticeItem():
            yield from (item.notice.title, *item.notice.lines)


def texts(shown: Page, language: str) -> list[str]:
    """Return everything that `shown` says in `language`."""
    said = [shown.title, shown.status, *(one for item in shown.items for one in messages(item))]
    return [WORDS[language].say(one) for one in said if one is not None]


def pages(state: State) -> list[Page]:
    """Return the step and what lies over it, with the help of each of its fields."""
    shown = page(state)
    over = [overlay_page(state, item.id) for item in shown.operable()] or [overlay_page(state)]
    return [shown, *(one for one in over if one is not None)]


def everything(state: State) -> str:
    """Return all that a person can read in `state`, in both languages."""
    return "\n".join(text for language in WORDS for shown in pages(state) for text in texts(shown, language))
