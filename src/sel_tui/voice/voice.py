"""The voice as a face uses it: it is shown each page and says what is new; any key silences it; F11 is its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sel_tui.i18n import LANGUAGES, Words
from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, EntryItem, Fact, NoticeItem, Page, Prose
from sel_tui.journey.registry import Overlay, Step
from sel_tui.voice import KEY
from sel_tui.voice.describe import describe_code, describe_item, describe_spelled, help_of
from sel_tui.voice.diff import (
    Snapshot,
    describe_focus,
    describe_unmoved,
    diff,
    going_on_in,
    interrupts,
    is_new_page,
    takes_letter,
    unread,
)
from sel_tui.voice.privacy import redact, utter
from sel_tui.voice.utterance import Part, Utterances, by_language, plain, sentence

# Spells, outside the fields; as Textual names it, and as it is typed.
SPELLING_KEYS: Final = frozenset({"equals_sign", "="})
HELP_AFTER: Final = 1.5
INVITE_EVERY: Final = 20.0
RATE_STEP: Final = 15
RATE_LIMIT: Final = 90


# What the line face writes: an item of a page as it is, or a message.
Heard = Prose | Fact | NoticeItem | Msg


class Speaker(Protocol):
    """What speaks: a `SpeechQueue`, or a test's list."""

    def say(self, text: str, language: str, rate: int = 0) -> None:
        """Say `text` after what is being said."""

    def cancel(self) -> None:
        """Stop at once."""

    def close(self, text: str = "", language: str = "", rate: int = 0) -> None:
        """Stop for good; `text` is still said where that takes no time."""


class Cancellable(Protocol):
    """Something set going that can be stopped."""

    def cancel(self) -> None:
        """Stop it."""


Later = Callable[[float, Callable[[], None]], Cancellable]


