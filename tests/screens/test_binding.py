"""What a person is held to never follows from a key that was typed ahead, or held, before its page was shown."""

from __future__ import annotations

import pytest

from sel_contract import Links
from sel_tui.journey.core.effects import Disavow
from sel_tui.journey.core.page import Button
from sel_tui.journey.machine import page
from tests.scenarios import NAMES, build, models, records
from tests.scenarios.accounts import TERMS
from tests.scenarios.walk import Walk
from tests.screens.stage import Stage, stage

PASSWORD = "Chantier-2026!"
BINDING = sorted(name for name in NAMES if any(getattr(item, "binding", False) for item in page(build(name)).items))
HINT = "Rien n’est encore fait"


def bound(played: Stage) -> list[str]:
    """Return the calls that bind."""
    binding = {"links.verify", "sessions.step_up", "links.unlink", "accounts.disavow", "accounts.create"}
    return [name for name in played.client.names if name in binding]


async def opens_the_file(played: Stage) -> None:
    """The server answers a login, and what follows from it, up to an open file."""
    for name, result in (
        ("sessions.open", models.session(linked=1)),
        ("links.all", Links(links=(records.LINK,))),
        ("sessions.select", None),
        ("links.read", records.DETAIL),
    ):
        assert played.client.last.name == name
        await played.answers(result)


def test_what_binds_is_said_where_each_is_offered() -> None:
    offered = {
        (build(name).step.value, item.id)
        for name in NAMES
        for item in page(build(name)).items
        if isinstance(item, Button) and item.binding
    }

    assert offered == {
        ("client_file", "accurate"),
        ("report", "submit"),
        ("unlink", "submit"),
        ("disavow", "submit"),
        ("terms", "submit"),
        ("desk_act", "submit"),
        ("desk_decision", "submit"),
        ("desk_decision", "refuse"),
    }


async def test_enter_again_and_again_from_the_login_on_attests_nothing() -> None:
    async with stage(build("login")) as played:
        await played.type(f"camille@exemple.test⇥{PASSWORD}⏎⏎⏎⏎⏎⏎")
        await opens_the_file(played)
        assert played.state.step == "client_file"
        for _ in range(6):
            played.pauses()
            await played.press("enter")

        assert bound(played) == []
        assert played.state.step == "client_file"
        assert "Tab mène aux boutons" in played.text


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 60)])
@pytest.mark.parametrize("name", BINDING)
async def test_no_page_begins_at_what_binds_and_enter_alone_does_not_lead_there(
    name: str, size: tuple[int, int]
) -> None:
    async with stage(build(name), size) as played:
        stops = [view for view in played.screen.views if view.can_stop and not view.operable]
        assert not getattr(played.focused.item, "binding", False)
        for view in stops:
            played.screen._go_to(view)
            played.pauses()
            await played.press("enter")
            assert not getattr(played.focused.item, "binding", False)


async def test_tab_and_enter_typed_before_the_file_is_shown_do_not_attest_it_and_enter_does_afterwards() -> None:
    async with stage(build("profiles")) as played:
        await played.press("f12", "tab", "enter")
        await played.answers()
        await played.answers(records.DETAIL)
        assert played.focus == "accurate"
        assert bound(played) == []
        assert HINT in played.text

        played.pauses()
        await played.press("enter")
        assert bound(played) == ["links.verify"]


async def test_tab_and_enter_attest_at_once_a_file_that_is_shown() -> None:
    async with stage(build("client_file")) as played:
        await played.press("tab", "enter")
        assert bound(played) == ["links.verify"]


async def test_a_held_key_that_goes_on_when_the_page_is_there_does_not_attest() -> None:
    async with stage(build("profiles")) as played:
        await played.press("f12", "tab", "enter")
        await played.answers()
        await played.answers(records.DETAIL)
        for _ in range(30):
            await played.press("enter")
        assert bound(played) == []

        await played.press("shift+tab", "tab", "enter")
        assert bound(played) == ["links.verify"]


async def test_an_error_without_a_word_asks_what_is_wrong() -> None:
    async with stage(build("client_file")) as played:
        await played.press("tab", "tab", "enter", "enter", "enter")
        assert played.state.step == "report"
        assert bound(played) == []
        assert played.focus == "note"
        assert "dites en quelques mots ce qui n’est pas exact" in played.text

        await played.type("   ⏎")
        assert bound(played) == []
        await played.type("le code postal⏎")
        assert bound(played) == ["links.verify"]


async def test_a_held_enter_does_not_file_what_was_written_earlier() -> None:
    written = Walk(build("report")).does("back").state
    async with stage(written) as played:
        await played.press("tab", "tab", *["enter"] * 9)
        assert played.state.step == "report"
        assert bound(played) == []
        assert HINT in played.text

        played.pauses()
        await played.press("enter")
        assert bound(played) == ["links.verify"]


async def test_a_file_is_not_unlinked_by_what_was_typed_before_the_question() -> None:
    async with stage(build("client_file")) as played:
        keys = [*["tab"] * 5, "enter", *PASSWORD, "enter"]
        await played.press(*keys)
        assert played.state.step == "unlink"
        assert played.typed == {"password": PASSWORD}
        assert bound(played) == []

        played.pauses()
        await played.press("enter")
        assert bound(played) == ["sessions.step_up"]


async def test_a_report_code_typed_ahead_is_not_sent_and_enter_sends_it() -> None:
    code = "7K3M9QTDHX7K3M9QTDHX7K3M9"
    async with stage(build("contact")) as played:
        await played.press("tab", "enter", *code, "enter")
        assert played.state.step == "disavow"
        assert bound(played) == []

        played.pauses()
        await played.press("enter")
        assert isinstance(played.state.busy and played.state.busy.effect, Disavow)


async def test_conditions_that_come_while_enter_is_held_are_not_accepted() -> None:
    async with stage(build("terms_loading")) as played:
        await played.press("tab", "enter", "enter")
        await played.answers(TERMS)
        await played.press("enter", "enter")
        assert bound(played) == []

        played.pauses()
        await played.press("enter")
        assert bound(played) == ["accounts.create"]


async def test_login_method_2_review_and_sending_go_in_one_burst() -> None:
    async with stage(build("login")) as played:
        answers = "17 avril 1988⏎h2x1y4⏎charpentier menuisier⏎2009⏎"
        await played.type(f"nouvelle@exemple.test⇥{PASSWORD}⏎2ci1234567⏎{answers}⇥⇥⇥⇥⏎")
        for name, result in (
            ("sessions.open", models.session()),
            ("links.methods", models.METHODS),
            ("links.questions", models.challenge("fr")),
        ):
            assert played.client.last.name == name
            await played.answers(result)

        assert played.client.last.name == "links.by_questions"
