"""The confirmation: what was linked, and what to do next."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import State, start_at
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.files import file_of
from sel_tui.journey.steps.navigation import (
    LINK_PROFILE,
    OPEN_PROFILE,
    SELECT_PROFILE,
    SHOW_RECEIPT,
    link_profile,
    open_profile,
    select_profile,
    show_receipt,
)


def _items(state: State) -> tuple[Item, ...]:
    link = state.account.linked
    if link is None:
        return ()
    return (
        Prose("done", msg("linked.done", name=personal(link.display_name)), stop=True),
        Fact("file", msg("fact.file"), file_of(link)),
        Fact("method", msg("fact.method"), msg(f"method.{link.method.value}.name")),
        Fact("reference", msg("fact.reference"), personal(link.reference)),
        Prose("once", msg("linked.once")),
        Prose("remains", msg("linked.remains")),
        Button("select_profile", msg("button.select_profile"), SELECT_PROFILE, main=True),
        Button("verify", msg("button.verify_linked"), OPEN_PROFILE, link.id, key="f12"),
        Button("link_profile", msg("button.link_another"), LINK_PROFILE),
        Button("receipt", msg("button.receipt"), SHOW_RECEIPT, link.id),
        Button("log_out", msg("button.log_out"), commands.LOG_OUT),
    )


STEPS: Final = {
    Step.LINKED: StepSpec(
        items=_items,
        stage=(4,),
        commands={
            SELECT_PROFILE: select_profile,
            OPEN_PROFILE: open_profile,
            LINK_PROFILE: link_profile,
            SHOW_RECEIPT: show_receipt,
        },
        enter=lambda state: state if state.account.linked is not None else start_at(state, Step.PROFILES),
        back=select_profile,  # what is done here is done: going back means to see all the files
    )
}
