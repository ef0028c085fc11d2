"""One person's visit: holds the state, turns requests into API calls and their results into events. No Textual.

Both faces drive it: they feed events, learn of each new state, and provide a way to run a call.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, assert_never

from sel_tui.i18n import Words
from sel_tui.journey.core.effects import (
    CodeProof,
    ConfirmAccount,
    CreateAccount,
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
    KeepReceipt,
    LegacyProof,
    LinkFile,
    LogIn,
    LogOut,
    OpenProfile,
    QuestionsProof,
    Request,
    RequestCode,
    ResendCode,
    StartReset,
    StayLoggedIn,
    StepUp,
    Unlink,
    VerifyFile,
)
from sel_tui.journey.core.events import Answered, Edited, Event, Failed, Failure
from sel_tui.journey.core.state import Demo, State
from sel_tui.journey.machine import first_state, update
from sel_tui.runtime.clock import Clock, KioskTimes, Later, call_later

if TYPE_CHECKING:
    from pydantic import ValidationError

    from sel_contract import AccountCreation, Receipt
    from sel_tui.api import ApiClient, ApiError

GOODBYE_SECONDS: Final = 2.0


class Running(Protocol):
    """A running call, as the face knows it."""

    def cancel(self) -> Any:
        """Stop it."""


# A call, not its coroutine: what is cancelled before its first step leaves nothing unawaited.
Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], Running]


class Visit:
    """One person's visit.

    Args:
        address: The back end's address.
        run: How the face runs a call beside its own work.
        changed: Called with the state before and the new one after each change.
        language: The language to start in.
        client: An API client; one for `address` is made at the first call when None.
        later: Calls a function after some seconds; by the running event loop when None.
        now: The wall clock.
        record: Records an error of this program and returns a reference to it, for Customer Service.
        kiosk_times: How long a kiosk waits before it forgets a person; None on a person's own machine.
    """

    def __init__(
        self,
        address: str,
        run: Run,
        changed: Callable[[State, State], None],
        *,
        language: str = "fr",
        client: ApiClient | None = None,
        later: Later | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        record: Callable[[Exception], str] = lambda _: "",
        kiosk_times: KioskTimes | None = None,
    ) -> None:
        self.address = address
        self.state = first_state(language, kiosk=kiosk_times is not None, server=address)
        self._run = run
        self._changed = changed
        self._client = client
        self._now = now
        self._record = record
        self._keys: dict[int, str] = {}
        self._running: tuple[int, Running] | None = None
        self._clock = Clock(later or call_later, now, lambda: self.state, self.feed, kiosk_times)

    def prefill_email(self, email: str) -> None:
        """Fill in the e-mail address that was typed in the other face."""
        if email:
            self.state = update(self.state, Edited("email", email))

    def start(self) -> None:
        """Make the first call, which asks what the server is."""
        self._start_call()

    def feed(self, event: Event) -> None:
        """Apply `event` to the state, and start or cancel the call that follows from it."""
        before = self.state
        after = update(before, event)
        if after is before:
            return
        self.state = after
        self._cancel_stale_call()
        ended = before.account.session is not None or before.person.generation != after.person.generation
        if after.account.session is None and ended:
            self._forget()
        self._start_call()
        self._changed(before, after)

    def record_activity(self) -> None:
        """Restart the idle timer of a kiosk: a key was pressed."""
        self._clock.record_activity()

    async def close(self) -> None:
        """Cancel any running call, log out within two seconds if possible, and close the connection."""
        self._clock.close()
        self._keys.clear()
        if self._running is not None and not self._is_logging_out:
            self._running[1].cancel()
            self._running = None
        if self._client is None:
            return
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._client.sessions.close()
        except Exception:  # noqa: BLE001, S110  # the session ends by itself; the person leaves now
            pass
        finally:
            await self._client.close()

    def _start_call(self) -> None:
        request = self.state.busy
        if request is None:
            self._clock.call_ended()
        if request is None or (self._running and self._running[0] == request.id):
            return
        self._running = (request.id, self._run(partial(self._perform, request)))
        self._clock.call_started(request.id)

    def _cancel_stale_call(self) -> None:
        """Cancel the running call when the journey does not wait for it any more."""
        if self._running is None or self._waits_for(self._running[0]):
            return
        self._running[1].cancel()
        self._running = None
        if self._client is not None and self.state.account.session is None and not self._is_logging_out:
            self._client.sessions.forget()  # the call may have been a login

    def _waits_for(self, request: int) -> bool:
        return self.state.busy is not None and self.state.busy.id == request

    @property
    def _is_logging_out(self) -> bool:
        return self.state.busy is not None and isinstance(self.state.busy.effect, LogOut)

    async def _perform(self, request: Request) -> None:
        from pydantic import ValidationError

        from sel_tui.api import ApiClient, ApiError
        from sel_tui.runtime.receipts import ReceiptError

        if self._client is None:
            self._client = ApiClient(self.address)
        self._client.speak(self.state.person.language)
        event: Event
        try:
            result = await self._ask(self._client, request)
        except ReceiptError as error:
            event = Failed(request.id, Failure(error.kind))
        except ApiError as error:
            event = Failed(request.id, _failure(error))
        except ValidationError as error:
            event = Failed(request.id, _unsendable(error))
        except Exception as error:  # noqa: BLE001  # a sentence and a way on serve the person better than a crash
            event = Failed(request.id, Failure("internal-client", reference=self._record(error)))
        else:
            event = Answered(request.id, result, self._now())
        if self._running is None or self._running[0] != request.id:
            return  # cancelled meanwhile
        self._running = None
        if isinstance(event, Answered):
            self._keys.pop(request.intent, None)
            self._clock.response_received(request.effect, event.result)
        self.feed(event)

    async def _ask(self, client: ApiClient, request: Request) -> object:
        effect: Effect = request.effect
        match effect:
            case FetchService():
                return await client.service()
            case LogIn(email, password):
                return await client.sessions.open(email, password.reveal())
            case LogOut():
                await client.sessions.close()
                return None
            case StayLoggedIn():
                return await client.sessions.extend()
            case StepUp(password):
                return await client.sessions.step_up(password.reveal(), self._key(request))
            case FetchMethods():
                return await client.links.methods()
            case FetchQuestions(identifier):
                return await client.links.questions(identifier, self._key(request))
            case LinkFile(LegacyProof(username, password)):
                return await client.links.by_legacy_access(username, password.reveal(), self._key(request))
            case LinkFile(QuestionsProof(challenge_id, answers)):
                clear = tuple((question, answer.reveal()) for question, answer in answers)
                return await client.links.by_questions(challenge_id, clear, self._key(request))
            case LinkFile(CodeProof(username, code)):
                return await client.links.by_code(username, code.reveal(), self._key(request))
            case RequestCode(identifier):
                return await client.links.request_code(identifier, self._key(request))
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
                return await client.accounts.create(self._creation(effect), self._key(request))
            case ConfirmAccount(registration_id, code):
                return await client.accounts.confirm(registration_id, code.reveal(), self._key(request))
            case ResendCode(registration_id):
                return await client.accounts.resend(registration_id, self._key(request))
            case StartReset(email, earlier):
                return await client.accounts.start_reset(email, self._key(request), earlier)
            case FinishReset(reset_id, code, password):
                return await client.accounts.finish_reset(reset_id, code.reveal(), password.reveal())
            case Disavow(token):
                await client.accounts.disavow(token.reveal(), self._key(request))
                return None
            case FetchReceipt(link_id):
                return await client.links.receipt(link_id)
            case KeepReceipt(receipt, columns):
                return await self._keep_receipt(receipt, columns)
            case FetchHistory():
                return await client.accounts.history()
            case Unlink(link_id):
                await client.links.unlink(link_id)
                return None
            case FetchDemo():
                return Demo(await client.demo.accounts(), await client.demo.mailbox())
            case LinkFile():
                raise AssertionError("every proof is handled above")
            case _:
                assert_never(effect)

    def _creation(self, effect: CreateAccount) -> AccountCreation:
        from sel_contract import AccountCreation

        return AccountCreation.model_validate(
            {
                "email": effect.email,
                "password": effect.password.reveal(),
                "first_name": effect.first_name,
                "last_name": effect.last_name,
                "terms_version": effect.terms_version,
                "language": f"{self.state.person.language}-CA",
            }
        )

    async def _keep_receipt(self, receipt: Receipt, columns: int) -> str:
        from sel_tui.runtime import receipts

        simulation = self.state.app.service is not None and self.state.app.service.simulation
        words = Words(self.state.person.language)
        if columns:
            text = receipts.receipt_text(receipt, words, columns, simulation=simulation)
            await asyncio.to_thread(receipts.print_text, text)
            return ""
        text = receipts.receipt_text(receipt, words, receipts.WIDE, simulation=simulation)
        return str(await asyncio.to_thread(receipts.save, text, receipt.reference))

    def _key(self, request: Request) -> str:
        return self._keys.setdefault(request.intent, secrets.token_urlsafe(24))

    def _forget(self) -> None:
        self._clock.session_ended()
        self._keys.clear()
        if self._client is not None and not self._is_logging_out:
            self._client.sessions.forget()


def _failure(error: ApiError) -> Failure:
    from sel_tui.api import (
        ClientTooOldError,
        ConnectionFailedError,
        InvalidResponseError,
        OutcomeUnknownError,
        RefusedError,
    )

    match error:
        case RefusedError():
            problem = error.problem
            return Failure(
                kind=str(problem.type),
                codes=tuple((wrong.pointer, str(wrong.code)) for wrong in problem.errors or ()),
                reference=problem.reference or "",
                retry_at=problem.retry_at,
                methods=None if problem.methods is None else tuple(method.value for method in problem.methods),
            )
        case ConnectionFailedError():
            return Failure("unreachable")
        case OutcomeUnknownError():
            return Failure("unknown-outcome")
        case ClientTooOldError():
            return Failure("too-old")
        case InvalidResponseError():
            return Failure("not-understood", reference="")
        case _:
            return Failure("unexpected")


def _unsendable(error: ValidationError) -> Failure:
    wrong = error.errors(include_input=False, include_url=False, include_context=False)
    return Failure("validation", tuple(("/" + "/".join(map(str, one["loc"])), "bad-format") for one in wrong))
