"""Every step and overlay by name, with the module of `steps/` or `overlays/` that says everything about it.

Also which of them plays a part that the core knows of: the core names no step.

Nothing is imported here: a module is loaded when its step is first reached (`machine.py`), so the first paint needs the
login step alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self


class _Registered(StrEnum):
    """A name and the module that defines it; the module has the same name unless it is given."""

    module: str

    def __new__(cls, name: str, module: str = "") -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.module = module or name
        return member


class Step(_Registered):
    """Where the person is. One screen, one part of the line face, for each."""

    ATTRACT = "attract"
    LOGIN = "login"
    ACCOUNT = "account"
    ACCOUNT_NAME = "account_name", "account"
    TERMS = "terms", "account"
    ACCOUNT_CODE = "account_code"
    WELCOME = "welcome"
    RESET = "reset"
    RESET_CODE = "reset_code", "reset"
    DISAVOW = "disavow"
    STEP_UP = "step_up"
    METHODS = "methods"
    LEGACY_ACCESS = "legacy_access"
    QUESTIONS_FILE = "questions_file", "questions"
    QUESTION = "question", "questions"
    QUESTIONS_REVIEW = "questions_review", "questions"
    LINK_CODE = "link_code"
    LINK_CODE_REQUEST = "link_code_request", "link_code"
    LINKED = "linked"
    PROFILES = "profiles"
    CLIENT_FILE = "client_file"
    REPORT = "report"
    REPORTED = "reported", "report"
    RECEIPT = "receipt"
    HISTORY = "history"
    UNLINK = "unlink"
    HANDOFF = "handoff"
    RESUME = "resume", "handoff"
    STAFF = "staff"
    DESK_LOGIN = "desk_login"
    DESK_PASSWORD = "desk_password", "desk_login"
    DESK = "desk"
    DESK_CASE = "desk_case"
    DESK_DETAILS = "desk_details", "desk_case"
    DESK_ACT = "desk_act"
    DESK_QUEUE = "desk_queue"
    DESK_FIGURES = "desk_figures"
    DESK_CORRECTIONS = "desk_corrections"
    DESK_DECISION = "desk_decision", "desk_corrections"


class Overlay(_Registered):
    """What may lie over a step without leaving it."""

    HELP = "help"
    CONTACT = "contact"
    LEAVE = "leave"
    DEMO = "demo"
    EXPIRING = "expiring"


# Where a visit starts, and where one comes back to whose session ended.
START: Final = Step.LOGIN
START_AT_DESK: Final = Step.DESK_LOGIN
# Where nobody is known yet: both faces can be had there, and whose server it is is said each time.
ENTRANCE: Final = frozenset({Step.ATTRACT, Step.LOGIN, Step.DESK_LOGIN})
# What asks for the password again before a call that needs it.
PROOF: Final = Step.STEP_UP
# Where one can stop and go on elsewhere, and at which step one does.
HANDED_OFF_AS: Final = {
    Step.METHODS: Step.METHODS,
    Step.LEGACY_ACCESS: Step.LEGACY_ACCESS,
    Step.QUESTIONS_FILE: Step.QUESTIONS_FILE,
    Step.QUESTION: Step.QUESTIONS_FILE,
    Step.QUESTIONS_REVIEW: Step.QUESTIONS_FILE,
    Step.LINK_CODE: Step.LINK_CODE,
    Step.LINK_CODE_REQUEST: Step.LINK_CODE,
    Step.CLIENT_FILE: Step.CLIENT_FILE,
    Step.REPORT: Step.REPORT,
}
# Where the staff of a kiosk ends the program.
STAFF: Final = Step.STAFF


def start(*, desk: bool) -> Step:
    """Return the step at which one logs in, at the `desk` or for oneself."""
    return START_AT_DESK if desk else START


def first_page(*, kiosk: bool, desk: bool = False) -> Step:
    """Return the step at which whoever comes finds the program: a kiosk waits there for the next person."""
    return Step.ATTRACT if kiosk else start(desk=desk)


def first_step(*, welcome: bool, linked: bool, waiting: bool = False, desk: bool = False) -> Step:
    """Return the step that a session begins with.

    Args:
        welcome: Whether its owner is welcomed: the account is new, or was lost.
        linked: Whether a file is linked already.
        waiting: Whether its owner can go on where they stopped elsewhere.
        desk: Whether its owner works at the desk.
    """
    if desk:
        return Step.DESK
    if waiting:
        return Step.RESUME
    if linked:
        return Step.PROFILES
    return Step.WELCOME if welcome else Step.METHODS
