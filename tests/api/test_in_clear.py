"""A server on this machine, spoken to in clear: no list of certificates is read for it."""

from __future__ import annotations

import ssl

import pytest

from sel_tui.api.transport import Transport


async def test_no_certificates_are_loaded_where_none_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    for name in ("load_verify_locations", "load_default_certs", "set_default_verify_paths"):
        monkeypatch.setattr(ssl.SSLContext, name, lambda *given, **more: loaded.append((given, more)))

    client = Transport("http://127.0.0.1:9", "sel-tui/0")._open()
    await client.aclose()

    assert loaded == []
