"""Writes a state as lines, item after item, and returns the next prompt. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sel_contract.rules.text import fold
from sel_tui.journey.core.drafts import has_drafts
from sel_tui.journey.core.fields import missing
from sel_tui.journey.core.messages import Msg, msg, personal, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Notice, State
from sel_tui.journey.core.update import waits
from sel_tui.journey.core.view import status
from sel_tui.journey.machine import checked, overlay_page, page
from sel_tui.line import questions
from sel_tui.line.help import help_now
from sel_tui.line.listing import listing
from sel_tui.line.progress import Progress
from sel_tui.line.prompts import Prompt, button_prompt, field_prompt
from sel_tui.line.sentences import (
    LineWords,
    Said,
    heading,
    in_short,
    lines_of,
    option_lines,
    reference_of,
    spelled,
)
from sel_tui.line.transcript import Transcript

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
        room: Returns how many cells a prompt may take; 0 where that is not known.
        braille: Whether only the last line is felt: it then says which page this is and what Enter does.

    Attributes:
        transcript: What was written.
        personal: Whether anything about a person was ever typed or written.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        words: Callable[[str], LineWords] = LineWords,
        hints: bool = True,
        rows: int = ROWS,
        simulation: bool = False,
        stays: bool = False,
        room: Callable[[], int] = lambda: 0,
        braille: bool = False,
    ) -> None:
        self.transcript = Transcript(say)
        self._room = room
        self._braille = braille
        self._last: tuple[Page, str] | None = None
        self._words_for = words
        self._hints = hints
        self._rows = rows
        self.words = words("fr")
        self._step: Progress | None = None
        self._over: Progress | None = None
        self._notice: Notice | None = None
        self._alarm: Notice | None = None
        self._stage: Msg | None = None
        self._part = 0
        self._parted: tuple[Item, ...] = ()
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
        before = self._step.page.where if self._step is not None else None
        fresh = self._enter(state)
        goes_on = self._over is None and before is self.progress.page.where and state.notice is None
        progress = self.progress
        field = progress.next_field()
        secret = isinstance(field, EntryItem) and field.secret
        depends = secret if field is not None else any(waits(state, one.command) for one in progress.buttons)
        if depends and state.busy is not None and self._over is None:
            return None
        self._header(state, fresh=fresh or _TITLE not in progress.said, goes_on=fresh and goes_on)
        progress.said[_TITLE] = ""
        self._items(progress, field)
        return self._field_prompt(progress, field) if field is not None else self._button_prompt(progress)

    def line(self, key: str) -> None:
        """Write the text of `key`."""
        self.message(msg(key))

    def message(self, message: Msg) -> None:
        """Write `message`."""
        self.transcript.message(message, self.words)

    def show(self, message: Msg) -> None:
        """Write `message`, which the voice says by itself or cannot say."""
        self.transcript.put(Said((self.words.say(message),), ()))

    def warn(self, state: State) -> None:
        """Write the warning that lies over the step of `state`: a question that was asked goes on behind it."""
        shown = overlay_page(state)
        assert shown is not None
        self.message(msg("line.title", title=public(self.words.headed("tone.warning", shown.title))))
        for item in shown.items:
            if isinstance(item, Prose):
                self.transcript.put(lines_of(item, self.words))

    def answered(self, name: str, state: State) -> None:
        """Note that the field `name` has been answered, and write how the answer was understood."""
        self.progress.answered(name)
        item = next((item for item in page(state).items if item.id == name), None)
        if not isinstance(item, EntryItem) or item.echo is None:
            return
        read = checked(state, name)
        as_typed = read is not None and fold(read.sent) == fold(clear(item.value))
        if self._hints or not as_typed:
            self.message(item.echo)

    def missing(self, field: EntryItem) -> None:
        """Note that a required field was left empty, and how to go on without it."""
        self.progress.problem = missing(field.kind)
        self.progress.advice = msg("line.required") if self._hints else None

    def refused(self, problem: Msg) -> None:
        """Note what is wrong with the answer just given; the next prompt begins with it."""
        self.progress.problem = problem

    def help(self, state: State, field: EntryItem | Choice | None) -> None:
        """Write the one sentence that helps now, or what each of the choices needs; and how to read the rest."""
        for lines in help_now(state, self.progress, field, self.words):
            self.transcript.put(lines)

    def wait(self, state: State) -> None:
        """Write what is being waited for."""
        waited_for = status(state)
        if waited_for is not None:
            self.message(waited_for)

    def spell(self, state: State) -> bool:
        """Write the reference of the page letter by letter; return False when there is none."""
        reference = reference_of(self.progress.page)
        if reference is None and state.account.reference:
            reference = personal(state.account.reference)
        if reference is not None:
            self.transcript.put(spelled(reference, self.words))
        return reference is not None

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
        step = Progress.enter(shown, serial, by_number=self._braille)
        left_overlay = self._over is not None and state.overlay is None
        fresh = self._step is None or self._step.identity != step.identity
        if self._step is None or fresh:
            if self._step is not None:
                step.follow(self._step)
            self._step, self._part = step, 0
        else:
            self._step.see(shown, serial)
        field = self._step.next_field()
        over = overlay_page(state, field.id if field is not None else "")
        if over is None:
            self._over = None
            return fresh or left_overlay
        if self._over is None or self._over.page.where is not over.where:
            self._over = Progress.enter(over, 0, by_number=self._braille)
            return True
        self._over.see(over, 0)
        return False

    def _header(self, state: State, *, fresh: bool, goes_on: bool) -> None:
        """Write the title of a page just opened; the stage where it changes, and what only the first part needs."""
        simulation = state.app.service.simulation if state.app.service is not None else self._simulation
        shown = self.progress.page
        if fresh and goes_on:
            if self._hints:
                title = heading(replace(shown, stage=None), self.words, simulation=False)
                self.transcript.title(title, self.words, goes_on=True)
        elif fresh:
            stage = shown.stage if self._hints and shown.stage != self._stage else None
            title = heading(replace(shown, stage=stage), self.words, simulation=simulation)
            self.transcript.title(title, self.words, goes_on=False)
            self._stage = shown.stage or self._stage
        elif simulation and not self._simulation:
            self.line("program.simulation")
        self._simulation = simulation

    def _items(self, progress: Progress, field: EntryItem | Choice | None) -> None:
        """Write everything new before `field`; all of it when `field` is None."""
        if progress.closes_itself and progress.items != self._parted:  # what is new is heard first
            self._part, self._parted = 0, progress.items
        listed = listing(progress, field, self.words, self._rows, self._part)
        errors = sum(item.error is not None for item in progress.fields)
        for item in listed.items:
            number = progress.buttons.index(item) + 1 if isinstance(item, Button) else 0
            lines = lines_of(item, self.words, number, needs=False)
            key = "\n".join(lines.lines)
            if item.id == listed.last_row:
                key += f"\n{progress.first_row}"
            if progress.said.get(item.id) == key:
                continue
            progress.said[item.id] = key
            self.transcript.put(lines)
            if item.id == listed.last_row and listed.rows is not None:
                self.message(listed.rows)
            self._after(item)
        if listed.part is not None:
            self.message(listed.part)
            self._part += 1
        correcting = field is not None and field.error is not None
        if errors > 1 and correcting and progress.said.get("errors") != str(progress.serial):
            progress.said["errors"] = str(progress.serial)
            self.message(msg("errors.count", count=errors))

    def _after(self, item: Item) -> None:
        if isinstance(item, NoticeItem) and item.notice.grave:
            self._alarm = item.notice
        if isinstance(item, NoticeItem) and item.notice.title.key == "notice.logged_out":
            self._say_what_stays()

    def _field_prompt(self, progress: Progress, field: EntryItem | Choice) -> Prompt:
        if isinstance(field, Choice):
            self.transcript.put(option_lines(field, self.words))
        elif self._hints and field.error is None and progress.problem is None:
            hint = field.echo or field.hint
            self.transcript.hint(hint, self.words, self._room() or questions.ROOM)
        self.transcript.flush()
        return self._asked(progress, field_prompt(progress, field), field.error)

    def _button_prompt(self, progress: Progress) -> Prompt:
        if self._hints and progress.search is not None and progress.said.get("line.search") is None:
            progress.said["line.search"] = ""
            self.line("line.search")
        self.transcript.flush()
        below = self._step if self._over is not None else None
        return self._asked(progress, button_prompt(progress, below, self.words), None)

    def _asked(self, progress: Progress, prompt: Prompt, error: Msg | None) -> Prompt:
        """Return `prompt` with its line, which begins with « Erreur » after one."""
        wrong, alarm, refused = progress.problem or error, self._alarm, progress.problem is not None
        advice = progress.advice
        progress.problem = progress.advice = self._alarm = None
        question = questions.question_of(prompt, self.words, hints=self._hints, braille=self._braille)
        before, asked = questions.on_the_last_line(question, self.words, self._room(), wrong, alarm, advice=advice)
        if self._is_felt_alike(prompt.page, questions.line(asked, self.words)):
            titles = in_short(prompt.page.title, self.words)
            before, asked = questions.on_the_last_line(
                question, self.words, self._room(), wrong, alarm, advice=advice, titles=titles
            )
        for message in before:
            self.message(message)
        text = questions.line(asked, self.words)
        if not progress.closes_itself:
            self._last = prompt.page, text
        return prompt._replace(text=text, asked=asked, follows_problem=alarm is not None, refused=refused)

    def _is_felt_alike(self, shown: Page, text: str) -> bool:
        """Tell whether another page than `shown` has just asked with the line `text`, the only one that is felt."""
        if not self._braille or self._last is None or self._last[1] != text:
            return False
        before = self._last[0]
        return (before.where, before.title) != (shown.where, shown.title)
