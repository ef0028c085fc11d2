"""The items of a page as sentences, and the words of the line face. Pure: lines of plain text."""

from __future__ import annotations

import re
from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Tone

_LABEL_ENDS: Final = ("?", ":")
# The commands of the line face, in the order in which the help says them, one a line.
_COMMANDS: Final = (
    *("answer", "alone", "help", "back", "choices", "repeat", "erase", "more", "spell"),
    *("language", "contact", "secret", "demo", "voice", "quit", "as_answer"),
)
_KEY: Final = re.compile(r"(?P<before>[:(]\s?)?\bF(?P<number>1[0-2]|[1-9])\b")


class LineWords(Words):
    """Words that prefer the text under `line.` in the catalogues, and turn « : F3 » into « : tapez f3 »."""

    def say(self, message: Msg) -> str:
        """Return `message` in this language; the keys of the screens become the commands here, one a line."""
        if message.key == "help.keys":
            return "\n".join(self.key(f"line.help.{command}") for command in _COMMANDS)
        return super().say(message)

    def _pattern(self, key: str, count: object) -> str:
        own = super()._pattern(f"line.{key}", count)
        if own != f"line.{key}":
            return own
        text = super()._pattern(key, count)
        return text if key.startswith("line.") else _KEY.sub(self._typed, text)

    def _typed(self, match: re.Match[str]) -> str:
        key = f"f{match['number']}"
        before = match["before"]
        return key if before is None else before + super()._pattern("line.type", None).format(key=key)


def labelled(label: str, words: Words) -> str:
    """Return `label` with its colon; a question has its mark already."""
    return label if label.endswith(_LABEL_ENDS) else words.key("label", label=label)


def sentence(label: str, value: str, words: Words) -> str:
    """Return the label, a colon and the value."""
    return f"{labelled(label, words)} {value}"


def label_of(item: EntryItem | Choice, words: Words) -> str:
    """Return what a field is called, and whether it may stay empty."""
    label = words.say(item.label)
    if isinstance(item, EntryItem) and not item.required and item.kind is not Kind.SEARCH:
        return words.key("entry.optional", label=label)
    return label


def heading(page: Page, words: Words, *, simulation: bool) -> str:
    """Return the title of `page`, with its stage and the mark of a simulation."""
    title = words.say(page.title)
    if page.stage is not None:
        title = words.key("line.title.stage", stage=words.say(page.stage), title=title)
    if simulation:
        title = words.key("line.simulation", title=title)
    return title if title.endswith("?") else words.key("line.title", title=title)


def lines_of(item: Item, words: Words, number: int = 0) -> list[str]:
    """Return the lines that say `item`.

    Args:
        item: What to say.
        words: The language.
        number: What is typed to press it, for a button.
    """
    match item:
        case Prose():
            return words.say(item.text).split("\n")
        case Fact():
            return _fact(item, words)
        case NoticeItem():
            return _notice(item, words)
        case Button():
            return _button(item, words, number)
        case EntryItem() | Choice():
            return _held(item, words)


def option_lines(item: Choice, words: Words) -> list[str]:
    """Return a choice as a list of numbered options."""
    lines = [labelled(label_of(item, words), words)]
    for number, option in enumerate(item.options, start=1):
        label = words.say(option.label)
        if option.value == item.value:
            label = words.key("line.chosen", label=label, chosen=words.key("choice.chosen"))
        lines.append(words.key("line.number", number=number, label=label))
    return lines


def entry_prompt(item: EntryItem, words: Words) -> str:
    """Return what asks for a field, and what Enter alone keeps."""
    label = label_of(item, words)
    value = clear(item.value)
    if value and item.masked:
        label = words.key("line.keeps_secret", label=label)
    elif value:
        label = words.key("line.keeps", label=label, value=value)
    elif item.kind is Kind.SEARCH:
        label = words.key("line.shows_all", label=label)
    return labelled(label, words)


def option_prompt(item: Choice, words: Words) -> str:
    """Return what asks for one of the options of a choice, and what Enter alone keeps."""
    last = len(item.options)
    kept = next((option.label for option in item.options if option.value == item.value), None)
    question = msg("line.choose", last=last) if kept is None else msg("line.keep_option", last=last, label=kept)
    return labelled(words.say(question), words)


def _fact(item: Fact, words: Words) -> list[str]:
    label = words.say(item.label)
    lines = words.say(item.value).split("\n")
    # A mail's rules say nothing; a file may hold a hyphen in place of a value.
    first, *rest = [line for line in lines if line.strip("-") or not line] or lines
    if first.startswith(label):  # a server's text may bring its label along
        return [first, *rest]
    return [sentence(label, first, words), *rest]


def _notice(item: NoticeItem, words: Words) -> list[str]:
    notice = item.notice
    title = words.say(notice.title)
    if notice.tone is not Tone.SUCCESS:
        title = sentence(words.key(f"tone.{notice.tone.value}"), title, words)
    lines = [title, *(words.say(line) for line in notice.lines)]
    if notice.reference:
        lines.append(words.key("notice.reference", reference=notice.reference))
    return lines


def _button(item: Button, words: Words, number: int) -> list[str]:
    label = words.say(item.label)
    if item.key.startswith("f"):
        label = words.key("line.key", label=label, name=item.key)
    if item.state is not None:
        label = sentence(label, words.say(item.state), words)
    lines = [words.key("line.number", number=number, label=label)]
    return [*lines, words.say(item.hint)] if item.hint is not None else lines


def _held(item: EntryItem | Choice, words: Words) -> list[str]:
    if isinstance(item, Choice):
        chosen = [words.say(option.label) for option in item.options if option.value == item.value]
        value = next(iter(chosen), words.key("line.empty"))
    elif not clear(item.value):
        value = words.key("line.empty")
    else:
        value = words.key("line.typed") if item.masked else clear(item.value)
    lines = [sentence(label_of(item, words), value, words)]
    if item.error is not None:
        lines.append(words.say(msg("error.at_field", problem=item.error)))
    return lines


def reference_of(page: Page, words: Words) -> str:
    """Return the reference that `page` gives for Customer Service, or ""."""
    for item in page.items:
        if isinstance(item, NoticeItem) and item.notice.reference:
            return item.notice.reference
        if isinstance(item, Fact) and item.label.key == "fact.reference":
            return words.say(item.value)
    return ""


def spelled(reference: str, words: Words) -> str:
    """Return `reference` letter by letter, as one reads it out over the phone."""
    letters = ", ".join(words.key("line.hyphen") if letter == "-" else letter for letter in reference)
    return words.key("line.spelled", reference=reference, letters=letters)
