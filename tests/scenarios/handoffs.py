"""Scenarios: stopping where something must be fetched, and going on elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sel_contract import Handoff, HandoffOpened, HandoffStep
from sel_tui.journey.registry import Overlay
from tests.scenarios import models, records
from tests.scenarios.linking import link_code
from tests.scenarios.logging_in import login_busy
from tests.scenarios.trouble import not_recognized
from tests.scenarios.walk import Walk, scenario

CODE: Final = "4T8W-7K31"
OPENED: Final = HandoffOpened(code=CODE, expires_at=models.NOW + timedelta(days=1))


@scenario
def handoff_sending(start: Walk) -> Walk:
    return link_code(start).types(link_username="L-482913").does("hand_off")


@scenario
def handoff(start: Walk) -> Walk:
    return handoff_sending(start).gets(OPENED)


@scenario
def handoff_not_kept(start: Walk) -> Walk:
    return handoff_sending(start).fails("unavailable")


@scenario
def contact_continue_later(start: Walk) -> Walk:
    return not_recognized(start).opens(Overlay.CONTACT)


@scenario
def resume(start: Walk) -> Walk:
    return login_busy(start).gets(models.session(waiting=True))


@scenario
def resume_copied_wrong(start: Walk) -> Walk:
    return resume(start).types(handoff_code="4T8W-7K3M").submits()


@scenario
def resume_wrong(start: Walk) -> Walk:
    return resume(start).types(handoff_code=CODE).submits().fails("invalid-code")


@scenario
def resumed(start: Walk) -> Walk:
    back = Handoff(step=HandoffStep.LINK_CODE, drafts={"link_username": "L-482913"})
    return resume(start).types(handoff_code=CODE).submits().gets(back)


@scenario
def resumed_report(start: Walk) -> Walk:
    waiting = login_busy(start).gets(models.session(linked=1, waiting=True))
    back = Handoff(
        step=HandoffStep.REPORT, link_id=records.LINK.id, drafts={"note": "Mon numéro de téléphone a changé."}
    )
    return waiting.types(handoff_code=CODE).submits().gets(back).gets(records.DETAIL)
