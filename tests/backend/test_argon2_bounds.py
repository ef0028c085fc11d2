"""What an argon2id hash may cost: at each bound, below and beyond it; what costs more is never computed."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError

from sel_backend.security.argon2_bounds import why_unusable
from sel_backend.security.hashing import Hasher
from sel_backend.settings import HashingSettings
from tests.backend.world import CHEAP

SALT, DIGEST = "MIIRqgvgQbgj220jfp0MPA", "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"


def written(m: int, t: int, p: int, salt: str = SALT, digest: str = DIGEST) -> str:
    return f"$argon2id$v=19$m={m},t={t},p={p}${salt}${digest}"


TOO_DEAR = written(1_048_576, 6, 4)


@pytest.mark.parametrize(
    "usable",
    [
        written(19_456, 2, 1),
        written(65_536, 3, 4),
        written(262_144, 4, 16),
        written(262_143, 4, 15),
        written(8, 131_072, 1),
        written(128, 1, 16),
        written(8, 1, 1).replace("v=19$", ""),
        written(8, 1, 1, salt="a" * 11, digest="a" * 16),
        written(8, 1, 1, salt="a" * 86, digest="a" * 171),
    ],
)
def test_usual_parameters_up_to_each_bound_are_taken(usable: str) -> None:
    assert why_unusable(usable) == ""


@pytest.mark.parametrize(
    ("unusable", "why"),
    [
        (TOO_DEAR, "takes too long"),
        (written(262_145, 1, 1), "takes too long"),
        (written(262_144, 5, 1), "takes too long"),
        (written(8, 131_073, 1), "takes too long"),
        (written(136, 1, 17), "takes too long"),
        (written(9_999_999_999, 9_999_999_999, 1), "takes too long"),
        (written(7, 1, 1), "no parameters"),
        (written(127, 1, 16), "no parameters"),
        (written(8, 0, 1), "no parameters"),
        (written(8, 1, 0), "no parameters"),
        (written(8, 1, 1, salt="a" * 10), "usual form"),
        (written(8, 1, 1, salt="a" * 87), "usual form"),
        (written(8, 1, 1, digest="a" * 15), "usual form"),
        (written(8, 1, 1, digest="a" * 172), "usual form"),
        (written(8, 1, 1, salt="a" * 13), "usual form"),
        (written(8, 1, 1, digest="a" * 17), "usual form"),
        (written(8, 1, 1).replace("v=19", "v=18"), "usual form"),
        (written(8, 1, 1).replace("2id", "2i"), "usual form"),
        (written(8, 1, 1).replace("m=8", "m=٨"), "usual form"),
        (written(8, 1, 1) + "\n", "usual form"),
        ("$argon2id$", "usual form"),
        ("", "usual form"),
    ],
)
def test_what_costs_more_or_is_no_such_hash_is_not(unusable: str, why: str) -> None:
    assert why in why_unusable(unusable)


def test_what_costs_too_much_is_not_computed_and_does_the_work_of_nobodys_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Hasher(CHEAP)
    computed: list[Any] = []
    original = PasswordHasher.verify

    def watched(self: PasswordHasher, hashed: str, secret: bytes) -> bool:
        computed.append(hashed)
        return original(self, hashed, secret)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    dear = PasswordHasher(time_cost=1, memory_cost=136, parallelism=17).hash("juste")
    assert [hasher.verify_now(hashed, "juste") for hashed in (dear, TOO_DEAR, "", "$argon2id$")] == [False] * 4
    assert computed == [hasher.nobodys_hash] * 4
    assert hasher.verify_now(PasswordHasher(time_cost=2, memory_cost=128, parallelism=16).hash("juste"), "juste")
    hasher.close()


@pytest.mark.parametrize(
    ("own", "right"),
    [
        ({"memory_kib": 262_144, "time_cost": 4, "parallelism": 16}, True),
        ({"memory_kib": 262_145}, False),
        ({"memory_kib": 262_144, "time_cost": 5}, False),
        ({"parallelism": 17}, False),
        ({"memory_kib": 8, "parallelism": 2}, False),
    ],
)
def test_our_own_hashes_stay_within_the_bounds_that_are_checked(own: dict[str, int], right: bool) -> None:
    if right:
        assert why_unusable(Hasher(HashingSettings(**own)).nobodys_hash) == ""
    else:
        with pytest.raises(ValidationError):
            HashingSettings(**own)
