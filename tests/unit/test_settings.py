"""Settings: flags over environment over files over defaults, and no address that would send secrets in clear."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_tui.settings import Settings, SettingsError, is_safe_address, read_settings

NOTHING: dict[str, str | None] = {}


def toml(folder: Path, text: str, name: str = "settings.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def refusal(
    flags: dict[str, str | None] | None = None, environment: dict[str, str] | None = None, files: tuple[Path, ...] = ()
) -> tuple[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(flags or {}, environment or {}, files)
    return caught.value.message.key, " ".join(str(value) for _, value in caught.value.message.params)


def test_without_any_setting_the_program_speaks_french_and_has_no_server() -> None:
    settings = read_settings(NOTHING, {"LANG": "en_CA.UTF-8", "LC_ALL": "en_CA.UTF-8"}, ())

    assert settings == Settings()
    assert (settings.language, settings.server) == ("fr", "")


def test_flags_win_over_the_environment_and_the_environment_over_files(tmp_path: Path) -> None:
    machine = toml(tmp_path, 'server = "https://machine.test"\nlanguage = "en"\n', "machine.toml")
    person = toml(tmp_path, 'server = "https://person.test"\n', "person.toml")
    files = (machine, person)
    environment = {"SEL_TUI_SERVER": "https://environment.test"}

    assert read_settings(NOTHING, {}, files).server == "https://person.test"
    assert read_settings(NOTHING, {}, files).language == "en"
    assert read_settings(NOTHING, environment, files).server == "https://environment.test"
    assert read_settings({"server": "https://flag.test"}, environment, files).server == "https://flag.test"


def test_a_flag_that_was_not_given_and_an_empty_variable_say_nothing() -> None:
    assert read_settings({"server": None}, {"SEL_TUI_SERVER": ""}, ()) == Settings()


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_settings(NOTHING, {}, (tmp_path / "none.toml",)) == Settings()


@pytest.mark.parametrize(
    "address",
    [
        "http://sel.exemple.test",
        "ftp://a.test",
        "sel.exemple.test",
        "https://",
        "",
        "https://user:pw@a.test",
        "http:///x",
    ],
)
def test_an_address_that_would_send_secrets_in_clear_is_refused(address: str) -> None:
    assert not is_safe_address(address)
    assert refusal({"server": address})[0] == "fatal.bad_server"


@pytest.mark.parametrize(
    "address",
    ["https://sel.exemple.test", "https://sel.exemple.test:8443/sel", "http://127.0.0.1:8000", "http://localhost:80"],
)
def test_https_anywhere_and_http_on_this_machine_are_fine(address: str) -> None:
    assert read_settings({"server": address}, {}, ()).server == address


@pytest.mark.parametrize(
    "address",
    [
        *("http://localhost.evil.test", "http://127.0.0.1.evil.test", "http://127.0.0.1@evil.test"),
        *("http://[::1]evil.test", "http://[::1]:80evil.test", "https://[::1]evil.test", "https://a.test\\evil.test"),
        *("http://127.0.0.1:x", "http://127.0.0.1:80:80", "http://[::1", "http://::1", "http://localhost\\@evil.test"),
    ],
)
def test_a_host_that_only_looks_like_this_machine_is_refused(address: str) -> None:
    assert not is_safe_address(address)


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_check_of_an_address(text: str) -> None:
    assert is_safe_address(text) in {True, False}
    assert not is_safe_address(f"http://{text}.test/")


def test_a_setting_that_does_not_exist_is_named_with_its_place(tmp_path: Path) -> None:
    file = toml(tmp_path, 'sever = "https://a.test"\n')
    key, told = refusal(files=(file,))

    assert key == "fatal.bad_settings"
    assert "sever" in told
    assert str(file) in told


@pytest.mark.parametrize("text", ["server = ", "\x00", "[[[["])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    file = toml(tmp_path, text)

    assert str(file) in refusal(files=(file,))[1]


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes('language = "français"'.encode("latin-1"))

    assert refusal(files=(file,))[0] == "fatal.bad_settings"


@pytest.mark.parametrize("language", ["es", "FR", "fr_CA"])
def test_a_language_that_has_no_catalogue_is_refused(language: str) -> None:
    assert refusal(environment={"SEL_TUI_LANGUAGE": language})[0] == "fatal.bad_settings"


def test_a_kiosk_is_a_flag_and_its_seconds_are_numbers(tmp_path: Path) -> None:
    file = toml(tmp_path, "kiosk_idle = 240\nkiosk_warning = 90\nkiosk_blank = 0\n")
    settings = read_settings({"kiosk": "yes"}, {}, (file,))

    assert (settings.kiosk, settings.kiosk_idle, settings.kiosk_warning) == (True, 240, 90)
    assert (settings.kiosk_blank, Settings().kiosk_blank) == (0, 10)
    assert read_settings({}, {}, ()).kiosk is False


@pytest.mark.parametrize("name", ["kiosk", "hints", "remember_device"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(("true", True), ('"true"', True), ('"yes"', True), ('"YES"', True), ("1", True), ('"on"', True)),
        *(("false", False), ('"false"', False), ('"no"', False), ('"No"', False), ("0", False), ('"off"', False)),
    ],
)
def test_yes_and_no_are_a_boolean_however_a_file_or_a_variable_writes_them(
    tmp_path: Path, name: str, text: str, meant: bool
) -> None:
    file = toml(tmp_path, f"{name} = {text}\n")
    variable = {f"SEL_TUI_{name.upper()}": text.strip('"')}

    assert getattr(read_settings(NOTHING, {}, (file,)), name) is meant
    assert getattr(read_settings(NOTHING, variable, ()), name) is meant


@pytest.mark.parametrize("text", ['"oui"', "2", '""', "[true]", '"yes no"', "1.0", "{ on = true }", "2026-01-01"])
@pytest.mark.parametrize("name", ["kiosk", "hints", "voice", "braille"])
def test_what_is_neither_yes_nor_no_is_refused_with_its_name(tmp_path: Path, name: str, text: str) -> None:
    key, told = refusal(files=(toml(tmp_path, f"{name} = {text}\n"),))

    assert key == "fatal.bad_settings"
    assert f"{name} = " in told


@pytest.mark.parametrize(
    ("text", "voice", "braille"), [("true", "on", "yes"), ("false", "off", "no"), ('"auto"', "auto", "auto")]
)
def test_a_choice_that_may_be_left_to_the_program_takes_yes_and_no_as_well(
    tmp_path: Path, text: str, voice: str, braille: str
) -> None:
    settings = read_settings(NOTHING, {}, (toml(tmp_path, f"voice = {text}\nbraille = {text}\n"),))

    assert (settings.voice, settings.braille) == (voice, braille)


def test_a_value_that_is_refused_is_told_in_the_language_that_the_settings_ask_for(tmp_path: Path) -> None:
    wrong = toml(tmp_path, 'kiosk = "perhaps"\nlanguage = "en"\n')
    without = toml(tmp_path, 'kiosk = "perhaps"\n', "without.toml")

    for language, flags, environment, file in [
        ("en", {}, {}, wrong),
        ("fr", {"language": "fr"}, {}, wrong),
        ("fr", {}, {"SEL_TUI_LANGUAGE": "fr"}, wrong),
        ("fr", {}, {}, without),
        ("en", {}, {"SEL_TUI_LANGUAGE": "en"}, without),
        ("fr", {}, {"SEL_TUI_LANGUAGE": "es"}, without),
    ]:
        with pytest.raises(SettingsError) as refused:
            read_settings(flags, environment, (file,))
        assert refused.value.language == language


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kiosk_idle", "0"),
        ("kiosk_idle", "trois"),
        ("kiosk_warning", "59"),
        ("kiosk_warning", "200"),
        ("kiosk", "oui"),
        ("kiosk_blank", "721"),
    ],
)
def test_seconds_that_leave_no_time_to_answer_are_refused(name: str, value: str) -> None:
    key, told = refusal(environment={f"SEL_TUI_{name.upper()}": value})

    assert key == "fatal.bad_settings"
    assert name in told


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/\x1b]0;pwned\x07",
        "https://sel.exemple.test\x1b]52;c;x\x07",
        "https://sel.exemple.test/\x9b31m",
        "https://sel.exemple.test/\u202egnp",
        "http://127.0.0.1\t.evil.test",
        " http://127.0.0.1",
        "http://127.0.0.1:abc",
        "http://127.0.0.1:99999",
        "https://sel.exemple.test:70000",
        "http://:pw@127.0.0.1",
        "http://@127.0.0.1",
    ],
)
def test_an_address_that_cannot_be_shown_or_is_none_is_refused_and_told_without_control_characters(
    address: str,
) -> None:
    key, told = refusal({"server": address})

    assert key == "fatal.bad_server"
    assert told.isprintable()


@pytest.mark.parametrize("name", ["face", "server\x1b[31m"])
def test_what_is_wrong_with_a_file_is_told_without_control_characters(tmp_path: Path, name: str) -> None:
    file = toml(tmp_path, f'"{name}" = "\\u001b]0;pwned\\u0007"\n'.replace("\x1b", "\\u001b"))

    assert refusal(files=(file,))[1].isprintable()


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert refusal(environment={"SEL_TUI_KIOSK_IDLE": "9" * 5_000})[0] == "fatal.bad_settings"


@pytest.mark.parametrize(("warning", "right"), [("89", True), ("90", False), ("91", False)])
def test_a_kiosk_warns_before_it_forgets_and_not_at_that_moment(warning: str, right: bool) -> None:
    environment = {"SEL_TUI_KIOSK_IDLE": "90", "SEL_TUI_KIOSK_WARNING": warning}
    if right:
        assert read_settings(NOTHING, environment, ()).kiosk_warning == int(warning)
    else:
        key, told = refusal(environment=environment)
        assert (key, "≥ kiosk_idle" in told) == ("fatal.bad_settings", True)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        *(("KIOSK_IDLE", "89", False), ("KIOSK_IDLE", "90", True), ("KIOSK_IDLE", "3600", True)),
        *(("KIOSK_IDLE", "3601", False), ("KIOSK_WARNING", "59", False), ("KIOSK_WARNING", "60", True)),
        *(("KIOSK_WARNING", "600", True), ("KIOSK_WARNING", "601", False)),
    ],
)
def test_the_seconds_of_a_kiosk_are_taken_from_the_first_to_the_last_of_their_range(
    name: str, value: str, right: bool
) -> None:
    environment = {"SEL_TUI_KIOSK_IDLE": "3600", f"SEL_TUI_{name}": value}
    if right:
        assert str(getattr(read_settings(NOTHING, environment, ()), name.lower())) == value
    else:
        assert refusal(environment=environment)[0] == "fatal.bad_settings"


@pytest.mark.parametrize(
    ("given", "environment", "proxy"),
    [
        ("", {"HTTPS_PROXY": "http://p.test:3128"}, ""),
        ("http://p.test:3128", {"HTTPS_PROXY": "http://other.test"}, "http://p.test:3128"),
        ("https://sel:mot@p.test", {}, "https://sel:mot@p.test"),
        ("environment", {"HTTPS_PROXY": "http://p.test:3128"}, "http://p.test:3128"),
        ("environment", {"https_proxy": "p.test:3128", "ALL_PROXY": "http://other.test"}, "http://p.test:3128"),
        ("environment", {"ALL_PROXY": "http://p.test"}, "http://p.test"),
        ("environment", {"HTTP_PROXY": "http://p.test"}, ""),
        ("environment", {"HTTPS_PROXY": "http://p.test", "NO_PROXY": "other.test,.exemple.test"}, ""),
        ("environment", {"HTTPS_PROXY": "http://p.test", "no_proxy": "*"}, ""),
        ("environment", {}, ""),
    ],
)
def test_a_proxy_is_the_one_that_is_named_and_the_environments_only_by_the_word(
    given: str, environment: dict[str, str], proxy: str, tmp_path: Path
) -> None:
    file = toml(tmp_path, f'server = "https://sel.exemple.test"\nproxy = "{given}"\n')
    settings = read_settings(NOTHING, environment, (file,))

    assert settings.proxy == proxy
    assert "mot" not in repr(settings)


@pytest.mark.parametrize(
    "proxy", ["socks5://p.test", "p.test:3128", "http://", "http://p.test:x", "http://p.test/way", "http://p\x1b.test"]
)
def test_a_proxy_that_cannot_be_used_is_refused_and_not_shown(proxy: str) -> None:
    key, told = refusal({"proxy": proxy})
    assert key == "fatal.bad_settings"
    assert "proxy" in told
    assert "test" not in told
    environment = {"HTTPS_PROXY": "socks5://sel:canari@p.test", "SEL_TUI_PROXY": "environment"}
    assert "canari" not in refusal(environment=environment)[1]
