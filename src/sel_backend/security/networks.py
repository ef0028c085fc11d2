"""Networks, as limits count them: whoever has an IPv6 address has 2^64 of them."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SUBSCRIBERS: Final = 64  # the smallest network that a provider gives away (RFC 6177)
_SITES: Final = 48  # the largest one: whoever has it has 65,536 of the others
NETWORKS_OF_A_SITE: Final = 5
"""How many times what is one network's a whole /48 has: a campus or a provider's town still fits."""
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Return address ranges from their written form, those of IPv4 written as IPv6 as IPv4.

    Raises:
        ValueError: not an address range.
    """
    return tuple(_unmapped(ipaddress.ip_network(one.strip(), strict=False)) for one in written if one.strip())


def network_of(address: str) -> str:
    """Return the network that an address is counted under: an IPv4 address itself, the /64 of an IPv6 one."""
    found = _read(address)
    if found is None or found.version == 4:  # noqa: PLR2004
        return str(found or address)
    return str(ipaddress.IPv6Network((int(found), _SUBSCRIBERS), strict=False))


def site_of(network: str) -> str | None:
    """Return the /48 that a network of `network_of` lies in; None for an IPv4 address."""
    address = _read(network.partition("/")[0])
    if address is None or address.version == 4:  # noqa: PLR2004
        return None
    return str(ipaddress.IPv6Network((int(address), _SITES), strict=False))


def is_within(address: str, ranges: Iterable[Network]) -> bool:
    """Tell whether an address lies in one of the ranges."""
    found = _read(address)
    return found is not None and any(found in one for one in ranges)


def is_loopback(host: str) -> bool:
    """Tell whether a host to listen on is this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@lru_cache(maxsize=10_000)
def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _unmapped(network: Network) -> Network:
    if network.version == 6 and network.subnet_of(_MAPPED):  # noqa: PLR2004
        return ipaddress.IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network
