"""« This was not me », without logging in: a code from a mail freezes the link and ends the sessions."""

from typing import Final

from sel_backend.core import Core
from sel_backend.security.tokens import new_reference, token_digest
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.idempotency import Context, Idempotency, Operation, Simple
from sel_backend.services.notices import Notices
from sel_backend.services.rate_limits import RateLimits, Scope
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import accounts, idempotency, links, single_use
from sel_contract import Accepted, Disavowal, EventKind
from sel_contract.rules.codes import crockford

_LINKING: Final = "links"  # the operation whose answers say what a linked file is called


class Disavowals:
    """The rules of « this was not me »."""

    def __init__(
        self,
        core: Core,
        rate_limits: RateLimits,
        idempotency: Idempotency,
        notices: Notices,
        security: SecurityEvents,
    ) -> None:
        self._core = core
        self._security = security
        self._rate_limits = rate_limits
        self._idempotency = idempotency
        self._notices = notices

    async def disavow(self, caller: Caller, request: Disavowal) -> Answer:
        """Act on a code from a mail; an unknown, used or expired one gets the same answer.

        Raises:
            ProblemError: `too-many-requests` from this network.
        """
        digest = token_digest(crockford(request.token.get_secret_value()))

        def do(context: Context) -> Answer:
            rule = self._core.settings.limits.asking_network
            self._rate_limits.admit(
                context.tx, self._rate_limits.network(rule, Scope.ASKING_NETWORK, caller), context.now
            )
            used = single_use.use_disavowal(context.tx, digest, context.now)
            if used is None:
                self._security.record(context.tx, caller, "disavowal", "unknown_code")
            else:
                self._act(context, caller, *used)
            return success(Accepted(ask_again_after_seconds=0), 202)

        operation = Operation("disavowals", logged_in=False)
        return await self._idempotency.simple(caller, operation, request, Simple(do))

    def _act(self, context: Context, caller: Caller, account_id: str, link_id: str | None) -> None:
        # A link that is being made is made before, and is frozen too, or after, and is refused.
        account = accounts.hold_alone(context.tx, account_id)
        link = links.by_id(context.tx, link_id) if link_id else None
        if account is None:
            return
        accounts.end_sessions(context.tx, account_id, context.now)
        reference = new_reference()
        network = self._security.network(caller)
        about: dict[str, str | None] = {}
        if link is None:
            # Somebody else chose this password: nobody may use it, and the owner gets a new one by mail.
            accounts.set_password(context.tx, account_id, self._core.hasher.nobodys_hash, context.now)
        else:
            about = {"file_id": link.file_id, "link_id": link.id, "method": link.method}
            if links.freeze(context.tx, link, context.now):
                idempotency.forget_answers(context.tx, account_id, _LINKING)
                links.add_event(
                    context.tx,
                    account_id,
                    EventKind.LINK_FROZEN,
                    context.now,
                    network=network,
                    link_id=link.id,
                    method=link.method,
                    category=link.category,
                    identifier=link.identifier,
                    display_name=link.display_name,
                    reference=reference,
                )
                self._notices.frozen(context, link, account, reference)
        links.add_support_case(
            context.tx,
            reference=reference,
            account_id=account_id,
            kind="disavowed",
            reason="link" if link else "password",
            now=context.now,
            network=network,
            terminal=caller.terminal,
            **about,
        )
