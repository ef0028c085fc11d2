"""« This was not me », without logging in: a code from a mail freezes the link and ends the sessions."""

from sel_backend.core import Core
from sel_backend.security.tokens import new_reference, token_digest
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.notices import Notices
from sel_backend.services.once import Entry, Moment, Once, Simple
from sel_backend.services.tries import Scope, Tries
from sel_backend.storage import accounts, links, single_use
from sel_contract import Accepted, Disavowal, EventKind
from sel_contract.codes import crockford


class Disavowals:
    """The rules of « this was not me »."""

    def __init__(self, core: Core, tries: Tries, once: Once, notices: Notices) -> None:
        self._core = core
        self._tries = tries
        self._once = once
        self._notices = notices

    async def disavow(self, caller: Caller, request: Disavowal) -> Answer:
        """Act on a code from a mail; an unknown, used or expired one gets the same answer.

        Raises:
            Refusal: `too-many-requests` from this network.
        """
        digest = token_digest(crockford(request.token.get_secret_value()))

        def do(moment: Moment) -> Answer:
            rule = self._core.settings.limits.asking_network
            self._tries.admit(moment.tx, self._tries.network(rule, Scope.ASKING_NETWORK, caller), moment.now)
            used = single_use.use_disavowal(moment.tx, digest, moment.now)
            if used is not None:
                self._act(moment, *used)
            return success(Accepted(ask_again_after_seconds=0), 202)

        entry = Entry("disavowals", logged_in=False)
        return await self._once.simple(caller, entry, request, Simple(do))

    def _act(self, moment: Moment, account_id: str, link_id: str | None) -> None:
        account = accounts.by_id(moment.tx, account_id)
        link = links.by_id(moment.tx, link_id) if link_id else None
        if account is None:
            return
        accounts.end_sessions(moment.tx, account_id, moment.now)
        reference = new_reference()
        about: dict[str, str | None] = {}
        if link is None:
            # Somebody else chose this password: nobody may use it, and the owner gets a new one by mail.
            accounts.set_password(moment.tx, account_id, self._core.hasher.nobodys_hash, moment.now)
        else:
            about = {"file_id": link.file_id, "link_id": link.id, "method": link.method}
            if links.freeze(moment.tx, link, moment.now):
                links.add_event(
                    moment.tx,
                    account_id,
                    EventKind.LINK_FROZEN,
                    moment.now,
                    link_id=link.id,
                    method=link.method,
                    category=link.category,
                    identifier=link.identifier,
                    display_name=link.display_name,
                    reference=reference,
                )
                self._notices.frozen(moment, link, account, reference)
        links.add_support_case(
            moment.tx,
            reference=reference,
            account_id=account_id,
            kind="disavowed",
            reason="link" if link else "password",
            now=moment.now,
            **about,
        )
