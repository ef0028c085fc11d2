"""Scenarios: the first page of a kiosk, where whoever comes begins."""

from __future__ import annotations

from sel_tui.journey.core.commands import BEGIN
from tests.scenarios import models
from tests.scenarios.linking import methods
from tests.scenarios.walk import Walk, scenario


@scenario
def attract_connecting(start: Walk) -> Walk:
    return start.waits_for_anybody()


@scenario
def attract(start: Walk) -> Walk:
    return attract_connecting(start).gets(models.service(simulation=False))


@scenario
def attract_demonstration(start: Walk) -> Walk:
    return attract_connecting(start).gets(models.SERVICE)


@scenario
def attract_maintenance(start: Walk) -> Walk:
    return attract_connecting(start).gets(models.service(notices=(models.MAINTENANCE,)))


@scenario
def attract_unreachable(start: Walk) -> Walk:
    return attract_connecting(start).at(models.NOW).fails("unreachable")


@scenario
def attract_logged_out(start: Walk) -> Walk:
    return methods(start.at_kiosk()).does("log_out").gets()


@scenario
def begun(start: Walk) -> Walk:
    return attract_demonstration(start).does(BEGIN, start.language)


@scenario
def begun_without_server(start: Walk) -> Walk:
    return attract_unreachable(start).does(BEGIN, start.language)
