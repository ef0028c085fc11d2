"""What the receipt, the history and the question before unlinking say and offer. Pure."""

from __future__ import annotations

from sel_tui.journey.events import Do
from sel_tui.journey.page import Button, Fact, Item, Prose
from sel_tui.journey.pages.accounts import BACK
from sel_tui.journey.pages.parts import entries, file_words
from sel_tui.journey.state import State
from sel_tui.journey.words import Msg, msg, personal, public


def receipt(state: State) -> tuple[Item, ...]:
    """The receipt, and what can be done with it."""
    # A file on a shared machine would be left to the next person.
    save = () if state.shared else (Button("save", msg("button.save_receipt"), Do.SAVE_RECEIPT),)
    return (
        *receipt_items(state),
        *save,
        Button("print_80", msg("button.print_receipt"), Do.PRINT_RECEIPT, "80"),
        Button("print_42", msg("button.print_receipt_narrow"), Do.PRINT_RECEIPT, "42"),
        BACK,
    )


def receipt_items(state: State) -> tuple[Item, ...]:
    """What the receipt itself says: reference, what, when, how, how to undo, check code."""
    shown = state.receipt
    if shown is None:
        return ()
    file = file_words(shown.display_name, shown.identifier, shown.category)
    return (
        Fact("reference", msg("fact.reference"), personal(shown.reference)),
        Fact("file", msg("fact.file"), file),
        Fact("linked_at", msg("fact.linked_at"), personal(shown.linked_at)),
        Fact("method", msg("fact.method"), msg(f"method.{shown.method.value}.name")),
        Fact("undo", msg("fact.undo"), public(shown.undo)),
        Fact("check_code", msg("fact.check_code"), personal(shown.check_code)),
    )


def history(state: State) -> tuple[Item, ...]:
    """What happened to the account, the newest first."""
    items: list[Item] = [Prose("intro", msg("history.intro"))]
    for event in state.history.events if state.history is not None else ():
        what: Msg = msg(f"event.{event.kind.value}")
        if event.display_name:
            what = msg("event.about", what=what, name=personal(event.display_name))
        elif event.identifier:
            what = msg("event.about", what=what, name=personal(event.identifier))
        items.append(Fact(f"event.{event.id}", personal(event.at), what))
    return (*items, BACK)


def unlink(state: State) -> tuple[Item, ...]:
    """What unlinking does, before it is done."""
    name = state.opened.link.display_name if state.opened is not None else ""
    return (
        Prose("what", msg("unlink.what", name=personal(name))),
        Prose("after", msg("unlink.after")),
        *entries(state),
        Button("submit", msg("button.unlink"), Do.SUBMIT, main=True, binding=True),
        BACK,
    )
