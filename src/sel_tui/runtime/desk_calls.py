"""What each effect of the desk asks of the API client; loaded for agents alone. No Textual."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sel_tui.journey.core.desk_effects import (
    ActOnCase,
    DecideCorrection,
    FetchCase,
    FetchCorrections,
    FetchFigures,
    FetchQueue,
    FindCase,
    KeepFigures,
    LetGo,
    TakeNext,
)
from sel_tui.journey.core.effects import ChoosePassword, LogIn, StayLoggedIn
from sel_tui.runtime import receipts
from sel_tui.runtime.figures_csv import figures_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    from sel_tui.api import ApiClient
    from sel_tui.journey.core.effects import Effect
    from sel_tui.journey.core.state import State


async def perform(effect: Effect, client: ApiClient, state: State, key: Callable[[], str]) -> object:
    """Return the result of the call that `effect` asks for.

    Args:
        effect: What an agent asks.
        client: The API client.
        state: What is so when the call is made.
        key: Returns the idempotency key of the intent.

    Raises:
        ApiError: The server refused, or there is no answer that can be used.
        ReceiptError: The figures could not be kept.
        ValidationError: What was typed cannot be sent.
    """
    desk, session = client.desk, state.account.session
    email = session.account.email if session is not None else ""
    match effect:
        case LogIn(email, password):
            return await desk.log_in(email, password.reveal())
        case ChoosePassword(password, new):
            return await desk.choose_password(password.reveal(), new.reveal(), email)
        case StayLoggedIn():
            return await desk.extend(email)
        case FindCase(lookup):
            return await desk.find(dict(lookup))
        case FetchCase(case_id):
            return await desk.case(case_id)
        case LetGo(case_id):
            await desk.let_go(case_id)
            return None
        case ActOnCase(case_id, act, checks):
            return await desk.act(case_id, {**dict(act), "checks": checks}, key())
        case FetchQueue(queue):
            return await desk.queue(queue, "")
        case FetchCorrections():
            return await desk.corrections()
        case DecideCorrection(correction_id, address):
            return await desk.decide(correction_id, address, key())
        case FetchFigures(days):
            return await desk.figures(days)
        case KeepFigures(figures, at):
            name = f"figures-{figures.first}-{figures.last}-{at}"
            return str(await asyncio.to_thread(receipts.save, figures_csv(figures), name, ".csv"))
        case TakeNext(queue, text, item):
            taken = await desk.take_next(queue, text, item, key())
            return None if taken.case_id is None else await desk.case(taken.case_id)
        case _:
            raise AssertionError("the desk asks for nothing else")
