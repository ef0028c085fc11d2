"""Old systems' password schemes: taken apart, the digest left out, and computed again from settings and password."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from passlib.registry import get_crypt_handler

from sel_backend.security import legacy, old_schemes
from sel_backend.security.legacy import TypedPassword
from tests.backend.world import KEYS

PASSWORD = "Ancien-1! é"
SSHA = "{SSHA}" + base64.b64encode(hashlib.sha1(b"secretsalt", usedforsecurity=False).digest() + b"salt").decode()


def cheap(scheme: str, password: str = PASSWORD) -> str:
    handler: Any = get_crypt_handler(scheme)
    if "rounds" in handler.setting_kwds and scheme != "atlassian_pbkdf2_sha1":
        handler = handler.using(rounds=max(handler.min_rounds, 5), relaxed=True)
    hashed: str = handler.hash(password)
    return hashed


def digester() -> Any:
    return KEYS.digester("old-password", KEYS.current)


@pytest.mark.parametrize("scheme", sorted(old_schemes.SCHEMES))
def test_each_scheme_knows_the_right_password_from_settings_without_a_digest(scheme: str) -> None:
    hashed = cheap(scheme)
    taken = old_schemes.take_apart(scheme, hashed)
    own = taken.own
    assert hashed.endswith(taken.whole[-20:])
    assert taken.whole[-12:] not in own.config or scheme.startswith(("ldap_salted", "oracle"))
    assert old_schemes.computed(own.scheme, own.config, PASSWORD) == taken.whole
    assert old_schemes.computed(own.scheme, own.config, "Ancien-2!") != taken.whole
    assert old_schemes.kind_of(own.scheme, own.config) == own.kind


@pytest.mark.parametrize(
    ("scheme", "password", "hashed"),
    [
        ("bcrypt", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("sha256_crypt", "Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
        ("ldap_salted_sha1", "secret", SSHA),
        ("phpass", "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
        (
            "django_pbkdf2_sha256",
            "letmein",
            "pbkdf2_sha256$1000$seasalt$"
            + base64.b64encode(hashlib.pbkdf2_hmac("sha256", b"letmein", b"seasalt", 1000)).decode(),
        ),
    ],
)
def test_hashes_that_other_systems_wrote_are_read(scheme: str, password: str, hashed: str) -> None:
    old, kind = legacy.rested(digester(), KEYS.current, scheme, "", hashed)
    assert kind is not None
    assert hashed[-10:] not in old.text()
    kept = legacy.parse(old.text())
    for typed, right in ((password, True), (password + "!", False), ("", False)):
        secret = TypedPassword(KEYS, kept, typed, (kind,))
        secret()
        assert secret.rests_as(kept) is right


def test_a_long_password_is_cut_where_bcrypt_always_cut_it_and_a_nul_is_merely_wrong() -> None:
    long = "é" * 40
    taken = old_schemes.take_apart("bcrypt", cheap("bcrypt", "é" * 36))
    assert old_schemes.computed("bcrypt", taken.own.config, long) == taken.whole
    assert old_schemes.computed("bcrypt", taken.own.config, "a\0b") == ""


@pytest.mark.parametrize(
    ("scheme", "hashed", "reason"),
    [
        ("bcrypt", "$2b$15$" + "." * 53, "too long"),
        ("bcrypt", "$2b$10$short", "not a hash"),
        ("bcrypt", "", "not a hash"),
        ("django_bcrypt", "$2b$04$" + "." * 53, "not a hash"),
        ("pbkdf2_sha256", "$pbkdf2-sha256$99000000$c2FsdA$" + "A" * 43, "too long"),
        ("scrypt", "$scrypt$ln=20,r=8,p=1$c2FsdHNhbHQ$" + "A" * 43, "too long"),
        ("scrypt", "$scrypt$ln=4,r=64,p=64$c2FsdHNhbHQ$" + "A" * 43, "too long"),
        ("md5_crypt", "$1$salt", "not a hash"),
    ],
)
def test_what_is_no_hash_of_its_scheme_or_would_hold_every_try_up_is_refused(
    scheme: str, hashed: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        legacy.rested(digester(), KEYS.current, scheme, "", hashed)
    assert not hashed or hashed not in str(refused.value)


def test_every_try_computes_one_hash_of_each_kind_whatever_the_file_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [legacy.rested(digester(), KEYS.current, scheme, "", cheap(scheme)) for scheme in ("bcrypt", "phpass")]
    plain, none = legacy.rested(digester(), KEYS.current, "md5", "", "0" * 32)
    assert none is None
    kinds = [kind for _, kind in kept if kind]
    really, done = old_schemes.computed, list[str]()

    def noted(scheme: str, config: str, password: str) -> str:
        done.append(scheme)
        return really(scheme, config, password)

    monkeypatch.setattr(old_schemes, "computed", noted)
    for old in (kept[0][0], kept[1][0], plain, None):
        done.clear()
        TypedPassword(KEYS, old, PASSWORD, kinds)()
        assert sorted(done) == ["bcrypt", "phpass"]
