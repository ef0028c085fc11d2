"""Typing, pasting and typing ahead: nothing overtakes anything, nothing is lost, no secret leaves."""

from __future__ import annotations

import pytest

from tests.scenarios import NAMES, build, models, records
from tests.screens.stage import Stage, key_event, stage

PASSWORD = "Chantier-2026!"


async def test_letters_before_and_after_tab_go_to_their_own_fields() -> None:
    async with stage(build("login")) as played:
        await played.type(f"nouvelle@exemple.test⇥{PASSWORD}")
        assert played.typed == {"email": "nouvelle@exemple.test", "password": PASSWORD}
        assert PASSWORD not in played.text


async def test_a_burst_up_to_enter_sends_everything_that_was_typed() -> None:
    async with stage(build("login")) as played:
        await played.type(f"nouvelle@exemple.test⇥{PASSWORD}⏎")
        assert played.client.last.name == "sessions.open"
        assert played.client.last.given == ("nouvelle@exemple.test", PASSWORD)


async def test_what_is_typed_ahead_waits_for_the_answer_and_goes_to_the_next_screens() -> None:
    async with stage(build("login")) as played:
        await played.type(f"nouvelle@exemple.test⇥{PASSWORD}⏎1ci1234567⇥Ancien-1234!⏎")
        assert played.client.names == ["sessions.open"]
        await played.answers(models.session())
        for call in played.client.calls:
            if call.name == "links.methods":
                call.answers(models.METHODS)
        await played.settles()
        assert played.client.last.name == "links.by_legacy_access"
        assert played.client.last.given[:2] == ("ci1234567", "Ancien-1234!")


async def test_a_long_text_typed_ahead_arrives_whole() -> None:
    text = "nom.de.famille." * 30  # each letter shows a page anew: none may wait for the next
    async with stage(build("login_busy")) as played:
        await played.type(f"1{text}")
        await played.answers(models.session())
        await played.answers(models.METHODS)
        assert played.typed["identifier"] == text


async def test_what_was_typed_ahead_is_dropped_when_the_answer_is_a_refusal() -> None:
    async with stage(build("login")) as played:
        await played.type(f"nouvelle@exemple.test⇥{PASSWORD}⏎1ci1234567⇥Ancien-1234!⏎")
        await played.refuses("invalid-credentials", 401)
        assert played.client.names == ["sessions.open"]
        assert played.typed == {"email": "nouvelle@exemple.test", "password": ""}
        assert played.focus == "password"


async def test_a_second_enter_while_a_call_is_under_way_sends_nothing_twice() -> None:
    async with stage(build("legacy_access_busy")) as played:
        await played.type("⏎⏎⏎")
        await played.answers(records.LINK)
        assert played.client.names.count("links.by_legacy_access") == 1


@pytest.mark.parametrize("name", ["login", "legacy_access", "questions_file", "question", "link_code", "report"])
async def test_paste_works_in_every_field_on_one_line_without_controls(name: str) -> None:
    async with stage(build(name)) as played:
        for field in list(played.typed):
            while played.focus != field:
                await played.press("tab")
            await played.press("ctrl+u", "ctrl+k")
            await played.paste("AB\x1b[31m\u202e12\u0007\n\u0085")
            assert played.typed[field].strip() == "AB[31m12"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\n", "\u2028", "\x85"])
async def test_the_line_end_of_a_paste_never_becomes_a_part_of_a_secret_or_of_a_word(end: str) -> None:
    async with stage(build("login")) as played:
        await played.paste(f"{end}nouvelle@exemple.test{end}")
        await played.press("tab")
        await played.paste(f" Ancien-{end}1234! {end}")
        assert played.typed == {"email": "nouvelle@exemple.test", "password": " Ancien-1234! "}
        await played.press("enter")
        assert played.client.last.given == ("nouvelle@exemple.test", " Ancien-1234! ")


async def test_a_paste_ahead_keeps_its_place_among_the_keys() -> None:
    async with stage(build("login")) as played:
        await played.type("a")
        await played.paste("@b.test")
        await played.type("⇥x")
        assert played.typed == {"email": "a@b.test", "password": "x"}


