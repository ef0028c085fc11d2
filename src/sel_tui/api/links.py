"""The links of the contract: the three methods, the profiles, their files and receipts."""

from __future__ import annotations

from sel_contract import (
    API_PREFIX,
    Accepted,
    Answer,
    Challenge,
    ChallengeRequest,
    LegacyAccessProof,
    Link,
    LinkCodeProof,
    LinkCodeRequest,
    LinkDetail,
    LinkMethods,
    Links,
    Outcome,
    QuestionsProof,
    Receipt,
    Verification,
    VerificationRequest,
)
from sel_tui.api.transport import Call, Transport

Proof = LegacyAccessProof | QuestionsProof | LinkCodeProof


class LinkResource:
    """`/v1/links` and what leads to it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def methods(self) -> LinkMethods:
        """Return the three methods and whether each is open.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/link-methods"), LinkMethods)

    async def questions(self, identifier: str, key: str) -> Challenge:
        """Return the questions about a file.

        Args:
            identifier: What identifies the file.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = ChallengeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/question-challenges", body, key, success=201), Challenge
        )

    async def link(self, proof: Proof, key: str) -> Link:
        """Link a file.

        Args:
            proof: The proof of one of the three methods.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("POST", f"{API_PREFIX}/links", proof, key, success=201), Link)

    async def by_legacy_access(self, username: str, password: str, key: str) -> Link:
        """Link by method 1.

        Args:
            username: The former user name.
            password: The former password.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        return await self.link(LegacyAccessProof.model_validate({"username": username, "password": password}), key)

    async def by_questions(self, challenge_id: str, answers: tuple[tuple[str, str], ...], key: str) -> Link:
        """Link by method 2.

        Args:
            challenge_id: The id of the challenge.
            answers: Pairs of a question's id and its answer.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        pairs = tuple(Answer.model_validate({"question_id": question, "answer": text}) for question, text in answers)
        return await self.link(QuestionsProof(challenge_id=challenge_id, answers=pairs), key)

    async def by_code(self, username: str, code: str, key: str) -> Link:
        """Link by method 3.

        Args:
            username: The linking user name.
            code: The linking code.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        return await self.link(LinkCodeProof.model_validate({"username": username, "code": code}), key)

    async def unlink(self, link_id: str) -> None:
        """End a link.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        await self._transport.send_without_result(Call("DELETE", f"{API_PREFIX}/links/{link_id}", success=204))

    async def receipt(self, link_id: str) -> Receipt:
        """Return the receipt of a link.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}/receipt"), Receipt)

    async def request_code(self, identifier: str, key: str) -> Accepted:
        """Have linking coordinates sent to the address on the file.

        Args:
            identifier: What identifies the file.
            key: The idempotency key; the same key again is the same request.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        body = LinkCodeRequest.model_validate({"identifier": identifier})
        return await self._transport.send(
            Call("POST", f"{API_PREFIX}/link-code-requests", body, key, success=202), Accepted
        )

    async def all(self) -> Links:
        """Return the account's profiles.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links"), Links)

    async def read(self, link_id: str) -> LinkDetail:
        """Return a profile and the contents of its file.

        Args:
            link_id: The id of the link.

        Raises:
            ApiError: One of the errors of `Transport.send`.
        """
        return await self._transport.send(Call("GET", f"{API_PREFIX}/links/{link_id}"), LinkDetail)

    async def verify(self, link_id: str, *, accurate: bool, note: str) -> Verification:
        """Report that a file is accurate, or that it contains an error.

        Args:
            link_id: The id of the link.
            accurate: Whether it is accurate.
            note: What is wrong; "" for no note.

        Raises:
            ValidationError: A value does not fit the contract; nothing was sent.
            ApiError: One of the errors of `Transport.send`.
        """
        outcome = Outcome.ACCURATE if accurate else Outcome.ERROR
        body = VerificationRequest(outcome=outcome, note=note or None)
        return await self._transport.send(Call("PUT", f"{API_PREFIX}/links/{link_id}/verification", body), Verification)
