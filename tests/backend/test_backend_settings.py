"""Settings: flags over environment over file over defaults; a wrong one is a sentence without its value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from sel_backend.service_settings import ServiceSettings
from sel_backend.services.service import ServiceCard
from sel_backend.settings import Settings
from sel_backend.settings_sources import load_settings


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[session]\nidle_seconds = 100\nwarning_seconds = 10\n[server]\nport = 1\nhost = "::1"\n', "utf-8")
    environment = {
        "SEL_BACKEND_SESSION__IDLE_SECONDS": "200",
        "SEL_BACKEND_SERVER__PORT": "2",
        "SEL_BACKEND_LIMITS__LOGIN__TRIES": "7",
        "OTHER": "x",
    }
    settings = load_settings(file, environment, server={"port": 3, "host": None})
    assert (settings.session.idle_seconds, settings.session.warning_seconds) == (200, 10)
    assert (settings.server.port, settings.server.host) == (3, "::1")
    assert settings.session.absolute_seconds == 43200
    assert (settings.limits.login.tries, settings.limits.login.window_seconds) == (7, 60)


def test_secrets_come_from_files_as_containers_hand_them_over(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://sel:canari@db/sel\n", "utf-8")
    (tmp_path / "mail").write_text("canari-2", "utf-8")
    (tmp_path / "figures").write_text("canari-that-gathers-figures\n", "utf-8")
    environment = {
        "SEL_BACKEND_DATABASE_URL_FILE": str(tmp_path / "url"),
        "SEL_BACKEND_MAIL__PASSWORD_FILE": str(tmp_path / "mail"),
        "SEL_BACKEND_MAIL__BOUNCES__PASSWORD_FILE": str(tmp_path / "mail"),
        "SEL_BACKEND_SERVER__METRICS_TOKEN_FILE": str(tmp_path / "figures"),
    }
    settings = load_settings(None, environment)
    assert settings.url == "postgresql://sel:canari@db/sel"
    assert settings.mail.password is not None
    assert settings.mail.bounces.password == settings.mail.password
    assert settings.mail.password.get_secret_value() == "canari-2"
    assert settings.server.metrics_token is not None
    assert settings.server.metrics_token.get_secret_value() == "canari-that-gathers-figures"
    assert "canari" not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    "environment",
    [
        {"SEL_BACKEND_SESSION__IDLE_SECONDS": "canari"},
        {"SEL_BACKEND_UNKNOWN": "canari"},
        {"SEL_BACKEND_MAIL__PORT": "99999"},
        {"SEL_BACKEND_DATABASE_URL__X": "canari"},
    ],
)
def test_a_wrong_setting_is_refused_without_showing_its_value(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error") as caught:
        load_settings(None, environment)
    assert "canari" not in str(caught.value)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("SEL_BACKEND_DATABASE_URL", "SEL_BACKEND_DATABASE_URL__X"),
        ("SEL_BACKEND_MAIL", "SEL_BACKEND_MAIL__HOST"),
        ("SEL_BACKEND_LIMITS__LOGIN", "SEL_BACKEND_LIMITS__LOGIN__TRIES"),
    ],
)
def test_a_value_that_also_has_parts_is_refused_in_any_order_without_being_shown(
    whole: str, part: str, turned: bool
) -> None:
    said = [(whole, "canari"), (part, "7")]
    with pytest.raises(ValueError, match=part) as caught:
        load_settings(None, dict(said[::-1] if turned else said))
    assert "canari" not in str(caught.value)


def test_networks_are_written_with_commas() -> None:
    settings = load_settings(None, {"SEL_BACKEND_SERVER__TRUSTED_NETWORKS": "10.0.0.0/8,::1/128"})
    assert settings.server.trusted_networks == ("10.0.0.0/8", "::1/128")


def test_the_defaults_are_the_contracts_numbers() -> None:
    settings = Settings()
    limits = settings.limits
    assert (settings.session.idle_seconds, settings.session.absolute_seconds) == (15 * 60, 12 * 3600)
    assert (settings.session.warning_seconds, settings.session.step_up_after_seconds) == (150, 20 * 60)
    assert (limits.legacy_account.tries, limits.legacy_account.window_seconds) == (5, 15 * 60)
    assert limits.legacy_account.wait_seconds == 2 * 3600
    assert (limits.legacy_file.tries, limits.legacy_file.window_seconds) == (5, 6 * 3600)
    assert (limits.questions_file.tries, limits.questions_account.tries) == (2, 3)
    assert (limits.login.tries, limits.login_network.tries, limits.login.window_seconds) == (5, 20, 60)
    assert (settings.codes.linking_code_hours, settings.codes.single_use_minutes) == (24, 10)
    assert (limits.code.tries, settings.codes.single_use_tries) == (5, 5)
    assert (settings.hashing.memory_kib, settings.hashing.time_cost, settings.hashing.parallelism) == (19456, 2, 1)


@pytest.mark.parametrize(
    "sender",
    ["SEL", "", "SEL <=?utf-8?q?vict=69m?=@e.test>", "SEL <a@e.test>\nBcc: b@e.test", "a <b@e.test>, c@e.test", "a@b"],
)
def test_a_sender_that_no_header_can_hold_is_refused_without_being_shown(sender: str) -> None:
    with pytest.raises(ValueError, match="an address, or a name and an address") as caught:
        Settings.model_validate({"mail": {"sender": sender}})
    assert not sender or f"'{sender}'" not in str(caught.value)


@pytest.mark.parametrize("sender", ["sel@exemple.test", '"CCQ, Service « SEL »" <sel@exemple.test>'])
def test_a_sender_is_an_address_with_any_name_or_none(sender: str) -> None:
    assert Settings.model_validate({"mail": {"sender": sender}}).mail.sender == sender


def test_hours_for_a_clock_are_read_and_another_organisation_s_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    given = 'opening = ["monday-tuesday 8:30-12:00", "tuesday 13:00-16:30"]'
    file.write_text(f"[service]\nclosed_on = [2026-12-25]\n{given}\n", "utf-8")
    contact = ServiceCard(load_settings(file, {}), lambda: datetime(2026, 11, 30, tzinfo=UTC)).show().contact
    assert [(one.weekday, one.opens, one.closes) for one in contact.opening] == [
        (1, "08:30", "12:00"),
        (2, "08:30", "12:00"),
        (2, "13:00", "16:30"),
    ]
    assert contact.closed_on == (date(2026, 12, 25),)

    assert [one.weekday for one in load_settings(None, {}).service.openings] == [1, 2, 3, 4, 5]
    own = load_settings(None, {"SEL_BACKEND_SERVICE__HOURS__FR-CA": "le jeudi"})
    assert own.service.openings == ()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "monday",
        "monday 8:30",
        "monday 16:30-8:30",
        "monday 8:30-8:30",
        "monday 23:00-24:00",
        "monday 8h30-16h30",
        "friday-monday 8:30-16:30",
        "lundi 8:30-16:30",
        "monday 8:30-16:30 ",
    ],
)
def test_hours_that_are_none_are_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings(opening=(line,))
