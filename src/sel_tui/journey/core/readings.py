"""How what is typed in each kind of field is read: what it is understood to be, or how to mend it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from sel_contract.rules.codes import (
    canonical_handoff_code,
    canonical_linking_code,
    canonical_linking_username,
    canonical_report_code,
    canonical_single_use_code,
    without_name,
)
from sel_contract.rules.identifiers import Category, holds_sin
from sel_contract.rules.passwords import PasswordFault, password_faults
from sel_contract.rules.text import fold, normalized
from sel_contract.rules.values import NAME_LIMIT, read_any_postal_code, read_date, read_name, read_number, read_year
from sel_tui.journey.core import identifiers
from sel_tui.journey.core.fields import Field, Kind, missing
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.mistakes import impossible_date, impossible_year, is_file_number, why_not
from sel_tui.journey.core.secret import Value, clear
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import PasswordRule


# How the catalogues call what a new password lacks.
_LACKING: Final = {
    PasswordFault.TOO_SHORT: "length",
    PasswordFault.NEEDS_UPPER: "upper",
    PasswordFault.NEEDS_LOWER: "lower",
    PasswordFault.NEEDS_DIGIT: "digit",
    PasswordFault.NEEDS_SPECIAL: "special",
}


@dataclass(frozen=True)
class Context:
    """What a check depends on beside the field.

    Attributes:
        category: The one chosen for a number alone.
        rule: The rule for new passwords.
        new: Whether the field names something that does not exist yet.
        today: The day at the server, as it said when the visit began; None before that.
        example: The example that the server gives; where it is a trade, trades are suggested.
    """

    category: Category | None = None
    rule: PasswordRule | None = None
    new: bool = False
    today: date | None = None
    example: str = ""


@dataclass(frozen=True)
class Checked:
    """What a field's text was understood to be.

    Attributes:
        sent: What goes to the server.
        problem: Why it cannot go.
        echo: How it was understood, worth showing back while it is typed.
        expected: What usually follows: worth more than the echo to who is typing still.
        forget: Erase what was typed: it should not have been.
    """

    sent: str = ""
    problem: Msg | None = None
    echo: Msg | None = None
    expected: Msg | None = None
    forget: bool = False


# A longer sentence is scrolled in its field, so it is shown whole below.
NOTE_IN_SIGHT: Final = 40
_NO_CONTEXT: Final = Context()


def check(field: Field, value: Value, context: Context = _NO_CONTEXT) -> Checked:
    """Read what was typed in `field`.

    Args:
        field: The field.
        value: What it holds now.
        context: What the check depends on beside.

    Returns:
        What it was understood to be; its `problem` names the fix.
    """
    text = clear(value)
    if not text.strip():
        return Checked(problem=missing(field.kind) if field.required else None)
    return _READERS[field.kind](text, context)


def _read_email(text: str, context: Context) -> Checked:
    if identifiers.looks_like_old_access(text):
        return Checked(problem=msg("account.old_access" if context.new else "login.old_access"))
    reading = identifiers.read(text)
    if "@" not in text:
        return Checked(problem=msg("identifier.bad_email"))
    if reading.problem:
        return Checked(problem=reading.problem)
    from sel_tui.journey.core.mail_domains import meant_domain  # the first page holds no address yet

    # A domain with accents goes out as mail servers know it: that is shown.
    changed = not text.isascii() and fold(text) != reading.canonical
    meant = meant_domain(reading.canonical.rpartition("@")[2])
    if meant:
        return Checked(reading.canonical, echo=msg("identifier.meant_domain", domain=personal(meant)))
    return Checked(reading.canonical, echo=_will_send(reading.canonical) if changed else None)


def _will_send(canonical: str) -> Msg:
    return msg("identifier.will_send", identifier=personal(canonical))


def _read_identifier(text: str, context: Context) -> Checked:
    reading = identifiers.read(text, context.category)
    if reading.problem:
        return Checked(problem=reading.problem, forget=reading.forget)
    echo = _will_send(reading.canonical) if text.strip() != reading.canonical else None
    suggested = [one for one in identifiers.suggestions(reading.canonical) if one.split()[0] != reading.canonical]
    if suggested:
        echo = msg("identifier.suggested", identifier=personal(reading.canonical), known=personal(", ".join(suggested)))
    if reading.warning:
        echo = msg("identifier.will_send_unusual", identifier=personal(reading.canonical), warning=reading.warning)
    return Checked(reading.canonical, echo=echo, expected=reading.expected)


def _read_date(text: str, context: Context) -> Checked:
    day: date | None = read_date(text)
    if day is None:
        return Checked(problem=why_not(Kind.DATE, text))
    impossible = impossible_date(day, context.today)
    if impossible is not None:
        return Checked(problem=impossible)
    return Checked(day.isoformat(), echo=msg("field.date.understood", date=personal(day)))


def _read_year(text: str, context: Context) -> Checked:
    year = read_year(text)
    problem = impossible_year(year, context.today) if year else why_not(Kind.YEAR, text)
    return Checked(problem=problem) if problem else Checked(year)


def _read_link_username(text: str, context: Context) -> Checked:
    if is_file_number("".join(fold(text).split())):
        return Checked(problem=msg("field.link_username.file_number"))
    return _SHAPES[Kind.LINK_USERNAME](text, context)


def _shape(kind: Kind, reader: Callable[[str], str]) -> Callable[[str, Context], Checked]:
    def read(text: str, _: Context) -> Checked:
        try:
            sent = reader(text)
        except ValueError:
            sent = ""
        return Checked(sent) if sent else Checked(problem=why_not(kind, text))

    return read


def _read_name(text: str, _: Context) -> Checked:
    name = read_name(text)
    if len(name) > NAME_LIMIT:
        return Checked(problem=msg("field.name.too_long", count=NAME_LIMIT))
    return Checked(name) if name else Checked(problem=msg("field.name.bad"))


def _read_new_password(text: str, context: Context) -> Checked:
    rule = context.rule
    if rule is None:
        return Checked(text)
    faults = password_faults(rule, text)
    if PasswordFault.TOO_LONG in faults:
        return Checked(problem=msg("field.new_password.too_long", count=rule.max_length))
    if faults:
        names = [_LACKING[fault] for fault in faults]
        missing = _listed([msg(f"password.{name}", count=rule.min_length) for name in names])
        # How many there are is said once it is refused: at each key it would be noise.
        typed = len(normalized("NFC", text))
        counted = msg("password.length_typed", count=rule.min_length, typed=typed)
        lacking = [counted if name == "length" else msg(f"password.{name}") for name in names]
        problem = msg("field.new_password.lacking", what=_listed(lacking))
        return Checked(problem=problem, echo=msg("field.new_password.missing", what=missing))
    return Checked(text, echo=msg("field.new_password.good"))


def _listed(said: list[Msg]) -> Msg:
    whole = said[0]
    for one in said[1:]:
        whole = msg("list.and_more", first=whole, more=one)
    return whole


def _spaceless(canonical: Callable[[str], str]) -> Callable[[str], str]:
    # A code copied from a mail may hold its name there, and tabs and line ends, which the wire does not carry.
    return lambda text: canonical("".join(without_name(text).split()))


def _read_note(text: str, _: Context) -> Checked:
    if holds_sin(text):
        return Checked(problem=msg("field.note.sin"))
    said = " ".join(text.split())
    return Checked(said, echo=msg("field.note.whole", text=personal(said)) if len(said) > NOTE_IN_SIGHT else None)


def _read_text(text: str, context: Context) -> Checked:
    if not context.example:
        return _as_typed(text, context)
    from sel_tui.journey.core.trades import is_trade, suggested_trades  # the first page asks for no trade

    known = suggested_trades(text) if is_trade(context.example) else ()
    echo = msg("field.answer.trade", known=personal(", ".join(known))) if known else None
    return replace(_as_typed(text, context), echo=echo)


def _read_lookup(text: str, _: Context) -> Checked:
    from sel_tui.journey.core.lookups import read_lookup  # for agents alone

    return read_lookup(text)


def _as_typed(text: str, _: Context) -> Checked:
    return Checked(" ".join(text.split()))


_SHAPES: Final[dict[Kind, Callable[[str, Context], Checked]]] = {
    kind: _shape(kind, reader)
    for kind, reader in (
        (Kind.LINK_USERNAME, _spaceless(lambda text: canonical_linking_username(fold(text)))),
        (Kind.LINK_CODE, _spaceless(canonical_linking_code)),
        (Kind.POSTAL_CODE, read_any_postal_code),
        (Kind.NUMBER, read_number),
        (Kind.SINGLE_USE_CODE, lambda text: canonical_single_use_code(read_number(text))),
        (Kind.HANDOFF_CODE, _spaceless(canonical_handoff_code)),
        (Kind.TOKEN, _spaceless(canonical_report_code)),
    )
}
_READERS: Final[dict[Kind, Callable[[str, Context], Checked]]] = _SHAPES | {
    Kind.EMAIL: _read_email,
    Kind.PASSWORD: lambda text, _: Checked(text),
    Kind.IDENTIFIER: _read_identifier,
    Kind.LINK_USERNAME: _read_link_username,
    Kind.DATE: _read_date,
    Kind.YEAR: _read_year,
    Kind.TEXT: _read_text,
    Kind.NOTE: _read_note,
    Kind.SEARCH: _as_typed,
    Kind.CHOICE: _as_typed,
    Kind.LOOKUP: _read_lookup,
    Kind.NEW_PASSWORD: _read_new_password,
    Kind.NAME: _read_name,
}
