"""The desk on the full screen: keys and bytes from a reference to the act, and nothing left for the next caller."""

from __future__ import annotations

from typing import Final

import pytest

from sel_tui.journey.core import commands
from sel_tui.journey.core.desk_effects import ActOnCase, LetGo
from sel_tui.journey.core.state import with_app
from sel_tui.journey.registry import Step
from sel_tui.terminal.capabilities import DIRECTLY
from sel_tui.terminal.clipboard import copying
from tests.scenarios import NAMES, build, desk_records
from tests.screens.drawn import drawn
from tests.screens.stage import Stage, stage
from tests.unit.reach import texts_in

CASE_BYTES: Final = 1_500
REFERENCE: Final = tuple("4t8w2nrq6t")
# The reference with Enter, the act by its digit, the whole checklist, and the confirmation.
KEYS: Final = (*REFERENCE, "enter", "1", "f7", "enter")
CASES: Final = (desk_records.CASE, desk_records.LOCKED, desk_records.FROZEN, desk_records.REPORTED)


async def to_the_act(played: Stage) -> None:
    await played.press(*REFERENCE, "enter")
    await played.answers(desk_records.CASE)
    await played.press("1", "f7")
    played.pauses()
    await played.press("enter")


async def test_from_a_reference_to_the_act_it_takes_fewer_than_fifteen_keys() -> None:
    assert len(KEYS) < 15
    async with stage(build("desk")) as played:
        await to_the_act(played)

        assert played.state.busy is not None
        assert played.state.busy.effect == ActOnCase(
            "case-1", (("act", "send_coordinates"),), ("identity", "address", "right")
        )
        await played.answers(desk_records.SENT)
        await played.answers(desk_records.CASE)
        assert "Les coordonnées de liaison sont envoyées" in played.text


async def test_keys_typed_ahead_of_the_case_are_not_lost_and_confirm_nothing() -> None:
    async with stage(build("desk")) as played:
        await played.press(*REFERENCE, "enter", "1")
        await played.answers(desk_records.CASE)

        assert played.state.step is Step.DESK_ACT


async def test_the_next_caller_is_one_key_away_and_finds_nothing_of_the_one_before() -> None:
    for name in ("desk_case_frozen", "desk_details", "desk_act_ticked", "desk_act_unknown_outcome", "desk_answer"):
        async with stage(build(name)) as played:
            await played.press("f12")

            assert played.state.step is Step.DESK
            assert (played.state.tasks, played.state.unfinished, played.state.account.reference) == ({}, None, "")
            seen = texts_in(played.state) + played.text
            assert not [told for told in ("Maïka", "m•••", "4T8W-", "7K3M") if told in seen]


async def test_what_was_taken_from_a_queue_is_let_go_for_the_next_caller() -> None:
    async with stage(build("desk_case_from_queue")) as played:
        await played.press("f12")
        assert played.state.busy is not None
        assert played.state.busy.effect == LetGo("case-1")
        await played.refuses("not-found", 404)

        assert (played.state.step, played.state.notice) == (Step.DESK, None)


async def test_a_reference_is_copied_by_one_key_where_that_is_wanted_and_whoever_writes_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, told = build("desk_case"), copying("4T8W-2NRQ-6T", DIRECTLY)
    wanted = with_app(asked, offers=(commands.COPY_REFERENCE,))
    async with drawn(wanted, monkeypatch, clipboard=DIRECTLY) as seen:
        assert "C Copier la référence" in seen.played.text
        seen.writes.clear()
        await seen.played.press("c")
        assert seen.taken().count(told) == 1
    async with stage(wanted, clipboard=DIRECTLY) as stock:
        written: list[str] = []
        monkeypatch.setattr(stock.app._driver, "write", written.append)
        await stock.press("c")
        assert written.count(told) == 1
        assert "Référence copiée" in stock.text
    async with drawn(asked, monkeypatch, clipboard=DIRECTLY) as seen:
        assert "Copier" not in seen.played.text
        seen.writes.clear()
        await seen.played.press("c")
        assert "\x1b]52" not in seen.taken()


@pytest.mark.parametrize("theme", ["sel-terminal", "sel-dark"])
async def test_a_case_is_few_bytes(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        async with drawn(build("desk_reference_heard"), monkeypatch, theme) as seen:
            await seen.played.press("enter")
            seen.writes.clear()
            await seen.played.answers(case)

            assert seen.bytes() <= CASE_BYTES


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_everything_of_the_desk_but_a_long_list_is_seen_at_once(language: str) -> None:
    long = {"desk_queue_long", "desk_figures_saved", "desk_figures_unsaved"}  # what was saved is said on top
    async with stage(build("desk", language)) as played:
        for name in (name for name in NAMES if name.startswith("desk") and name not in long):
            await played.becomes(build(name, language))

            assert not played.screen._has_more, name
