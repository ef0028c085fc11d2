"""Random things: session tokens, codes, references, usernames. All from the system's generator."""

import hashlib
import secrets

from sel_contract.rules.codes import ALPHABET, LINKING_CODE_LENGTH, reference_from


def new_token() -> str:
    """Return 256 random bits for a URL-safe bearer token."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token: enough at rest, because nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_linking_code() -> str:
    """Return ten Crockford symbols as `XXXXX-XXXXX`."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LINKING_CODE_LENGTH))
    return f"{symbols[:5]}-{symbols[5:]}"


def new_linking_username() -> str:
    """Return a linking username such as `L-48291357`."""
    return f"L-{secrets.randbelow(10**8):08d}"


def new_single_use_code(digits: int) -> str:
    """Return a code of so many decimal digits."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def new_reference() -> str:
    """Return a reference such as `4T8W-2NRQ-6T` whose check symbol can be said on the phone."""
    while True:
        reference = reference_from("".join(secrets.choice(ALPHABET) for _ in range(9)))
        if reference:
            return reference
