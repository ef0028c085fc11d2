"""What the confirmation, the profiles, a client file and its report say and offer. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, cast

from sel_tui.journey.events import Do
from sel_tui.journey.forms import SEARCH
from sel_tui.journey.identifiers import fold
from sel_tui.journey.page import Button, Fact, Item, Prose
from sel_tui.journey.pages.parts import entries, entry, file_words
from sel_tui.journey.secret import clear
from sel_tui.journey.state import State, draft, is_to_verify
from sel_tui.journey.words import Msg, msg, personal, public, published

if TYPE_CHECKING:
    from sel_contract import AssociationFile, EmployerFile, Link, PostalAddress, WorkerFile

# From so many profiles on, a search field stands above them.
SEARCH_FROM: Final = 9


def linked(state: State) -> tuple[Item, ...]:
    """The confirmation: what was linked, and what to do next."""
    link = state.linked
    assert link is not None
    return (
        Prose("done", msg("linked.done", name=personal(link.display_name)), stop=True),
        Fact("file", msg("fact.file"), _file_of(link)),
        Fact("method", msg("fact.method"), msg(f"method.{link.method.value}.name")),
        Fact("reference", msg("fact.reference"), personal(link.reference)),
        Prose("once", msg("linked.once")),
        Prose("remains", msg("linked.remains")),
        Button("select_profile", msg("button.select_profile"), Do.SELECT_PROFILE, main=True),
        Button("link_profile", msg("button.link_another"), Do.LINK_PROFILE),
        Button("receipt", msg("button.receipt"), Do.SHOW_RECEIPT, link.id),
        Button("log_out", msg("button.log_out"), Do.LOG_OUT),
    )


def profiles(state: State) -> tuple[Item, ...]:
    """The linked files, with a search when there are many."""
    known = state.profiles
    if known is None:
        return () if state.busy else (Button("reload", msg("button.reload"), Do.RELOAD),)
    items: list[Item] = []
    if not known:
        items.append(Prose("none", msg("profiles.none")))
    wanted = known
    if len(known) >= SEARCH_FROM:
        items.append(entry(state, SEARCH))
        words = fold(clear(draft(state, SEARCH))).split()
        wanted = tuple(link for link in known if all(word in _searchable(link) for word in words))
        items.append(Prose("count", msg("profiles.count", count=len(wanted), all=len(known)), quiet=True))
    if not wanted and known:
        items.append(Prose("fewer", msg("profiles.fewer")))
    items += [
        Button(
            f"profile.{link.id}",
            _row(link),
            Do.OPEN_PROFILE,
            link.id,
            state=_standing(link),
            row=True,
        )
        for link in wanted
    ]
    if any(is_to_verify(link) for link in known):
        items.append(Button("next_unverified", msg("button.next_unverified"), Do.NEXT_UNVERIFIED, key="f12"))
    items.append(Button("link_profile", msg("button.link_profile"), Do.LINK_PROFILE))
    items.append(Button("history", msg("button.history"), Do.SHOW_HISTORY))
    items.append(Button("log_out", msg("button.log_out"), Do.LOG_OUT))
    return tuple(items)


def client_file(state: State) -> tuple[Item, ...]:
    """What the file says, and the two things to say of it."""
    detail = state.opened
    assert detail is not None
    facts = _facts(detail.file)
    standing = _standing(detail.link)
    if detail.link.verification.reference:
        standing = msg("verification.error_reference", reference=personal(detail.link.verification.reference))
    return (
        Prose("intro", msg("client_file.intro")),
        *(Fact(name, msg(f"fact.{name}"), personal(value)) for name, value in facts if value),
        Fact("verification", msg("fact.verification"), standing),
        Button("accurate", msg("button.accurate"), Do.ACCURATE, main=True, binding=True),
        Button("error", msg("button.error"), Do.ERROR),
        Button("receipt", msg("button.receipt"), Do.SHOW_RECEIPT, detail.link.id),
        Button("unlink", msg("button.unlink_ask"), Do.UNLINK),
        Button("select_profile", msg("button.select_profile"), Do.SELECT_PROFILE),
    )


def report(state: State) -> tuple[Item, ...]:
    """What is wrong in the file, in the person's own words."""
    said = state.opened.link.verification.note if state.opened is not None else None
    before: tuple[Item, ...] = ()
    if said:
        before = (Prose("before", msg("report.before", note=personal(said))), Prose("replaces", msg("report.replaces")))
    return (
        Prose("intro", msg("report.intro")),
        *before,
        *entries(state),
        Button("submit", msg("button.report"), Do.SUBMIT, main=True, binding=True),
        Button("back", msg("button.back"), Do.BACK),
    )


