"""The voice as a face uses it: it sees what is shown and says what is new; any key silences it; F11 sets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Page
from sel_tui.voice.describe import help_of, say_spelled
from sel_tui.voice.diff import Seen, focused, lines, mark, mild, news, whole
from sel_tui.voice.privacy import discreet, utter
from sel_tui.voice.utterance import Part, Said, plain, sentence

KEY: Final = "f11"
HELP_AFTER: Final = 1.5
INVITE_EVERY: Final = 20.0
RATE_STEP: Final = 15
RATE_LIMIT: Final = 90


class Speaker(Protocol):
    """What speaks: a `SpeechQueue`, or a test's list."""

    def say(self, text: str, language: str, rate: int = 0) -> None:
        """Say `text` after what is being said."""

    def hush(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Stop for good."""


class Cancellable(Protocol):
    """Something set going that can be stopped."""

    def cancel(self) -> None:
        """Stop it."""


Later = Callable[[float, Callable[[], None]], Cancellable]


class Voice:
    """Says what a face shows.

    Args:
        speaker: What speaks; None where nothing can, which is said in text when the voice is asked for.
        later: Calls back after some seconds.
        on: Whether it speaks from the beginning; F11 starts it otherwise.
        kiosk: Whether others may hear: what is personal is then kept back until the person says that headphones are in.
        tell: Shown what cannot be said aloud, as one line of text.
    """

    def __init__(
        self,
        speaker: Speaker | None,
        later: Later,
        *,
        on: bool = False,
        kiosk: bool = False,
        tell: Callable[[Msg], None] = lambda _: None,
    ) -> None:
        self._speaker = speaker
        self._later = later
        self._kiosk = kiosk
        self._starts_on = on
        self._tell = tell
        self._seen: Seen | None = None
        self._words: Words | None = None
        self._help: Cancellable | None = None
        self._invitation: Cancellable | None = None
        self._again: Said = ()
        self._next = False
        self.on = on and speaker is not None
        self.muted = self._menu = False
        self.headphones = not kiosk
        self.rate = 0

    def see(self, page: Page, focus: str, words: Words, at: int = 0) -> None:
        """Look at what is shown, and say what is new. Call it after every key and every change; it costs little.

        Args:
            page: The page on top.
            focus: The item that has the focus.
            words: The language of the screen.
            at: The option that the caret of a choice is on.
        """
        before, self._words = self._seen, words
        self._seen = Seen(page, focus, words.language, at)
        if self._speaker is None or not self.on:
            return
        if before == self._seen:
            return
        said = news(before, self._seen, words)
        if self._next:  # the server has said already whether it is a simulation
            said, self._next = (*mark(self._seen, words), *said), False
        if said:  # what becomes known by itself waits: else it would cut short the title, or the error, before it
            waits = mild(before, self._seen) or all(piece.part is Part.STATUS for piece in said)
            self._speak(said, begin=not waits)

    def ask(self, page: Page, focus: str, words: Words, prompt: Sequence[Msg]) -> None:
        """Say what the line face has put on its lines since it last asked, then what it asks.

        Args:
            page: The page.
            focus: The field that is asked for; "" where one of the page's buttons is.
            words: The language.
            prompt: What asks for one of the buttons, after what was wrong.
        """
        before, self._words = self._seen, words
        self._seen = Seen(page, focus, words.language)
        if self._speaker is not None and self.on:
            self._speak(lines(before, self._seen, words, prompt))

    def key(self, key: str) -> bool:
        """Fall silent for `key`; return True when the key was the voice's own and means nothing to anyone else.

        Args:
            key: Its name: `f11`, `a`, `tab`.
        """
        self.silence()
        if key == KEY and self._words is not None:
            self._own_key(self._words)
            return True
        if self._menu:
            self._menu = False
            return self._set(key)
        return False

    def invite(self) -> None:
        """On a kiosk, say again and again how to start the voice, until it is started or somebody presses a key."""
        if self._speaker is None or self.on or self._words is None:
            return
        self._speaker.say(plain(self._words.key("voice.invite")), self._words.language)
        self._invitation = self._later(INVITE_EVERY, self.invite)

    def announce(self, message: Msg) -> None:
        """Say `message`, which came by itself, behind what is being said."""
        if self._words is not None:
            self._utter((utter(message, Part.STATUS, self._words),))

    def reset(self) -> None:
        """Forget the person: the next one finds rate, privacy and silence as they were, and nothing to repeat."""
        self.silence()
        self._seen, self._again, self._next = None, (), True
        self.on = self._starts_on and self._speaker is not None
        self.muted = self._menu = False
        self.headphones = not self._kiosk
        self.rate = 0

    def silence(self) -> None:
        """Stop what is being said and what was to follow; whatever the person does begins with this."""
        for waiting in (self._help, self._invitation):
            if waiting is not None:
                waiting.cancel()
        self._help = self._invitation = None
        if self._speaker is not None:
            self._speaker.hush()

    def close(self) -> None:
        """Fall silent for good."""
        self.silence()
        if self._speaker is not None:
            self._speaker.close()

    def _own_key(self, words: Words) -> None:
        if self._speaker is None:
            self._tell(msg("voice.none"))
        elif not self.on:
            self.on, self.muted = True, False
            self._say_own("voice.started", words)
            self._tell(msg("voice.started"))
            if self._seen is not None:
                self._next = False
                self._speak((*mark(self._seen, words), *whole(self._seen, words)), begin=False)
        elif self.muted:
            self.muted = False
            self._say_own("voice.back", words)
        else:
            self._menu = not self._menu
            if self._menu:
                self._say_own("voice.menu", words)
            else:
                self._repeat()

    def _set(self, key: str) -> bool:
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
                self._say_own("voice.faster" if key == "4" else "voice.slower", words)
            case "5":
                self._say_own("voice.muted", words)
                self.muted = True
            case "6":
                self.headphones = True
                self._say_own("voice.headphones", words)
                if self._seen is not None:
                    self._speak(focused(self._seen, words), begin=False)
            case "7":
                self._say_own("voice.stopped", words)
                self.on = False
            case _:
                return False
        return True

    def _repeat(self) -> None:
        if self._again:
            self._speak(self._again)

    def _spell(self, words: Words) -> None:
        item = self._seen.item if self._seen is not None else None
        letters = say_spelled(item, words) if item is not None else ()
        self._speak(letters or self._again, remember=False)

    def _speak(self, said: Said, *, begin: bool = True, remember: bool = True) -> None:
        """Say `said` at once, its help after a pause."""
        if begin:
            self.silence()
        if remember and any(piece.part is not Part.TYPED for piece in said):
            self._again = said
        now = tuple(piece for piece in said if piece.part is not Part.HELP)
        self._utter(now)
        if self._help is not None:
            self._help.cancel()
        self._help = self._later(HELP_AFTER, self._say_help)

    def _say_help(self) -> None:
        self._help = None
        item = self._seen.item if self._seen is not None else None
        if item is not None and self._words is not None:
            self._utter(help_of(item, self._words))

    def _utter(self, said: Said) -> None:
        if self._speaker is None or self._words is None or self.muted or not self.on:
            return
        if not self.headphones:
            said = discreet(said, self._words)
        text = sentence(said)
        if text:
            self._speaker.say(plain(text), self._words.language, self.rate)

    def _say_own(self, key: str, words: Words) -> None:
        if self._speaker is not None:
            self._speaker.say(plain(words.key(key)), words.language, self.rate)
