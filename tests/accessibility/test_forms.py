"""Requirements 7 and 8: errors in words at their field; nothing sent by itself; paste; secrets; nothing asked twice."""

from __future__ import annotations

import pytest

from sel_tui.journey.core.fields import EMAIL, Kind
from sel_tui.journey.core.page import Choice, EntryItem
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import page
from sel_tui.voice import Voice
from tests.accessibility.sample import SAMPLE
from tests.line.test_every_scenario import rendered
from tests.scenarios import NAMES, build
from tests.scenarios.forms import FORMS
from tests.screens.stage import Stage, stage
from tests.voice.listening import WORDS, Alarms, Listener, show

AT_FIELD = [name for name in NAMES if build(name).errors and build(name).overlay is None]
WITH_FIELDS = [
    name
    for name in NAMES
    if build(name).busy is None
    and build(name).overlay is None
    and any(isinstance(item, EntryItem) for item in page(build(name)).items)
]


def wrong(state: State) -> list[EntryItem | Choice]:
    return [item for item in page(state).items if isinstance(item, (EntryItem, Choice)) and item.error is not None]


def _asks_whose(played: Stage) -> bool:
    """A number alone is mended by the choice below its field, so the focus goes there."""
    return isinstance(played.focused.item, Choice)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", AT_FIELD)
async def test_requirement_07_an_error_begins_with_the_word_stands_at_its_field_and_has_the_focus(
    name: str, language: str
) -> None:
    state = build(name, language)
    async with stage(state, (100, 60)) as played:
        words, problems = played.screen.words, wrong(state)
        assert problems
        assert played.focus == problems[0].id or _asks_whose(played)
        for item in problems:
            view = next(view for view in played.screen.views if view.item.id == item.id)
            rows = ["".join(text for text, _ in line) for line in view.laid(view.size.width).lines]
            begin = "Erreur\u00a0:" if language == "fr" else "Error:"
            at = [place for place, row in enumerate(rows) if row.strip().startswith(begin)]
            assert at, rows
            assert at[0] - view.caret()[1] <= 1
            assert item.error is not None
            assert words.say(item.error)[:20] in " ".join(rows)


@pytest.mark.parametrize("name", AT_FIELD)
def test_requirement_07_line_and_voice_say_the_error_and_its_field(name: str) -> None:
    state = build(name)
    heard = Listener()
    item = wrong(state)[0]
    show(Voice(heard, Alarms(), on=True), state, item.id)
    assert item.error is not None
    assert "Erreur :" in heard.last
    assert WORDS["fr"].say(item.label).replace("’", "'").replace("\u00a0", " ")[:20] in heard.last
    text, _ = rendered(state)
    last = next(line for line in text.splitlines() if line.startswith("Erreur"))
    assert WORDS["fr"].say(item.label)[:20] in last or WORDS["fr"].say(item.error)[:20] in last


async def test_requirement_07_several_errors_are_counted_on_the_screen() -> None:
    several = [name for name in AT_FIELD if len(wrong(build(name))) > 1]
    assert several
    for name in several:
        async with stage(build(name)) as played:
            assert f"{len(wrong(build(name)))} champs à corriger" in played.text.replace("\u00a0", " ")


def test_requirement_07_several_errors_are_counted_by_line_and_voice() -> None:
    several = [name for name in AT_FIELD if len(wrong(build(name))) > 1]
    assert several
    for name in several:
        heard = Listener()
        show(Voice(heard, Alarms(), on=True), build(name))
        assert f"{len(wrong(build(name)))} champs à corriger" in heard.last
        assert f"{len(wrong(build(name)))} champs à corriger" in rendered(build(name))[0].replace("\u00a0", " ")


async def test_requirement_08_reaching_a_field_or_its_end_sends_nothing_and_every_field_takes_a_paste() -> None:
    async with stage(build(WITH_FIELDS[0])) as played:
        for name in [name for name in WITH_FIELDS if name in SAMPLE]:
            await played.becomes(build(name))
            calls, step = len(played.client.calls), played.state.step
            for item in [item for item in played.screen.page.items if isinstance(item, EntryItem)]:
                view = next(view for view in played.screen.views if view.item.id == item.id)
                played.screen.set_focus(view)
                await played.press("ctrl+e", "ctrl+u")
                await played.paste("collé 482913")
                assert played.typed[item.id] == "collé 482913", f"{item.id} on {name}"
                await played.press("tab")
            assert len(played.client.calls) == calls
            assert played.state.step is step


def test_requirement_08_a_code_is_one_field_and_every_masked_field_can_be_shown() -> None:
    codes = {Kind.LINK_CODE, Kind.SINGLE_USE_CODE, Kind.HANDOFF_CODE, Kind.TOKEN}
    for step, form in FORMS.items():
        assert sum(field.kind in codes for field in form) <= 1, step
        assert all(field.secret for field in form if field.masked)


@pytest.mark.parametrize("name", [name for name in WITH_FIELDS if name in {"login_typed", "legacy_access_typed"}])
async def test_requirement_08_f4_shows_a_secret_and_hides_it_again(name: str) -> None:
    async with stage(build(name)) as played:
        masked = [item.id for item in played.screen.page.items if isinstance(item, EntryItem) and item.masked]
        assert masked
        await played.press("f4")
        assert played.typed[masked[0]] in played.text
        await played.press("f4")
        assert played.typed[masked[0]] not in played.text


def test_requirement_08_what_two_forms_ask_has_one_name_so_that_it_is_typed_once() -> None:
    by_label: dict[str, set[str]] = {}
    for form in FORMS.values():
        for field in form:
            by_label.setdefault(field.label, set()).add(field.name)
    assert {label: names for label, names in by_label.items() if len(names) > 1} == {}
    assert EMAIL in FORMS[next(iter(FORMS))]


def test_requirement_08_the_answers_can_be_reviewed_before_they_are_sent() -> None:
    review = page(build("questions_review"))
    assert review.where == "questions_review"
    assert build("questions_review").busy is None
