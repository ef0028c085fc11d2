"""The items of a page as sentences, and the words of the line face. Pure: lines of plain text."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, in_language, language_of, msg, personal, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Tone

if TYPE_CHECKING:
    from typing import Self

    from sel_contract import Service

_LABEL_ENDS: Final = ("?", ":")
# The commands of the line face, in the order in which the help says them, one a line.
_COMMANDS: Final = (
    *("answer", "alone", "help", "all_help", "voice", "back", "choices", "repeat", "erase", "more", "spell"),
    *("language", "contact", "secret", "methods", "demo", "next", "quit", "as_answer"),
)
_KEY: Final = re.compile(r"(?P<before>[:(]\s?)?\bF(?P<number>1[0-2]|[1-9])\b")
# A command that is a sign, alone between spaces; a voice passes over most of them.
_SIGN: Final = re.compile(r"(?<![^\s(])(?P<sign>\?\??|[<>=+-])(?=[\s.,;:)]|$)")
_SIGNS: Final = {
    "?": "question",
    "??": "questions",
    "<": "less",
    ">": "greater",
    "=": "equals",
    "+": "plus",
    "-": "hyphen",
}

# What the help says when it is asked for, and the prompts say in fewer words.
_LEFT_TO_THE_HELP: Final = frozenset(
    {
        *("login.intro", "methods.intro", "methods.no_way", "legacy_access.intro", "question.intro", "linked.once"),
        *("field.email.hint", "field.password.hint", "field.old_password.hint", "questions.intro"),
    }
)
# A label that is a question is followed by the sentence itself.
_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!])\s+(?![a-zà-ÿ0-9])")

# What was written of a page: an item that is said as it is, or a message.
Heard = Prose | Fact | NoticeItem | Msg


class Said(NamedTuple):
    """Lines to write, and the same for the voice, which keeps back what is personal and spells what is a code."""

    lines: tuple[str, ...]
    heard: tuple[Heard, ...]


class LineWords(Words):
    """Words that prefer the text under `line.` in the catalogues, and turn « : F3 » into « : tapez f3 »."""

    def say(self, message: Msg) -> str:
        """Return `message` in this language; the keys of the screens become the commands here, one a line."""
        if message.key in _LEFT_TO_THE_HELP:
            return ""
        if message.key == "help.keys":
            return "\n".join(self.key(f"line.help.{command}") for command in _COMMANDS)
        return super().say(message)

    def _pattern(self, key: str, count: object) -> str:
        own = super()._pattern(f"line.{key}", count)
        if own != f"line.{key}":
            return own
        text = super()._pattern(key, count)
        return text if key.startswith("line.") else _KEY.sub(self._typed, text)

    @cached_property
    def aloud(self) -> SpokenLineWords:
        """The same words as the voice needs them."""
        return SpokenLineWords(self.language, self.zone)

    def for_service(self, service: Service | None) -> Self:
        """Say hours in the organisation's time zone from now on, aloud too; return the same words."""
        super().for_service(service)
        self.aloud.zone = self.zone
        return self

    def _typed(self, match: re.Match[str]) -> str:
        key = f"f{match['number']}"
        before = match["before"]
        return key if before is None else before + super()._pattern("line.type", None).format(key=key)


class SpokenLineWords(LineWords):
    """The words of the line face with the signs of its commands in words."""

    def _pattern(self, key: str, count: object) -> str:
        text = super()._pattern(key, count)
        return text if key.startswith("voice.") else _SIGN.sub(self._sign, text)

    def _sign(self, match: re.Match[str]) -> str:
        return super()._pattern(f"voice.sign.{_SIGNS[match['sign']]}", None)


def said(messages: list[Msg], words: Words) -> Said:
    """Return `messages`, one a line."""
    lines = tuple(line for message in messages for line in words.say(message).split("\n") if line)
    return Said(lines, tuple(messages))


def in_short(text: Msg, words: Words) -> tuple[Msg, ...]:
    """Return a title or the label of a button, then its short form for a braille display where there is one."""
    short = msg(f"line.short.{text.key}")
    return (text, short) if words.say(short) != short.key else (text,)


def labelled(label: Msg, words: Words) -> Msg:
    """Return `label` with its colon; a question has its mark already."""
    return label if words.say(label).endswith(_LABEL_ENDS) else msg("label", label=label)


def sentence(label: Msg, value: Msg, words: Words) -> Msg:
    """Return the label, a colon and the value."""
    return msg("line.pair", first=labelled(label, words), second=value)