async def test_accents_dead_keys_and_altgr_characters_are_typed_as_they_are() -> None:
    async with stage(build("question_last")) as played:
        await played.type("é@#ÉÀ«œ»e\u0301")
        assert next(iter(played.typed.values())) == "é@#ÉÀ«œ»é"


async def test_letters_and_digits_never_act_while_a_field_has_the_focus() -> None:
    async with stage(build("link_code")) as played:
        await played.type("123qf5")
        assert played.state.step == "link_code"
        assert played.typed["link_username"] == "123qf5"


async def test_f2_keeps_what_was_typed_the_field_and_the_caret() -> None:
    async with stage(build("login")) as played:
        await played.type("nouvelle@exemple.test⇥Chant")
        await played.press("left", "left", "f2")
        assert "Email address" in played.text
        assert played.focus == "password"
        assert played.typed == {"email": "nouvelle@exemple.test", "password": "Chant"}
        await played.type("X")
        assert played.typed["password"] == "ChaXnt"
        await played.press("f2")
        assert "Adresse courriel" in played.text
        assert played.typed["password"] == "ChaXnt"


async def test_f4_shows_a_secret_and_hides_it_again() -> None:
    async with stage(build("login_typed")) as played:
        await played.press("f4")
        assert PASSWORD in played.text
        await played.press("f4")
        assert PASSWORD not in played.text


async def test_f4_says_what_it_did_wherever_the_focus_is() -> None:
    async with stage(build("login_typed")) as played:
        for focus in ("email", "password"):
            for said in ("Les mots de passe sont affichés.", "Les mots de passe sont masqués."):
                await played.press("f4")
                assert said in played.text
            assert played.focus == focus
            await played.press("tab")


async def test_a_secret_shown_is_hidden_again_on_the_next_screen() -> None:
    async with stage(build("login_shown")) as played:
        assert PASSWORD in played.text
        await played.press("tab", "enter")
        await played.answers(models.session())
        assert not played.state.shown


async def test_keys_that_arrive_while_the_program_ends_are_no_crash() -> None:
    async with stage(build("login")) as played:
        played.app.exit(return_code=0)
        for letter in "abc\t" * 5:
            played.app.post_message(key_event("tab" if letter == "\t" else letter))
    assert (played.app.crash, played.app.return_code) == ("", 0)


COPYING = ("ctrl+c", "ctrl+x", "ctrl+insert", "ctrl+shift+c", "shift+end", "shift+home", "ctrl+a", "super+c")


@pytest.mark.parametrize("name", ["login_typed", "login_shown", "legacy_access_typed", "link_code", "questions_review"])
async def test_nothing_is_ever_copied_to_the_clipboard(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(build(name)) as played:
        copied: list[str] = []
        written: list[str] = []
        monkeypatch.setattr(played.app, "copy_to_clipboard", copied.append)
        driver = played.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        for key in COPYING:
            await played.press(key)
            await played.press("escape")
        assert not copied
        assert not any("\x1b]52" in text for text in written)
        assert played.app.clipboard == ""


async def _secrets_after(played: Stage) -> set[str]:
    shown = {name for name, text in played.typed.items() if text}
    await played.settles()
    return shown


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("login_wrong", {"email"}),
        ("login_slow", {"email"}),
        ("not_recognized", {"identifier"}),
        ("not_recognized_code", {"link_username"}),
        ("session_over", {"email"}),
        ("link_unreachable", {"identifier", "old_password"}),
        ("step_up_wrong", set()),
        ("logged_out", set()),
    ],
)
async def test_after_a_refusal_secrets_are_cleared_and_the_rest_is_kept(name: str, kept: set[str]) -> None:
    async with stage(build(name)) as played:
        assert await _secrets_after(played) == kept


def test_no_state_shows_a_secret_when_it_is_printed() -> None:
    for name in NAMES:
        printed = repr(build(name).tasks) + repr(build(name).busy)
        assert "Chantier" not in printed
        assert "Ancien-1234" not in printed