class Voice:
    """Says what a face shows.

    Args:
        speaker: What speaks; None where nothing can, which is then written when F11 is pressed.
        later: Calls a function after some seconds.
        on: Whether it speaks from the beginning; F11 starts it otherwise.
        kiosk: Whether others may hear: personal data is then not spoken until the person says that headphones are in.
        show_text: Shows what cannot be said aloud, as one line of text.
    """

    def __init__(
        self,
        speaker: Speaker | None,
        later: Later,
        *,
        on: bool = False,
        kiosk: bool = False,
        show_text: Callable[[Msg], None] = lambda _: None,
    ) -> None:
        self._speaker = speaker
        self._later = later
        self._kiosk = kiosk
        self._starts_on = on
        self._show_text = show_text
        self._snapshot: Snapshot | None = None
        self._words: Words | None = None
        self._help: Cancellable | None = None
        self._invitation: Cancellable | None = None
        self._last_said: Utterances = ()
        self._unread: tuple[Prose, ...] = ()
        self._written: Utterances = ()
        self._below: Snapshot | None = None
        self._pressed = ""
        self._heard_in_vain = False
        self._heard_simulation = self._heard_how_to_stop = False
        self.on = on and speaker is not None
        self.muted = self._menu = False
        self.headphones = not kiosk
        self.rate = 0

    def see(self, page: Page, focus: str, words: Words, at: int = 0) -> None:
        """Compare what is shown with the last call, and say what is new. Call it after every key and every change.

        Args:
            page: The page on top.
            focus: The item that has the focus.
            words: The language of the screen.
            at: The option that the caret of a choice is on, or the character that the caret of a field is on.
        """
        before, self._words = self._snapshot, words
        self._snapshot = Snapshot(page, focus, words.language, at)
        if before != self._snapshot:
            self._pressed, self._heard_in_vain = "", False
        if self._speaker is None or not self.on:
            return
        if before == self._snapshot:
            return
        if is_new_page(before, self._snapshot):
            self._unread = unread(page)
        over, shown_over = (
            isinstance(page.where, Overlay),
            before is not None and isinstance(before.page.where, Overlay),
        )
        if over and not shown_over:
            self._below = before
        said = diff(before, self._snapshot, words, self._below if shown_over and not over else None)
        if said:
            self._speak(said, interrupt=interrupts(before, self._snapshot))

    def read(self, written: Sequence[Heard], page: Page, focus: str, words: Words, *, opened: bool = False) -> None:
        """Say what the line face has written, in its order, after what is being said: only a key cuts it short.

        Args:
            written: What was written since the last time, the prompt last: items of the page, and messages.
            page: The page.
            focus: The field that is asked for; "" where one of the page's buttons is.
            words: The language.
            opened: Whether the page was opened with it; whoever starts the voice later hears all of it.
        """
        self._words = words
        self._snapshot = Snapshot(page, focus, words.language)
        if self.on:
            written = [self._shortened(one, page) for one in written]
        said = tuple(piece for one in written for piece in describe_written(one, words))
        self._written = said if opened else (*self._written, *said)
        if self._speaker is not None and self.on and said:
            self._last_said = said
            self._utter(said)

    def key(self, key: str) -> bool:
        """Fall silent for `key`; return True when the key belongs to the voice and must not be handled by anyone else.

        Args:
            key: Its name: `f11`, `a`, `tab`.
        """
        self.silence()
        self._pressed = key
        if key == KEY and self._words is not None:
            self._own_key(self._words)
            return True
        if self._menu:
            self._menu = False
            return self._menu_key(key)
        if key in SPELLING_KEYS and self.on and self._words is not None:
            return self._spell_code(self._words)
        return False

    def explain(self, *, letter: bool) -> None:
        """Say why the last key has changed nothing, unless it has. Call it once all that it does was shown.

        Args:
            letter: Whether it writes something; that there is nothing to type is said until it was heard whole.
        """
        key, self._pressed = self._pressed, ""
        snapshot, words = self._snapshot, self._words
        if not key or snapshot is None or words is None:
            return
        if not letter:
            self._utter(describe_unmoved(snapshot, key, words))
        elif not (self._heard_in_vain or takes_letter(snapshot, key)):
            self._utter((utter(msg("voice.nothing_to_type"), Part.STATE, words),))
            self._help = self._later(HELP_AFTER, self._hear_in_vain)

    def invite(self) -> None:
        """On a kiosk, say in both languages how to start the voice, again and again until it is or a key comes."""
        if self._speaker is None or self.on or self._words is None:
            return
        others = (self._words.in_language(one) for one in LANGUAGES if one != self._words.language)
        for words in (self._words, *others):
            self._speaker.say(plain(words.key("voice.invite", name=self._key_named())), words.language)
        self._invitation = self._later(INVITE_EVERY, self.invite)

    def _key_named(self) -> str:
        """Return the key by which the page that is shown starts the voice."""
        items = self._snapshot.page.items if self._snapshot is not None else ()
        own = (item.key for item in items if isinstance(item, Button) and item.command == commands.VOICE)
        return next(own, KEY).upper()

    def announce(self, message: Msg) -> None:
        """Say `message`, which no key caused, after what is being said."""
        if self._words is not None:
            self._utter((utter(message, Part.STATUS, self._words),))

    def reset(self) -> None:
        """Forget the person: rate, privacy and silence go back to their defaults, and nothing is left to repeat."""
        self.silence()
        self._snapshot, self._below, self._last_said, self._written, self._unread = None, None, (), (), ()
        self._heard_simulation = self._heard_how_to_stop = False
        self.on = self._starts_on and self._speaker is not None
        self.muted = self._menu = False
        self.headphones = not self._kiosk
        self.rate = 0

    def silence(self) -> None:
        """Stop what is being said and drop what was to follow."""
        for waiting in (self._help, self._invitation):
            if waiting is not None:
                waiting.cancel()
        self._help = self._invitation = None
        if self._speaker is not None:
            self._speaker.cancel()

    def close(self, *, bye: bool = False) -> None:
        """Fall silent for good.

        Args:
            bye: Whether the person has left: the last thing said is then that the program is closed.
        """
        self.silence()
        if self._speaker is None:
            return
        if bye and self.on and not self.muted and self._words is not None:
            self._speaker.close(plain(self._words.key("voice.bye")), self._words.language, self.rate)
        else:
            self._speaker.close()

    def _shortened(self, written: Heard, page: Page) -> Heard:
        """Return what the line face has written without what was said a moment ago, or once in this session."""
        told, self._heard_how_to_stop = self._heard_how_to_stop, False
        if not isinstance(written, Msg):
            return written
        if written.key == "status.cancellable":
            self._heard_how_to_stop = True
            return going_on_in(written) if told else written
        marked = _marks_simulation(written)
        told, self._heard_simulation = self._heard_simulation, self._heard_simulation or marked
        # At the login somebody else may be listening.
        return _without_mark(written) if marked and told and page.where is not Step.LOGIN else written

    def _own_key(self, words: Words) -> None:
        if self._speaker is None:
            self._show_text(msg("voice.none"))
        elif not self.on:
            self.on, self.muted = True, False
            self._say_key("voice.started", words)
            self._show_text(msg("voice.started"))
            if self._written:
                self._heard_simulation = self._snapshot is not None and self._snapshot.page.simulation
                self._speak(self._written, interrupt=False)
            elif self._snapshot is not None:
                self._unread = unread(self._snapshot.page)
                self._speak(diff(None, self._snapshot, words), interrupt=False)
        elif self.muted:
            self.muted = False
            self._say_key("voice.back", words)
        else:
            self._menu = not self._menu
            if self._menu:
                self._say_key("voice.menu", words)
            else:
                self._repeat()

    def _menu_key(self, key: str) -> bool:
        words = self._words
        assert words is not None
        match key:
            case "1":
                self._repeat()
            case "2":
                self._spell(words)
            case "3" | "4":
                step = RATE_STEP if key == "4" else -RATE_STEP
                self.rate = min(max(self.rate + step, -RATE_LIMIT), RATE_LIMIT)
                self._say_key("voice.faster" if key == "4" else "voice.slower", words)
            case "5":
                self._say_key("voice.muted", words)
                self.muted = True
            case "6":
                self.headphones = True
                self._say_key("voice.headphones", words)
                if self._snapshot is not None:
                    self._speak(describe_focus(self._snapshot, words), interrupt=False)
            case "7":
                self._say_key("voice.stopped", words)
                self.on = False
            case _:
                return False
        return True

    def _repeat(self) -> None:
        if self._last_said:
            self._speak(self._last_said)

    def _spell(self, words: Words) -> None:
        snapshot = self._snapshot
        letters: Utterances = ()
        if snapshot is not None and snapshot.item is not None:  # a secret, or nothing: the number on the page instead
            letters = describe_spelled(snapshot.item, words) or describe_code(snapshot.page, snapshot.item, words)
        self._speak(letters or (utter(msg("voice.nothing_to_spell"), Part.STATE, words),), remember=False)

    def _spell_code(self, words: Words) -> bool:
        """Spell the number on the page; return False in a field, where the key is typed."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.item is None or isinstance(snapshot.item, EntryItem):
            return False
        self._speak(describe_code(snapshot.page, snapshot.item, words), remember=False)
        return True

    def _speak(self, said: Utterances, *, interrupt: bool = True, remember: bool = True) -> None:
        """Say `said` at once, its help after a pause."""
        if interrupt:
            self.silence()
        if remember and any(piece.part is not Part.TYPED for piece in said):
            self._last_said = said
        now = tuple(piece for piece in said if piece.part is not Part.HELP)
        self._utter(now)
        if all(piece.part is Part.STATUS for piece in said):
            return  # what was sent is on its way: its form needs no help any more
        if self._help is not None:
            self._help.cancel()
        self._help = self._later(HELP_AFTER, self._say_help)

    def _hear_in_vain(self) -> None:
        self._help = None
        self._heard_in_vain = True

    def _say_help(self) -> None:
        """Say the focused item's help and, once, what is good to know on its page."""
        self._help = None
        snapshot, words = self._snapshot, self._words
        if snapshot is None or words is None:
            return
        quiet, self._unread = self._unread, ()
        for item in (*((snapshot.item,) if snapshot.item is not None else ()), *quiet):
            self._utter(describe_item(item, words) if item in quiet else help_of(item, words))

    def _utter(self, said: Utterances) -> None:
        if self._speaker is None or self._words is None or self.muted or not self.on:
            return
        if not self.headphones:
            said = redact(said, self._words)
        for language, pieces in by_language(said):
            text = sentence(pieces)
            if text:
                self._speaker.say(plain(text), language or self._words.language, self.rate)

    def _say_key(self, key: str, words: Words) -> None:
        if self._speaker is not None:
            self._speaker.say(plain(words.key(key)), words.language, self.rate)


def _marks_simulation(message: Msg) -> bool:
    inner = [value for _, value in message.params if isinstance(value, Msg)]
    return message.key in {"line.simulation", "program.simulation"} or any(map(_marks_simulation, inner))


def _without_mark(message: Msg) -> Msg:
    """Return a heading without the mark of a simulation."""
    params = tuple((name, _without_mark(value) if isinstance(value, Msg) else value) for name, value in message.params)
    title = dict(params).get("title")
    return title if message.key == "line.simulation" and isinstance(title, Msg) else Msg(message.key, params)


def describe_written(written: Heard, words: Words) -> Utterances:
    """Return what is said of something that the line face has written."""
    if isinstance(written, Msg):
        return (utter(written, Part.TEXT, words),)
    return describe_item(written, words)
