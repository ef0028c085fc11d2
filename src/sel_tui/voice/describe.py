"""What is said of an item: label, role, value, state, position, help. Pure; used for both faces."""

from __future__ import annotations

from typing import Final

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, in_language, language_of, msg, personal, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import Tone
from sel_tui.voice.privacy import utter, utter_each, without_personal
from sel_tui.voice.spelling import SPELLED, codes_in, grouped, is_spelled, letter, spelled, wholly_grouped
from sel_tui.voice.utterance import Part, Position, Utterance, Utterances

# So many characters are not spelled one by one: it would take minutes.
LONG: Final = 60


def describe_item(item: Item, words: Words, position: Position | None = None, at: int = 0) -> Utterances:
    """Return what is said of `item` when it has the focus; its help comes last and is said after a pause.

    Args:
        item: The item.
        words: The language.
        position: Its position among the items that can have the focus.
        at: The index of the option of a choice that the caret is on.
    """
    match item:
        case Prose():
            return (utter(item.text, Part.TEXT, words),)
        case Fact():
            return _fact(item, words)
        case NoticeItem():
            return _notice(item, words)
        case EntryItem():
            said = _entry(item, words)
        case Choice():
            said, position = _choice(item, words, at), None  # the position of the option is enough
        case Button():
            said = _button(item, words)
    where = _where(position, words)
    return (*(piece for piece in said if piece.part is not Part.HELP), *where, *help_of(item, words))


def help_of(item: Item, words: Words) -> Utterances:
    """Return what is said of `item` after a pause: how it was understood, else, while it is empty, its help."""
    if isinstance(item, EntryItem) and (item.echo is not None or clear(item.value).strip()):
        return (utter(item.echo, Part.HELP, words),) if item.echo is not None else ()
    hint = None if isinstance(item, (Prose, Fact, NoticeItem)) else item.hint
    if hint is None or (isinstance(item, (EntryItem, Choice)) and item.error is not None):
        return ()  # the error says how to correct it
    return (utter(hint, Part.HELP, words),)


def describe_option(item: Choice, words: Words, at: int) -> Utterances:
    """Return what is said when the caret moves to another option of the same choice."""
    if not item.options:
        return ()
    option = item.options[min(at, len(item.options) - 1)]
    chosen = msg("choice.chosen" if option.value == item.value else "voice.not_chosen")
    return (
        utter(option.label, Part.VALUE, words),
        utter(chosen, Part.STATE, words),
        *_where(Position(at + 1, len(item.options)), words),
    )


def describe_typed(before: EntryItem, now: EntryItem, words: Words) -> Utterances:
    """Return what is said of the key that changed a field; for a masked field, only that a key was taken."""
    old, new = clear(before.value), clear(now.value)
    longer = len(new) - len(old)
    if is_hidden(now):
        kind = msg("voice.masked") if now.masked else msg("voice.visible")
        return (utter(kind if longer > 0 else msg("voice.erased_some"), Part.TYPED, words),)
    if longer == 1:
        return (utter(personal(letter(_extra(old, new), words, capitals=True)), Part.TYPED, words),)
    if longer == -1:
        gone = letter(_extra(new, old), words, capitals=True)
        return (utter(msg("voice.erased", letter=personal(gone)), Part.TYPED, words),)
    return (utter(msg("voice.pasted" if longer > 0 else "voice.erased_some"), Part.TYPED, words),)


def describe_caret(item: EntryItem, words: Words, at: int) -> Utterances:
    """Return what is said of the caret of a field: the character at it; of a masked one, only that there is one."""
    held = clear(item.value)
    if at >= len(held):
        said = msg("voice.end_of_text" if held else "voice.empty")
    else:
        said = msg("voice.masked") if is_hidden(item) else personal(letter(held[at], words, capitals=True))
    return (utter(said, Part.TYPED, words),)


def describe_title(page: Page, words: Words) -> Utterances:
    """Return the title of a page and its stage."""
    said = [*utter_each(page.title, Part.TITLE, words)]
    if page.stage is not None:
        said.append(utter(page.stage, Part.TITLE, words))
    return tuple(said)


def describe_code(page: Page, focused: Item, words: Words) -> Utterances:
    """Return what the equals sign spells: the codes of the focused item, else the first on the page, by its name.

    Where there is none at all, it spells what has the focus if that is short, or says that there is nothing to spell.
    """
    if of_its_own := _codes(focused, words):
        return of_its_own
    coded = next((item for item in (focused, *page.items) if _holds_code(item)), focused)
    name: Utterances = ()
    if isinstance(coded, Fact):
        name = (utter(msg("label", label=coded.label), Part.LABEL, words),)
    elif isinstance(coded, NoticeItem):
        name = (utter(msg("label", label=msg("fact.reference")), Part.LABEL, words),)
    letters = describe_spelled(coded, words)
    return (*name, *letters) if letters else (utter(msg("voice.nothing_to_spell"), Part.STATE, words),)


