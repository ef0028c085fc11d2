"""What a case says, in plain words: the true reasons, what to propose, and what stands where. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.messages import Msg, in_language, msg, personal, public
from sel_tui.journey.core.page import Fact, Item
from sel_tui.journey.steps.desk_cases import address_or_none, file_name, hour, method_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sel_contract.desk_case import DeskCase, DeskFile, DeskProposal, DeskReport, MailReason
    from sel_tui.journey.core.state import State


def joined(parts: Iterable[Msg]) -> Msg:
    """Return `parts` as a list; there is one at least."""
    whole, *others = parts
    for one in others:
        whole = msg("desk.and", first=whole, more=one)
    return whole


def who(state: State, case: DeskCase) -> tuple[Item, ...]:
    """Return whose file and whose account it is, and whether a colleague has the case."""
    said: list[Item] = []
    file, account = case.file, case.account
    if case.reference is not None:
        said.append(Fact("reference", msg("fact.reference"), personal(case.reference)))
    if case.busy_until is not None:
        said.append(Fact("busy", msg("fact.desk_busy"), msg("desk.busy", at=hour(state, case.busy_until))))
    if file is not None:
        said.append(Fact("file", msg("fact.desk_file"), file_name(file)))
        if file.holders:
            said.append(Fact("holders", msg("fact.desk_holders"), _holders(state, file)))
    if account is not None:
        said.append(
            Fact(
                "account",
                msg("fact.desk_account"),
                msg(
                    "desk.account",
                    address=personal(account.address),
                    files=msg("desk.files", count=account.linked_files),
                    sessions=msg("desk.sessions", count=account.open_sessions),
                ),
            )
        )
    return tuple(said)


def _holders(state: State, file: DeskFile) -> Msg:
    return joined(
        msg(
            "desk.holder.frozen" if one.frozen else "desk.holder.caller" if one.caller else "desk.holder",
            address=personal(one.address),
            since=hour(state, one.since),
        )
        for one in file.holders
    )


def proposal(state: State, one: DeskProposal) -> Msg:
    """Return what to try next."""
    return msg(f"propose.{one.code.value}", **_filled(state, one))


def script(state: State, case: DeskCase, one: DeskProposal) -> Msg:
    """Return what to say aloud, in the language of the caller's account where it is known."""
    said = msg(f"say.{one.code.value}", **_filled(state, one))
    if case.account is None:
        return said
    return in_language(case.account.language.value[:2], said)


def _filled(state: State, one: DeskProposal) -> dict[str, Msg]:
    """Return what the sentence of a proposal needs; what it does not name is not said."""
    methods = tuple(method_name(method.value) for method in one.methods)
    return {
        "at": hour(state, one.at) if one.at is not None else public(""),
        "address": address_or_none(one.address),
        "method": method_name(one.method.value) if one.method is not None else public(""),
        "methods": joined(methods) if methods else public(""),
        "reference": personal(one.reference or ""),
        "why": mail_reason(one.mail_reason),
    }


def mail_reason(reason: MailReason | None) -> Msg:
    """Return why a mail came back or is delayed."""
    return msg(f"mail_reason.{reason.value if reason is not None else 'other'}")


def attempt(state: State, case: DeskCase, place: int) -> Fact:
    """Return what was tried, from what, and what came of it; the number only where it is not the file's."""
    one = case.attempts[place]
    what = msg(f"attempt.{one.outcome.value}")
    if one.reason is not None:
        what = msg("attempt.because", what=what, why=msg(f"reason.{one.reason.value}"))
    with_what = [method_name(one.method.value)] if one.method is not None else []
    with_what += [msg(f"terminal.{one.terminal.value}")] if one.terminal is not None else []
    if one.number and (case.file is None or one.number != case.file.number):
        with_what.append(personal(one.number))
    if with_what:
        what = msg("attempt.with", what=what, how=joined(with_what))
    return Fact(f"attempt.{place}", personal(hour(state, one.at)), personal(what))


def methods(state: State, case: DeskCase) -> tuple[Item, ...]:
    """Return which methods are closed to the account or used up on the file, or that all are open."""
    closed = {one.method: one.open_again_at for one in case.file.methods if not one.available} if case.file else {}
    said = []
    for one in case.methods:
        until = one.open_again_at or closed.get(one.method)
        if until is not None:
            said.append(msg("desk.method.until", method=method_name(one.method.value), at=hour(state, until)))
        elif not one.available or one.method in closed:
            said.append(msg("desk.method.closed", method=method_name(one.method.value)))
    if not case.methods:
        return ()
    return (Fact("methods", msg("fact.desk_methods"), joined(said) if said else msg("desk.methods.open")),)


def coordinates(state: State, case: DeskCase, place: int = 0) -> Fact:
    """Return when linking coordinates were sent, what became of them; to whom and who asked, where it says more."""
    one = case.coordinates[place]
    mail = msg("desk.mail.unknown")
    if one.mail is not None:
        when = hour(state, one.mail_at) if one.mail_at is not None else public("")
        mail = msg(f"desk.mail.{one.mail.value}", at=when, why=mail_reason(one.mail_reason))
    said = {"at": hour(state, one.at), "mail": mail, "state": msg(f"desk.coordinates.{one.state.value}")}
    if one.address is None or (case.file is not None and one.address == case.file.address):
        value = msg("desk.coordinates", **said)
    else:
        value = msg("desk.coordinates.to", address=personal(one.address), **said)
    if one.asked_by is not None:
        value = msg("desk.coordinates.by", coordinates=value, address=personal(one.asked_by))
    return Fact(f"coordinates.{place}", msg("fact.desk_coordinates"), personal(value))


def report(state: State, one: DeskReport, place: int = 0) -> Fact:
    """Return what was reported, and what became of it."""
    how = msg(f"report_state.{one.state.value}")
    value = msg("desk.report", reference=personal(one.reference), at=hour(state, one.at), state=how)
    if one.note:
        value = msg("desk.report.note", report=value, note=personal(one.note))
    return Fact(f"report.{place}", msg("fact.desk_report"), personal(value))
