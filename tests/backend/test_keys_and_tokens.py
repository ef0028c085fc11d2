"""Keys, seals, tokens and drawn codes: what other programs compute of the same bytes; each bound at it and beyond."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from sel_backend.security import tokens
from sel_backend.security.devices import is_device_token, new_device_token
from sel_backend.security.keys import (
    Keys,
    KeysFileError,
    KeysMissingError,
    new_keys,
    open_to_others,
    operator_token,
    read_keys,
    with_new_key,
    write_keys,
)
from sel_contract.rules.codes import canonical_linking_code, canonical_linking_username, canonical_reference

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEYS = Keys("k1", {"k1": OLD})
ROTATED = Keys("k2", {"k1": OLD, "k2": NEW})
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def test_a_digest_is_the_one_that_openssl_computes() -> None:
    # printf Zoé | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(the same of « receipt » with the key 00 01 … 1f)
    assert KEYS.digest("receipt", "Zoé") == "b2195e3ccd30d08304aceca85784b1a61dcd1e121d54bba4716cbcde2450e9ae"
    assert KEYS.digester("receipt", "k1")("Zoé") == KEYS.digest("receipt", "Zoé")
    assert KEYS.digester("receipt", "k1")("\ud800") == KEYS.digest("receipt", "\ud800") == KEYS.digest("receipt", "?")


def test_a_digest_follows_the_current_key_unless_it_outlives_a_rotation_or_names_its_key() -> None:
    assert ROTATED.oldest == "k1"
    for purpose in ("limits", "subject", "idempotency", "operator"):
        assert ROTATED.digest(purpose, "x") == KEYS.digest(purpose, "x") != ROTATED.digest(purpose, "x", "k2")
    for purpose in ("receipt", "device", "old-password"):
        assert ROTATED.digest(purpose, "x") == ROTATED.digest(purpose, "x", "k2") != KEYS.digest(purpose, "x")
        assert ROTATED.digest(purpose, "x", "k1") == KEYS.digest(purpose, "x")
    assert operator_token(ROTATED) == operator_token(KEYS) != operator_token(replace(KEYS, material={"k1": NEW}))
    assert ROTATED.fingerprint("k1") == KEYS.fingerprint("k1") != ROTATED.fingerprint("k2")


def test_what_is_sealed_is_opened_by_its_own_key_unchanged_and_by_nothing_else() -> None:
    sealed = KEYS.seal(b"code")
    assert len(sealed) == len(b"k1:") + 12 + len(b"code") + 16
    assert sealed != KEYS.seal(b"code")
    assert KEYS.unseal(sealed) == ROTATED.unseal(sealed) == b"code"
    assert ROTATED.seal(b"").startswith(b"k2:")
    assert (KEYS.opens(sealed), KEYS.opens(ROTATED.seal(b""))) == (True, False)
    for place in range(3, len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert not KEYS.opens(changed)
    with pytest.raises(InvalidTag):
        Keys("k1", {"k1": NEW}).unseal(sealed)
    with pytest.raises(KeyError):
        Keys("k2", {"k2": NEW}).unseal(sealed)
    for wrong in (b"", b"k1", b"k1:", b"k1:" + b"\0" * 12, b"\xff:" + b"\0" * 40):
        assert not KEYS.opens(wrong)


@pytest.mark.parametrize(
    ("names", "added"),
    [(["k1"], "k2"), (["k1", "k10"], "k11"), (["k7", "k3"], "k8"), (["own", "k"], "k1"), (["k1", "keys9"], "k2")],
)
def test_a_new_key_has_the_next_number_and_is_not_yet_the_current_one(names: list[str], added: str) -> None:
    keys = with_new_key(Keys(names[0], dict.fromkeys(names, OLD)))
    assert list(keys.material) == [*names, added]
    assert (keys.current, len(keys.material[added])) == (names[0], 32)
    assert with_new_key(KEYS).material["k2"] != with_new_key(KEYS).material["k2"]
    assert new_keys().current == "k1"
    assert len(new_keys().material["k1"]) == 32


def test_keys_are_written_for_their_owner_alone_to_last_and_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    (tmp_path / "keys.new").write_text("x" * 10_000)
    (tmp_path / "keys.new").chmod(0o600)
    flushed: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda file: flushed.append(path.exists() and os.fstat(file).st_ino > 0))
    write_keys(path, ROTATED)
    assert read_keys(path) == ROTATED
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
    assert flushed == [False, True]  # the file before it has its name, the folder after
    assert list(read_keys(path).material) == ["k1", "k2"]


def written(path: Path, **changes: object) -> Path:
    whole = {"current": "k1", "keys": {"k1": base64.b64encode(OLD).decode()}} | changes
    path.write_text(json.dumps(whole), "utf-8")
    path.chmod(0o600)
    return path


def key(size: int) -> str:
    return base64.b64encode(bytes(size)).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": {"k1": key(31)}},
        {"keys": {"k1": key(33)}},
        {"keys": {"k1": key(32), "k2": key(31)}},
        {"keys": {"k1": key(32), "k2": ""}},
        {"keys": {"k1": key(32)[:-1]}},
        {"keys": {"k1": "é" + key(32)}},
        {"keys": {"k1": key(32) + "!"}},
        {"keys": {"k1": 7}},
        {"keys": {"k1": key(32), "k" * 21: key(32)}},
        {"keys": {"k1": key(32), "": key(32)}},
        {"keys": {"k1": key(32), "a:b": key(32)}},
        {"keys": {}},
        {"keys": ["k1"]},
        {"current": "k2"},
        {"current": None},
        {"current": ["k1"]},
    ],
)
def test_what_is_no_whole_set_of_keys_is_damaged(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(KeysFileError, match="is damaged") as refused:
        read_keys(written(tmp_path / "keys.json", **changes))
    assert refused.value.advice.startswith("restore keys.json")
    assert not isinstance(refused.value, KeysMissingError)


def test_a_key_has_a_name_of_one_to_twenty_signs(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    for name in ("k", "A.z_0-9", "k" * 20):
        assert read_keys(written(path, current=name, keys={name: key(32)})) == Keys(name, {name: bytes(32)})
    for wrong in ("[]", "1", '"k1"', "null"):
        path.write_text(wrong)
        with pytest.raises(KeysFileError, match="is damaged"):
            read_keys(path)


def test_a_file_of_keys_that_is_missing_unreadable_a_pipe_or_open_to_others_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "keys.json")
    with pytest.raises(KeysMissingError, match=f"there are no keys at {path}x"):
        read_keys(tmp_path / "keys.jsonx")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KeysFileError, match="is damaged"):
        read_keys(tmp_path / "pipe")
    path.chmod(0o604)
    with pytest.raises(KeysFileError, match=r"mode 604: chmod 600 ") as refused:
        read_keys(path)
    assert refused.value.found.startswith(f"others than their owner may use the keys at {path}")
    path.chmod(0o600)

    def forbidden(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(KeysFileError, match=r"cannot be read \(Permission denied\): let the service's own user"):
        read_keys(path)


def status(mode: int, owner: int) -> os.stat_result:
    return os.stat_result((0o100000 | mode, 1, 1, 1, owner, 0, 0, 0, 0, 0))


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("owner", [0, 1000])
def test_every_way_in_for_others_is_seen_but_for_roots_group_that_reads(
    monkeypatch: pytest.MonkeyPatch, user: int, owner: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    for bit in range(9):
        mode = 1 << bit
        mounted = owner == 0 and user != 0 and mode == 0o040
        assert open_to_others(status(mode, owner)) is (mode < 0o100 and not mounted), oct(mode)
    assert not open_to_others(status(0o700, owner))


def test_a_device_is_known_for_a_year_until_the_password_changes_and_to_its_account_alone() -> None:
    token = new_device_token(KEYS, "account", NOW, NOW)
    last, over = NOW + timedelta(days=365, microseconds=-1), NOW + timedelta(days=365)
    assert is_device_token(KEYS, token, "account", NOW, NOW)
    assert is_device_token(ROTATED, token, "account", NOW, last)
    assert not is_device_token(KEYS, token, "account", NOW, over)
    assert not is_device_token(KEYS, token, "another", NOW, NOW)
    assert not is_device_token(KEYS, token, "account", NOW + timedelta(microseconds=1), NOW)
    assert not is_device_token(Keys("k1", {"k1": NEW}), token, "account", NOW, NOW)
    assert new_device_token(ROTATED, "account", NOW, NOW).endswith(".k2")
    made, mac, name = token.split(".")
    assert (int(made, 16), len(mac), name) == (int(NOW.timestamp()), 64, "k1")
    later = f"{int(made, 16) + 1:x}"
    changed = "0" if mac[0] != "0" else "1"
    for wrong in (
        f"{later}.{mac}.k1",
        f"{made}.{changed}{mac[1:]}.k1",
        f"{made}.{mac}.k2",
        f"{made}.{mac}",
        "",
        "é.é.k1",
    ):
        assert not is_device_token(KEYS, wrong, "account", NOW, NOW)
    assert is_device_token(KEYS, new_device_token(KEYS, "a", NOW, NOW + timedelta(seconds=0.9)), "a", NOW, last)


def test_a_token_is_256_random_bits_and_rests_as_the_digest_that_sha256sum_prints() -> None:
    assert tokens.token_digest("jeton") == "91d2b106a383b88abe3ffd8221e4916d0df595b202e65cdd140d103a53a281d7"
    drawn = {tokens.new_token() for _ in range(20)}
    assert len(drawn) == 20
    assert {len(base64.urlsafe_b64decode(one + "=")) for one in drawn} == {32}


def test_codes_are_drawn_from_their_whole_alphabet_and_only_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def last_of(bound: int) -> int:
        asked.append(bound)
        return bound - 1

    monkeypatch.setattr(secrets, "randbelow", last_of)
    assert [tokens.new_single_use_code(digits) for digits in (1, 6, 8)] == ["9", "999999", "99999999"]
    assert tokens.new_linking_username() == canonical_linking_username("L-99999999") == "L-99999999"
    assert asked == [10, 10**6, 10**8, 10**8]
    monkeypatch.setattr(secrets, "randbelow", lambda _bound: 7)
    assert [tokens.new_single_use_code(digits) for digits in (1, 6)] == ["7", "000007"]
    assert tokens.new_linking_username() == "L-00000007"
    offered: list[Any] = []

    def each_in_turn(alphabet: str) -> str:
        offered.append(alphabet)
        return alphabet[(len(offered) - 1) % len(alphabet)]

    monkeypatch.setattr(secrets, "choice", each_in_turn)
    assert tokens.new_linking_code() == canonical_linking_code("0123456789") == "01234-56789"
    assert set(offered) == {"0123456789ABCDEFGHJKMNPQRSTVWXYZ"}
    assert len(offered) == 10


def test_a_reference_is_drawn_again_until_its_check_symbol_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # The check symbol of 32 is `*`, that of 31 is Z.
    drawn = cycle("00000001000000000Z")
    monkeypatch.setattr(secrets, "choice", lambda _alphabet: next(drawn))
    assert tokens.new_reference() == "0000-0000-ZZ"
    monkeypatch.undo()
    for _ in range(50):
        reference = tokens.new_reference()
        assert canonical_reference(reference) == reference
        assert re.fullmatch(r"\w{4}-\w{4}-\w{2}", reference)
