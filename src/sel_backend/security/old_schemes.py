"""Old systems' password schemes that libpass knows: bcrypt, PBKDF2, crypt(3), phpass, LDAP … The extra `legacy`.

Only schemes whose hash follows from its settings (salt, rounds) and the password alone: then the settings can be kept
without the digest. Loads libpass (which is imported as `passlib`) only when such a hash comes.
"""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

EXTRA: Final = "legacy"
SCHEMES: Final = frozenset(
    {
        *("bcrypt", "bcrypt_sha256", "django_bcrypt", "django_bcrypt_sha256", "ldap_bcrypt"),
        *("pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512", "django_pbkdf2_sha1", "django_pbkdf2_sha256"),
        *("ldap_pbkdf2_sha1", "ldap_pbkdf2_sha256", "ldap_pbkdf2_sha512", "atlassian_pbkdf2_sha1"),
        *("cta_pbkdf2_sha1", "dlitz_pbkdf2_sha1", "grub_pbkdf2_sha512", "scrypt", "phpass", "fshp"),
        *("md5_crypt", "apr_md5_crypt", "sha1_crypt", "sha256_crypt", "sha512_crypt", "sun_md5_crypt"),
        *("des_crypt", "bsdi_crypt", "ldap_md5_crypt", "ldap_sha256_crypt", "ldap_sha512_crypt"),
        *("ldap_md5", "ldap_sha1", "ldap_salted_md5", "ldap_salted_sha1", "ldap_salted_sha256", "ldap_salted_sha512"),
        *("django_salted_md5", "django_salted_sha1", "mysql323", "mysql41", "mssql2000", "mssql2005", "oracle11"),
        "nthash",
    }
)
# What a hash costs, beside its scheme. Every try pays for each kind, so what costs seconds is refused.
_COSTS: Final = ("rounds", "block_size", "parallelism", "variant")
_MOST_ROUNDS: Final = 2_000_000
_MOST_DOUBLINGS: Final = {"phpass": 20, "scrypt": 17}
_MOST_DOUBLINGS_ELSEWHERE: Final = 14
_MOST_LANES: Final = 32


class MissingExtraError(Exception):
    """A scheme needs libpass, and it is not installed."""

    def __init__(self, scheme: str) -> None:
        super().__init__(f"scheme {scheme} needs the extra '{EXTRA}'")


@dataclass(frozen=True)
class OldKind:
    """Hashes that cost the same: a scheme and its rounds.

    Attributes:
        kind: names it.
        scheme: as libpass calls it.
        config: settings of this kind, to do the same work for a file that has none.
    """

    kind: str
    scheme: str
    config: str


@dataclass(frozen=True)
class Taken:
    """An old hash taken apart: its kind with its own settings, and the whole hash as libpass writes it."""

    own: OldKind
    whole: str = field(repr=False)


def available() -> bool:
    """Return whether libpass is installed."""
    return find_spec("passlib") is not None


def _handler(scheme: str) -> Any:
    if not available():
        raise MissingExtraError(scheme)
    return import_module("passlib.registry").get_crypt_handler(scheme)


def take_apart(scheme: str, text: str) -> Taken:
    """Return what a hash in its usual form consists of.

    Raises:
        MissingExtraError: libpass is not installed.
        ValueError: not a hash of this scheme, or one that takes too long; the message shows nothing of it.
    """
    handler = _handler(scheme)
    wrapped = getattr(handler, "wrapped", None)
    try:
        if wrapped is not None:
            # A prefix around another scheme's hash.
            text, handler = handler._unwrap_hash(text), wrapped  # noqa: SLF001 - no public way in
        parsed = handler.from_string(text)
    except (ValueError, TypeError) as error:
        raise ValueError("not a hash of this scheme") from error
    if parsed.checksum is None:
        raise ValueError("not a hash of this scheme")
    whole = parsed.to_string()
    costs = {name: value for name in _COSTS if (value := getattr(parsed, name, None)) is not None}
    if _too_long(handler, costs):
        raise ValueError("takes too long to be computed at every try")
    parsed.checksum = parsed._stub_checksum  # noqa: SLF001 - settings without a digest, in the form that is read again
    kind = " ".join((handler.name, *(f"{name}={value}" for name, value in costs.items())))
    return Taken(OldKind(kind, handler.name, parsed.to_string()), whole)


def _too_long(handler: Any, costs: dict[str, int]) -> bool:
    rounds = costs.get("rounds", 0)
    if getattr(handler, "rounds_cost", "linear") == "linear":
        return rounds > _MOST_ROUNDS
    lanes = costs.get("block_size", 1) * costs.get("parallelism", 1)
    return rounds > _MOST_DOUBLINGS.get(handler.name, _MOST_DOUBLINGS_ELSEWHERE) or lanes > _MOST_LANES


def kind_of(scheme: str, config: str) -> str:
    """Return the name of the kind that settings belong to.

    Raises:
        MissingExtraError: libpass is not installed.
    """
    return take_apart(scheme, config).own.kind


def computed(scheme: str, config: str, password: str) -> str:
    """Return the hash that a password has with these settings; empty where the scheme cannot have it (a NUL).

    Slow on purpose: call it where hashes are computed, never on the event loop or in a transaction.

    Raises:
        MissingExtraError: libpass is not installed.
    """
    handler = _handler(scheme)
    # The old systems cut silently, where libpass refuses.
    secret = password.encode("utf-8", "replace")[: getattr(handler, "truncate_size", None)]
    parsed = handler.from_string(config)
    try:
        parsed.checksum = parsed._calc_checksum(secret)  # noqa: SLF001 - the public genhash() is deprecated
    except ValueError:
        return ""
    whole: str = parsed.to_string()
    return whole
