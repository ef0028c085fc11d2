"""`/v1/handoffs` of the contract: go on elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sel_contract import API_PREFIX, Handoff, HandoffOpened, HandoffRedemption, HandoffRequest
from sel_tui.api.transport import Call

if TYPE_CHECKING:
    from sel_tui.api.transport import Transport


class Handoffs:
    """Where somebody stops, and goes on elsewhere."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def open(self, step: str, link_id: str, drafts: Mapping[str, str], key: str) -> HandoffOpened:
        """Keep a step and what was typed there; return the code that brings back to it.

        Args:
            step: One of the contract's `HandoffStep`.
            link_id: The profile that is open; "" for none.
            drafts: What was typed, by the field's name; never a secret.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = HandoffRequest.model_validate({"step": step, "link_id": link_id or None, "drafts": drafts})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/handoffs", body, key, success=201), HandoffOpened)

    async def redeem(self, code: str, key: str) -> Handoff:
        """Return where to go on, once.

        Args:
            code: The code.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = HandoffRedemption.model_validate({"code": code})
        return await self._transport.send(Call("POST", f"{API_PREFIX}/handoffs/redeem", body, key), Handoff)