def reported(state: State) -> tuple[Item, ...]:
    """The reference for Customer Service."""
    link, service = state.linked, state.service
    items: list[Item] = [Prose("done", msg("reported.done"), stop=True)]
    if link is not None:
        items.append(Fact("file", msg("fact.file"), _file_of(link)))
    items.append(Fact("reference", msg("fact.reference"), personal(state.reference)))
    if service is not None:
        items.append(Fact("phone", msg("fact.phone"), public(service.contact.phone)))
        items.append(Fact("hours", msg("fact.hours"), published(service.contact.hours)))
    items.append(Button("select_profile", msg("button.select_profile"), Do.SELECT_PROFILE, main=True))
    items.append(Button("log_out", msg("button.log_out"), Do.LOG_OUT))
    return tuple(items)


def _standing(link: Link) -> Msg:
    return msg("link.frozen" if link.state == "frozen" else f"verification.{link.verification.state.value}")


def _row(link: Link) -> Msg:
    return personal(msg("profiles.row", name=personal(link.display_name), identifier=personal(link.identifier)))


def _file_of(link: Link) -> Msg:
    return file_words(link.display_name, link.identifier, link.category)


def _searchable(link: Link) -> str:
    return fold(f"{link.display_name} {link.identifier}")


def _address(address: PostalAddress) -> Msg:
    return msg(
        "fact.address.value",
        street=personal(address.street),
        city=personal(address.city),
        province=personal(address.province),
        postal_code=personal(address.postal_code),
    )


def _worker(file: WorkerFile) -> tuple[tuple[str, Msg | str | date | None], ...]:
    certificate = file.certificate
    expiry = certificate.expires_on if certificate else None
    pension = msg(f"pension.{file.pension_status.value}") if file.pension_status else None
    return (
        ("name", file.name),
        ("client_number", file.client_number),
        ("address", _address(file.address)),
        ("phone", file.phone),
        ("email", file.email or msg("fact.none")),
        ("trade", file.trade),
        ("certificate", certificate.number if certificate else None),
        ("certificate_expiry", expiry),
        ("pension", pension),
    )


def _employer(file: EmployerFile) -> tuple[tuple[str, Msg | str | date | None], ...]:
    return (
        ("legal_name", file.legal_name),
        ("employer_number", file.employer_number),
        ("neq", file.neq),
        ("rbq_licence", file.rbq_licence),
        ("address", _address(file.address)),
        ("phone", file.phone),
        ("email", file.email or msg("fact.none")),
        ("contact_person", file.contact_person),
    )


def _association(file: AssociationFile) -> tuple[tuple[str, Msg | str | date | None], ...]:
    return (
        ("association_name", file.name),
        ("acronym", file.acronym),
        ("side", msg(f"side.{file.side.value}")),
        ("address", _address(file.address)),
        ("phone", file.phone),
        ("email", file.email or msg("fact.none")),
        ("contact_person", file.contact_person),
    )


def _facts(file: WorkerFile | EmployerFile | AssociationFile) -> tuple[tuple[str, Msg | str | date | None], ...]:
    match file.category.value:
        case "worker":
            return _worker(cast("WorkerFile", file))
        case "employer":
            return _employer(cast("EmployerFile", file))
        case _:
            return _association(cast("AssociationFile", file))
