"""What a braille display of forty cells shows where the cursor is, key by key; brltty itself is asked in `readers`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from sel_tui.journey.core.events import Command
from sel_tui.journey.core.page import Choice, EntryItem
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import update
from sel_tui.terminal.capabilities import CELLS
from tests.accessibility.sample import SAMPLE
from tests.scenarios import build
from tests.screens.stage import Stage, stage

REFERENCE = "Référence : 4T8W-2NRQ-6T"

LONGEST = 40
# Every kind of item in every state, where no call holds the keys back: tests/unit/test_layout.py lays out all scenarios
# for forty cells. Two lists say nothing more, in ten times the lines.
STILL = [name for name in SAMPLE if build(name).busy is None and name not in {"profiles_many", "demo"}]


def under_hands(state: State, size: tuple[int, int] = (80, 25)) -> AbstractAsyncContextManager[Stage]:
    return stage(state, size, cells=CELLS)


def felt(played: Stage) -> str:
    """The forty cells where the cursor is, without the mark of the focus."""
    place = played.app.cursor_place()
    assert place is not None
    column, row = place
    assert column < CELLS
    return played.rows[row][:CELLS].replace("\u00a0", " ").strip("▶ ")


async def tab_to(played: Stage, item: str) -> None:
    for _ in range(LONGEST):
        if played.focus == item:
            return
        await played.press("tab")
    raise AssertionError(f"Tab does not reach {item}")


async def follow(played: Stage, *keys_and_lines: tuple[str, str]) -> None:
    for key, line in keys_and_lines:
        await played.press(key)
        assert felt(played) == line, key


async def test_a_question_is_felt_whole_then_its_end_shares_the_cells_with_what_is_answered() -> None:
    async with under_hands(build("question")) as played:
        assert felt(played) == "Quelle est votre date de"
        await follow(played, ("down", "naissance? [                         ]"))
        await played.press("up")
        await follow(played, ("1", "naissance? [1                        ]"), ("down", "Exemple : 1988-04-17"))


async def test_a_letter_typed_on_the_question_goes_into_its_field() -> None:
    async with under_hands(build("question")) as played:
        await played.type("17 avril 1988")
        assert felt(played) == "naissance? [17 avril 1988            ]"
        assert "17 avril 1988" in played.typed.values()


async def test_enter_on_the_question_goes_to_its_field_and_sends_nothing() -> None:
    async with under_hands(build("question")) as played:
        await follow(played, ("enter", "naissance? [                         ]"))
        assert played.state.errors == {}


async def test_a_refusal_is_felt_first_its_lines_by_arrows_and_the_field_by_one_key() -> None:
    async with under_hands(build("not_recognized")) as played:
        assert felt(played) == "│ Erreur : nous n’avons pas pu lier de"
        seen = [felt(played)]
        for _ in range(20):
            await played.press("down")
            seen.append(felt(played))
            if seen[-1].startswith("Ancien identifiant"):
                break
        assert [line for line in seen if "Numéro de référence" in line]
        assert seen[1] == "│ dossier avec ces renseignements."
        await played.press("pageup")
        assert felt(played) == seen[0]
        await follow(played, ("tab", "Ancien mot de passe : [              ]"), ("pageup", seen[0]))
        await played.press("x")
        assert felt(played) == "Ancien mot de passe : [•             ]"


async def test_an_error_at_a_field_is_felt_before_the_field_which_is_one_key_away() -> None:
    async with under_hands(update(build("login"), Command("submit"))) as played:
        assert felt(played).startswith("Erreur : ")
        first = felt(played)
        await follow(played, ("enter", "Adresse courriel : [                 ]"), ("down", first))
        await played.press("a")
        assert felt(played) == "Adresse courriel : [a                ]"


async def test_a_page_to_read_begins_at_its_first_line_and_the_reference_is_reached_by_arrows() -> None:
    async with under_hands(build("linked")) as played:
        assert felt(played) == "C’est fait. Le dossier « Maïka"
        seen = [felt(played)]
        for _ in range(LONGEST):
            await played.press("down")
            seen.append(felt(played))
        assert REFERENCE in seen
    async with under_hands(build("contact_with_reference")) as played:
        seen = [felt(played)]
        for _ in range(LONGEST):
            await played.press("down")
            seen.append(felt(played))
        assert "Téléphone : 1 888 555-0142" in seen
        assert [line for line in seen if line.startswith("Référence : ")]


async def test_why_a_key_did_nothing_is_felt_until_the_next_key() -> None:
    async with under_hands(build("client_file")) as played:
        first = felt(played)
        await follow(played, ("enter", "Les flèches lisent la suite. Tab mène"))
        await played.press("down")
        assert felt(played) != "Les flèches lisent la suite. Tab mène"
        await played.press("up")
        assert felt(played) == first


async def test_the_options_of_a_choice_are_felt_behind_its_question() -> None:
    async with under_hands(build("legacy_access_number")) as played:
        choice = next(item for item in played.screen.page.items if isinstance(item, Choice))
        await tab_to(played, choice.id)
        seen = [felt(played)]
        for _ in range(6):
            await played.press("down")
            seen.append(felt(played))
        assert not seen[0].startswith("( )")
        options = [line for line in seen if line.startswith("( )")]
        assert len(options) == len(choice.options)


def _lines_of(played: Stage) -> Iterator[str]:
    for view in played.screen.views:
        for line in view.laid(80).lines:
            text = "".join(part for part, _ in line).replace("\u00a0", " ").strip("▶ ")
            if text:
                yield text


@pytest.mark.parametrize("name", STILL)
async def test_the_arrows_reach_every_line_of_every_page(name: str) -> None:
    size = (80, 25) if len(name) % 2 else (40, 12)
    async with under_hands(build(name), size) as played:
        await played.press(*["up"] * 3 * LONGEST)
        seen = [felt(played)]
        for _ in range(3 * LONGEST):
            await played.press("down")
            if seen[-2:] == [felt(played)] * 2:
                break
            seen.append(felt(played))
        missed = [line for line in _lines_of(played) if line not in seen]
        assert missed == []


@pytest.mark.parametrize("name", STILL)
async def test_what_is_typed_is_felt_with_the_end_of_its_label(name: str) -> None:
    async with under_hands(build(name)) as played:
        for view in [one for one in played.screen.views if isinstance(one.item, EntryItem)][:3]:
            assert isinstance(view.item, EntryItem)
            await tab_to(played, view.item.id)
            await played.press("7")
            label = played.screen.words.say(view.item.label).replace("\u00a0", " ")
            line = felt(played)
            assert " [" in line
            assert line.split(" [")[0].split()[-2 if line.split(" [")[0].endswith(" :") else -1] in label
            assert "7" in line or "•" in line
            assert clear(view.item.value)
