"""What is said of an item: label, role, value, state, position, help. Pure; both faces are spoken from here."""

from __future__ import annotations

from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.page import Button, Choice, Entry, Fact, Item, Page, Prose, Told
from sel_tui.journey.secret import clear
from sel_tui.journey.state import Tone
from sel_tui.journey.words import Msg, msg
from sel_tui.voice.spelling import SPELLED, is_spelled, letter, spelled, spoken
from sel_tui.voice.utterance import Part, Position, Utterance

# Texts that hold something of the server's, which concerns nobody.
_PUBLIC: Final = frozenset({"login.server", "login.operator", "service.notice", "contact.verified_on"})
_PUBLIC_FACTS: Final = frozenset({"fact.phone", "fact.hours", "fact.reference"})


def say(item: Item, words: Words, position: Position | None = None, at: int = 0) -> tuple[Utterance, ...]:
    """Return what is said of `item` when it has the focus; its help comes last and is said after a pause.

    Args:
        item: What to say.
        words: The language.
        position: Which one it is among what can have the focus.
        at: The option of a choice that the caret is on.
    """
    match item:
        case Prose():
            return (Utterance(spoken(item.text, words), Part.TEXT, is_personal(item.text)),)
        case Fact():
            return _fact(item, words)
        case Told():
            return _told(item, words)
        case Entry():
            said = _entry(item, words)
        case Choice():
            said, position = _choice(item, words, at), None  # which option of how many is enough
        case Button():
            said = _button(item, words)
    where = _where(position, words)
    return (*(piece for piece in said if piece.part is not Part.HELP), *where, *help_of(item, words))


def help_of(item: Item, words: Words) -> tuple[Utterance, ...]:
    """Return what is said of `item` after a pause: how it was understood, else its help."""
    if isinstance(item, Entry) and item.echo is not None:
        return (Utterance(spoken(item.echo, words), Part.HELP, personal=True),)
    hint = None if isinstance(item, (Prose, Fact, Told)) else item.hint
    if hint is None or (isinstance(item, (Entry, Choice)) and item.error is not None):
        return ()  # the error says how to mend it
    return (Utterance(spoken(hint, words), Part.HELP),)


def say_option(item: Choice, words: Words, at: int) -> tuple[Utterance, ...]:
    """Return what is said when the caret moves to another option of the same choice."""
    if not item.options:
        return ()
    option = item.options[min(at, len(item.options) - 1)]
    chosen = words.key("choice.chosen" if option.value == item.value else "voice.not_chosen")
    return (
        Utterance(spoken(option.label, words), Part.VALUE),
        Utterance(chosen, Part.STATE),
        *_where(Position(at + 1, len(item.options)), words),
    )


def say_typed(before: Entry, now: Entry, words: Words) -> tuple[Utterance, ...]:
    """Return what is said of the key that changed a field; of a masked one nothing but that a key was taken."""
    old, new = clear(before.value), clear(now.value)
    longer = len(new) - len(old)
    if is_hidden(now):
        return (Utterance(words.key("voice.masked" if longer > 0 else "voice.erased_some"), Part.TYPED),)
    if longer == 1:
        return (Utterance(letter(_extra(old, new), words, capitals=True), Part.TYPED, personal=True),)
    if longer == -1:
        gone = letter(_extra(new, old), words, capitals=True)
        return (Utterance(words.say(msg("voice.erased", letter=gone)), Part.TYPED, personal=True),)
    return (Utterance(words.key("voice.pasted" if longer > 0 else "voice.erased_some"), Part.TYPED),)


def say_title(page: Page, words: Words) -> tuple[Utterance, ...]:
    """Return the title of a page and its stage."""
    said = [Utterance(words.say(page.title), Part.TITLE)]
    if page.stage is not None:
        number, count = page.stage
        said.append(Utterance(words.say(msg("stage", number=number, count=count)), Part.TITLE))
    return tuple(said)


