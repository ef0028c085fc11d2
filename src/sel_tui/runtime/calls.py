"""What each effect asks of the API client, and what a call without a result means to the journey. No Textual.

The visit loads it with its first call: the client and its models would cost the time to the first paint.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import ValidationError

from sel_contract import AccountCreation
from sel_tui.api import (
    ApiClient,
    ApiError,
    ClientTooOldError,
    ConnectionFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    ProxyRefusedError,
    RefusedError,
    UntrustedServerError,
    heartbeat,
)
from sel_tui.i18n import Words
from sel_tui.journey.core.effects import (
    CheckStaffCode,
    ChoosePassword,
    CodeProof,
    ConfirmAccount,
    CreateAccount,
    DeskRead,
    DeskWrite,
    Disavow,
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
    LegacyProof,
    LinkFile,
    LogIn,
    LogOut,
    OpenProfile,
    QuestionsProof,
    RedeemHandoff,
    RequestCode,
    ResendCode,
    StartReset,
    StayLoggedIn,
    StepUp,
    Unlink,
    VerifyFile,
)
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.scopes import Demo
from sel_tui.journey.core.state import State
from sel_tui.runtime import printing, receipts
from sel_tui.runtime.devices import DeviceFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sel_contract import Heartbeat, Receipt
    from sel_tui.runtime.staff import StaffLock


def open_client(
    address: str,
    on_time: Callable[[datetime], None],
    proxy: str,
    *,
    terminal: str,
    remember_device: bool,
    on_left: Callable[[Any], object] = lambda _: None,
    desk: bool = False,
) -> ApiClient:
    """Return a client of a back end; it connects with its first call.

    Args:
        address: Where the back end is.
        on_time: Called with what the server's clock says, at each of its answers.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        terminal: What kind of terminal the person has, for Customer Service.
        remember_device: Whether this device's tokens outlive the program, in a file of the person's own.
        on_left: Called with the credentials of each session that was left without the server's word that it is over.
        desk: Whether its sessions are those of agents.
    """
    devices = DeviceFile(address) if remember_device else None
    return ApiClient(
        address, on_time=on_time, proxy=proxy, terminal=terminal, devices=devices, on_left=on_left, desk=desk
    )


async def send_heartbeat(address: str, proxy: str, name: str, token: str, said: Heartbeat) -> float:
    """Send a kiosk's heartbeat as `sel_tui.api.heartbeat` does; return after how many seconds the next one is wanted.

    Raises:
        ApiError: The server refused, or there is no answer that can be used.
    """
    return (await heartbeat(address, proxy, name, token, said)).next_seconds


async def perform(
    effect: Effect, client: ApiClient, state: State, key: Callable[[], str], staff: StaffLock | None = None
) -> object:
    """Return the result of the call that `effect` asks for.

    Args:
        effect: What is asked.
        client: The API client.
        state: What is so when the call is made.
        key: Returns the idempotency key of the intent.
        staff: What takes the staff's code; None where there is none.

    Raises:
        ApiError: The server refused, or there is no answer that can be used.
        ReceiptError: The receipt could not be kept.
        ValidationError: What was typed cannot be sent.
    """
    match effect:
        case FetchService():
            return await client.service()
        case LogIn() | StayLoggedIn() | ChoosePassword() | DeskRead() | DeskWrite() if state.app.desk:
            from sel_tui.runtime import desk_calls

            return await desk_calls.perform(effect, client, state, key)
        case LogIn(email, password):
            return await client.sessions.open(email, password.reveal())
        case LogOut():
            await client.sessions.close()
            return None
        case StayLoggedIn():
            return await client.sessions.extend()
        case StepUp(password):
            return await client.sessions.step_up(password.reveal(), key())
        case FetchMethods():
            return await client.links.methods()
        case FetchQuestions(identifier):
            return await client.links.questions(identifier, key())
        case LinkFile(LegacyProof(username, password)):
            return await client.links.by_legacy_access(username, password.reveal(), key())
        case LinkFile(QuestionsProof(challenge_id, answers)):
            clear = tuple((question, answer.reveal()) for question, answer in answers)
            return await client.links.by_questions(challenge_id, clear, key())
        case LinkFile(CodeProof(username, code)):
            return await client.links.by_code(username, code.reveal(), key())
        case RequestCode(identifier):
            return await client.links.request_code(identifier, key())
        case FetchProfiles():
            return await client.links.all()
        case OpenProfile(link_id):
            await client.sessions.select(link_id)
            return await client.links.read(link_id)
        case VerifyFile(link_id, accurate, note):
            return await client.links.verify(link_id, accurate=accurate, note=note)
        case FetchTerms():
            return await client.accounts.terms()
        case CreateAccount():
            return await client.accounts.create(_creation(effect, state), key())
        case ConfirmAccount(registration_id, code):
            return await client.accounts.confirm(registration_id, code.reveal(), key())
        case ResendCode(registration_id):
            return await client.accounts.resend(registration_id, key())
        case StartReset(email, earlier):
            return await client.accounts.start_reset(email, key(), earlier)
        case FinishReset(reset_id, email, code, password):
            return await client.accounts.finish_reset(reset_id, email, code.reveal(), password.reveal())
        case Disavow(token):
            await client.accounts.disavow(token.reveal(), key())
            return None
        case FetchReceipt(link_id):
            return await client.links.receipt(link_id)
        case KeepReceipt(receipt, columns):
            return await _keep_receipt(receipt, columns, state)
        case FetchHistory():
            return await client.accounts.history()
        case Unlink(link_id):
            await client.links.unlink(link_id)
            return None
        case HandOff(step, link_id, drafts):
            return await client.handoffs.open(step, link_id, dict(drafts), key())
        case RedeemHandoff(code):
            return await client.handoffs.redeem(code.reveal(), key())
        case FetchDemo():
            return Demo(await client.demo.accounts(), await client.demo.mailbox())
        case CheckStaffCode(code):
            assert staff is not None, "without a code nothing leads there"
            return await asyncio.to_thread(staff.check, code.reveal())
        case LinkFile():
            raise AssertionError("every proof is handled above")
        case ChoosePassword() | DeskRead() | DeskWrite():
            raise AssertionError("only the desk asks for it")
        case _:
            assert_never(effect)


def failure_of(error: Exception) -> Failure | None:
    """Return what `error`, raised by `perform`, means to the journey; None when it is a fault of this program."""
    match error:
        case receipts.ReceiptError() | printing.PrintError():
            return Failure(error.kind)
        case ValidationError():
            return _unsendable(error)
        case RefusedError():
            problem = error.problem
            return Failure(
                kind=str(problem.type),
                codes=tuple((wrong.pointer, str(wrong.code)) for wrong in problem.errors or ()),
                reference=problem.reference or "",
                retry_at=problem.retry_at or error.retry_at,
                methods=None if problem.methods is None else tuple(method.value for method in problem.methods),
            )
        case UntrustedServerError():
            return Failure("untrusted")
        case ProxyRefusedError():
            return Failure("proxy-refused")
        case ConnectionFailedError():
            return Failure("unreachable")
        case OutcomeUnknownError():
            return Failure("unknown-outcome")
        case ClientTooOldError():
            return Failure("too-old")
        case InvalidResponseError():
            return Failure("not-understood", reference="")
        case ApiError():
            return Failure("unexpected")
        case _:
            return None


def _unsendable(error: ValidationError) -> Failure:
    wrong = error.errors(include_input=False, include_url=False, include_context=False)
    codes = {"string_too_long": "too-long", "too_long": "too-long"}
    pairs = (("/" + "/".join(map(str, one["loc"])), codes.get(one["type"], "bad-format")) for one in wrong)
    return Failure("validation", tuple(pairs))


def _creation(effect: CreateAccount, state: State) -> AccountCreation:
    return AccountCreation.model_validate(
        {
            "email": effect.email,
            "password": effect.password.reveal(),
            "first_name": effect.first_name,
            "last_name": effect.last_name,
            "terms_version": effect.terms_version,
            "language": f"{state.person.language}-CA",
        }
    )


async def _keep_receipt(receipt: Receipt, columns: int, state: State) -> str:
    service = state.app.service
    text = receipts.receipt_text(
        receipt,
        Words(state.person.language).for_service(service),
        columns or receipts.WIDE,
        service,
    )
    if columns:
        await printing.print_text(text, state.app.printer.name)
        return ""
    return str(await asyncio.to_thread(receipts.save, text, receipt.reference))
