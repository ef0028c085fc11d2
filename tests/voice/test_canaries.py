"""On a kiosk without headphones: what belongs to a person is never spoken, what concerns nobody always is.

Over every scenario in French and on both faces, and in English over those that show every kind of item; a secret is
not even spoken into headphones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Final, NamedTuple

import pytest

from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.machine import fields_of, overlay_page, page
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.voice import Voice
from sel_tui.voice.diff import going_on_in
from sel_tui.voice.spelling import is_spelled, spelled, with_groups
from sel_tui.voice.utterance import plain, without_points
from tests.accessibility.sample import SAMPLE
from tests.line.stage import words as line_words
from tests.scenarios import build, in_each_scenario
from tests.voice.canaries import SECRET, Canaries
from tests.voice.listening import WORDS, Alarms, Listener

# Each language on one worker, which hears everything once.
both = pytest.mark.parametrize(
    "language", [pytest.param(one, marks=pytest.mark.xdist_group(f"heard-{one}")) for one in ("fr", "en")]
)


def in_each_visit(test: Callable[[str, str], None]) -> Callable[..., None]:
    """Return the test of all visits: of every scenario in French, in English of those that show every kind of item."""

    @wraps(test)
    def of_each(name: str, language: str) -> None:
        if language == "fr" or name in SAMPLE:
            test(name, language)

    return both(in_each_scenario(of_each))


NEUTRAL: Final = {language: words.key("voice.private") for language, words in WORDS.items()}


class Kiosk:
    """A voice in a public place, and all that it was heard to say."""

    def __init__(self, name: str, language: str) -> None:
        self.words = WORDS[language]
        self.canaries = Canaries(self.words)
        self.state = self.canaries.put_into(build(name, language))
        self.heard, self._alarms = Listener(), Alarms()
        self.voice = Voice(self.heard, self._alarms, on=True, kiosk=True)

    @property
    def pages(self) -> Iterator[Page]:
        """Yield the page on top; the help once for each field that it may be about."""
        yield overlay_page(self.state) or page(self.state)
        if self.state.overlay is Overlay.HELP:
            for field in fields_of(self.state):
                yield overlay_page(self.state, field.name) or page(self.state)

    def plugs_in(self) -> None:
        self.voice.key("f11")
        self.voice.key("6")

    def everything(self) -> str:
        """Go everywhere on both faces, wait for the help, spell and repeat; return all that was said."""
        self.heard.forget()
        for shown in self.pages:
            for name in ("", *(item.id for item in shown.items)):
                self._sees(shown, name)
            self._options(shown)
        self._line_by_line()
        return " ".join(self.heard.texts)

    def _sees(self, shown: Page, name: str, at: int = 0) -> None:
        self.voice.see(shown, name, self.words, at)
        self._alarms.ring()
        for digit in ("2", "1"):
            self.voice.key("f11")
            self.voice.key(digit)

    def _options(self, shown: Page) -> None:
        for item in shown.items:
            for at in range(len(item.options) if isinstance(item, Choice) else 0):
                self._sees(shown, item.id, at)

    def _line_by_line(self) -> None:
        renderer = Renderer(lambda _: None, words=line_words)
        for _ in range(12):
            prompt = renderer.render(self.state)
            if prompt is None:
                return
            self._asks(prompt, renderer)
            if prompt.field is None:
                return
            renderer.answered(prompt.field.id, self.state)

    def _asks(self, prompt: Prompt, renderer: Renderer) -> None:
        written = (*renderer.transcript.take(), *prompt.asked)
        focus = prompt.field.id if prompt.field else ""
        self.voice.read(written, prompt.page, focus, renderer.words.aloud, opened=True)
        self._alarms.ring()


class Visit(NamedTuple):
    """One scenario's kiosk, and what it said: without headphones, with them, and to the next person."""

    kiosk: Kiosk
    without: str
    with_headphones: str
    to_the_next: str


@cache
def visit(name: str, language: str) -> Visit:
    kiosk = Kiosk(name, language)
    without = kiosk.everything()
    kiosk.plugs_in()
    with_headphones = kiosk.everything()
    kiosk.voice.reset()
    return Visit(kiosk, without, with_headphones, kiosk.everything())


