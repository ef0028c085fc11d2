"""What the commands for scripts print. `docs/schemas` is made of these models by `make schemas`."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from sel_contract import Challenge, Link, LinkMethodState, Links, Service
from sel_contract.base import MOST, Response, Timestamp
from sel_contract.desk_case import DeskCase
from sel_contract.headers import IDEMPOTENCY_KEY_PATTERN
from sel_contract.methods import LinkMethod
from sel_contract.problems import FieldProblem
from sel_contract.text import FEW, OpaqueId, PlainText, ShortText


class AccountStatus(Response):
    """What is so for the account that was given, in numbers only."""

    linked: int = Field(ge=0, le=MOST, description="links that can be used")
    frozen: int = Field(ge=0, le=MOST, description="links that somebody disowned")
    methods: tuple[LinkMethodState, ...] = Field(max_length=FEW, description="whether each method is open to it now")


class StatusOutput(Response):
    """`sel-tui status`: the server answers, and this client can use it."""

    client_version: ShortText
    server: PlainText
    service: Service
    account: AccountStatus | None = Field(None, description="only with credentials: they were accepted")


class LinkOutput(Response):
    """`sel-tui link`: the link that was made; the same key again prints the same link."""

    idempotency_key: Annotated[str, StringConstraints(pattern=IDEMPOTENCY_KEY_PATTERN)]
    link: Link


class ErrorOutput(Response):
    """What stands on the standard error when nothing stands on the standard output."""

    type: ShortText = Field(description="a problem type of the contract, or one of the client's own; it never changes")
    title: PlainText = Field(description="a sentence for people, in their language")
    exit_code: int = Field(ge=2, le=80)
    idempotency_key: Annotated[str, StringConstraints(pattern=IDEMPOTENCY_KEY_PATTERN)] | None = Field(
        None, description="of `link`: give it again, and nothing is done twice"
    )
    reference: ShortText | None = Field(None, description="what a person reads to Customer Service over the phone")
    retry_at: Timestamp | None = Field(None, description="from when it is worth trying again")
    errors: tuple[FieldProblem, ...] | None = Field(None, max_length=FEW, description="which values cannot be used")
    method: LinkMethod | None = None
    methods: tuple[LinkMethod, ...] | None = Field(None, max_length=FEW, description="the methods that are still open")
    tries_left: int | None = Field(None, ge=0, le=MOST)
    link_id: OpaqueId | None = Field(None, description="already linked: the link that there is")


OUTPUTS: Final[dict[str, type[Response]]] = {
    "status": StatusOutput,
    "links": Links,
    "questions": Challenge,
    "link": LinkOutput,
    "desk-case": DeskCase,
    "error": ErrorOutput,
}
"""Each output by the name of its schema."""
