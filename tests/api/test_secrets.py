"""Nothing secret in any error or log record; nothing hostile in any text."""

from __future__ import annotations

import json
import logging
import traceback
import unicodedata
from collections.abc import Awaitable, Callable, Iterator

import pytest
from pydantic import BaseModel, ValidationError

from sel_contract import AccountCreation
from sel_tui.api import ApiClient, ApiError
from tests.api.servers import Reaction, answer, cut, problem
from tests.api.test_answers import opened, talking
from tests.unit import builders

CANARY = "Canari-3f9c-Secret!"
REPORT = "CANAR-13F9C-SECRE-TCANA-R13F9"
KEY = "key-of-one-intent"
CODE = "7K3M9-QTDHX"
HOSTILE = "\x1b[31mrouge\x9b2J\x00 \u202eetixe\u202c \u200b[/] [@click=app.quit]clic[/] \x07\r\n\u2028fin"
PLAIN_PARTS = ("[/]", "[@click=app.quit]clic[/]", "rouge", "fin")

NEW_ACCOUNT = AccountCreation.model_validate(
    {
        "email": "nom@exemple.com",
        "password": CANARY,
        "first_name": "Ève",
        "last_name": "Côté",
        "terms_version": "2026-01",
        "language": "fr-CA",
    }
)

