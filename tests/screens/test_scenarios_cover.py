"""The scenarios leave nothing out: every step, every overlay, every notice that the journey can show."""

from __future__ import annotations

import re
from pathlib import Path

import sel_tui.journey
from sel_tui.journey.registry import Overlay, Step
from tests.scenarios import NAMES, build


def test_every_step_and_every_overlay_has_a_scenario() -> None:
    states = [build(name) for name in NAMES]
    assert {state.step for state in states} == set(Step)
    assert {state.overlay for state in states} == {None, *Overlay}


def test_every_notice_in_the_code_has_a_scenario() -> None:
    sources = Path(sel_tui.journey.__file__).parent.rglob("*.py")
    written = {key for file in sources for key in re.findall(r'"(notice\.[a-z_.]+)"', file.read_text("utf-8"))}
    shown = set()
    for name in NAMES:
        notice = build(name).notice
        if notice is not None:
            shown |= {notice.title.key, *(line.key for line in notice.lines)}
    assert not written - shown - {"notice.reference"}


def test_the_same_scenario_is_the_same_state_each_time_in_both_languages() -> None:
    for name in NAMES:
        for language in ("fr", "en"):
            assert build(name, language) == build(name, language)
            assert build(name, language).person.language in {language, "fr"}, name
