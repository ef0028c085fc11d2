"""Scenarios: what may lie over a step."""

from __future__ import annotations

from datetime import timedelta

from sel_tui.journey.registry import Overlay
from tests.scenarios import models, records
from tests.scenarios.linking import legacy_access, legacy_access_typed, linked, methods
from tests.scenarios.logging_in import login, login_connecting
from tests.scenarios.profiles import profiles
from tests.scenarios.walk import Walk, scenario


@scenario
def help_at_login(start: Walk) -> Walk:
    return login(start).opens(Overlay.HELP)


@scenario
def help_with_method(start: Walk) -> Walk:
    return legacy_access(start).opens(Overlay.HELP)


@scenario
def contact(start: Walk) -> Walk:
    return methods(start).at(models.NOW - timedelta(days=1)).opens(Overlay.CONTACT)


@scenario
def contact_open(start: Walk) -> Walk:
    return methods(start).at(models.NOW).opens(Overlay.CONTACT)


@scenario
def contact_unknown(start: Walk) -> Walk:
    return login_connecting(start).opens(Overlay.CONTACT)


@scenario
def contact_with_reference(start: Walk) -> Walk:
    return linked(start).opens(Overlay.CONTACT)


@scenario
def leave_at_login(start: Walk) -> Walk:
    return login(start).opens(Overlay.LEAVE)


@scenario
def leave_logged_in(start: Walk) -> Walk:
    return profiles(start).opens(Overlay.LEAVE)


@scenario
def demo_loading(start: Walk) -> Walk:
    return login(start).opens(Overlay.DEMO)


@scenario
def demo(start: Walk) -> Walk:
    return demo_loading(start).gets(records.demo())


@scenario
def demo_unavailable(start: Walk) -> Walk:
    return demo_loading(start).fails("unreachable")


@scenario
def expiring(start: Walk) -> Walk:
    return legacy_access_typed(start).runs_out_of_time()


@scenario
def leave_kiosk(start: Walk) -> Walk:
    return methods(start.at_kiosk()).opens(Overlay.LEAVE)


@scenario
def expiring_kiosk(start: Walk) -> Walk:
    return legacy_access_typed(start.at_kiosk()).runs_out_of_time()


@scenario
def expiring_kiosk_out(start: Walk) -> Walk:
    return login(start.at_kiosk()).types(email="nom@exemple.com").runs_out_of_time()
