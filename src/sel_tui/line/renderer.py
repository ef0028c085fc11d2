"""Says what a state says, item after item, and returns what is to be asked. Writes lines; reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import missing
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem
from sel_tui.journey.core.state import Notice, State, Tone, has_drafts
from sel_tui.journey.core.view import status
from sel_tui.journey.machine import overlay_page, page
from sel_tui.line.line_words import LineWords
from sel_tui.line.progress import Place
from sel_tui.line.prompts import Prompt, begun, choices, wrong_first
from sel_tui.line.sentences import (
    entry_prompt,
    heading,
    lines_of,
    option_lines,
    option_prompt,
    reference_of,
    spelled,
)

ROWS: Final = 10
_TITLE: Final = "page.title"
_LOUD: Final = frozenset({Tone.ERROR, Tone.WARNING})


class Teller:
    """Says pages.

    Args:
        say: Writes one line.
        words: Makes the words of a language.
        hints: Whether each field is asked with its example.
        rows: How many rows of a long list are said at once.
        simulation: Whether the server is known to be a simulation before it has said so.
        stays: Whether what was said can be read by whoever comes to this terminal next.

    Attributes:
        personal: Whether anything of a person was ever typed or said.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        words: Callable[[str], Words] = LineWords,
        hints: bool = True,
        rows: int = ROWS,
        simulation: bool = False,
        stays: bool = False,
    ) -> None:
        self._say = say
        self._make = words
        self._hints = hints
        self._rows = rows
        self.words = words("fr")
        self._step: Place | None = None
        self._over: Place | None = None
        self._notice: Notice | None = None
        self._alarm: Notice | None = None
        self._simulation = simulation
        self._stays = stays
        self._personal = False
        self.personal = False

    @property
    def place(self) -> Place:
        """Where the person is."""
        place = self._over or self._step
        assert place is not None
        return place

    def tell(self, state: State) -> Prompt | None:
        """Say what is new, and return what is to be asked.

        Args:
            state: What is so.

        Returns:
            None when nothing can be asked yet: the page's choices depend on the call under way, or a secret would be
            asked for before the server has said who operates it. Nothing is said then.
        """
        if state.person.language != self.words.language:
            self.words = self._make(state.person.language)
            for place in (self._step, self._over):
                if place is not None:
                    place.forget()
        if state.notice is not self._notice:  # the same words again are news again
            self._notice = state.notice
            if self._step is not None:
                self._step.said.pop("notice", None)
        self._personal = self._personal or state.account.session is not None or has_drafts(state)
        self.personal = self.personal or self._personal
        fresh = self._enter(state)
        place = self.place
        asked = place.next_field()
        secret = isinstance(asked, EntryItem) and asked.secret
        if (asked is None or secret) and state.busy is not None and self._over is None:
            return None
        self._header(state, fresh=fresh or _TITLE not in place.said)
        place.said[_TITLE] = ""
        self._items(place, asked)
        return self._field(place, asked) if asked is not None else self._choices(place)

    def line(self, key: str) -> None:
        """Say the words of `key`."""
        self._say(self.words.key(key))

    def message(self, message: Msg) -> None:
        """Say `message`."""
        self._say(self.words.say(message))

    def answered(self, name: str, state: State) -> None:
        """Note that the field `name` has been asked, and say how the answer was understood."""
        self.place.answered(name)
        echo = next((item.echo for item in page(state).items if isinstance(item, EntryItem) and item.id == name), None)
        if echo is not None:
            self.message(echo)

    def missing(self, field: EntryItem) -> None:
        """Note that nothing was answered where something must be, and say how to go on without it."""
        self.place.complaint = missing(field.kind)
        if self._hints:
            self.line("line.required")

    def wait(self, state: State) -> None:
        """Say what is being waited for."""
        waited_for = status(state)
        if waited_for is not None:
            self.message(waited_for)

    def spell(self, state: State) -> bool:
        """Spell the reference of the page; return False when there is none."""
        reference = reference_of(self.place.page, self.words) or state.account.reference
        if reference:
            self._say(spelled(reference, self.words))
        return bool(reference)

    def more(self) -> bool:
        """Show more rows at the next prompt; return False when there are none."""
        return self.place.more(self._rows)

    def bye(self) -> None:
        """Say goodbye, and what stays behind if that was not said."""
        self._say_what_stays()
        self.line("line.bye")

    def _say_what_stays(self) -> None:
        if self._stays and self._personal:
            self.line("line.stays")
        self._personal = False

    def _enter(self, state: State) -> bool:
        """Find the place of `state`; tell whether the person has just come there."""
        serial = state.focus.serial
        shown = page(state)
        step = Place.enter(shown, serial)
        left_overlay = self._over is not None and state.overlay is None
        fresh = self._step is None or self._step.identity != step.identity
        if self._step is None or fresh:
            if self._step is not None:
                step.follow(self._step)
            self._step = step
        else:
            self._step.see(shown, serial)
        asked = self._step.next_field()
        over = overlay_page(state, asked.id if asked is not None else "")
        if over is None:
            self._over = None
            return fresh or left_overlay
        if self._over is None or self._over.page.where is not over.where:
            self._over = Place.enter(over, 0)
            return True
        self._over.see(over, 0)
        return False

    def _header(self, state: State, *, fresh: bool) -> None:
        simulation = state.app.service.simulation if state.app.service is not None else self._simulation
        if fresh:
            self._say("")
            self._say(heading(self.place.page, self.words, simulation=simulation))
        elif simulation and not self._simulation:
            self._say(self.words.key("program.simulation"))
        self._simulation = simulation

    def _items(self, place: Place, asked: EntryItem | Choice | None) -> None:
        """Say everything before `asked` that is new."""
        buttons = place.buttons
        rows = [button.id for button in buttons if button.row]
        shown = rows[place.first_row : place.first_row + self._rows]
        errors = sum(item.error is not None for item in place.fields)
        for item in place.items:
            if asked is not None and item.id == asked.id:
                break
            if isinstance(item, (EntryItem, Choice)) and item.id in place.done and item.id in place.said:
                continue
            if item.id in rows and item.id not in shown:
                continue
            if isinstance(item, Button) and place.closes_itself:
                continue
            number = buttons.index(item) + 1 if isinstance(item, Button) else 0
            lines = lines_of(item, self.words, number)
            if item.id == (shown[-1] if len(shown) < len(rows) else None):
                first, last = place.first_row + 1, place.first_row + len(shown)
                lines.append(self.words.say(msg("line.rows", first=first, last=last, count=len(rows))))
            said = "\n".join(lines)
            if place.said.get(item.id) == said:
                continue
            place.said[item.id] = said
            for line in lines:
                self._say(line)
            self._after(item)
        mending = asked is not None and asked.error is not None
        if errors > 1 and mending and place.said.get("errors") != str(place.serial):
            place.said["errors"] = str(place.serial)
            self._say(self.words.say(msg("errors.count", count=errors)))

    def _after(self, item: Item) -> None:
        if isinstance(item, NoticeItem) and item.notice.tone in _LOUD:
            self._alarm = item.notice
        if isinstance(item, NoticeItem) and item.notice.title.key == "notice.logged_out":
            self._say_what_stays()
        told = isinstance(item, NoticeItem) and bool(item.notice.reference)
        if self._hints and (told or (isinstance(item, Fact) and item.label.key == "fact.reference")):
            self.line("line.spell_hint")

    def _field(self, place: Place, asked: EntryItem | Choice) -> Prompt:
        if isinstance(asked, Choice):
            for line in option_lines(asked, self.words):
                self._say(line)
            text = option_prompt(asked, self.words)
        else:
            if self._hints and asked.error is None and place.complaint is None:
                self._say(self.words.say(asked.echo or asked.hint))
            text = entry_prompt(asked, self.words)
        return self._finished(place, Prompt(text, place.page, field=asked, buttons=place.buttons), asked.error)

    def _choices(self, place: Place) -> Prompt:
        if self._hints and place.search is not None and place.said.get("line.search") is None:
            place.said["line.search"] = ""
            self.line("line.search")
        below = self._step if self._over is not None else None
        return self._finished(place, choices(place, below, self.words), None)

    def _finished(self, place: Place, prompt: Prompt, error: Msg | None) -> Prompt:
        """Return what is asked with its line whole: an error or a warning begins it."""
        wrong, alarm = place.complaint or error, self._alarm
        place.complaint = self._alarm = None
        return prompt._replace(
            text=f"{begun(prompt.text, wrong, alarm, self.words)} ",
            aloud=(*wrong_first(wrong, alarm), *prompt.aloud),
            sudden=alarm is not None,
        )
