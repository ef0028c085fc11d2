"""Hostile texts in every field that a server owns do nothing: no markup, no control character, no crash."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from sel_contract import LinkDetail, Links
from sel_tui.journey.core.state import with_app
from tests.scenarios import build, models, records
from tests.screens.stage import Stage, stage

HOSTILE = "[/][b]x[@click=app.quit]y[/]\x1b[31m\x1b]0;t\x07\x9b5m\x00\u202eabc\u200b\u2028{x}%s\\"
M = TypeVar("M", bound=BaseModel)


def poisoned(model: M) -> M:
    """Return `model` as a hostile server would send it, read by the contract's own rules."""
    return type(model).model_validate(_poison(model.model_dump(mode="json")))


def _poison(value: Any, name: str = "") -> Any:
    match value:
        case dict():
            return {key: _poison(one, key) for key, one in value.items()}
        case list():
            return [_poison(one, name) for one in value]
        case str() if name in PLAIN:
            return f"{value}{HOSTILE}"
        case _:
            return value


PLAIN = {
    *("fr-CA", "en-CA", "phone", "display_name", "text", "example", "name", "street", "city", "province", "country"),
    *("postal_code", "trade", "number", "legal_name", "neq", "rbq_licence", "contact_person", "acronym"),
    *("to", "subject", "first_name", "last_name", "detail", "title", "hint"),
}


def is_harmless(played: Stage) -> None:
    assert not [glyph for row in played.rows for glyph in row if ord(glyph) < 32 or 0x7F <= ord(glyph) < 0xA0]
    assert not set("\u202e\u200b\u2028") & set(played.text)
    for strip in played.app.screen._compositor.render_strips():
        for segment in strip:
            assert segment.style is None or "@click" not in (segment.style.meta or {})
            assert segment.style is None or segment.style.link is None


async def _shows_its_brackets(played: Stage) -> None:
    is_harmless(played)
    assert "[/][b]x" in "".join(played.text.split()), "the text is not shown as it is"
    await played.press("tab", "f2", "f1", "escape", "f3", "escape", "f2")
    is_harmless(played)
    assert not played.state.quit


SERVICE = poisoned(models.service(notices=(models.MAINTENANCE,)))


@pytest.mark.parametrize("name", ["login", "contact", "reported", "help_at_login"])
async def test_a_hostile_service(name: str) -> None:
    async with stage(with_app(build(name), service=SERVICE), (100, 60)) as played:
        await _shows_its_brackets(played)


async def test_hostile_profiles_and_files() -> None:
    async with stage(build("profiles_loading"), (100, 60)) as played:
        links = Links(links=(poisoned(records.LINK), poisoned(records.EMPLOYER)))
        await played.answers(links)
        await _shows_its_brackets(played)


@pytest.mark.parametrize("detail", [records.DETAIL, records.EMPLOYER_DETAIL, records.ASSOCIATION_DETAIL])
async def test_a_hostile_file(detail: LinkDetail) -> None:
    async with stage(build("profiles"), (100, 60)) as played:
        await played.press("f12")
        await played.answers()
        await played.answers(poisoned(detail))
        assert played.state.step == "client_file"
        await _shows_its_brackets(played)
        await played.press("enter")
        await played.answers(records.ACCURATE)
        await _shows_its_brackets(played)


async def test_hostile_questions() -> None:
    async with stage(build("questions_file"), (100, 60)) as played:
        await played.type("ci1234567⏎")
        await played.answers(poisoned(models.challenge("fr")))
        assert played.state.step == "question"
        await _shows_its_brackets(played)


async def test_a_hostile_confirmation() -> None:
    async with stage(build("legacy_access_busy"), (100, 60)) as played:
        await played.answers(poisoned(records.LINK))
        assert played.state.step == "linked"
        await _shows_its_brackets(played)


async def test_hostile_mails_and_accounts_of_the_demonstration() -> None:
    shown = records.demo()
    hostile = type(shown)(poisoned(shown.accounts), poisoned(shown.mailbox))
    async with stage(with_app(build("demo"), demo=hostile), (100, 60)) as played:
        is_harmless(played)
        assert "[/][b]x" in played.text
        await played.press(*["down"] * 30)
        is_harmless(played)


@pytest.mark.parametrize("kind", ["not-recognized", "internal", "[/]", "method-locked", "held-elsewhere"])
async def test_a_hostile_problem(kind: str) -> None:
    async with stage(build("legacy_access_busy"), (100, 60)) as played:
        await played.refuses(
            kind, 422, detail=HOSTILE, instance=HOSTILE, errors=({"pointer": HOSTILE, "code": HOSTILE},)
        )
        is_harmless(played)
        assert not played.state.quit
