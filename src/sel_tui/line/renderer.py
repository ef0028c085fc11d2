"""Writes a state as lines, item after item, and returns the next prompt. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.drafts import has_drafts
from sel_tui.journey.core.fields import missing
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem
from sel_tui.journey.core.state import Notice, State
from sel_tui.journey.core.view import status
from sel_tui.journey.machine import overlay_page, page
from sel_tui.line.progress import Progress
from sel_tui.line.prompts import Prompt, button_prompt, problem_aloud, with_problem
from sel_tui.line.sentences import (
    LineWords,
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


class Renderer:
    """Writes pages as lines.

    Args:
        say: Writes one line.
        words: Returns the words of a language.
        hints: Whether each field is asked for with its example.
        rows: How many rows of a long list are written at once.
        simulation: Whether the server is known to be a simulation before its first answer.
        stays: Whether the next user of this terminal can read what was written.

    Attributes:
        personal: Whether anything about a person was ever typed or written.
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
        self._words_for = words
        self._hints = hints
        self._rows = rows
        self.words = words("fr")
        self._step: Progress | None = None
        self._over: Progress | None = None
        self._notice: Notice | None = None
        self._alarm: Notice | None = None
        self._simulation = simulation
        self._stays = stays
        self._personal = False
        self.personal = False

    @property
    def progress(self) -> Progress:
        """How far the person has come on the page on top."""
        progress = self._over or self._step
        assert progress is not None
        return progress

    def render(self, state: State) -> Prompt | None:
        """Write what is new, and return the next prompt.

        Args:
            state: The state to write.

        Returns:
            The prompt. None, and nothing is written, when nothing can be asked yet: the page's buttons depend on the
            running call, or a secret would be asked for before the server has said who operates it.
        """
        if state.person.language != self.words.language:
            self.words = self._words_for(state.person.language)
            for progress in (self._step, self._over):
                if progress is not None:
                    progress.forget()
        self.words.for_service(state.app.service)
        if state.notice is not self._notice:  # the same words in a new notice are written again
            self._notice = state.notice
            if self._step is not None:
                self._step.said.pop("notice", None)
        self._personal = self._personal or state.account.session is not None or has_drafts(state)
        self.personal = self.personal or self._personal
        fresh = self._enter(state)
        progress = self.progress
        field = progress.next_field()
        secret = isinstance(field, EntryItem) and field.secret
        if (field is None or secret) and state.busy is not None and self._over is None:
            return None
        self._header(state, fresh=fresh or _TITLE not in progress.said)
        progress.said[_TITLE] = ""
        self._items(progress, field)
        return self._field_prompt(progress, field) if field is not None else self._button_prompt(progress)

    def line(self, key: str) -> None:
        """Write the text of `key`."""
        self._say(self.words.key(key))

    def message(self, message: Msg) -> None:
        """Write `message`."""
        self._say(self.words.say(message))

    def answered(self, name: str, state: State) -> None:
        """Note that the field `name` has been answered, and write how the answer was understood."""
        self.progress.answered(name)
        echo = next((item.echo for item in page(state).items if isinstance(item, EntryItem) and item.id == name), None)
        if echo is not None:
            self.message(echo)

    def missing(self, field: EntryItem) -> None:
        """Note that a required field was left empty, and write how to go on without it."""
        self.progress.problem = missing(field.kind)
        if self._hints:
            self.line("line.required")

    def wait(self, state: State) -> None:
        """Write what is being waited for."""
        waited_for = status(state)
        if waited_for is not None:
            self.message(waited_for)

    def spell(self, state: State) -> bool:
        """Write the reference of the page letter by letter; return False when there is none."""
        reference = reference_of(self.progress.page, self.words) or state.account.reference
        if reference:
            self._say(spelled(reference, self.words))
        return bool(reference)

    def more(self) -> bool:
        """Write the next rows at the next prompt; return False when there are none."""
        return self.progress.more(self._rows)

    def bye(self) -> None:
        """Write the goodbye, and what stays readable in the terminal if that was not written yet."""
        self._say_what_stays()
        self.line("line.bye")

    def _say_what_stays(self) -> None:
        if self._stays and self._personal:
            self.line("line.stays")
        self._personal = False

    def _enter(self, state: State) -> bool:
        """Find the page of `state`; tell whether it has just been opened."""
        serial = state.focus.serial
        shown = page(state)
        step = Progress.enter(shown, serial)
        left_overlay = self._over is not None and state.overlay is None
        fresh = self._step is None or self._step.identity != step.identity
        if self._step is None or fresh:
            if self._step is not None:
                step.follow(self._step)
            self._step = step
        else:
            self._step.see(shown, serial)
        field = self._step.next_field()
        over = overlay_page(state, field.id if field is not None else "")
        if over is None:
            self._over = None
            return fresh or left_overlay
        if self._over is None or self._over.page.where is not over.where:
            self._over = Progress.enter(over, 0)
            return True
        self._over.see(over, 0)
        return False

    def _header(self, state: State, *, fresh: bool) -> None:
        simulation = state.app.service.simulation if state.app.service is not None else self._simulation
        if fresh:
            self._say("")
            self._say(heading(self.progress.page, self.words, simulation=simulation))
        elif simulation and not self._simulation:
            self._say(self.words.key("program.simulation"))
        self._simulation = simulation

    def _items(self, progress: Progress, field: EntryItem | Choice | None) -> None:
        """Write everything new before `field`; all of it when `field` is None."""
        buttons = progress.buttons
        rows = [button.id for button in buttons if button.row]
        shown = rows[progress.first_row : progress.first_row + self._rows]
        errors = sum(item.error is not None for item in progress.fields)
        for item in progress.items:
            if field is not None and item.id == field.id:
                break
            if isinstance(item, (EntryItem, Choice)) and item.id in progress.done and item.id in progress.said:
                continue
            if item.id in rows and item.id not in shown:
                continue
            if isinstance(item, Button) and progress.closes_itself:
                continue
            number = buttons.index(item) + 1 if isinstance(item, Button) else 0
            lines = lines_of(item, self.words, number)
            if item.id == (shown[-1] if len(shown) < len(rows) else None):
                first, last = progress.first_row + 1, progress.first_row + len(shown)
                lines.append(self.words.say(msg("line.rows", first=first, last=last, count=len(rows))))
            said = "\n".join(lines)
            if progress.said.get(item.id) == said:
                continue
            progress.said[item.id] = said
            for line in lines:
                self._say(line)
            self._after(item)
        correcting = field is not None and field.error is not None
        if errors > 1 and correcting and progress.said.get("errors") != str(progress.serial):
            progress.said["errors"] = str(progress.serial)
            self._say(self.words.say(msg("errors.count", count=errors)))

    def _after(self, item: Item) -> None:
        if isinstance(item, NoticeItem) and item.notice.grave:
            self._alarm = item.notice
        if isinstance(item, NoticeItem) and item.notice.title.key == "notice.logged_out":
            self._say_what_stays()
        has_reference = isinstance(item, NoticeItem) and bool(item.notice.reference)
        if self._hints and (has_reference or (isinstance(item, Fact) and item.label.key == "fact.reference")):
            self.line("line.spell_hint")

    def _field_prompt(self, progress: Progress, field: EntryItem | Choice) -> Prompt:
        if isinstance(field, Choice):
            for line in option_lines(field, self.words):
                self._say(line)
            text = option_prompt(field, self.words)
        else:
            if self._hints and field.error is None and progress.problem is None:
                self._say(self.words.say(field.echo or field.hint))
            text = entry_prompt(field, self.words)
        return self._with_problem(
            progress, Prompt(text, progress.page, field=field, buttons=progress.buttons), field.error
        )

    def _button_prompt(self, progress: Progress) -> Prompt:
        if self._hints and progress.search is not None and progress.said.get("line.search") is None:
            progress.said["line.search"] = ""
            self.line("line.search")
        below = self._step if self._over is not None else None
        return self._with_problem(progress, button_prompt(progress, below, self.words), None)

    def _with_problem(self, progress: Progress, prompt: Prompt, error: Msg | None) -> Prompt:
        """Return `prompt` with its whole line, which begins with an error or a warning."""
        wrong, alarm = progress.problem or error, self._alarm
        progress.problem = self._alarm = None
        return prompt._replace(
            text=f"{with_problem(prompt.text, wrong, alarm, self.words)} ",
            aloud=(*problem_aloud(wrong, alarm), *prompt.aloud),
            follows_problem=alarm is not None,
        )