def label_of(item: EntryItem | Choice) -> Msg:
    """Return what a field is called, and whether it may stay empty."""
    if isinstance(item, EntryItem) and not item.required and item.kind is not Kind.SEARCH:
        return msg("entry.optional", label=item.label)
    return item.label


def heading(page: Page, words: Words, *, simulation: bool) -> Msg:
    """Return the title of `page`, with its stage and the mark of a simulation."""
    title = page.title
    if page.stage is not None:
        title = msg("line.title.stage", stage=page.stage, title=title)
    if simulation:
        title = msg("line.simulation", title=title)
    return title if words.say(title).endswith("?") else msg("line.title", title=title)


def lines_of(item: Item, words: Words, number: int = 0, *, needs: bool = True) -> Said:
    """Return the lines that say `item`.

    Args:
        item: What to say.
        words: The language.
        number: What is typed to press it, for a button.
        needs: Whether a button says what it needs.
    """
    match item:
        case Prose():
            return Said(tuple(line for line in words.say(item.text).split("\n") if line), (item,))
        case Fact():
            return Said(_fact(item, words), (item,))
        case NoticeItem():
            return Said(_notice(item, words), (item,))
        case Button():
            return said(_button(item, words, number, needs=needs), words)
        case EntryItem() | Choice():
            return said(_held(item, words), words)


def first_sentence(item: Item, words: LineWords) -> Said:
    """Return the first sentence of a help, behind what it is about where it says that."""
    assert isinstance(item, (Fact, Prose))
    message = sentence(item.label, item.value, words) if isinstance(item, Fact) else item.text
    written, aloud = (_SENTENCE_ENDS.split(one.say(message), maxsplit=1)[0] for one in (words, words.aloud))
    return Said((written,), (public(aloud),))


def option_lines(item: Choice, words: Words) -> Said:
    """Return a choice as a list of numbered options."""
    lines = [labelled(item.label, words)]
    for number, option in enumerate(item.options, start=1):
        label = option.label
        if option.value == item.value:
            label = msg("line.chosen", label=label, chosen=msg("choice.chosen"))
        lines.append(msg("line.number", number=number, label=label))
    return said(lines, words)


def _fact(item: Fact, words: Words) -> tuple[str, ...]:
    label = words.say(item.label)
    lines = words.say(item.value).split("\n")
    # A mail's rules say nothing; a file may hold a hyphen in place of a value.
    first, *rest = [line for line in lines if line.strip("-") or not line] or lines
    if first.startswith(label):  # a server's text may bring its label along
        return (first, *rest)
    return (f"{words.say(labelled(item.label, words))} {first}", *rest)


def _notice(item: NoticeItem, words: Words) -> tuple[str, ...]:
    notice = item.notice
    success = notice.tone is Tone.SUCCESS
    title = words.say(notice.title) if success else words.headed(f"tone.{notice.tone.value}", notice.title)
    lines = [title, *(words.say(line) for line in notice.lines)]
    if notice.reference:
        lines.append(words.key("notice.reference", reference=notice.reference))
    return tuple(lines)


def _button(item: Button, words: Words, number: int, *, needs: bool) -> list[Msg]:
    label = item.label
    if item.key.startswith("f"):
        label = msg("line.key", label=label, name=public(item.key))
    if item.state is not None:
        label = sentence(label, item.state, words)
    line = msg("line.number", number=number, label=label)
    language = language_of(item.label)
    lines = [in_language(language, line) if language else line]
    return [*lines, item.hint] if item.hint is not None and needs else lines


def _held(item: EntryItem | Choice, words: Words) -> list[Msg]:
    if isinstance(item, Choice):
        chosen = (option.label for option in item.options if option.value == item.value)
        value = next(chosen, msg("line.empty"))
    elif not clear(item.value):
        value = msg("line.empty")
    else:
        value = msg("line.typed") if item.masked or item.secret else personal(clear(item.value))
    lines = [sentence(label_of(item), value, words)]
    if item.error is not None:
        lines.append(msg("error.at_field", problem=item.error))
    return lines


def reference_of(page: Page) -> Msg | None:
    """Return the reference that `page` gives for Customer Service, or None."""
    for item in page.items:
        if isinstance(item, NoticeItem) and item.notice.reference:
            return personal(item.notice.reference)
        if isinstance(item, Fact) and item.label.key == "fact.reference":
            return item.value
    return None


def spelled(reference: Msg, words: Words) -> Said:
    """Return `reference` letter by letter, as one reads it out over the phone."""
    text = words.say(reference)
    letters = ", ".join(words.key("line.hyphen") if letter == "-" else letter for letter in text)
    return Said((words.key("line.spelled", reference=text, letters=letters),), (personal(letters),))
