"""Settings: where they come from, which wins, what is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg
from sel_tui.settings import Settings, SettingsError, _default_files, read_settings
from sel_tui.terminal.environment import scrub

NO_FLAGS: dict[str, str | None] = {}


def file(folder: Path, text: str) -> tuple[Path, ...]:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return (path,)


def test_nothing_given_means_french_and_the_terminal_decides() -> None:
    assert read_settings(NO_FLAGS, {}, ()) == Settings()


def test_flags_win_over_the_environment_and_that_over_files(tmp_path: Path) -> None:
    files = file(tmp_path, 'face = "screen"\ncolour = "light"\nglyphs = "ascii"\n')
    given = read_settings({"face": "line"}, {"SEL_TUI_FACE": "auto", "SEL_TUI_COLOUR": "mono"}, files)

    assert (given.face, given.colour, given.glyphs) == ("line", "sel-mono", "ascii")


@pytest.mark.parametrize(("value", "face"), [("1", "line"), ("0", "auto"), ("", "auto")])
def test_accessible_asks_for_the_line_face(value: str, face: str) -> None:
    assert read_settings(NO_FLAGS, {"ACCESSIBLE": value}, ()).face == face


def test_what_is_asked_of_this_program_wins_over_accessible() -> None:
    assert read_settings(NO_FLAGS, {"ACCESSIBLE": "1", "SEL_TUI_FACE": "screen"}, ()).face == "screen"
    assert read_settings({"face": "screen"}, {"ACCESSIBLE": "1"}, ()).face == "screen"


def test_accessible_wins_over_an_organisations_file(tmp_path: Path) -> None:
    assert read_settings(NO_FLAGS, {"ACCESSIBLE": "1"}, file(tmp_path, 'face = "screen"\n')).face == "line"


@pytest.mark.parametrize("colour", ["dark", "sel-dark"])
def test_a_theme_goes_by_its_name_with_or_without_its_prefix(colour: str) -> None:
    assert read_settings({"colour": colour}, {}, ()).colour == "sel-dark"


@pytest.mark.parametrize(
    "text", ['face = "voice"', 'colour = "pink"', 'glyphs = "runes"', 'hints = "perhaps"', 'nothing = "x"', "face ="]
)
def test_what_cannot_be_used_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(NO_FLAGS, {}, file(tmp_path, text))

    where = dict(refused.value.message.params)["where"]
    assert isinstance(where, Msg)
    assert str(tmp_path) in Words("fr").say(where)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        read_settings(NO_FLAGS, {}, (tmp_path,))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize(
    "environment", [{}, {"XDG_CONFIG_HOME": "/x/own", "XDG_CONFIG_DIRS": "/x/site:/y/site"}, {"XDG_CONFIG_HOME": ""}]
)
def test_the_quick_way_to_the_files_is_that_of_platformdirs(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    folders = PlatformDirs("sel-tui", appauthor=False)

    assert os.environ.get("XDG_CONFIG_HOME", "") == environment.get("XDG_CONFIG_HOME", "")
    assert _default_files() == (
        folders.site_config_path / "settings.toml",
        folders.user_config_path / "settings.toml",
    )


@pytest.mark.parametrize(
    ("environment", "text", "delay"),
    [
        ({}, "", 0),
        ({}, "escape_delay = 300", 300),
        ({"ESCDELAY": "800"}, "escape_delay = 300", 800),
        ({"ESCDELAY": "800", "SEL_TUI_ESCAPE_DELAY": "25"}, "", 25),
        ({"ESCDELAY": "0"}, "", 0),
        ({"ESCDELAY": "soon"}, "escape_delay = 5000", 5000),
    ],
)
def test_the_wait_for_the_rest_of_a_key_can_be_set_as_elsewhere(
    environment: dict[str, str], text: str, delay: int, tmp_path: Path
) -> None:
    assert read_settings(NO_FLAGS, environment, file(tmp_path, text)).escape_delay == delay


def test_a_wait_in_which_no_key_can_be_told_from_escape_is_refused(tmp_path: Path) -> None:
    for text in ("escape_delay = 0", "escape_delay = 5001", 'escape_delay = "soon"'):
        with pytest.raises(SettingsError):
            read_settings(NO_FLAGS, {}, file(tmp_path, text))


TOKEN = "jeton-canari-" + "x" * 30


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_kiosks_token_is_read_from_its_file_and_never_shown(tmp_path: Path, end: str) -> None:
    (tmp_path / "token").write_text(TOKEN + end)
    text = f'kiosk = true\nkiosk_name = "hall-laval"\nkiosk_token_file = "{tmp_path}/token"\n'
    given = read_settings(NO_FLAGS, {}, file(tmp_path, text))
    assert (given.kiosk_name, given.kiosk_token) == ("hall-laval", TOKEN)
    assert TOKEN not in repr(given)
    other = TOKEN[::-1]
    assert read_settings(NO_FLAGS, {"SEL_TUI_KIOSK_TOKEN": other}, file(tmp_path, text)).kiosk_token == other


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('kiosk_name = "Hall de Laval"\nkiosk_token = "TOKEN"', "kiosk_name"),
        ('kiosk_name = "hall-laval"\nkiosk_token = "TOKEN-canari"', "kiosk_token"),
        ('kiosk_name = "hall-laval"', "kiosk_token"),
        ('kiosk_token = "TOKEN"', "kiosk_name"),
        ('kiosk_name = "hall-laval"\nkiosk_token_file = "/nonexistent/token"', "FileNotFoundError"),
        ('kiosk_name = "hall-laval"\nkiosk_token_file = "TOO-SHORT"', "kiosk_token"),
    ],
)
def test_a_name_or_a_token_that_cannot_be_used_is_refused_without_showing_it(
    tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "short").write_text("canari")
    text = text.replace("TOO-SHORT", f"{tmp_path}/short").replace("TOKEN", TOKEN)
    with pytest.raises(SettingsError) as refused:
        read_settings(NO_FLAGS, {}, file(tmp_path, f"kiosk = true\n{text}"))
    said = Words("fr").say(refused.value.message)
    assert named in said
    assert "canari" not in said


def test_on_a_persons_own_machine_no_file_with_a_token_is_opened(tmp_path: Path) -> None:
    text = 'kiosk_name = "hall-laval"\nkiosk_token_file = "/nonexistent/token"\n'
    assert read_settings(NO_FLAGS, {}, file(tmp_path, text)).kiosk_token == ""


def test_what_the_program_starts_does_not_get_the_token() -> None:
    environment = {"SEL_TUI_KIOSK_TOKEN": TOKEN}
    scrub(environment)
    assert TOKEN not in environment.values()
