"""The ports: opened here, or handed over by a service manager that has opened them (socket activation)."""

import os
import socket
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Final

from sel_backend.security.networks import is_loopback
from sel_backend.serving.errors import CannotStartError
from sel_backend.settings import ServerSettings

NOT_WITHOUT_TLS: Final = "is not this machine alone: put TLS in front and say so with server.behind_tls"
_FIRST: Final = 3  # SD_LISTEN_FDS_START of sd_listen_fds(3)
_OPERATOR: Final = "operator"  # FileDescriptorName= of a socket unit; any other name is the public port


@dataclass(frozen=True)
class Ports:
    """Bound sockets that listen.

    Attributes:
        public: at least one, the first of which names the server's address.
        operator: the operator's port, if there is one.
    """

    public: list[socket.socket]
    operator: socket.socket | None


def ports(server: ServerSettings, environment: MutableMapping[str, str] = os.environ) -> Ports:
    """Return the ports to serve: those handed over, and for what was not handed over those of the settings.

    Args:
        server: where to listen otherwise, and whether TLS ends in front.
        environment: what `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` are taken from and away.

    Raises:
        CannotStartError: a port cannot be opened, what was handed over is no port, or anybody could reach it in clear.
    """
    given = [environment.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")]
    count = int(given[1]) if given[0] == str(os.getpid()) and given[1].isdecimal() else 0
    names = given[2].split(":") + [""] * count
    handed = [(name, _handed_over(_FIRST + place)) for place, name in zip(range(count), names, strict=False)]
    public = [opened for name, opened in handed if name != _OPERATOR]
    operators = [opened for name, opened in handed if name == _OPERATOR]
    for _, opened in handed:
        host = opened.getsockname()[0]
        if not is_loopback(host) and not server.behind_tls:
            raise CannotStartError(f"{host} {NOT_WITHOUT_TLS}")
    if not operators and server.operator_port is not None:
        operators = [_opened(server.operator_host, server.operator_port)]
    return Ports(public or [_opened(server.host, server.port)], operators[0] if operators else None)


def url_of(opened: socket.socket) -> str:
    """Return the address of a port."""
    host, port, *_ = opened.getsockname()
    return f"http://[{host}]:{port}" if opened.family is socket.AF_INET6 else f"http://{host}:{port}"


def _handed_over(descriptor: int) -> socket.socket:
    try:
        handed = socket.socket(fileno=descriptor)
        is_port = (
            handed.family in {socket.AF_INET, socket.AF_INET6}
            and handed.type is socket.SOCK_STREAM
            and handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        )
    except OSError:
        is_port = False
    if not is_port:
        raise CannotStartError("what the service manager handed over is not a TCP port that listens")
    os.set_inheritable(descriptor, False)
    return handed


def _opened(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(2048)  # whoever connects before it is served waits: one port is served before the other
    except OSError as error:
        opened.close()
        raise CannotStartError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    return opened