def _codes(item: Item, words: Words) -> Utterances:
    """Return the codes of a long text, spelled; empty for anything else."""
    whole = _text_to_spell(item)
    return describe_spelled(item, words) if whole is not None and len(words.say(whole)) > LONG else ()


def has_code(page: Page) -> bool:
    """Tell whether a number or a code stands on the page, such as a reference."""
    return any(_holds_code(item) for item in page.items)


def _holds_code(item: Item) -> bool:
    if isinstance(item, NoticeItem):
        return bool(item.notice.reference)
    return isinstance(item, Fact) and is_spelled(item.label, item.value)


def describe_spelled(item: Item, words: Words) -> Utterances:
    """Return what the spelling key says of `item`; empty when there is nothing to spell, or a secret.

    Of a long text, only the codes and numbers in it are spelled.
    """
    whole = _text_to_spell(item)
    if whole is None:
        return ()
    text = words.say(whole)
    # In a code, capitals and small letters are the same.
    capitals = not (_holds_code(item) or len(text) > LONG)
    parts = codes_in(text) if len(text) > LONG else [text]
    declare = public if without_personal(whole) == whole else personal
    letters = [spelled(part, words, capitals=capitals) for part in parts]
    return tuple(utter(declare(one), Part.VALUE, words) for one in letters if one)


def is_hidden(item: EntryItem) -> bool:
    """Tell whether the value of a field is never spoken, not even while it is shown."""
    return item.masked or item.secret


def _text_to_spell(item: Item) -> Msg | None:
    match item:
        case EntryItem():
            return None if is_hidden(item) else personal(clear(item.value))
        case Fact():
            return item.value
        case NoticeItem():
            return personal(item.notice.reference)
        case Button():
            return item.label
        case Prose():
            return item.text
        case _:
            return None


def _where(position: Position | None, words: Words) -> Utterances:
    if position is None or position.total < 2:  # noqa: PLR2004  # a single item needs no position
        return ()
    return (utter(msg("voice.position", number=position.number, count=position.total), Part.POSITION, words),)


def _error(problem: Msg | None, words: Words) -> Utterances:
    if problem is None:
        return ()
    return (utter(msg("error.at_field", problem=problem), Part.ERROR, words),)


def _entry(item: EntryItem, words: Words) -> Utterances:
    held = clear(item.value)
    if not held.strip():
        value = msg("voice.empty")
    elif is_hidden(item):
        value = msg("voice.filled")
    else:
        value = personal(grouped(held, words) if item.kind in SPELLED else held)
    return (
        *_error(item.error, words),
        utter(item.label, Part.LABEL, words),
        utter(msg("voice.role.masked" if item.masked else "voice.role.field"), Part.ROLE, words),
        utter(value, Part.VALUE, words),
        utter(msg("voice.required" if item.required else "voice.optional"), Part.STATE, words),
    )


def _choice(item: Choice, words: Words, at: int) -> Utterances:
    return (
        *_error(item.error, words),
        utter(item.label, Part.LABEL, words),
        utter(msg("voice.role.choice"), Part.ROLE, words),
        *describe_option(item, words, at),
    )


def _button(item: Button, words: Words) -> Utterances:
    said = [
        *utter_each(item.label, Part.LABEL, words),
        utter(msg("voice.role.row" if item.row else "voice.role.button"), Part.ROLE, words),
    ]
    if item.state is not None:
        said.append(utter(item.state, Part.STATE, words))
    if item.key:
        key, language = msg("voice.key", name=public(item.key.upper())), language_of(item.label)
        said.append(utter(in_language(language, key) if language else key, Part.STATE, words))
    return tuple(said)


def _fact(item: Fact, words: Words) -> Utterances:
    value = wholly_grouped(item.value, words) if is_spelled(item.label, item.value) else item.value
    return (utter(msg("label", label=item.label), Part.LABEL, words), utter(value, Part.VALUE, words))


def _notice(item: NoticeItem, words: Words) -> Utterances:
    notice = item.notice
    title = utter(notice.title, Part.NOTICE, words)
    if notice.tone is not Tone.SUCCESS:
        heading = f"tone.{notice.tone.value}"
        anyone = words.headed(heading, without_personal(notice.title))
        title = Utterance(words.headed(heading, notice.title), Part.NOTICE, anyone)
    said = [title, *(utter(line, Part.NOTICE, words) for line in notice.lines)]
    if notice.reference:
        said.append(utter(msg("notice.reference", reference=personal(notice.reference)), Part.NOTICE, words))
    return tuple(said)


def _extra(shorter: str, longer: str) -> str:
    """Return the one character that `longer` has more than `shorter`."""
    place = next((at for at, (one, other) in enumerate(zip(shorter, longer, strict=False)) if one != other), -1)
    return longer[place]
