"""`unfreeze`: what Customer Service decides after « this was not me »: free the link, or end it for good."""

from sqlalchemy import Connection, select

from sel_backend.backend import Backend
from sel_backend.operations.task import Task, TaskRefusedError, Told
from sel_backend.storage import audit, links
from sel_backend.storage.links import LinkRow
from sel_backend.storage.tables import support_cases
from sel_contract import EventKind, Reference
from sel_contract.base import Request


class Unfreezing(Request):
    """Which link, by its own reference or by the disavowal's; `end`: it was rightly disowned."""

    reference: Reference
    end: bool = False


async def unfreeze(backend: Backend, request: Unfreezing) -> Told:
    """Free an account's links of a file, or end the one that holds it; then the account stays refused for that file.

    Raises:
        TaskRefusedError: the reference names nothing that is frozen.
    """

    def work(tx: Connection) -> Told:
        now = backend.core.clock()
        named = _named(tx, request.reference)
        frozen = links.frozen(tx, named.account_id, named.file_id) if named else []
        if not frozen:
            raise TaskRefusedError("this reference names nothing that is frozen")
        link = next((one for one in frozen if one.ended_at is None), frozen[0])
        told = {"freed": 0, "ended": 0}
        if not request.end:
            told["freed"] = links.thaw(tx, link.account_id, link.file_id)
        elif links.end_frozen(tx, link.id, now):
            told["ended"] = 1
            links.add_event(
                tx,
                link.account_id,
                EventKind.UNLINKED,
                now,
                link_id=link.id,
                method=link.method,
                category=link.category,
                identifier=link.identifier,
                display_name=link.display_name,
                reference=link.reference,
            )
        audit.record(
            tx,
            now,
            audit.OPERATOR,
            "unfreeze",
            outcome="ended" if request.end else "freed",
            account_id=link.account_id,
            file_id=link.file_id,
            link_id=link.id,
            reference=request.reference,
        )
        return told

    return await backend.core.database.run(work)


def _named(tx: Connection, reference: str) -> LinkRow | None:
    own = links.by_reference(tx, reference)
    if own:
        return own
    link_id = tx.scalar(select(support_cases.c.link_id).where(support_cases.c.reference == reference))
    return links.by_id(tx, link_id) if link_id else None


UNFREEZE = Task("unfreeze", Unfreezing, unfreeze)
