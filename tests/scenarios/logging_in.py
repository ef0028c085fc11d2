"""Scenarios: logging in, and the second proof."""

from __future__ import annotations

from typing import Final

from tests.scenarios import models
from tests.scenarios.walk import Walk, scenario

PASSWORD: Final = "Chantier-2026!"


@scenario
def login_connecting(start: Walk) -> Walk:
    return start


@scenario
def login(start: Walk) -> Walk:
    return start.gets(models.SERVICE)


@scenario
def login_with_notice(start: Walk) -> Walk:
    return start.gets(models.service(notices=(models.MAINTENANCE,)))


@scenario
def login_real_service(start: Walk) -> Walk:
    return start.gets(models.service(simulation=False, operator=models.both("Organisation", "Organisation")))


@scenario
def login_typed(start: Walk) -> Walk:
    return login(start).types(email=models.EMAIL, password=PASSWORD)


@scenario
def login_shown(start: Walk) -> Walk:
    return login_typed(start).does("show_secrets")


@scenario
def login_empty(start: Walk) -> Walk:
    return login(start).submits()


@scenario
def login_old_access(start: Walk) -> Walk:
    return login(start).types(email="ci1234567", password="x").submits()


@scenario
def login_bad_email(start: Walk) -> Walk:
    return login(start).types(email="nouvelle@", password="x").submits()


@scenario
def login_busy(start: Walk) -> Walk:
    return login_typed(start).submits()
