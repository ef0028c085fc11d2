"""A server that says yes to everything."""

from __future__ import annotations

from typing import Any

from sel_contract import AccountConfirmed, PasswordChanged
from sel_tui.journey.core.desk_effects import ActOnCase, DecideCorrection, FetchCorrections, FetchFigures, FetchQueue
from sel_tui.journey.core.effects import (
    ChoosePassword,
    ConfirmAccount,
    CreateAccount,
    DeskRead,
    DeskWrite,
    Effect,
    FetchDemo,
    FetchHistory,
    FetchMethods,
    FetchProfiles,
    FetchQuestions,
    FetchReceipt,
    FetchService,
    FetchTerms,
    FinishReset,
    HandOff,
    KeepReceipt,
    LinkFile,
    LogIn,
    OpenProfile,
    RedeemHandoff,
    RequestCode,
    ResendCode,
    StartReset,
    StayLoggedIn,
    StepUp,
    VerifyFile,
)
from tests.scenarios import desk_records
from tests.unit import builders


def answer_to(action: Effect, who: str = "maika", *, desk: bool = False) -> Any:
    """Return what a server that says yes to everything answers, at the `desk` or to a person."""
    result: Any = None
    match action:
        case FetchService():
            result = builders.service()
        case LogIn() | StayLoggedIn() | ChoosePassword() if desk:
            result = desk_records.agent_session(who=who)
        case DeskRead() | DeskWrite():
            result = _at_desk(action)
        case LogIn() | StepUp() | StayLoggedIn():
            result = builders.session(who)
        case FetchMethods():
            result = builders.methods()
        case FetchQuestions():
            result = builders.challenge()
        case LinkFile():
            result = builders.link()
        case CreateAccount():
            result = builders.registration_started()
        case RequestCode() | ResendCode():
            result = builders.accepted()
        case FetchProfiles():
            result = builders.links("to_verify", "accurate")
        case OpenProfile(link_id):
            result = builders.detail(link_id)
        case VerifyFile(_, accurate, _):
            result = builders.verification("accurate" if accurate else "error")
        case FetchTerms():
            result = builders.terms()
        case ConfirmAccount():
            result = AccountConfirmed(account=builders.account(who))
        case StartReset():
            result = builders.reset_started()
        case FinishReset():
            result = PasswordChanged(changed_at=builders.NOW)
        case FetchReceipt():
            result = builders.receipt()
        case KeepReceipt():
            result = "recu.txt"
        case FetchHistory():
            result = builders.events()
        case HandOff():
            result = builders.handoff_opened()
        case RedeemHandoff():
            result = builders.handoff()
        case FetchDemo():
            result = builders.demo()
        case _:
            result = None  # nothing in the answer matters
    return result


def _at_desk(action: DeskRead | DeskWrite) -> Any:
    match action:
        case ActOnCase():
            return desk_records.SENT
        case FetchQueue():
            return desk_records.QUEUE
        case DecideCorrection():
            return desk_records.CONFIRMED
        case FetchCorrections():
            return desk_records.CORRECTIONS
        case FetchFigures():
            return desk_records.FIGURES
        case _:
            return desk_records.CASE
