"""What a machine's administrator pins holds against the person's file, the environment and flags."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sel_tui.settings import SettingsError, read_settings
from tests.unit.test_settings import NOTHING, refusal, toml


def test_what_the_machine_pins_wins_over_nothing_said_and_the_same_said_again(tmp_path: Path) -> None:
    machine = toml(
        tmp_path, 'language = "en"\n[pinned]\nserver = "https://machine.test"\nhints = false\n', "machine.toml"
    )
    person = toml(tmp_path, 'language = "fr"\nserver = "https://machine.test"\n', "person.toml")

    settings = read_settings({"server": "https://machine.test"}, {"SEL_TUI_HINTS": "no"}, (machine, person))

    assert (settings.server, settings.hints, settings.language) == ("https://machine.test", False, "fr")


@pytest.mark.parametrize("by", ["the machine's own line", "file", "environment", "flag"])
def test_nobody_overrides_what_the_machine_pins(tmp_path: Path, by: str) -> None:
    other = "https://person.test"
    machine = toml(
        tmp_path,
        (f'server = "{other}"\n' if by == "the machine's own line" else "")
        + '[pinned]\nserver = "https://machine.test"\n',
        "machine.toml",
    )
    person = toml(tmp_path, f'server = "{other}"\n' if by == "file" else "", "person.toml")
    environment = {"SEL_TUI_SERVER": other} if by == "environment" else {}
    flags: dict[str, str | None] = {"server": other} if by == "flag" else {}

    key, told = refusal(flags, environment, (machine, person))

    assert key == "fatal.pinned_setting"
    where = {"the machine's own line": machine, "file": person, "environment": "SEL_TUI_*", "flag": "sel-tui --*"}[by]
    assert "server" in told
    assert str(where) in told
    assert str(machine) in told
    assert other not in told  # what was tried may be a secret


def test_a_habit_of_other_programs_gives_way_to_a_pin_without_a_word(tmp_path: Path) -> None:
    machine = toml(tmp_path, '[pinned]\nface = "screen"\nescape_delay = 200\n', "machine.toml")

    settings = read_settings(NOTHING, {"ACCESSIBLE": "1", "ESCDELAY": "500"}, (machine,))

    assert (settings.face, settings.escape_delay) == ("screen", 200)


def test_a_choice_may_be_named_in_two_ways_and_is_still_what_is_pinned(tmp_path: Path) -> None:
    machine = toml(tmp_path, '[pinned]\ncolour = "dark"\nkiosk = true\n', "machine.toml")

    settings = read_settings({"colour": "sel-dark", "kiosk": "yes"}, {}, (machine,))

    assert (settings.colour, settings.kiosk) == ("sel-dark", True)


@pytest.mark.parametrize("text", ["pinned = 3", "[pinned]\nsever = 1", "[pinned]\nlanguage = 'xx'"])
def test_a_pin_that_cannot_be_used_is_named_with_its_place(tmp_path: Path, text: str) -> None:
    machine = toml(tmp_path, text)
    key, told = refusal(files=(machine,))
    assert key == "fatal.bad_settings"
    assert str(machine) in told


def test_a_person_cannot_pin(tmp_path: Path) -> None:
    person = toml(tmp_path, '[pinned]\nserver = "https://person.test"\n', "person.toml")
    key, told = refusal(files=(tmp_path / "machine.toml", person))
    assert (key, "pinned" in told, str(person) in told) == ("fatal.bad_settings", True, True)


@pytest.mark.skipif(sys.platform != "linux", reason="the place of the file is the system's")
def test_pins_are_read_where_the_environment_cannot_lead_away_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """XDG_CONFIG_DIRS is the person's to set."""
    monkeypatch.setattr("sel_tui.settings.MACHINE_FILE", toml(tmp_path, '[pinned]\nserver = "https://machine.test"\n'))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))

    assert read_settings(NOTHING, {}).server == "https://machine.test"
    with pytest.raises(SettingsError) as caught:
        read_settings(NOTHING, {"SEL_TUI_SERVER": "https://person.test"})
    assert caught.value.message.key == "fatal.pinned_setting"
