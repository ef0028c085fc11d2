"""Requirements 1, 2 and 6: the cursor is the focus; one order for Tab and the line face; keys without chords."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sel_tui.journey.core.events import Closed, Opened
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.renderer import Renderer
from sel_tui.runtime.key_bindings import key_bar, own_event
from sel_tui.voice.diff import Snapshot, describe_focus
from sel_tui.voice.utterance import Part
from tests.accessibility.sample import SAMPLE, shown
from tests.line.stage import words
from tests.scenarios import build, in_each_scenario
from tests.screens.stage import stage
from tests.screens.test_every_screen import AT_REST, cursor_is_in_the_focused_item
from tests.voice.listening import WORDS

SIZES = ((40, 12), (120, 40), (200, 60))
OWN_THEMES = ("sel-dark", "sel-light", "sel-contrast", "sel-terminal", "sel-mono")
both = pytest.mark.parametrize("language", ["fr", "en"])


KEYED = [name for name in SAMPLE if name in AT_REST]
WITH_ENTRIES = [name for name in AT_REST if any(isinstance(item, EntryItem) for item in shown(build(name)).items)]


# In all scenarios at the usual size and the smallest: tests/screens/test_every_screen.py.
@pytest.mark.parametrize("size", SIZES)
async def test_requirement_01_the_cursor_is_inside_the_focused_item_after_every_key(size: tuple[int, int]) -> None:
    """Every theme at every size with a fifth of the sample, at each size with another fifth."""
    async with stage(build(AT_REST[0]), size) as played:
        for place, theme in enumerate(OWN_THEMES, start=SIZES.index(size)):
            played.app.theme = theme
            for name in KEYED[place % len(OWN_THEMES) :: len(OWN_THEMES)]:
                await played.becomes(build(name))
                cursor_is_in_the_focused_item(played)
                for key in ("tab", "down", "shift+tab"):
                    await played.press(key)
                    cursor_is_in_the_focused_item(played)
                if isinstance(played.focused.item, EntryItem):
                    for key in ("7", "backspace"):
                        await played.press(key)
                        cursor_is_in_the_focused_item(played)


@both
@in_each_scenario
def test_requirement_02_tab_order_is_the_order_of_the_line_face(name: str, language: str) -> None:
    state = replace(build(name, language), busy=None)
    operable = shown(state).operable()
    renderer = Renderer(lambda _: None, words=words)
    asked: list[str] = []
    buttons: tuple[Button, ...] = ()
    prompt = renderer.render(state)
    while prompt is not None:
        buttons = prompt.buttons
        if prompt.field is None or prompt.field.id in asked:
            break
        asked.append(prompt.field.id)
        renderer.progress.answered(prompt.field.id)
        prompt = renderer.render(state)

    fields = [item.id for item in operable if isinstance(item, (EntryItem, Choice))]
    assert [field for field in fields if field in asked] == asked
    assert [button.id for button in buttons] == [item.id for item in operable if isinstance(item, Button)]


@both
@in_each_scenario
def test_requirement_02_everything_that_can_have_the_focus_says_label_role_and_state(name: str, language: str) -> None:
    on_page = shown(build(name, language))
    for item in on_page.operable():
        pieces = describe_focus(Snapshot(on_page, item.id, language), WORDS[language])
        said = {piece.part: piece.text for piece in pieces}
        assert said[Part.LABEL].strip()
        assert said[Part.ROLE].strip()
        if not isinstance(item, Button):
            assert said[Part.VALUE].strip()
            assert said[Part.STATE].strip()


@in_each_scenario
def test_requirement_06_no_key_that_is_offered_is_a_chord(name: str) -> None:
    state = build(name)
    for key, label in key_bar(state, shown(state), WORDS["fr"], 200):
        assert label.strip()
        for one in key.split():
            alone = one.startswith("F") or (len(one) == 1 and one.isalpha()) or one == WORDS["fr"].key("key.escape")
            assert alone or key == WORDS["fr"].key("key.any"), key
    assert not [item.key for item in shown(state).operable() if isinstance(item, Button) and "+" in item.key]


async def test_requirement_06_letters_and_digits_never_act_while_a_field_has_the_focus() -> None:
    async with stage(build(AT_REST[0])) as played:
        for name in WITH_ENTRIES:
            await played.becomes(build(name))
            if not isinstance(played.focused.item, EntryItem):
                continue
            before, focus = played.state, played.focus
            calls = len(played.client.calls)
            await played.press(*"1qaz?<")
            assert (played.state.step, played.state.overlay, played.focus) == (before.step, None, focus)
            assert len(played.client.calls) == calls
            assert played.typed[focus].endswith("1qaz?<")


@in_each_scenario
def test_requirement_06_the_same_keys_open_the_same_everywhere_and_close_it_again(name: str) -> None:
    state = replace(build(name), overlay=None)
    for key, overlay in (("f1", Overlay.HELP), ("f3", Overlay.CONTACT), ("f10", Overlay.LEAVE)):
        nobody = key == "f10" and state.step is Step.ATTRACT  # who could leave
        assert own_event(key, state) == (None if nobody else Opened(overlay))
        assert own_event(key, replace(state, overlay=overlay)) == Closed()
        assert own_event("escape", replace(state, overlay=overlay)) == Closed()


async def test_requirement_06_help_contact_and_leaving_have_the_same_keys_on_every_screen() -> None:
    async with stage(build(AT_REST[0])) as played:
        for name in KEYED[::3]:
            await played.becomes(replace(build(name), overlay=None))
            if played.state.step is Step.ATTRACT:  # where there is nobody who could leave
                continue
            for key, overlay in (("f1", Overlay.HELP), ("f3", Overlay.CONTACT), ("f10", Overlay.LEAVE)):
                await played.press(key)
                assert played.state.overlay is overlay, f"{key} on {name}"
                await played.press("escape")
                assert played.state.overlay is None
