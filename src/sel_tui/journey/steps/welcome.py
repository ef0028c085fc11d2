"""The account is ready; linking comes next."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.navigation import LINK_PROFILE, link_profile


def _items(state: State) -> tuple[Item, ...]:
    session = state.account.session
    name = session.account.first_name if session is not None else ""
    return (
        Prose("done", msg("welcome.done", name=personal(name)), stop=True),
        Prose("next", msg("welcome.next")),
        Button("link_profile", msg("button.link_my_file"), LINK_PROFILE, main=True),
        Button("log_out", msg("button.log_out"), commands.LOG_OUT),
    )


STEPS: Final = {Step.WELCOME: StepSpec(items=_items, commands={LINK_PROFILE: link_profile})}
