"""How many connections one network may hold open: half a request costs its sender nothing, and everybody's place."""

from collections import Counter
from collections.abc import Iterable

from sel_backend.security.networks import NETWORKS_OF_A_SITE, is_within, network_of, networks, site_of


class OpenConnections:
    """Counts the connections of one port in one process by network: an IPv4 address, the /64 of an IPv6 one.

    A whole /48 has five times as many: ten of its networks would hold every place there is.
    """

    def __init__(self, most: int, exempt: Iterable[str]) -> None:
        """Count up to a bound.

        Args:
            most: how many one network may hold.
            exempt: address ranges without a bound, as proxies are: everybody comes from there.
        """
        self._most = most
        self._exempt = networks(exempt)
        self._open: Counter[str] = Counter()

    def admit(self, address: str) -> str | None:
        """Count one more connection and return the network to give it back under; None: one too many, not counted.

        Args:
            address: the other end's; empty where it has none, which is never one too many.
        """
        network = "" if is_within(address, self._exempt) else network_of(address)
        site = site_of(network)
        if network and self._open[network] >= self._most:
            return None
        if site and self._open[site] >= self._most * NETWORKS_OF_A_SITE:
            return None
        self._open.update([network, *([site] if site else [])])
        return network

    def release(self, network: str) -> None:
        """Give back a connection that was admitted; nothing is kept of a network that has none."""
        site = site_of(network)
        for one in (network, *([site] if site else [])):
            self._open[one] -= 1
            if not self._open[one]:
                del self._open[one]
