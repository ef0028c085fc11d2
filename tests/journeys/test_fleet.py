"""A kiosk of a fleet: its operator sees in the list that it is alive, and nobody at the machine sees anything of it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from sel_backend.cli import main
from tests.journeys.terminal import at_terminal
from tests.operator.servers import port_of, serving


@pytest.mark.parametrize("face", ["screen", "line"])
def test_the_operator_sees_that_a_kiosk_is_alive_and_a_person_nothing(
    face: str,
    tmp_path: Path,
    first_data: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    with serving("--data", tmp_path / "data", "--demo") as server:

        def kiosks(*change: str) -> Any:
            port = str(port_of(server["operator_url"]))
            flags = ["--data", str(tmp_path / "data"), "--operator-port", port, "--json"]
            assert main(["kiosks", *flags, *change]) == 0
            return json.loads(capsys.readouterr().out)

        token = tmp_path / "token"
        token.write_text(kiosks("add", "hall-laval", "--place", "Hall de Laval")["token"])
        more = {"SEL_TUI_KIOSK_NAME": "hall-laval", "SEL_TUI_KIOSK_TOKEN_FILE": str(token)}
        command = [sys.executable, "-m", "sel_tui", "--server", server["url"], "--kiosk", "--face", face]
        with at_terminal([*command, "--voice", "off"], tmp_path, **more) as kiosk:
            kiosk.wait_for("Commencer en français")
            kiosk.wait_until(lambda: bool(kiosks()["kiosks"][0]["alive"]), "a heartbeat")
            shown = kiosk.printed
            (told,) = kiosks()["kiosks"]
            assert (told["state"], told["network"], told["last_error"]) == ("attract", "127.0.0.1", None)
            assert "hall-laval" not in shown
