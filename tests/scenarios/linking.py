"""Scenarios: the three methods, from their choice to the confirmation."""

from __future__ import annotations

from sel_contract import LinkMethod
from tests.scenarios import models, records
from tests.scenarios.logging_in import login_busy
from tests.scenarios.walk import Walk, scenario


def at_methods(start: Walk) -> Walk:
    return login_busy(start).gets(models.session()).gets(models.METHODS)


@scenario
def methods_loading(start: Walk) -> Walk:
    return login_busy(start).gets(models.session())


@scenario
def methods(start: Walk) -> Walk:
    return at_methods(start)


@scenario
def methods_one_waits(start: Walk) -> Walk:
    return methods_loading(start).gets(models.methods(locked=("legacy_access",)))


@scenario
def methods_one_off(start: Walk) -> Walk:
    return methods_loading(start).gets(models.methods(off=("questions",)))


@scenario
def legacy_access(start: Walk) -> Walk:
    return at_methods(start).does("choose_method", "legacy_access")


@scenario
def legacy_access_typed(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="CI 1234567", old_password="Ancien-1234!")


@scenario
def legacy_access_unusual(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="ci123")


@scenario
def legacy_access_number(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="1234567")


@scenario
def legacy_access_number_chosen(start: Walk) -> Walk:
    return legacy_access_number(start).whose("worker")


@scenario
def legacy_access_whose(start: Walk) -> Walk:
    return legacy_access_number(start).types(old_password="x").submits()


@scenario
def legacy_access_empty(start: Walk) -> Walk:
    return legacy_access(start).submits()


@scenario
def legacy_access_unreadable(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="xyz", old_password="x").submits()


@scenario
def legacy_access_sin(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="046 454 286", old_password="x").submits()


@scenario
def legacy_access_neq(start: Walk) -> Walk:
    return legacy_access(start).types(identifier="1140000001", old_password="x").submits()


@scenario
def legacy_access_association_number(start: Walk) -> Walk:
    return legacy_access_number(start).whose("association").types(old_password="x").submits()


@scenario
def legacy_access_busy(start: Walk) -> Walk:
    return legacy_access_typed(start).submits()


@scenario
def questions_file(start: Walk) -> Walk:
    return at_methods(start).does("choose_method", "questions")


@scenario
def question(start: Walk) -> Walk:
    return questions_file(start).types(identifier="ci1234567").submits().gets(models.challenge)


@scenario
def question_date_understood(start: Walk) -> Walk:
    return question(start).types(**{"answer.birth_date": "17/04/1988"})


@scenario
def question_date_unclear(start: Walk) -> Walk:
    return question(start).answers("avril")


@scenario
def question_last(start: Walk) -> Walk:
    return question(start).answers(*records.RIGHT_ANSWERS[:-1])


@scenario
def questions_review(start: Walk) -> Walk:
    return question(start).answers(*records.RIGHT_ANSWERS)


@scenario
def link_code(start: Walk) -> Walk:
    return at_methods(start).does("choose_method", "link_code")


@scenario
def link_code_bad_format(start: Walk) -> Walk:
    return link_code(start).types(link_username="482913", link_code="7K3M9").submits()


@scenario
def link_code_request(start: Walk) -> Walk:
    return link_code(start).does("request_code")


@scenario
def link_code_requested(start: Walk) -> Walk:
    return link_code_request(start).types(identifier="ci0000077").submits().gets(models.ACCEPTED)


@scenario
def linked(start: Walk) -> Walk:
    return legacy_access_busy(start).gets(records.LINK)


@scenario
def linked_employer_by_code(start: Walk) -> Walk:
    by_code = records.link("er123456", "Toitures Exemple inc.", method=LinkMethod.LINK_CODE)
    typed = link_code(start).types(link_username="L-482913", link_code="7k3m9 qtdhx")
    return typed.submits().gets(by_code)


@scenario
def step_up(start: Walk) -> Walk:
    return legacy_access_busy(start).fails("step-up-required")


@scenario
def step_up_wrong(start: Walk) -> Walk:
    return step_up(start).types(password="x").submits().fails("invalid-credentials")
