"""What the steps that make an account, reset a password or say « this was not me » say and offer. Pure."""

from __future__ import annotations

from sel_tui.journey.events import Do
from sel_tui.journey.forms import EMAIL
from sel_tui.journey.page import Button, Item, Prose
from sel_tui.journey.pages.parts import entries
from sel_tui.journey.state import State, reading
from sel_tui.journey.words import msg, personal, public

BACK = Button("back", msg("button.back"), Do.BACK)


def account(state: State) -> tuple[Item, ...]:
    """Creation, first: address and password."""
    return _form(state, "account", "button.next")


def account_name(state: State) -> tuple[Item, ...]:
    """Creation, second: the names."""
    return _form(state, "account_name", "button.next")


def terms(state: State) -> tuple[Item, ...]:
    """Creation, third: the conditions of use, every paragraph a stop for the reader."""
    shown = state.terms
    if shown is None:
        return () if state.busy else (Button("reload", msg("button.reload"), Do.RELOAD), BACK)
    language = next((tag for tag in shown.texts if tag.startswith(state.language)), next(iter(shown.texts)))
    text = shown.texts[language]
    paragraphs = [Prose(f"terms.{place}", public(words), stop=True) for place, words in enumerate(text.paragraphs)]
    version = msg("terms.version", date=public(shown.effective_on), version=public(shown.version))
    return (
        *paragraphs,
        Prose("version", version, quiet=True),
        Button("submit", msg("button.accept_terms"), Do.SUBMIT, main=True, binding=True),
        BACK,
    )


def account_code(state: State) -> tuple[Item, ...]:
    """Creation, fourth: the single-use code."""
    return _with_code(state, "account_code", "button.confirm_code")


def welcome(state: State) -> tuple[Item, ...]:
    """The account is ready; linking comes next."""
    name = state.session.account.first_name if state.session is not None else ""
    return (
        Prose("done", msg("welcome.done", name=personal(name)), stop=True),
        Prose("next", msg("welcome.next")),
        Button("link_profile", msg("button.link_my_file"), Do.LINK_PROFILE, main=True),
        Button("log_out", msg("button.log_out"), Do.LOG_OUT),
    )


def reset(state: State) -> tuple[Item, ...]:
    """A forgotten password, first: whose."""
    return _form(state, "reset", "button.send_reset")


def reset_code(state: State) -> tuple[Item, ...]:
    """A forgotten password, second: the code and the new password."""
    return _with_code(state, "reset_code", "button.change_password")


def disavow(state: State) -> tuple[Item, ...]:
    """« This was not me »."""
    return _form(state, "disavow", "button.disavow", binding=True)


def _form(state: State, name: str, button: str, *, binding: bool = False) -> tuple[Item, ...]:
    intro = () if state.notice else (Prose("intro", msg(f"{name}.intro")),)
    return (*intro, *entries(state), Button("submit", msg(button), Do.SUBMIT, main=True, binding=binding), BACK)


def _with_code(state: State, name: str, button: str) -> tuple[Item, ...]:
    sent_to = Prose("sent_to", msg(f"{name}.intro", email=personal(reading(state, EMAIL).sent)))
    return (
        *(() if state.notice else (sent_to,)),
        *entries(state),
        Button("submit", msg(button), Do.SUBMIT, main=True),
        Button("resend", msg("button.resend_code"), Do.RESEND_CODE),
        BACK,
    )
