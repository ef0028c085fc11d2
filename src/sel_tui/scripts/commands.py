"""What each command for scripts asks of the server: all that is given is checked first, then one session is used."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pydantic import ValidationError

from sel_contract import ChallengeRequest, LegacyAccessProof, LinkCodeProof, LinkMethod, LinkState, QuestionsProof
from sel_contract.rules.codes import canonical_reference
from sel_tui import __version__
from sel_tui.runtime.calls import failure_of
from sel_tui.scripts.outputs import AccountStatus, LinkOutput, StatusOutput
from sel_tui.scripts.problems import ScriptError

if TYPE_CHECKING:
    from sel_contract.base import Response
    from sel_tui.api import ApiClient
    from sel_tui.api.links import Proof
    from sel_tui.journey.core.events import Failure

T = TypeVar("T")
_PROOFS: Final[Mapping[str, type[LegacyAccessProof | QuestionsProof | LinkCodeProof]]] = {
    LinkMethod.LEGACY_ACCESS.value: LegacyAccessProof,
    LinkMethod.QUESTIONS.value: QuestionsProof,
    LinkMethod.LINK_CODE.value: LinkCodeProof,
}
_ANSWER: Final = re.compile(r"/answers/(\d+)(/.*)?")


class Work(NamedTuple):
    """What a command asks of the server.

    Attributes:
        perform: Makes the calls; returns what is printed.
        writes: Whether something may have been done although no answer says so.
        answered: The ids of the questions that were answered, in their order on the wire.
    """

    perform: Callable[[ApiClient], Awaitable[Response]]
    writes: bool = False
    answered: tuple[str, ...] = ()


def status(server: str, *, logged_in: bool) -> Work:
    """Return what finds out whether the server can be used, and by an account where one was given.

    Args:
        server: The back end's address, which the output repeats.
        logged_in: Whether credentials were given.
    """

    async def perform(client: ApiClient) -> Response:
        service = await client.service()
        account = None
        if logged_in:
            states = [link.state for link in (await client.links.all()).links]
            frozen = states.count(LinkState.FROZEN)
            methods = (await client.links.methods()).methods
            account = AccountStatus(linked=len(states) - frozen, frozen=frozen, methods=methods)
        return StatusOutput(client_version=__version__, server=server, service=service, account=account)

    return Work(perform)


def links() -> Work:
    """Return what lists the account's links."""
    return Work(lambda client: client.links.all())


def questions(given: Mapping[str, Any]) -> Work:
    """Return what asks for the questions about a file.

    Args:
        given: `{"identifier": …}`.

    Raises:
        ScriptError: `validation`: it is not that.
    """
    identifier = _checked(lambda: ChallengeRequest.model_validate(given), ()).identifier
    return Work(lambda client: client.links.questions(identifier, new_key()))


def link(method: str, given: Mapping[str, Any], key: str) -> Work:
    """Return what links a file.

    Args:
        method: A method of the contract.
        given: What the method needs: `username` and `password`, `challenge_id` and `answers` by the questions' ids, or
            `username` and `code`.
        key: The idempotency key.

    Raises:
        ScriptError: `bad-input` or `validation`: it is not that; nothing was sent.
    """
    fields, answered = dict(given), ()
    if "method" in fields:  # it is said by the flag, once
        raise ScriptError("bad-input")
    if method == LinkMethod.QUESTIONS.value:
        answers = given.get("answers")
        if not isinstance(answers, dict):
            raise ScriptError("bad-input")
        answered = tuple(answers)
        fields["answers"] = [{"question_id": one, "answer": answer} for one, answer in answers.items()]
    proof: Proof = _checked(lambda: _PROOFS[method].model_validate(fields), answered)

    async def perform(client: ApiClient) -> Response:
        return LinkOutput(idempotency_key=key, link=await client.links.link(proof, key))

    return Work(perform, writes=True, answered=answered)


def desk_case(reference: str) -> Work:
    """Return what finds a case.

    Args:
        reference: A reference, as it is heard.

    Raises:
        ScriptError: `bad-reference`: it was misheard; nothing was sent.
    """
    try:
        canonical = canonical_reference(reference)
    except ValueError:
        raise ScriptError("bad-reference") from None
    return Work(lambda client: client.desk.find({"by": "reference", "reference": canonical}))


def new_key() -> str:
    """Return an idempotency key that nobody has used."""
    return secrets.token_urlsafe(24)


def as_problem(
    failure: Failure, error: Exception, *, writes: bool = False, answered: tuple[str, ...] = ()
) -> ScriptError:
    """Return why a script gets no result.

    Args:
        failure: What `error` means.
        error: What a call, or a model of the contract, raised.
        writes: As of `Work`, once it is under way.
        answered: As of `Work`.
    """
    kind = "unknown-outcome" if failure.kind == "not-understood" and writes else failure.kind
    wrong = [{"pointer": _pointer(pointer, answered), "code": code} for pointer, code in failure.codes]
    problem = getattr(error, "problem", None)  # of a `RefusedError`
    return ScriptError(
        kind,
        errors=wrong or None,
        reference=failure.reference or None,
        retry_at=failure.retry_at,
        methods=failure.methods,
        method=problem and problem.method,
        tries_left=problem and problem.tries_left,
        link_id=problem and problem.link_id,
    )


def _checked(read: Callable[[], T], answered: tuple[str, ...]) -> T:
    try:
        return read()
    except ValidationError as error:
        failure = failure_of(error)
        assert failure is not None, "a model that refuses is understood"
        raise as_problem(failure, error, answered=answered) from None


def _pointer(pointer: str, answered: tuple[str, ...]) -> str:
    """Return a JSON pointer into what the script gave: answers stand there by the ids of their questions."""
    found = _ANSWER.fullmatch(pointer)
    if found is None or int(found[1]) >= len(answered):
        return pointer
    return f"/answers/{answered[int(found[1])]}"
