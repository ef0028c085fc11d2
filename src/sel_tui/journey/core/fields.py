"""Fields as data: what kind each is, and where what is typed is kept. Every face reads them. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.scopes import Task
from sel_tui.late_dataclass import dataclass


class Kind(StrEnum):
    """What a field holds, hence how it is checked, shown and spoken."""

    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105  # a kind, not a password
    IDENTIFIER = "identifier"
    LINK_USERNAME = "link_username"
    LINK_CODE = "link_code"
    DATE = "date"
    POSTAL_CODE = "postal_code"
    YEAR = "year"
    NUMBER = "number"
    TEXT = "text"
    NOTE = "note"
    SEARCH = "search"
    NEW_PASSWORD = "new_password"  # noqa: S105  # a kind, not a password
    NAME = "name"
    SINGLE_USE_CODE = "single_use_code"
    HANDOFF_CODE = "handoff_code"
    LOOKUP = "lookup"
    CHOICE = "choice"
    TOKEN = "token"  # noqa: S105  # a kind


MASKED: Final = frozenset({Kind.PASSWORD, Kind.NEW_PASSWORD})


@dataclass(frozen=True)
class Field:
    """One thing to type.

    Attributes:
        name: Unique in its task; two forms that ask the same thing share it, so nothing is asked twice.
        kind: How it is read and shown.
        label: The catalogue key of its label; `label.hint` and `label.help` follow from it.
        task: The task that what is typed belongs to; None when it is the person's, whatever they do.
        secret: Never in a repr; ends as `Task.secrets` says.
        required: Empty is refused.
        pointer: Its name in the contract's body, where that is another.
        new: It names something that does not exist yet, such as the address of an account to create.
        past: It is no day or year to come.
        title: A label that the server owns, instead of `label`.
        example: An example that the server owns.
    """

    name: str
    kind: Kind
    label: str
    task: type[Task] | None = None
    secret: bool = False
    required: bool = True
    pointer: str = ""
    new: bool = False
    past: bool = False
    title: str = ""
    example: str = ""

    @property
    def masked(self) -> bool:
        """Whether what is typed is hidden from the eyes around."""
        return self.kind in MASKED


# The address of the account; a task that asks for one begins with it.
EMAIL: Final = Field("email", Kind.EMAIL, "field.email")

# Whose number it is, where a number alone was typed.
CATEGORY_CHOICE: Final = "category"


def missing(kind: Kind) -> Msg:
    """Return what is said of a field of this kind that must not stay empty."""
    return msg("field.note.missing" if kind is Kind.NOTE else "field.required")
