"""Scenarios: what goes wrong and what is said then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sel_contract import Links
from sel_tui.journey.machine import first_state
from tests.scenarios import models, records
from tests.scenarios.linking import (
    legacy_access_busy,
    link_code,
    link_code_request,
    link_code_requested,
    methods,
    questions_file,
    questions_review,
)
from tests.scenarios.logging_in import login, login_busy, login_connecting
from tests.scenarios.overlays import expiring
from tests.scenarios.profiles import client_file, profiles_loading, report
from tests.scenarios.walk import Walk, scenario

_REFUSED: dict[str, Any] = {"reference": models.REFERENCE}
_ALL_OPEN = ("legacy_access", "questions", "link_code")


# --- at login


@scenario
def login_wrong(start: Walk) -> Walk:
    return login_busy(start).fails("invalid-credentials")


@scenario
def login_too_many(start: Walk) -> Walk:
    return login_busy(start).fails("too-many-requests", retry_at=models.OPEN_AGAIN)


@scenario
def login_guarded(start: Walk) -> Walk:
    return login_busy(start).fails("login-guarded", retry_at=models.OPEN_AGAIN)


@scenario
def login_unreachable_kiosk(start: Walk) -> Walk:
    return login_connecting(start.at_kiosk()).at(models.NOW).fails("unreachable")


@scenario
def login_unreachable(start: Walk) -> Walk:
    return login_connecting(start).fails("unreachable")


@scenario
def login_not_understood(start: Walk) -> Walk:
    return login_connecting(start).fails("not-understood")


@scenario
def login_too_old(start: Walk) -> Walk:
    return login_connecting(start).fails("too-old")


@scenario
def login_slow(start: Walk) -> Walk:
    return login_busy(start).fails("unknown-outcome")


@scenario
def login_cancelled(start: Walk) -> Walk:
    return login_busy(start).stops_waiting()


@scenario
def login_refused_at_field(start: Walk) -> Walk:
    return login_busy(start).fails("validation", codes=(("/email", "bad-email"),))


@scenario
def logged_out_alone(start: Walk) -> Walk:
    return methods(start).does("log_out").fails("unreachable")


@scenario
def session_over_kiosk(start: Walk) -> Walk:
    return expiring(start.at_kiosk()).runs_out_of_time(wholly=True)


@scenario
def session_over(start: Walk) -> Walk:
    return expiring(start).runs_out_of_time(wholly=True)


@scenario
def session_over_on_another_call(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("session-ended")


# --- while linking


@scenario
def methods_unreachable(start: Walk) -> Walk:
    return login_busy(start).gets(models.session()).fails("unreachable")


@scenario
def not_recognized(start: Walk) -> Walk:
    refused = legacy_access_busy(start).fails("not-recognized", methods=_ALL_OPEN, **_REFUSED)
    return refused.gets(models.methods(left=4))


@scenario
def not_recognized_answers(start: Walk) -> Walk:
    sent = questions_review(start).submits()
    return sent.fails("not-recognized", methods=_ALL_OPEN, **_REFUSED).gets(models.methods(left=2))


@scenario
def not_recognized_code(start: Walk) -> Walk:
    sent = link_code(start).types(link_username="L-482912", link_code="2B6WZ-8RNEK").submits()
    return sent.fails("not-recognized", methods=_ALL_OPEN, **_REFUSED).gets(models.methods(left=1))


@scenario
def not_recognized_last_method(start: Walk) -> Walk:
    refused = legacy_access_busy(start).fails("not-recognized", methods=("legacy_access",), **_REFUSED)
    return refused.gets(models.methods(left=1, locked=("questions", "link_code")))


@scenario
def method_locked(start: Walk) -> Walk:
    sent = legacy_access_busy(start)
    locked = sent.fails("method-locked", retry_at=models.OPEN_AGAIN, methods=("questions", "link_code"), **_REFUSED)
    return locked.gets(models.methods(locked=("legacy_access",)))


@scenario
def method_locked_chosen(start: Walk) -> Walk:
    listed = login_busy(start).gets(models.session()).gets(models.methods(locked=("legacy_access",)))
    return listed.does("choose_method", "legacy_access")


@scenario
def all_methods_locked(start: Walk) -> Walk:
    locked = legacy_access_busy(start).fails("method-locked", retry_at=models.OPEN_AGAIN, methods=(), **_REFUSED)
    return locked.gets(models.methods(locked=_ALL_OPEN))


@scenario
def method_switched_off(start: Walk) -> Walk:
    off = questions_file(start).types(identifier="ci1234567").submits().fails("method-off", methods=_ALL_OPEN[::2])
    return off.gets(models.methods(off=("questions",)))


@scenario
def questions_expired(start: Walk) -> Walk:
    return questions_review(start).submits().fails("challenge-expired", **_REFUSED)


@scenario
def answers_malformed(start: Walk) -> Walk:
    wrong = (("/answers/0/answer", "bad-date"),)
    return questions_review(start).submits().fails("validation", codes=wrong, **_REFUSED)


@scenario
def already_linked(start: Walk) -> Walk:
    known = Links(links=(records.LINK,))
    return legacy_access_busy(start).fails("already-linked").gets(known)


@scenario
def held_elsewhere(start: Walk) -> Walk:
    refused = legacy_access_busy(start).fails("held-elsewhere", reference=models.REFERENCE)
    return refused.gets(models.METHODS)


@scenario
def link_unreachable(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("unreachable")


@scenario
def link_outcome_unknown(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("unknown-outcome")


@scenario
def link_cancelled(start: Walk) -> Walk:
    return legacy_access_busy(start).stops_waiting()


@scenario
def link_too_many(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("too-many-requests", retry_at=models.OPEN_AGAIN, **_REFUSED)


@scenario
def link_unexpected(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("internal", reference=models.REFERENCE)


@scenario
def link_refused_at_field(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("validation", codes=(("/username", "prefix-missing"),), **_REFUSED)


@scenario
def code_request_unavailable(start: Walk) -> Walk:
    asked = link_code_request(start).types(identifier="ci0000077").submits()
    return asked.fails("unavailable", retry_at=models.OPEN_AGAIN)


@scenario
def questions_cancelled(start: Walk) -> Walk:
    return questions_file(start).types(identifier="ci1234567").submits().stops_waiting()


@scenario
def not_recognized_and_locked(start: Walk) -> Walk:
    refused = legacy_access_busy(start).fails(
        "not-recognized", methods=_ALL_OPEN[1:], retry_at=models.OPEN_AGAIN, **_REFUSED
    )
    return refused.gets(models.methods(locked=("legacy_access",)))


@scenario
def not_recognized_and_locked_until_nobody_knows(start: Walk) -> Walk:
    refused = legacy_access_busy(start).fails("not-recognized", methods=_ALL_OPEN[1:], **_REFUSED)
    return refused.gets(models.methods(locked=("legacy_access",)))


@scenario
def code_requested_twice(start: Walk) -> Walk:
    again = link_code_requested(start).does("request_code").submits()
    return again.gets(models.ACCEPTED)


@scenario
def method_locked_until_nobody_knows(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("method-locked", methods=_ALL_OPEN[1:], **_REFUSED).gets(models.METHODS)


# --- with the profiles


@scenario
def profiles_unreachable(start: Walk) -> Walk:
    return profiles_loading(start).fails("unreachable")


@scenario
def link_frozen(start: Walk) -> Walk:
    refused = client_file(start).does("accurate").fails("link-frozen", reference=models.REFERENCE)
    return refused.gets(records.FROZEN)


@scenario
def report_outcome_unknown(start: Walk) -> Walk:
    return report(start).submits().fails("unknown-outcome")


@scenario
def link_code_requested_with_no_other_way(start: Walk) -> Walk:
    alone = login_busy(start).gets(models.session()).gets(models.methods(locked=_ALL_OPEN[:2]))
    asked = alone.does("choose_method", "link_code").does("request_code").types(identifier="ci0000077").submits()
    return asked.gets(models.ACCEPTED)


# --- at a kiosk


@scenario
def login_after_a_crash(start: Walk) -> Walk:
    begun = first_state(start.language, kiosk=True, server=models.SERVER, crash="4F1A9C02")
    return replace(start, state=begun).gets(models.SERVICE)


@scenario
def staff(start: Walk) -> Walk:
    return login(start.with_staff_code()).does("staff")


@scenario
def staff_refused(start: Walk) -> Walk:
    return staff(start).types(staff_code="Pas-le-code").submits().gets(40)
