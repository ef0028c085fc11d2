"""The types of identifiers and e-mail addresses on the wire; `sel_contract.rules.identifiers` says how each is read."""

from typing import Annotated

from pydantic import StringConstraints, WithJsonSchema

from sel_contract.rules.identifiers import EMAIL_LIMIT, IDENTIFIER_LIMIT, canonical_email, canonical_identifier
from sel_contract.text import Typed

EmailAddress = Annotated[
    str,
    Typed(EMAIL_LIMIT, canonical_email, "bad-email"),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": EMAIL_LIMIT,
            "pattern": r"^[A-Za-z0-9_+-]{1,32}(\.[A-Za-z0-9_+-]{1,16})?"
            r"@[A-Za-z0-9]{1,30}(\.[A-Za-z0-9]{1,12})?\.[A-Za-z][A-Za-z0-9]{0,11}$",
            "examples": ["nouvelle@exemple.test"],
        },
        mode="validation",
    ),
]
"""An e-mail address in a request. The schema shows the common shape; `canonical_email` says what is accepted."""

FileIdentifier = Annotated[
    str,
    Typed(IDENTIFIER_LIMIT, canonical_identifier, "bad-format"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([Cc][Ii]|[Ee][Rr])[ -]?[0-9]{1,6}[ -]?[0-9]{1,6}$"
            r"|^[Aa][SsPp][A-Za-z0-9&]{1,40}$|^[a-z0-9]{1,30}@[a-z0-9]{1,30}\.[a-z]{2,12}$",
            "examples": ["ci1234567", "er123456", "asexemple", "ci 123-4567", "maika.cote@exemple.test"],
        },
        mode="validation",
    ),
]
"""A file's identifier in a request, typed as people type it. The schema shows the common shapes only."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9&'@.!#$%*+/=?^_`{|}~-]{1,254}$")]
"""An identifier in a response, in its canonical form."""
