"""The steps of the journey and what may lie over them."""

from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """Where the person is. One screen, one part of the line face, for each."""

    LOGIN = "login"
    ACCOUNT = "account"
    ACCOUNT_NAME = "account_name"
    TERMS = "terms"
    ACCOUNT_CODE = "account_code"
    WELCOME = "welcome"
    RESET = "reset"
    RESET_CODE = "reset_code"
    DISAVOW = "disavow"
    STEP_UP = "step_up"
    METHODS = "methods"
    LEGACY_ACCESS = "legacy_access"
    QUESTIONS_FILE = "questions_file"
    QUESTION = "question"
    QUESTIONS_REVIEW = "questions_review"
    LINK_CODE = "link_code"
    LINK_CODE_REQUEST = "link_code_request"
    LINKED = "linked"
    PROFILES = "profiles"
    CLIENT_FILE = "client_file"
    REPORT = "report"
    REPORTED = "reported"
    RECEIPT = "receipt"
    HISTORY = "history"
    UNLINK = "unlink"


class Overlay(StrEnum):
    """What may lie over a step without leaving it."""

    HELP = "help"
    CONTACT = "contact"
    LEAVE = "leave"
    DEMO = "demo"
    EXPIRING = "expiring"


STAGES: Final = {
    Step.LOGIN: 1,
    Step.METHODS: 2,
    Step.LEGACY_ACCESS: 3,
    Step.QUESTIONS_FILE: 3,
    Step.QUESTION: 3,
    Step.QUESTIONS_REVIEW: 3,
    Step.LINK_CODE: 3,
    Step.LINK_CODE_REQUEST: 3,
    Step.LINKED: 4,
}
LAST_STAGE: Final = 4

# What can be reached without an account or its password.
PUBLIC: Final = frozenset(
    {
        *(Step.LOGIN, Step.ACCOUNT, Step.ACCOUNT_NAME, Step.TERMS, Step.ACCOUNT_CODE),
        *(Step.RESET, Step.RESET_CODE, Step.DISAVOW),
    }
)
# The account's own steps: whoever is there has logged in.
PRIVATE: Final = frozenset(Step) - PUBLIC

# The three methods, in the order of their digits and function keys.
METHOD_STEPS: Final = {
    "legacy_access": Step.LEGACY_ACCESS,
    "questions": Step.QUESTIONS_FILE,
    "link_code": Step.LINK_CODE,
}
METHOD_KEYS: Final = {"legacy_access": "F5", "questions": "F6", "link_code": "F7"}
METHOD_OF: Final = {
    Step.LEGACY_ACCESS: "legacy_access",
    Step.QUESTIONS_FILE: "questions",
    Step.QUESTION: "questions",
    Step.QUESTIONS_REVIEW: "questions",
    Step.LINK_CODE: "link_code",
    Step.LINK_CODE_REQUEST: "link_code",
}