@in_each_visit
def test_without_headphones_nothing_that_belongs_to_a_person_is_spoken(name: str, language: str) -> None:
    heard = visit(name, language)
    assert heard.kiosk.canaries.told(heard.without) == set()


@in_each_visit
def test_with_headphones_all_that_the_page_shows_of_a_person_is_spoken_save_secrets(name: str, language: str) -> None:
    kiosk, said = visit(name, language).kiosk, visit(name, language).with_headphones
    shown = {
        canary for on_page in kiosk.pages for text in texts(on_page, kiosk) for canary in kiosk.canaries.told(text)
    }
    assert shown - kiosk.canaries.told(said) == set()
    assert NEUTRAL[language] not in said
    assert SECRET not in said
    assert spelled(SECRET, kiosk.words) not in said
    assert spelled(SECRET, kiosk.words, capitals=True) not in said


@in_each_visit
def test_for_the_next_person_it_is_kept_back_again(name: str, language: str) -> None:
    heard = visit(name, language)
    assert heard.kiosk.canaries.told(heard.to_the_next) == set()


@in_each_visit
def test_what_concerns_nobody_is_spoken_on_a_kiosk_too(name: str, language: str) -> None:
    if build(name).app.desk:  # no kiosk is a desk
        return
    kiosk, said = visit(name, language).kiosk, visit(name, language).without
    for on_page in kiosk.pages:
        wanted = [text for message in public_texts(on_page) for text in fixed(message, kiosk)]
        assert [text for text in wanted if text.casefold() not in said.casefold()] == []
    if not any(kiosk.canaries.told(text) for on_page in kiosk.pages for text in texts(on_page, kiosk)):
        assert NEUTRAL[language] not in said


def texts(shown: Page, kiosk: Kiosk) -> Iterator[str]:
    """Yield every text of a page as it is shown, fields' contents too; no secret."""
    for item in shown.items:
        for message in messages(item):
            yield kiosk.words.say(message)
        if isinstance(item, EntryItem) and not (item.masked or item.secret):
            yield clear(item.value)
        if isinstance(item, NoticeItem):
            yield item.notice.reference


def messages(item: Item) -> Iterator[Msg]:
    """Yield every message of `item` that is spoken somewhere; the help gives way to an error, an echo or a value."""
    match item:
        case Prose():
            yield item.text
        case Fact():
            yield from (item.label, item.value)
        case NoticeItem():
            yield from (item.notice.title, *item.notice.lines)
        case EntryItem():
            yield item.label
            told = item.error or item.echo or (None if clear(item.value).strip() else item.hint)
            yield from (one for one in (told,) if one is not None)
        case Choice():
            yield from (item.label, *(option.label for option in item.options))
            yield from (one for one in (item.error or item.hint,) if one is not None)
        case Button():
            yield from (one for one in (item.label, item.state, item.hint) if one is not None)


def public_texts(shown: Page) -> Iterator[Msg]:
    """Yield what anyone may read: all of a page but what a client file says, and what a file is called."""
    yield shown.title
    if shown.status is not None:
        yield going_on_in(shown.status)
    for item in shown.items:
        if (
            isinstance(item, Fact)
            and item.id != "verification"
            and (shown.where is Step.CLIENT_FILE or item.id == "file")
        ) or (isinstance(item, Fact) and is_spelled(item.label, item.value)):
            yield item.label
        else:
            yield from messages(item)


def fixed(message: Msg, kiosk: Kiosk) -> list[str]:
    """Return the words of `message` around what belongs to the person."""
    text = kiosk.words.say(message)
    for canary in sorted(kiosk.canaries.found, key=len, reverse=True):
        text = text.replace(canary, "\0")
    pieces = [plain(without_points(with_groups(piece, kiosk.words))).strip(" .:,;·/–()") for piece in text.split("\0")]
    return [piece for piece in pieces if sum(letter.isalpha() for letter in piece) > 2]
