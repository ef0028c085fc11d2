"""Hashes, old schemes, networks, answers and guesses: each bound tried at it, below and beyond."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import zxcvbn
from argon2 import PasswordHasher, Type, extract_parameters

from sel_backend.security import legacy, old_schemes
from sel_backend.security.answers import COMPARISONS, TRADE, UnreadableAnswerError, normalised
from sel_backend.security.hashing import Hasher, HasherBusyError
from sel_backend.security.legacy import TypedPassword
from sel_backend.security.networks import is_loopback, is_within, network_of, networks, site_of
from sel_backend.security.password_strength import FEWEST_GUESSES, Guess, easily_guessed
from sel_backend.settings import HashingSettings
from sel_contract import QuestionKind
from sel_contract.rules.text import LONG
from tests.backend.test_old_schemes import cheap, digester
from tests.backend.world import KEYS

SMALL = HashingSettings(memory_kib=16, time_cost=1, parallelism=2, threads=2, queue=3)


def test_a_hash_and_nobodys_hash_have_the_form_and_the_cost_of_the_settings() -> None:
    hasher = Hasher(SMALL)
    hashed = hasher.hash_now("é")
    for one in (hashed, hasher.nobodys_hash):
        found = extract_parameters(one)
        assert (found.type, found.version, found.salt_len, found.hash_len) == (Type.ID, 19, 16, 32)
        assert (found.memory_cost, found.time_cost, found.parallelism) == (16, 1, 2)
        assert not hasher.outdated(one)
    assert hasher.nobodys_hash != Hasher(SMALL).nobodys_hash
    assert hasher.outdated(PasswordHasher(time_cost=2, memory_cost=16, parallelism=2).hash("é"))
    for typed, right in (("é", True), ("e\u0301", True), ("e", False), ("", False)):
        assert hasher.verify_now(hashed, typed) is right
        assert hasher.verify_now(hashed, lambda typed=typed: typed) is right  # type: ignore[misc]
        assert hasher.verify_now(None, typed) is hasher.verify_now(hasher.nobodys_hash, typed) is False
    hasher.close()


async def test_as_many_secrets_wait_as_there_are_threads_and_places_in_the_queue() -> None:
    hasher = Hasher(SMALL)
    hashed = hasher.hash_now("juste")
    pairs: Sequence[tuple[str | None, str]] = [(hashed, "juste"), (hashed, "faux"), (None, "juste")]
    assert await hasher.verify_all([*pairs, *pairs[:2]]) == [True, False, False, True, False]
    with pytest.raises(HasherBusyError):
        await hasher.verify_all([*pairs, *pairs])
    assert hasher.waiting == 0
    held = threading.Event()
    waiting: list[int] = []

    def slow() -> str:
        waiting.append(hasher.waiting)
        held.wait()
        return "juste"

    def look() -> str:
        held.set()
        return "juste"

    assert await hasher.verify_all([(hashed, slow), (hashed, look)]) == [True, True]
    assert waiting == [2]
    assert await hasher.verify(hashed, "juste")
    assert hasher.verify_now(await hasher.hash("autre"), "autre")
    assert hasher.waiting == 0
    with pytest.raises(TypeError):
        await hasher.hash(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        await hasher.verify(hashed, None)  # type: ignore[arg-type]
    assert hasher.waiting == 0
    hasher.close()


async def test_one_more_secret_than_there_is_room_for_is_refused_and_none_is_counted_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasher = Hasher(SMALL)
    monkeypatch.setattr(hasher, "_waiting", 4)
    hashed = await hasher.hash("juste")
    monkeypatch.setattr(hasher, "_waiting", 5)
    with pytest.raises(HasherBusyError):
        await hasher.hash("juste")
    with pytest.raises(HasherBusyError):
        await hasher.verify(hashed, "juste")
    assert hasher.waiting == 5
    hasher.close()


async def test_a_secret_whose_turn_comes_too_late_is_not_hashed_and_what_has_begun_is_done_whole() -> None:
    # On a busy machine whoever waited has given up meanwhile, and tries again: work for nobody would fill every turn.
    for patience, late in ((1e-9, True), (60.0, False)):
        hasher = Hasher(SMALL.model_copy(update={"threads": 1, "queue": 8, "patience_seconds": patience}))
        hashed = hasher.hash_now("juste")
        release = threading.Event()
        hasher._pool.submit(release.wait)
        waiting = asyncio.gather(hasher.verify_all([(hashed, "juste"), (hashed, "faux")]), return_exceptions=True)
        await asyncio.sleep(0)  # one turn of the loop: they stand in the queue
        assert hasher.waiting == 2
        release.set()
        (said,) = await waiting
        assert isinstance(said, HasherBusyError) if late else said == [True, False]
        assert hasher.waiting == 0
        hasher.close()


def test_without_a_number_of_threads_there_are_as_many_as_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, threads in ((3, 3), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        hasher = Hasher(SMALL.model_copy(update={"threads": None}))
        assert (hasher._pool._max_workers, hasher._room) == (threads, threads + 3)
        hasher.close()


@pytest.mark.parametrize(
    ("scheme", "hashed", "taken"),
    [
        ("pbkdf2_sha256", "$pbkdf2-sha256$2000000$c2FsdA$" + "A" * 43, True),
        ("pbkdf2_sha256", "$pbkdf2-sha256$2000001$c2FsdA$" + "A" * 43, False),
        ("bcrypt", "$2b$14$" + "." * 53, True),
        ("bcrypt", "$2b$15$" + "." * 53, False),
        ("phpass", "$P$IIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", True),
        ("phpass", "$P$JIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", False),
        ("scrypt", "$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$" + "A" * 43, True),
        ("scrypt", "$scrypt$ln=18,r=8,p=1$c2FsdHNhbHQ$" + "A" * 43, False),
        ("scrypt", "$scrypt$ln=17,r=8,p=4$c2FsdHNhbHQ$" + "A" * 43, True),
        ("scrypt", "$scrypt$ln=4,r=32,p=1$c2FsdHNhbHQ$" + "A" * 43, True),
        ("scrypt", "$scrypt$ln=4,r=33,p=1$c2FsdHNhbHQ$" + "A" * 43, False),
        ("scrypt", "$scrypt$ln=4,r=11,p=3$c2FsdHNhbHQ$" + "A" * 43, False),
        ("scrypt", "$scrypt$ln=4,r=1,p=33$c2FsdHNhbHQ$" + "A" * 43, False),
    ],
)
def test_an_old_hash_may_cost_so_much_at_every_try_and_no_more(scheme: str, hashed: str, taken: bool) -> None:
    if taken:
        assert old_schemes.take_apart(scheme, hashed).own.scheme == scheme
    else:
        with pytest.raises(ValueError, match="too long"):
            old_schemes.take_apart(scheme, hashed)


def test_the_kind_of_an_old_hash_names_all_that_it_costs_and_nothing_of_its_salt() -> None:
    kinds = {
        "$scrypt$ln=4,r=8,p=2$c2FsdHNhbHQ$" + "A" * 43: "scrypt rounds=4 block_size=8 parallelism=2",
        "$scrypt$ln=4,r=8,p=2$c2FsdHNhbHU$" + "B" * 43: "scrypt rounds=4 block_size=8 parallelism=2",
        "$scrypt$ln=5,r=8,p=2$c2FsdHNhbHQ$" + "A" * 43: "scrypt rounds=5 block_size=8 parallelism=2",
    }
    assert {hashed: old_schemes.take_apart("scrypt", hashed).own.kind for hashed in kinds} == kinds
    assert old_schemes.take_apart("md5_crypt", cheap("md5_crypt")).own.kind == "md5_crypt"


# As coreutils print them for « selsecret » and « secretsel ».
PLAIN = (
    ("sha1", "sel", "7dfb8be1032c6e3db6b42e3c3188f6774909a882"),
    ("sha1-suffixed", "sel", "4b695cc818179e514aab9bbaa67c4de61df0ce24"),
    ("md5-suffixed", "sel", "d9b1e7255457d5d11126d288e6cb9b8f"),
    ("sha256", "sel", "f2f3350c96af9bee04306cf6a0dcafed2aebe07a069609d68fe9720d37d1095e"),
    (
        "sha512",
        "sel",
        "8e84d0978cc139fe380ae8d183e0b0f12caaf9531aeb48ed494d8ffa651582d8e9ade93388488ae98d44759d2be350d25cbeeaf067d3ed7e5b458a081559ea2e",
    ),
)


@pytest.mark.parametrize(("scheme", "salt", "hashed"), PLAIN)
def test_a_salted_digest_of_an_old_system_is_recognised_and_only_with_its_password(
    scheme: str, salt: str, hashed: str
) -> None:
    old, kind = legacy.rested(digester(), KEYS.current, scheme, salt, hashed.upper())
    assert kind is None
    assert legacy.parse(old.text()) == old
    assert legacy.parse(replace(old, salt=b"\xfb\xff:").text()).salt == b"\xfb\xff:"
    assert legacy.parse(old.hardened("$argon2id$v=19$m:t").text()).kept == "$argon2id$v=19$m:t"
    for typed, right in (("secret", True), ("Secret", False), ("", False)):
        password = TypedPassword(KEYS, old, typed, ())
        assert (password() == old.kept, password.rests_as(old)) == (right, right)
    for wrong in (hashed[:-2], hashed + "00", hashed[:-1] + "g", ""):
        with pytest.raises(ValueError, match="not a digest"):
            legacy.rested(digester(), KEYS.current, scheme, salt, wrong)


def test_old_digests_are_computed_also_where_a_machine_keeps_them_from_security(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = hashlib.new

    def guarded(name: str, data: bytes = b"", *, usedforsecurity: bool = True) -> Any:
        if usedforsecurity:
            raise ValueError("disabled for FIPS")
        return new(name, data, usedforsecurity=False)

    monkeypatch.setattr(hashlib, "new", guarded)
    for scheme, salt, hashed in PLAIN:
        old, _ = legacy.rested(digester(), KEYS.current, scheme, salt, hashed)
        password = TypedPassword(KEYS, old, "secret", ())
        assert password() == old.kept


def test_without_an_old_hash_the_password_itself_is_what_is_compared_and_rests_as_nothing() -> None:
    password = TypedPassword(KEYS, None, "secret", ())
    assert password() == "secret"
    old, _ = legacy.rested(digester(), KEYS.current, *PLAIN[0])
    assert not password.rests_as(old)


def test_an_unknown_scheme_and_a_salt_beside_a_hash_that_holds_its_own_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown scheme"):
        legacy.rested(digester(), KEYS.current, "sha3", "", "00")
    with pytest.raises(ValueError, match="legacy_salt must be empty"):
        legacy.rested(digester(), KEYS.current, "md5_crypt", "sel", cheap("md5_crypt"))


@pytest.mark.parametrize("own", ["bcrypt", "phpass", "sha1", ""])
def test_a_try_computes_the_kind_of_its_file_once_with_its_own_settings(
    monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    kinds = {scheme: old_schemes.take_apart(scheme, cheap(scheme)).own for scheme in ("bcrypt", "phpass")}
    old = None
    if own in kinds:
        old, _ = legacy.rested(digester(), KEYS.current, own, "", cheap(own))
    elif own:
        old, _ = legacy.rested(digester(), KEYS.current, own, "sel", PLAIN[0][2])
    computed: list[tuple[str, str]] = []

    def noted(scheme: str, config: str, _password: str) -> str:
        computed.append((scheme, config))
        return "x"

    monkeypatch.setattr(old_schemes, "computed", noted)
    TypedPassword(KEYS, old, "secret", list(kinds.values()))()
    decoys = [(kind.scheme, kind.config) for name, kind in kinds.items() if name != own]
    itself = [(own, old.salt.decode())] if old and own in kinds else []
    assert computed == decoys + itself


@pytest.mark.parametrize(
    ("address", "network", "site"),
    [
        ("203.0.113.9", "203.0.113.9", None),
        ("::ffff:203.0.113.9", "203.0.113.9", None),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:ffff:ffff::1", "2001:db8:ffff:ffff::/64", "2001:db8:ffff::/48"),
        ("unknown", "unknown", None),
    ],
)
def test_a_network_and_its_site_have_the_sizes_that_providers_give_away(
    address: str, network: str, site: str | None
) -> None:
    assert (network_of(address), site_of(network_of(address))) == (network, site)


def test_ranges_of_ipv4_in_ipv6_are_those_of_ipv4_and_empty_ones_are_none() -> None:
    written = [
        "::ffff:10.1.2.3/104",
        " 192.0.2.7 ",
        "",
        " ",
        "::ffff:255.255.255.255",
        "::ffff:0:0/95",
        "2001:db8::/32",
    ]
    read = ["10.0.0.0/8", "192.0.2.7/32", "255.255.255.255/32", "::fffe:0:0/95", "2001:db8::/32"]
    assert [str(one) for one in networks(written)] == read
    ranges = networks(["10.0.0.0/8", "2001:db8::/32"])
    inside = {"10.0.0.0": True, "10.255.255.255": True, "11.0.0.0": False, "9.255.255.255": False, "2001:db9::": False}
    assert {address: is_within(address, ranges) for address in inside} == inside
    assert not is_within("10.0.0.1", [])
    with pytest.raises(ValueError, match="does not appear"):
        networks(["nowhere"])


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        *((one, True) for one in ("127.0.0.1", "127.9.9.9", "::1", "localhost")),
        *((one, False) for one in ("0.0.0.0", "::", "192.0.2.7", "example.test", "")),  # noqa: S104
    ],
)
def test_a_host_that_is_this_machine_alone_is_known(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (QuestionKind.TEXT, " L'Écuyer-Œuvre \u02bc9", "lecuyeroeuvre9"),
        (QuestionKind.TEXT, "x" * LONG, "x" * LONG),
        (QuestionKind.TEXT, "\u02bcx", "x"),
        (QuestionKind.DATE, "17 avril 1988", "1988-04-17"),
        (QuestionKind.POSTAL_CODE, "h2x-1y4", "H2X1Y4"),
        (QuestionKind.POSTAL_CODE, "a1b", "A1B"),
        (QuestionKind.POSTAL_CODE, "1234567890", "1234567890"),
        (QuestionKind.NUMBER, "007", "7"),
        (QuestionKind.NUMBER, "0", "0"),
        (QuestionKind.NUMBER, "000", "0"),
        (QuestionKind.YEAR, "1850", "1850"),
        (TRADE, "Électriciennes", "electricien"),
    ],
)
def test_an_answer_is_compared_without_what_does_not_matter(kind: str, typed: str, kept: str) -> None:
    assert normalised(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        *((kind, "1" * (LONG + 1), "too-long") for kind in sorted(COMPARISONS)),
        *((QuestionKind.TEXT, typed, "missing-answer") for typed in ("", " ", "-", "\u02bc")),
        *((TRADE, typed, "missing-answer") for typed in ("", "·")),
        *((QuestionKind.POSTAL_CODE, typed, "bad-postal-code") for typed in ("", "a1", "12345678901", "王王王")),
        (QuestionKind.DATE, "1988", "bad-date"),
        (QuestionKind.NUMBER, "", "bad-number"),
        (QuestionKind.YEAR, "1849", "bad-year"),
    ],
)
def test_what_cannot_be_an_answer_is_said_by_its_code(kind: str, typed: str, code: str) -> None:
    with pytest.raises(UnreadableAnswerError) as refused:
        normalised(kind, typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("guesses", "found"),
    [(0, Guess.COMMON), (99_999_999, Guess.COMMON), (100_000_000, None), (100_000_001, None)],
)
def test_a_password_takes_a_hundred_million_guesses(
    monkeypatch: pytest.MonkeyPatch, guesses: int, found: Guess | None
) -> None:
    assert FEWEST_GUESSES == 100_000_000
    looked_at: list[str] = []

    def estimated(password: str, user_inputs: list[str]) -> dict[str, Any]:
        assert "electricien" in user_inputs
        looked_at.append(password)
        return {"guesses": guesses}

    monkeypatch.setattr(zxcvbn, "zxcvbn", estimated)
    assert easily_guessed("É" + "x" * 99) is found
    assert looked_at == ["e" + "x" * 63]


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("ccq-2026!vqkzj", Guess.COMMON),
        ("ccq-2026!vqkzjw", None),
        ("vq1975_zj2099ccqk", Guess.COMMON),
        ("vq1875zjccq", None),
        ("servicesccq!v", Guess.COMMON),
        ("roy-vqkzj-roy", Guess.PERSONAL),
        ("roy-vqkzjw", None),
        ("Maïka.Roy.vqkz", Guess.PERSONAL),
        ("vqkzj", None),
        ("li-vqkzj", None),
        ("exemple.test", Guess.PERSONAL),
    ],
)
def test_beside_expected_words_years_and_signs_a_password_holds_six_letters_or_digits(
    monkeypatch: pytest.MonkeyPatch, password: str, found: Guess | None
) -> None:
    monkeypatch.setattr(zxcvbn, "zxcvbn", lambda _password, **_: {"guesses": FEWEST_GUESSES})
    assert easily_guessed(password, ["Maïka", "Roy", "Li", "m.roy@exemple.test"]) is found
