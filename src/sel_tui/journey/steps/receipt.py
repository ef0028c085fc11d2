"""The receipt of a link, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import failures
from sel_tui.journey.core.effects import FetchReceipt, KeepReceipt, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.page import Button, Fact, Item, Prose
from sel_tui.journey.core.parts import BACK
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, clear_messages, go, send, start_at, with_account
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import files

if TYPE_CHECKING:
    from sel_contract import Receipt


_SAVE: Final = "save_receipt"
_PRINT: Final = "print_receipt"
_SHEET: Final = Button("print_80", msg("button.print_receipt"), _PRINT, "80")
_ROLL: Final = Button("print_42", msg("button.print_receipt_narrow"), _PRINT, "42")
# Where the machine's paper is known nobody has to choose it.
_PRINTS: Final = {
    "auto": (_SHEET, _ROLL),
    "sheet": (_SHEET,),
    "roll": (replace(_ROLL, label=_SHEET.label),),
}
# The ends of a call that printed nothing.
TROUBLES: Final = frozenset(
    {
        *("no-printer", "printer-paper", "printer-jam", "printer-cover", "printer-ink", "printer-stopped"),
        *("printer-offline", "printer-silent"),
    }
)


def _items(state: State) -> tuple[Item, ...]:
    # A file on a kiosk would be left to the next person.
    save = () if state.app.kiosk else (Button("save", msg("button.save_receipt"), _SAVE),)
    shown = state.account.receipt
    if shown is None:
        return (BACK,)
    return (
        *receipt_items(shown),
        *save,
        *_PRINTS[state.app.printer.paper],
        BACK,
        Prose("codes", msg("receipt.codes"), quiet=True),
    )


def receipt_items(receipt: Receipt) -> tuple[Fact, ...]:
    """Return what a receipt says: reference, what, when, how, how to undo, check code."""
    return (
        Fact("reference", msg("fact.reference"), personal(receipt.reference)),
        Fact("file", msg("fact.file"), files.file_of(receipt)),
        Fact("linked_at", msg("fact.linked_at"), personal(receipt.linked_at)),
        Fact("method", msg("fact.method"), msg(f"method.{receipt.method.value}.name")),
        Fact("undo", msg("fact.undo"), public(receipt.undo)),
        Fact("check_code", msg("fact.check_code"), personal(receipt.check_code)),
    )


def _keep(state: State, columns: str) -> State:
    receipt = state.account.receipt
    return send(clear_messages(state), KeepReceipt(receipt, int(columns))) if receipt is not None else state


def _enter(state: State) -> State:
    """Fetch the receipt that was open when the session ended; without one, go to the linked files."""
    if state.account.receipt is not None:
        return state
    back_to = state.person.return_to
    if back_to is None or not back_to.receipt_of:
        return start_at(state, Step.PROFILES)
    return send(state, FetchReceipt(back_to.receipt_of))


def _save(state: State, _: str) -> State:
    return state if state.app.kiosk else _keep(state, "0")


def _on_result(state: State, request: Request, result: Any, _: datetime | None) -> State:
    if isinstance(request.effect, FetchReceipt):
        return with_account(go(state, Step.RECEIPT), receipt=result)
    done = msg("notice.receipt_saved", path=personal(result)) if result else msg("notice.receipt_printed")
    return replace(state, notice=Notice(Tone.SUCCESS, done))


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    if failure.kind in TROUBLES or failure.kind == "cannot-save":
        key = f"notice.{failure.kind.replace('-', '_')}"
        if state.app.kiosk and failure.kind in TROUBLES:  # nobody there can mend it, and nothing can be saved
            notice = Notice(Tone.WARNING, msg(key), (msg("notice.printer_kiosk.next"),))
            return replace(state, notice=notice)
        return failures.tell(state, failure, request, STEPS[Step.RECEIPT], key=key, tone=Tone.WARNING)
    return files.on_failure(state, request, failure)


STEPS: Final = {
    Step.RECEIPT: StepSpec(
        items=_items,
        commands={_SAVE: _save, _PRINT: _keep},
        enter=_enter,
        on_result=_on_result,
        on_failure=_on_failure,
    )
}