def text_to_spell(item: Item, words: Words) -> str:
    """Return what the spelling key spells of `item`; "" when there is nothing, or nothing that may be heard."""
    match item:
        case Entry():
            return "" if is_hidden(item) else clear(item.value)
        case Fact():
            return words.say(item.value)
        case Told():
            return item.notice.reference
        case Button():
            return words.say(item.label)
        case _:
            return ""


def is_hidden(item: Entry) -> bool:
    """Tell whether what a field holds is never spoken, not even while it is shown."""
    return item.masked or item.secret


def is_personal(message: Msg) -> bool:
    """Tell whether `message` holds something that the server knows of the person, or that the person typed."""
    if message.key in _PUBLIC:
        return False
    if message.key in {"raw", "date", "moment"}:
        return True
    return any(is_personal(value) for _, value in message.params if isinstance(value, Msg))


def _where(position: Position | None, words: Words) -> tuple[Utterance, ...]:
    if position is None or position.total < 2:  # noqa: PLR2004  # one of one is no news
        return ()
    where = words.say(msg("voice.position", number=position.number, count=position.total))
    return (Utterance(where, Part.POSITION),)


def _error(problem: Msg | None, words: Words) -> tuple[Utterance, ...]:
    if problem is None:
        return ()
    return (Utterance(spoken(msg("error.at_field", problem=problem), words), Part.ERROR),)


def _entry(item: Entry, words: Words) -> tuple[Utterance, ...]:
    held = clear(item.value)
    if not held.strip():
        value = Utterance(words.key("voice.empty"), Part.VALUE)
    elif is_hidden(item):
        value = Utterance(words.key("voice.filled"), Part.VALUE)
    elif item.kind in SPELLED:
        value = Utterance(spelled(held, words), Part.VALUE, personal=True)
    else:
        value = Utterance(held, Part.VALUE, personal=True)
    return (
        *_error(item.error, words),
        Utterance(words.say(item.label), Part.LABEL),
        Utterance(words.key("voice.role.masked" if item.masked else "voice.role.field"), Part.ROLE),
        value,
        Utterance(words.key("voice.required" if item.required else "voice.optional"), Part.STATE),
    )


def _choice(item: Choice, words: Words, at: int) -> tuple[Utterance, ...]:
    return (
        *_error(item.error, words),
        Utterance(words.say(item.label), Part.LABEL),
        Utterance(words.key("voice.role.choice"), Part.ROLE),
        *say_option(item, words, at),
    )


def _button(item: Button, words: Words) -> tuple[Utterance, ...]:
    said = [
        Utterance(spoken(item.label, words), Part.LABEL, is_personal(item.label)),
        Utterance(words.key("voice.role.row" if item.row else "voice.role.button"), Part.ROLE),
    ]
    if item.state is not None:
        said.append(Utterance(words.say(item.state), Part.STATE))
    if item.key:
        said.append(Utterance(words.say(msg("voice.key", name=item.key.upper())), Part.STATE))
    return tuple(said)


def _fact(item: Fact, words: Words) -> tuple[Utterance, ...]:
    value = spelled(words.say(item.value), words) if is_spelled(item.label) else spoken(item.value, words)
    personal = item.label.key not in _PUBLIC_FACTS and is_personal(item.value)
    label = Utterance(words.say(msg("label", label=item.label)), Part.LABEL, item.label.key == "raw")
    return (label, Utterance(value, Part.VALUE, personal))


def _told(item: Told, words: Words) -> tuple[Utterance, ...]:
    notice = item.notice
    title = spoken(notice.title, words)
    if notice.tone is not Tone.SUCCESS:
        title = words.headed(f"tone.{notice.tone.value}", notice.title)
    said = [Utterance(title, Part.NOTICE, is_personal(notice.title))]
    said += [Utterance(spoken(line, words), Part.NOTICE, is_personal(line)) for line in notice.lines]
    if notice.reference:
        said.append(Utterance(spoken(msg("notice.reference", reference=notice.reference), words), Part.NOTICE))
    return tuple(said)


def _extra(shorter: str, longer: str) -> str:
    """Return the one character that `longer` has more than `shorter`."""
    place = next((at for at, (one, other) in enumerate(zip(shorter, longer, strict=False)) if one != other), -1)
    return longer[place]
