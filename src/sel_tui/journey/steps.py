"""The steps of the journey and what may lie over them."""

from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """Where the person is. One screen, one part of the line face, for each."""

    LOGIN = "login"
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

# The account's own steps: whoever is there has logged in.
PRIVATE: Final = frozenset(Step) - {Step.LOGIN}

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