Asking = Callable[[ApiClient], Awaitable[object]]
ASKING: dict[str, Asking] = {
    "login": lambda client: client.sessions.open("nom@exemple.com", CANARY),
    "step-up": lambda client: client.sessions.step_up(CANARY, KEY),
    "method 1": lambda client: client.links.by_legacy_access("ci1234567", CANARY, KEY),
    "method 2": lambda client: client.links.by_questions("c1", (("q1", CANARY),), KEY),
    "method 3": lambda client: client.links.by_code("L-482913", CODE, KEY),
    "a new account": lambda client: client.accounts.create(NEW_ACCOUNT, KEY),
    "its code": lambda client: client.accounts.confirm("g1", "739152", KEY),
    "a new password": lambda client: client.accounts.finish_reset("r1", "nom@exemple.test", "739152", CANARY),
    "not me": lambda client: client.accounts.disavow(REPORT, KEY),
}
ENDS: dict[str, Reaction] = {
    "refused": problem(422, "not-recognized"),
    "garbage": answer(500, b"not json"),
    "echoed": answer(404, {"token": CANARY, "code": CODE, "detail": CANARY}),
    "echoed refusal": answer(422, {"type": 3, "detail": CANARY, "code": CODE}),
    "cut": cut(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + CANARY.encode()),
    "gone": cut(),
}


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: BaseException) -> str:
    said = [*traceback.format_exception(error), *(f"{one!s} {one!r} {one.args!r}" for one in chain(error))]
    return "\n".join(said)


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("end", ENDS)
async def test_no_secret_is_in_an_error_or_a_log_record(asked: str, end: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore", "stamina", "asyncio", "sel_tui"):
            caplog.set_level(logging.DEBUG, name)
        async with talking(ENDS[end]) as (client, _):
            with pytest.raises(ApiError) as caught:
                await ASKING[asked](client)

    everything = told_by(caught.value) + caplog.text + repr(client) + repr(client._transport)
    assert CANARY not in everything
    assert CODE not in everything
    assert "739152" not in everything
    assert "exemple.com" not in everything


@pytest.mark.parametrize("asked", ["login", "step-up", "method 1", "method 2", "method 3", "its code"])
async def test_an_answer_of_another_shape_that_holds_secrets_is_not_repeated(asked: str) -> None:
    async with talking(answer(200, {"token": 3, "id": CANARY, "code": [CODE], "session": {"now": CANARY}})) as (
        client,
        _,
    ):
        with pytest.raises(ApiError) as caught:
            await ASKING[asked](client)

    assert CANARY not in told_by(caught.value)
    assert CODE not in told_by(caught.value)


async def test_the_token_is_in_no_repr_and_no_log_record(caplog: pytest.LogCaptureFixture) -> None:
    token = "canary-token-" + "x" * 30
    caplog.set_level(logging.DEBUG)
    reactions = (answer(201, {**opened(), "token": token}), problem(503, "unavailable"))
    async with talking(*reactions) as (client, server):
        session = await client.sessions.open("nom@exemple.com", CANARY)
        with pytest.raises(ApiError) as caught:
            await client.links.all()

    assert server.seen[-1].headers["authorization"] == f"Bearer {token}"
    assert token not in told_by(caught.value) + caplog.text + repr(session) + repr(client._transport)


@pytest.mark.parametrize("typed", [CANARY * 10, ""])
async def test_a_secret_that_cannot_be_sent_is_not_in_the_complaint(typed: str) -> None:
    async with talking(cut()) as (client, server):
        with pytest.raises(ValidationError) as caught:
            await client.sessions.open(f"{CANARY}@", typed)

    assert server.seen == []
    assert CANARY not in told_by(caught.value)


async def test_no_secret_is_in_an_address() -> None:
    async with talking(problem(422, "not-recognized")) as (client, server):
        for ask in ASKING.values():
            with pytest.raises(ApiError):
                await ask(client)

    assert all(not {CANARY, CODE, REPORT} & set(seen.path.split("/")) for seen in server.seen)
    assert all("?" not in seen.path for seen in server.seen)
    sent = (CANARY.encode(), CODE.encode(), REPORT.encode(), b"739152")
    assert all(any(secret in seen.body for secret in sent) for seen in server.seen)


def texts_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():
                yield from (*texts_of(name), *texts_of(one))
        case list() | tuple():
            for one in value:
                yield from texts_of(one)
        case _:
            return


def hostile(model: BaseModel) -> bytes:
    """Return `model` as a server writes it whose free texts are all hostile."""
    sent = json.loads(model.model_dump_json())

    def spoiled(value: object) -> object:
        match value:
            case str() if " " in value:
                return HOSTILE
            case dict():
                return {name: spoiled(one) for name, one in value.items()}
            case list():
                return [spoiled(one) for one in value]
            case _:
                return value

    return json.dumps(spoiled(sent)).encode()


READS: dict[str, tuple[BaseModel, Callable[[ApiClient], Awaitable[BaseModel]]]] = {
    "service": (builders.service(), lambda client: client.service()),
    "profiles": (builders.links(), lambda client: client.links.all()),
    "a file": (builders.detail(), lambda client: client.links.read("l1")),
    "questions": (builders.challenge(), lambda client: client.links.questions("ci1234567", KEY)),
    "the mailbox": (builders.demo().mailbox, lambda client: client.demo.mailbox()),
    "the accounts": (builders.demo().accounts, lambda client: client.demo.accounts()),
}


@pytest.mark.parametrize("what", READS)
async def test_hostile_text_comes_out_plain(what: str) -> None:
    model, read = READS[what]
    status = 201 if what == "questions" else 200
    async with talking(answer(status, hostile(model))) as (client, _):
        texts = list(texts_of((await read(client)).model_dump()))

    spoiled = [text for text in texts if "rouge" in text]
    assert spoiled
    assert all(part in text for text in spoiled for part in PLAIN_PARTS)
    letters = "".join(texts).replace("\n", "") if what == "the mailbox" else "".join(texts)
    assert not {letter for letter in letters if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


async def test_a_hostile_refusal_comes_out_plain() -> None:
    async with talking(problem(422, "not-recognized", detail=HOSTILE)) as (client, _):
        with pytest.raises(ApiError) as caught:
            await client.links.all()

    detail = getattr(caught.value, "problem").detail  # noqa: B009  # an ApiError in general has none
    assert "[/]" in detail
    assert detail.isprintable()
