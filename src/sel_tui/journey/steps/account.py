"""An account from nothing: address and password, then the names, then the terms of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import erase_secrets, reading
from sel_tui.journey.core.effects import CreateAccount, FetchTerms, Request
from sel_tui.journey.core.events import Failure
from sel_tui.journey.core.failures import field_errors
from sel_tui.journey.core.fields import EMAIL, Field, Kind
from sel_tui.journey.core.messages import msg, public, published
from sel_tui.journey.core.page import Button, Item, Prose
from sel_tui.journey.core.parts import BACK, form, submit_button
from sel_tui.journey.core.scopes import Task
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.spec import StepSpec
from sel_tui.journey.core.state import Notice, State, Tone, focus, go, refuse, send, task, with_task
from sel_tui.journey.registry import Step
from sel_tui.journey.steps import single_use_code
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_contract import RegistrationStarted, Terms


@dataclass(frozen=True)
class Registration(Task):
    """The creation of an account.

    Attributes:
        terms: The terms of use that are shown.
        started: The request at the back end; its code is of use with this request alone.
        sent_at: When its code went out.
    """

    terms: Terms | None = None
    started: RegistrationStarted | None = None
    sent_at: datetime | None = None


NEW_EMAIL: Final = Field(EMAIL.name, Kind.EMAIL, "field.new_email", Registration, new=True)
NEW_PASSWORD: Final = Field(
    "new_password", Kind.NEW_PASSWORD, "field.new_password", Registration, secret=True, pointer="password"
)
FIRST_NAME: Final = Field("first_name", Kind.NAME, "field.first_name", Registration)
LAST_NAME: Final = Field("last_name", Kind.NAME, "field.last_name", Registration)
_ACCOUNT: Final = (NEW_EMAIL, NEW_PASSWORD)
_NAMES: Final = (FIRST_NAME, LAST_NAME)
_FORMS: Final = ((Step.ACCOUNT, _ACCOUNT), (Step.ACCOUNT_NAME, _NAMES))


def _privacy(state: State) -> tuple[Item, ...]:
    """Return who collects name and address, what for, and how to see them (Québec's Law 25, on private information)."""
    if state.app.service is None:
        return ()
    return (Prose("privacy", msg("account.privacy", operator=published(state.app.service.operator)), stop=True),)


def _terms(state: State) -> tuple[Item, ...]:
    """Return the terms of use, every paragraph a stop for the reader."""
    shown = task(state, Registration).terms
    if shown is None:
        return () if state.busy else (Button("reload", msg("button.reload"), commands.RELOAD), BACK)
    language = next((tag for tag in shown.texts if tag.startswith(state.person.language)), next(iter(shown.texts)))
    text = shown.texts[language]
    paragraphs = [Prose(f"terms.{place}", public(words), stop=True) for place, words in enumerate(text.paragraphs)]
    version = msg("terms.version", date=public(shown.effective_on), version=public(shown.version))
    return (
        *paragraphs,
        Prose("version", version, quiet=True),
        submit_button("button.accept_terms", binding=True),
        BACK,
    )


def _enter_terms(state: State) -> State:
    return send(state, FetchTerms()) if task(state, Registration).terms is None else state


def _create(state: State, _: Mapping[str, str]) -> State:
    """Ask for the account, unless something typed earlier is gone."""
    for step, fields in _FORMS:
        for field in fields:
            problem = reading(state, field).problem
            if problem is not None:
                return refuse(go(state, step), {field.name: problem})
    terms = task(state, Registration).terms
    if terms is None:
        return send(state, FetchTerms())
    email, password, first, last = (reading(state, field).sent for field in (*_ACCOUNT, *_NAMES))
    return send(state, CreateAccount(email, Secret(password), first, last, terms.version))


def _on_result(state: State, request: Request, result: Any, at: datetime | None) -> State:
    if isinstance(request.effect, FetchTerms):
        return focus(with_task(state, Registration, terms=result), state.focus.item)
    return with_task(go(state, Step.ACCOUNT_CODE), Registration, started=result, sent_at=at)


def _on_failure(state: State, request: Request, failure: Failure) -> State | None:
    """What the server refuses was typed on an earlier page: back to it, with the reason at its field."""
    if failure.kind == "validation" and isinstance(request.effect, CreateAccount):
        for step, fields in _FORMS:
            errors = field_errors(fields, failure)
            if errors:
                held = erase_secrets(state) if NEW_PASSWORD.name in errors else state
                return refuse(go(held, step), errors)
        if ("/terms_version", "outdated") in failure.codes:
            notice = Notice(Tone.WARNING, msg("notice.new_terms"), (msg("notice.new_terms.next"),))
            return replace(send(with_task(state, Registration, terms=None), FetchTerms()), notice=notice)
    return None


STEPS: Final = {
    Step.ACCOUNT: StepSpec(
        items=lambda state: form(state, "account.intro", "button.next", *_ACCOUNT, before=_privacy(state)),
        fields=lambda _: _ACCOUNT,
        tasks=(Registration,),
        public=True,
        submit=lambda state, _: go(state, Step.ACCOUNT_NAME),
        enter=lambda state: single_use_code.begin_with_email(state, NEW_EMAIL),
    ),
    Step.ACCOUNT_NAME: StepSpec(
        items=lambda state: form(state, "account_name.intro", "button.next", *_NAMES),
        fields=lambda _: _NAMES,
        tasks=(Registration,),
        public=True,
        submit=lambda state, _: go(state, Step.TERMS),
    ),
    Step.TERMS: StepSpec(
        items=_terms,
        tasks=(Registration,),
        public=True,
        submit=_create,
        enter=_enter_terms,
        on_result=_on_result,
        on_failure=_on_failure,
    ),
}
