"""The types of codes on the wire; `sel_contract.rules.codes` says how each is read."""

from typing import Annotated, Final

from pydantic import StringConstraints, WithJsonSchema

from sel_contract.base import Secret
from sel_contract.rules.codes import (
    TYPED_LIMIT,
    canonical_check_code,
    canonical_linking_code,
    canonical_linking_username,
    canonical_report_code,
    canonical_single_use_code,
)
from sel_contract.text import Typed

Reference = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$"),
    Typed(TYPED_LIMIT, code="bad-format"),
]
"""A code that a person can read over the phone, with its check symbol: `4T8W-2NRQ-6T`."""

_SYMBOL: Final = "[0-9A-TV-Za-tv-z]"

LinkingUsername = Annotated[
    str,
    Typed(TYPED_LIMIT, canonical_linking_username, "bad-format"),
    WithJsonSchema(
        {"type": "string", "pattern": "^[A-Za-z]{1,3}[ -]?[0-9]{4,12}$", "examples": ["L-482913"]}, mode="validation"
    ),
]
LinkingCode = Annotated[
    Secret,
    Typed(TYPED_LIMIT, canonical_linking_code, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "pattern": f"^{_SYMBOL}{{5}}[ -]?{_SYMBOL}{{5}}$",
            "examples": ["7K3M9-QTDHX"],
        },
        mode="validation",
    ),
]
SingleUseCode = Annotated[
    Secret,
    Typed(TYPED_LIMIT, canonical_single_use_code, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "pattern": "^[0-9]{3}[ -]?[0-9]{3}$",
            "examples": ["482913"],
        },
        mode="validation",
    ),
]
ReportCode = Annotated[
    Secret,
    Typed(TYPED_LIMIT, canonical_report_code, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "pattern": f"^{_SYMBOL}{{5}}([ -]?{_SYMBOL}{{5}}){{4}}$",
            "examples": ["4T8W2-NRQ6T-7K3M9-QTDHX-2B6WZ"],
        },
        mode="validation",
    ),
]
TypedCheckCode = Annotated[
    str,
    Typed(TYPED_LIMIT, canonical_check_code, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_SYMBOL}{{5}}([ -]?{_SYMBOL}{{5}}){{3}}$",
            "examples": ["4T8W2-NRQ6T-7K3M9-QTDHX"],
        },
        mode="validation",
    ),
]
CheckCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$")]
