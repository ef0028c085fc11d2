"""Networks: an IPv6 subscriber's addresses count as one, and IPv4 is IPv4 however it is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sel_backend.api.edge import Buckets
from sel_backend.security.networks import is_within, network_of, networks
from sel_backend.settings import LimitSettings
from tests.backend.world import World

Make = Callable[..., World]
ONE_TRY = {"login_network": {"tries": 1, "window_seconds": 60}}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_an_address_is_counted_under_the_network_that_a_subscriber_has(address: str, network: str) -> None:
    assert network_of(address) == network
    assert network_of(network_of(address)) == network


@pytest.mark.parametrize(
    ("address", "ranges", "within"),
    [
        ("::ffff:10.1.2.3", ["10.0.0.0/8"], True),
        ("10.1.2.3", ["::ffff:10.0.0.0/104"], True),
        ("2001:db8:1:2::7", ["2001:db8:1:2::/64"], True),
        ("2001:db8:1:3::7", ["2001:db8:1:2::/64"], False),
        ("2001:db8::10.1.2.3", ["10.0.0.0/8"], False),
        ("unknown", ["0.0.0.0/0", "::/0"], False),
    ],
)
def test_a_trusted_network_is_found_however_its_addresses_are_written(
    address: str, ranges: list[str], within: bool
) -> None:
    assert is_within(address, networks(ranges)) is within


async def test_changing_addresses_within_one_ipv6_network_gives_no_new_tries(worlds: Make) -> None:
    world = worlds(limits=ONE_TRY | {"network_requests_per_second": 1, "network_burst": 3})
    networks_ = ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:3::1", "2001:db8:1:2:3::2"]
    statuses = [
        (await world.somebody(network=one).log_in(f"inconnue{number}@exemple.test", "faux")).status_code
        for number, one in enumerate(networks_)
    ]
    assert statuses == [401, 429, 429, 429]
    assert (await world.somebody(network="2001:db8:1:3::1").log_in("a@exemple.test", "faux")).status_code == 401


async def test_ipv4_in_an_ipv6_socket_shares_the_limits_of_ipv4(worlds: Make) -> None:
    world = worlds(limits=ONE_TRY)
    assert (await world.somebody(network="203.0.113.9").log_in("a@exemple.test", "faux")).status_code == 401
    assert (await world.somebody(network="::ffff:203.0.113.9").log_in("b@exemple.test", "faux")).status_code == 429


async def test_a_whole_48_has_five_times_what_one_network_has(worlds: Make) -> None:
    world = worlds(limits={"asking_network": {"tries": 1, "window_seconds": 900}})

    async def asks(network: str, place: int) -> int:
        body = {"email": f"p{place}@exemple.test"}
        return (await world.somebody(network=network).post("/v1/password-resets", body)).status_code

    statuses = [await asks(f"2001:db8:1:{place:x}::1", place) for place in range(6)]
    assert statuses == [202] * 5 + [429]
    assert [await asks("2001:db8:1:1::7", 7), await asks("2001:db8:2:1::1", 8)] == [429, 202]
    # What was refused counted nowhere: elsewhere each still has its own.
    assert [await asks(f"2001:db8:2:{place:x}::1", place) for place in (2, 3, 4, 5)] == [202] * 4


def test_requests_of_a_whole_48_are_kept_off_the_database_as_well() -> None:
    buckets = Buckets(LimitSettings(network_requests_per_second=1, network_burst=2))
    sent = [buckets.admit(f"2001:db8:1:{place:x}::/64", 100.0) for place in range(12)]
    assert sent == [True] * 10 + [False] * 2
    assert buckets.admit("2001:db8:2:1::/64", 100.0)
    assert buckets.admit("203.0.113.9", 100.0)
    assert [buckets.admit(f"2001:db8:1:a{place}::/64", 101.0) for place in range(6)] == [True] * 5 + [False]
    assert [buckets.admit("203.0.113.10", 101.0) for _ in range(3)] == [True, True, False]
