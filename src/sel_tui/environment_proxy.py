"""The proxy that the environment names, for who asks for it by `proxy = "environment"`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it

from sel_tui.settings import SettingsError, is_proxy_address

if TYPE_CHECKING:
    from collections.abc import Mapping


def proxy_of(environment: Mapping[str, str], server: str) -> str:
    """Return the proxy that the environment names for `server`; "" when it names none.

    Raises:
        SettingsError: It names what cannot be used.
    """
    host = urlsplit(server).hostname or ""
    given = {name.lower(): value for name, value in environment.items() if name.lower().endswith("_proxy") and value}
    named = next((name for name in ("https_proxy", "all_proxy") if name in given), "")
    if not named:
        return ""
    if proxy_bypass_environment(host, {"no": given.get("no_proxy", "")}):
        return ""
    address = given[named] if "://" in given[named] else f"http://{given[named]}"  # the habit of curl and its kin
    if not is_proxy_address(address):
        raise SettingsError("fatal.bad_settings", where=named.upper(), why="http://…:8080")
    return address
