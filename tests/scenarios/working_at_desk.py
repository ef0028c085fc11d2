"""Scenarios: the desk of Customer Service, from an agent's log-in to the next caller."""

from __future__ import annotations

from tests.scenarios import desk_records, models
from tests.scenarios.logging_in import PASSWORD
from tests.scenarios.walk import Walk, scenario


@scenario
def desk_login(start: Walk) -> Walk:
    return start.at_desk().gets(models.SERVICE)


@scenario
def desk_login_unreachable(start: Walk) -> Walk:
    return start.at_desk().fails("unreachable")


@scenario
def desk_login_busy(start: Walk) -> Walk:
    return desk_login(start).types(email=desk_records.AGENT, password=PASSWORD).submits()


@scenario
def desk_login_wrong(start: Walk) -> Walk:
    return desk_login_busy(start).fails("invalid-credentials")


@scenario
def desk_login_from_elsewhere(start: Walk) -> Walk:
    return desk_login_busy(start).fails("not-found")


@scenario
def desk_password(start: Walk) -> Walk:
    return desk_login_busy(start).gets(desk_records.agent_session(needs=("new_password",)))


@scenario
def desk_password_same(start: Walk) -> Walk:
    typed = desk_password(start).types(new_password=PASSWORD).submits()
    return typed.fails("validation", codes=(("/new_password", "same-password"),))


@scenario
def desk_password_chosen(start: Walk) -> Walk:
    return desk_password(start).types(new_password="Chantier-2027!").submits().gets(desk_records.agent_session())


@scenario
def desk(start: Walk) -> Walk:
    return desk_login_busy(start).gets(desk_records.agent_session())


@scenario
def desk_reference_heard(start: Walk) -> Walk:
    return desk(start).types(lookup="4t8w 2nrq 6t")


@scenario
def desk_reference_misheard(start: Walk) -> Walk:
    return desk(start).types(lookup="4t8w 2nrq 6s").submits()


@scenario
def desk_reference_unknown(start: Walk) -> Walk:
    return desk_reference_heard(start).submits().fails("not-found")


@scenario
def desk_reason(start: Walk) -> Walk:
    return desk(start).types(lookup="CI 1234567")


@scenario
def desk_reason_missing(start: Walk) -> Walk:
    return desk_reason(start).submits()


@scenario
def desk_case(start: Walk) -> Walk:
    return desk_reference_heard(start).submits().gets(desk_records.CASE)


@scenario
def desk_case_locked(start: Walk) -> Walk:
    return desk_reason(start).types(lookup_reason="no_reference").submits().gets(desk_records.LOCKED)


@scenario
def desk_case_frozen(start: Walk) -> Walk:
    return desk_reference_heard(start).submits().gets(desk_records.FROZEN)


@scenario
def desk_case_unknown(start: Walk) -> Walk:
    return desk_reference_heard(start).submits().gets(desk_records.UNKNOWN)


@scenario
def desk_details(start: Walk) -> Walk:
    return desk_case_frozen(start).does("details")


@scenario
def desk_act(start: Walk) -> Walk:
    return desk_case(start).does("do", "0")


@scenario
def desk_act_ticked(start: Walk) -> Walk:
    return desk_act(start).does("tick", "identity").does("tick", "address")


@scenario
def desk_act_not_ticked(start: Walk) -> Walk:
    return desk_act_ticked(start).submits()


@scenario
def desk_act_done(start: Walk) -> Walk:
    return desk_act(start).does("tick_all").submits().gets(desk_records.SENT).gets(desk_records.CASE)


@scenario
def desk_act_unknown_outcome(start: Walk) -> Walk:
    return desk_act(start).does("tick_all").submits().fails("unknown-outcome")


@scenario
def desk_act_not_possible(start: Walk) -> Walk:
    refused = desk_act(start).does("tick_all").submits()
    return refused.fails("act-not-possible", codes=(("", "no-address"),)).gets(desk_records.CASE)


@scenario
def desk_queue_loading(start: Walk) -> Walk:
    return desk(start).does("queues")


@scenario
def desk_queue(start: Walk) -> Walk:
    return desk_queue_loading(start).gets(desk_records.QUEUE)


@scenario
def desk_queue_long(start: Walk) -> Walk:
    return desk_queue_loading(start).gets(desk_records.LONG_QUEUE)


@scenario
def desk_queue_filtered(start: Walk) -> Walk:
    return desk_queue_long(start).types(queue_filter="er000305")


@scenario
def desk_queue_empty(start: Walk) -> Walk:
    asked = desk_queue(start).does("other_queue", "mails").gets(desk_records.NOTHING_WAITS).does("take")
    return asked.gets(None).gets(desk_records.NOTHING_WAITS)


@scenario
def desk_case_from_queue(start: Walk) -> Walk:
    return desk_queue(start).does("take").gets(desk_records.REPORTED)


@scenario
def desk_answer(start: Walk) -> Walk:
    return desk_case_from_queue(start).does("do", "0")


@scenario
def desk_of_supervisor(start: Walk) -> Walk:
    return desk_login_busy(start).gets(desk_records.agent_session("supervisor"))


@scenario
def desk_figures(start: Walk) -> Walk:
    return desk_of_supervisor(start).does("figures").gets(desk_records.FIGURES)


@scenario
def desk_figures_saved(start: Walk) -> Walk:
    path = "/home/agente/Documents/sel-figures-2026-02-01-2026-03-02-0915.csv"
    return desk_figures(start).does("save_figures").gets(path)


@scenario
def desk_figures_unsaved(start: Walk) -> Walk:
    return desk_figures(start).does("save_figures").fails("cannot-save")


@scenario
def desk_address(start: Walk) -> Walk:
    found = desk_of_supervisor(start).types(lookup="4t8w2nrq6t").submits().gets(desk_records.CASE)
    return found.does("do", "2")


@scenario
def desk_corrections(start: Walk) -> Walk:
    return desk_of_supervisor(start).does("corrections").gets(desk_records.CORRECTIONS)


@scenario
def desk_decision(start: Walk) -> Walk:
    return desk_corrections(start).does("choose", "correction-0")


@scenario
def desk_decision_of_mine(start: Walk) -> Walk:
    return desk_corrections(start).does("choose", "correction-1")


@scenario
def desk_decision_other_address(start: Walk) -> Walk:
    typed = desk_decision(start).types(address_again="maika@nouveau.test").submits()
    return typed.fails("act-not-possible", codes=(("/email", "other-address"),))


@scenario
def desk_decided(start: Walk) -> Walk:
    typed = desk_decision(start).types(address_again="maika@nouveau.test").submits()
    return typed.gets(desk_records.CONFIRMED).gets(desk_records.CORRECTIONS)


@scenario
def desk_next_caller(start: Walk) -> Walk:
    return desk_act_done(start).does("next_caller")
