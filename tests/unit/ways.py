"""Ways through the journey that many tests begin with, and what they look at afterwards."""

from __future__ import annotations

from sel_tui.journey.core.page import Button
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State, Tone
from sel_tui.journey.machine import page
from tests.scenarios.walk import Walk, drafts
from tests.unit import builders

PASSWORD = "Ancien-1234!"


def logged_in(linked: int = 0) -> Walk:
    walk = Walk.begins().gets(builders.service()).types(email="nom@exemple.com", password="Chantier-2026!").submits()
    walk = walk.gets(builders.session(linked=linked))
    return walk.gets(builders.links("to_verify", "accurate") if linked else builders.methods())


def linking(method: str = "legacy_access") -> Walk:
    walk = logged_in().does("choose_method", method)
    match method:
        case "legacy_access":
            return walk.types(identifier="ci1234567", old_password=PASSWORD).submits()
        case "link_code":
            return walk.types(link_username="L-482913", link_code="7K3M9-QTDHX").submits()
        case _:
            walk = walk.types(identifier="ci1234567").submits().gets(builders.challenge())
            return walk.answers(*builders.ANSWERS.values()).submits()


def told(state: State) -> tuple[Tone, str, list[str]]:
    assert state.notice is not None
    return state.notice.tone, state.notice.title.key, [line.key for line in state.notice.lines]


def offered(state: State) -> set[str]:
    return {item.id for item in page(state).items if isinstance(item, Button)}


def typed(state: State) -> dict[str, str]:
    return {name: clear(value) for name, value in drafts(state).items() if clear(value)}
