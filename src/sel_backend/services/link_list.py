"""The list of an account's links, which clients ask for more often than anything else: one statement, no thread."""

from functools import partial

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import token_digest
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller, identify, insist_alive, touch_due
from sel_backend.services.problems import ProblemError
from sel_backend.storage import fast_reads, links
from sel_backend.storage.fast_reads import Rows
from sel_backend.storage.links import LinkRow
from sel_contract import (
    Category,
    FrozenLink,
    Link,
    LinkMethod,
    Links,
    LinkState,
    ListedLink,
    ProblemType,
    Verification,
    VerificationState,
)


def link_message(row: LinkRow) -> Link:
    """Return a link that is not frozen as its account sees it."""
    return Link(
        id=row.id,
        category=Category(row.category),
        identifier=row.identifier,
        display_name=row.display_name,
        method=LinkMethod(row.method),
        linked_at=row.linked_at,
        state=LinkState.ACTIVE,
        verification=Verification(
            state=VerificationState(row.verification),
            at=row.verified_at,
            reference=row.verification_reference,
            note=row.verification_note,
        ),
        reference=row.reference,
    )


def _listed(row: LinkRow) -> ListedLink:
    if row.frozen_at:
        return FrozenLink(id=row.id, state=LinkState.FROZEN, reference=row.reference)
    return link_message(row)


def _answer(rows: list[LinkRow], selected: str | None) -> Answer:
    return success(Links(links=tuple(_listed(row) for row in rows), selected=selected))


class LinkList:
    """What an account has linked."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settings = core.settings.session

    async def list(self, caller: Caller) -> Answer:
        """Return the account's profiles.

        Raises:
            ProblemError: no live session.
        """
        if not caller.token:
            raise ProblemError(ProblemType.UNAUTHENTICATED)
        answer = self._read(await self._core.database.read_fast(fast_reads.LINKS_OF_TOKEN, token_digest(caller.token)))
        if answer is None:
            # At most once a minute the time of the session's last use is stored, which needs a transaction.
            answer = await self._core.database.run(partial(self._touching, caller=caller))
        return answer

    def _read(self, rows: Rows) -> Answer | None:
        found = fast_reads.session_and_links(rows)
        if found is None:
            raise ProblemError(ProblemType.SESSION_ENDED)
        session, own = found
        now = self._core.clock()
        insist_alive(session, self._settings, now)
        return None if touch_due(session, self._settings, now) else _answer(own, session.selected_link_id)

    def _touching(self, tx: Connection, caller: Caller) -> Answer:
        principal = identify(tx, caller, self._settings, self._core.clock())
        return _answer(links.of_account(tx, principal.account.id), principal.session.selected_link_id)
