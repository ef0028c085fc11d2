"""The types of every text that crosses the wire: its bounds, and the rule that reads it first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, SecretStr, StringConstraints
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from sel_contract.rules.text import LONG, plain

SHORT: Final = 200
WHOLE_MAIL: Final = 20_000
FEW: Final = 100
MANY: Final = 1_000
VERY_MANY: Final = 10_000
"""The most items in a list or mapping of an answer: languages, notices; paragraphs, events; profiles."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The rule of every text that somebody sends: nothing reads it before its length has been looked at.

    Attributes:
        limit: the most characters, as they were sent.
        read: makes the one form of it, or raises ValueError with a code of `FieldCode`.
        code: the code of a text that is longer.
    """

    limit: int
    read: Callable[[str], str] = str
    code: str = "too-long"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Put the rule before all others of the type."""
        return no_info_before_validator_function(self._first, handler(source))

    def _first(self, value: Any) -> Any:
        if isinstance(value, SecretStr):
            return SecretStr(self._first(value.get_secret_value()))
        if not isinstance(value, str):
            return value
        if len(value) > self.limit:
            raise ValueError(self.code)
        return self.read(value)


def _one_line(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: plain(value, limit) if isinstance(value, str) else value)


def _lines(limit: int) -> BeforeValidator:
    return BeforeValidator(lambda value: plain(value, limit, keep_lines=True) if isinstance(value, str) else value)


def cleaned(limit: int) -> Typed:
    """Return the rule for free text in a request: plain, without outer spaces, fit for any database."""
    return Typed(limit, lambda text: plain(text, limit).strip())


def cleaned_lines(limit: int) -> Typed:
    """Return the rule for free text whose line feeds stay."""
    return Typed(limit, lambda text: plain(text, limit, keep_lines=True).strip())


PlainText = Annotated[str, _one_line(LONG), StringConstraints(max_length=LONG)]
"""A paragraph at most, on one line."""

ShortText = Annotated[str, _one_line(SHORT), StringConstraints(max_length=SHORT)]
"""A name, a label, a phone number."""

MultilineText = Annotated[str, _lines(WHOLE_MAIL), StringConstraints(max_length=WHOLE_MAIL)]
"""A whole mail: plain text whose line feeds stay."""

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Typed(64, code="bad-format")]
"""An identifier that means nothing to its reader."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
"""`fr-CA`, `en-CA`, or a language that an organisation adds."""

LocalText = Annotated[dict[LanguageTag, PlainText], Field(max_length=FEW)]
"""One text in each language of the service: a person may change the language without a request."""
