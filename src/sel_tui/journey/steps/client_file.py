"""What a client file says, and the two things to say of it: it is accurate, or it holds an error."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from sel_tui.journey.core.effects import OpenProfile, Request, VerifyFile
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import (
    Notice,
    State,
    Tone,
    clear_messages,
    focus,
    go,
    go_back,
    send,
    start_at,
    with_account,
)
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import files
from sel_tui.journey.steps.files import VERIFIED, is_frozen, row_of
from sel_tui.journey.steps.navigation import SELECT_PROFILE, SHOW_RECEIPT, select_profile, show_receipt, to

if TYPE_CHECKING:
    from sel_contract import AssociationFile, EmployerFile, Link, PostalAddress, Verification, WorkerFile

_ACCURATE: Final = "accurate"
_ERROR: Final = "error"
_UNLINK: Final = "unlink"


def _items(state: State) -> tuple[Item, ...]:
    detail = state.account.opened
    if detail is None:
        return ()
    facts = _facts(detail.file)
    standing = files.standing(detail.link)
    if detail.link.verification.reference:
        standing = msg("verification.error_reference", reference=personal(detail.link.verification.reference))
    said = "client_file.reported" if detail.link.verification.reference else "client_file.intro"
    return (
        Prose("intro", msg(said)),
        *(Fact(name, msg(f"fact.{name}"), personal(value)) for name, value in facts if value),
        Fact("verification", msg("fact.verification"), standing),
        Button("accurate", msg("button.accurate"), _ACCURATE, main=True, binding=True),
        Button("error", msg("button.error"), _ERROR),
        Button("select_profile", msg("button.select_profile"), SELECT_PROFILE),
        Button("receipt", msg("button.receipt"), SHOW_RECEIPT, detail.link.id),
        Button("unlink", msg("button.unlink_ask"), _UNLINK),
    )


def _accurate(state: State, _: str) -> State:
    opened = state.account.opened
    return send(clear_messages(state), VerifyFile(opened.link.id, accurate=True)) if opened is not None else state


def verified(state: State, effect: VerifyFile, verification: Verification) -> State:
    """Return `state` in which the file stands as the person said."""

    def updated(link: Link) -> Link:
        return link.model_copy(update={"verification": verification}) if link.id == effect.link_id else link

    profiles, opened = state.account.profiles, state.account.opened
    return with_account(
        state,
        profiles=tuple(link if is_frozen(link) else updated(link) for link in profiles)
        if profiles is not None
        else None,
        opened=opened.model_copy(update={"link": updated(opened.link)}) if opened is not None else None,
    )


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, OpenProfile):
        return with_account(go(state, Step.CLIENT_FILE), opened=result)
    state = verified(state, cast("VerifyFile", request.effect), result)
    opened, profiles = state.account.opened, state.account.profiles
    name = personal(opened.link.display_name) if opened is not None else msg("fact.file")
    state = replace(start_at(state, Step.PROFILES), notice=Notice(Tone.SUCCESS, msg(VERIFIED, name=name)))
    return files.say_what_is_left(state, profiles) if profiles is not None else state  # else once they are fetched


def _back(state: State) -> State | None:
    """Return to the row of the file in the list, so that the person's place in it is kept."""
    opened = state.account.opened
    if opened is None or state.trail[-1:] != (Step.PROFILES,):
        return None
    return focus(go_back(state), row_of(opened.link.id))


def _address(address: PostalAddress) -> Msg:
    return msg(
        "fact.address.value",
        street=personal(address.street),
        city=personal(address.city),
        province=personal(address.province),
        postal_code=personal(address.postal_code.replace(" ", "\u00a0")),
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


STEPS: Final = {
    Step.CLIENT_FILE: StepSpec(
        items=_items,
        tasks=(files.Reporting,),
        stage=(5,),
        commands={
            _ACCURATE: _accurate,
            _ERROR: to(Step.REPORT),
            _UNLINK: to(Step.UNLINK),
            SHOW_RECEIPT: show_receipt,
            SELECT_PROFILE: select_profile,
        },
        enter=files.fetch_opened,
        back=_back,
        on_result=_on_result,
        on_failure=files.on_failure,
    )
}
