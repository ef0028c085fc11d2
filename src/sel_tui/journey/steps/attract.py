"""The attract screen: a kiosk waits here for whoever comes, in both languages at once; one key begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import Msg, both, in_language, msg, published
from sel_tui.journey.core.page import OTHER, Button, Item, Prose
from sel_tui.journey.core.sessions import CRASHED
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, focus, start_at, with_person
from sel_tui.journey.core.update import LANGUAGES
from sel_tui.journey.registry import Step


def _items(state: State) -> tuple[Item, ...]:
    buttons = [
        Button(_begins_in(language), in_language(language, msg("attract.begin")), commands.BEGIN, language)
        for language in LANGUAGES
    ]
    buttons += [Button(offer, _both(state, msg(f"attract.{offer}")), offer) for offer in state.app.offers]
    return (
        # The notice says what matters now.
        *(() if state.notice else _twice(state, "intro", msg("attract.intro"))),
        *(
            Button(one.id, one.label, one.command, one.arg, key=str(place), row=True)
            for place, one in enumerate(buttons, 1)
        ),
        *_about_the_service(state),
        *_twice(state, "kept", msg("attract.kept"), quiet=True),
    )


def _about_the_service(state: State) -> tuple[Item, ...]:
    service = state.app.service
    if service is not None:
        notices = [
            item
            for notice in service.notices
            for item in _twice(state, f"notice.{notice.id}", msg("service.notice", text=published(notice.text)))
        ]
        operator = msg("login.operator", operator=published(service.operator))
        return (*notices, *_twice(state, "operator", operator, quiet=True))
    if state.notice is not None and state.app.tried_at is not None:
        return _twice(state, "last_look", msg("login.last_look", at=state.app.tried_at), quiet=True)
    return ()


def _twice(state: State, name: str, text: Msg, *, quiet: bool = False) -> tuple[Prose, Prose]:
    """Return `text` in the language that is shown, then in the other."""
    other = in_language(_other(state), text)
    return Prose(name, text, quiet=quiet), Prose(f"{name}{OTHER}", other, quiet=quiet)


def _both(state: State, text: Msg) -> Msg:
    return both(text, in_language(_other(state), text))


def _other(state: State) -> str:
    return next(language for language in LANGUAGES if language != state.person.language)


def _begins_in(language: str) -> str:
    return f"begin_{language}"


def _begin(state: State, language: str) -> State:
    begun = with_person(state, language=language if language in LANGUAGES else state.person.language)
    # That nobody answers stays true; a farewell, or that the program was interrupted, was for whoever came.
    told = state.app.service is None and state.notice is not None and state.notice.title.key != CRASHED
    notice = state.notice if told else None
    return replace(start_at(begun, Step.LOGIN), notice=notice)


STEPS: Final = {
    Step.ATTRACT: StepSpec(
        items=_items,
        title=lambda state: _both(state, msg("attract.title")),
        public=True,
        unasked=True,
        commands={commands.BEGIN: _begin},
        in_language=lambda state: focus(state, ""),
        begins_at=lambda state: _begins_in(state.person.language),
    )
}
