"""How many connections one network may hold open: half a request costs its sender nothing, and everybody's place."""

from collections import Counter
from collections.abc import Iterable

from sel_backend.security.networks import is_within, network_of, networks


class OpenConnections:
    """Counts the connections of one port in one process by network: an IPv4 address, the /64 of an IPv6 one."""

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
        if network and self._open[network] >= self._most:
            return None
        self._open[network] += 1
        return network

    def release(self, network: str) -> None:
        """Give back a connection that was admitted; nothing is kept of a network that has none."""
        self._open[network] -= 1
        if not self._open[network]:
            del self._open[network]
