"""What all messages share: frozen models, secrets that show themselves only on the wire."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    SerializationInfo,
)

from sel_contract import building
from sel_contract.text import Typed

_YEARS: Final = range(1900, 2201)
_REVEAL: Final = {"reveal": True}
_HALF: Final = re.compile("[\ud800-\udfff]")


def _serialize_secret(secret: SecretStr, info: SerializationInfo) -> str:
    return secret.get_secret_value() if info.context == _REVEAL else str(secret)


def _encodable(secret: SecretStr) -> SecretStr:
    # Half a character has no UTF-8: hashed with a replacement, it would be the same password as « ? ».
    if _HALF.search(secret.get_secret_value()):
        raise ValueError("bad-format")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_encodable), PlainSerializer(_serialize_secret, return_type=str)]
"""A secret without lone surrogates: masked in `repr`, `model_dump` and `model_dump_json`, plain in `wire()`."""

Password = Annotated[Secret, Field(min_length=1, max_length=128), Typed(128)]
"""A password as somebody types it. The rule for a *new* one is data of `GET /v1/service`."""

DeviceToken = Annotated[Secret, Field(min_length=1, max_length=128), Typed(128)]
"""Shows that somebody logged in to an account from this device before. It opens nothing by itself: whoever has it is
counted apart when strangers try the account's password."""

MOST: Final = 1_000_000_000
"""The largest number of an answer: added to a moment as seconds it still is one."""


def _in_our_time(moment: datetime) -> datetime:
    # In the calendar's first and last days another time zone, or a minute more, is beyond what Python can count.
    if moment.year not in _YEARS:
        raise ValueError("bad-date")
    return moment


Timestamp = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""A moment between the years 1900 and 2200: RFC 3339, in UTC."""

Day = Annotated[date, Field(ge=date(1900, 1, 1))]
"""A day from 1900 on, without an end: records say 9999-12-31 of what never expires."""


class Language(StrEnum):
    """The languages that texts owned by the reference back end have."""

    FRENCH = "fr-CA"
    ENGLISH = "en-CA"


class Message(BaseModel):
    """What requests and responses share."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=building.at_first_use)

    def wire(self) -> bytes:
        """Return the message as it crosses the wire: JSON in UTF-8, secrets included, empty fields left out."""
        return self.model_dump_json(context=_REVEAL, exclude_none=True).encode()


class Request(Message):
    """What a client sends. Unknown fields are refused: they are a client's mistake that nobody would notice."""

    model_config = ConfigDict(extra="forbid")


class Response(Message):
    """What a server answers. Unknown fields are ignored: a newer server may say more."""

    model_config = ConfigDict(extra="ignore")
