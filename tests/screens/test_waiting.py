"""Waiting for the server: one line that says so, Esc to stop, stale answers ignored, every trouble with a way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from sel_contract import Links
from sel_tui.api import ClientTooOldError, ConnectionFailedError, InvalidResponseError, OutcomeUnknownError
from sel_tui.journey.core.events import Answered, SessionEnding
from tests.scenarios import build, models, records
from tests.scenarios.walk import Walk
from tests.screens.stage import key_event, stage


def status_of(rows: list[str]) -> str:
    """Return the line above the key bar."""
    keys = next(place for place, row in enumerate(rows) if row.lstrip().startswith("F1 "))
    return rows[keys - 1].strip()


async def test_a_line_says_that_it_waits_and_goes_when_the_answer_is_there() -> None:
    async with stage(build("login_busy")) as played:
        assert status_of(played.rows) == "Ouverture de la session… Échap pour arrêter."
        await played.answers(models.session())
        await played.answers(models.METHODS)
        assert status_of(played.rows) == ""


async def test_escape_stops_waiting_and_a_late_answer_changes_nothing() -> None:
    async with stage(build("login_busy")) as played:
        waiting = played.client.last
        await played.press("escape")
        assert "arrêté l’attente" in played.text
        assert played.typed["email"] == models.EMAIL
        waiting.answers(models.session())
        await played.settles()
        assert played.state.account.session is None
        assert played.state.step == "login"


async def test_escape_during_a_write_says_that_its_outcome_is_unknown_and_checks_with_the_same_key() -> None:
    async with stage(build("legacy_access_busy")) as played:
        first = played.client.last
        await played.press("escape")
        assert "Nous ne savons pas" in played.text
        assert played.focus == "check_again"
        await played.press("enter")
        again = played.client.last
        assert again is not first
        assert again.given == first.given, "another idempotency key, or another proof"
        await played.answers(records.LINK)
        assert played.state.step == "linked"


async def test_keys_that_wait_their_turn_when_the_answer_comes_move_on_what_it_brought() -> None:
    async with stage(build("profiles_loading")) as played:
        busy = played.state.busy
        assert busy is not None
        listed = Links(links=(records.LINK, records.EMPLOYER))
        for key in ("tab", "enter"):
            played.app.post_message(key_event(key))
        played.app.visit.feed(Answered(busy.id, listed, models.NOW))  # before any of the keys is looked at
        await played.settles()

        assert played.client.last.name == "sessions.select"
        assert played.client.last.given == (records.EMPLOYER.id,)


async def test_an_answer_lost_on_the_way_is_asked_for_again_with_the_same_key() -> None:
    async with stage(build("legacy_access_busy")) as played:
        first = played.client.last
        first.raises(OutcomeUnknownError("lost"))
        await played.settles()
        assert played.focus == "check_again"
        await played.press("enter")
        assert played.client.last.given == first.given


async def test_another_try_after_a_refusal_carries_another_key() -> None:
    async with stage(build("legacy_access_busy")) as played:
        first = played.client.last
        await played.refuses("not-recognized", reference=models.REFERENCE)
        await played.answers(models.methods(left=4))
        assert played.focus == "old_password"
        await played.type("autre⏎")
        assert played.client.last.name == "links.by_legacy_access"
        assert played.client.last.given[-1] != first.given[-1]


def references(folder: Path) -> list[str]:
    """Return the references of the crashes that were recorded."""
    return [record.stem.removeprefix("crash-") for record in folder.rglob("crash-*.txt")]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionFailedError("x"), "ne répond pas"),
        (OutcomeUnknownError("x"), "trop de temps"),
        (InvalidResponseError("x"), "incompréhensible"),
        (ClientTooOldError("x"), "trop ancienne"),
        (RuntimeError("x"), "n’a pas pu faire"),
    ],
)
async def test_at_the_first_call_every_trouble_is_a_sentence_and_a_retry(
    error: Exception, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with stage(build("login_connecting")) as played:
        played.client.last.raises(error)
        await played.settles()
        assert said in played.text
        assert played.focus == "reload"
        recorded = references(tmp_path)
        assert len(recorded) == isinstance(error, RuntimeError)
        assert all(reference in played.text for reference in recorded)
        await played.press("enter")
        assert played.client.names == ["service", "service"]
        await played.answers(models.SERVICE)
        assert "SIMULATION" in played.text


async def test_typing_goes_on_while_the_service_is_asked_for() -> None:
    async with stage(build("login_connecting")) as played:
        await played.type("nouvelle@exemple.test⇥x")
        assert played.typed == {"email": "nouvelle@exemple.test", "password": "x"}
        await played.answers(models.SERVICE)
        assert played.typed == {"email": "nouvelle@exemple.test", "password": "x"}
        assert played.focus == "password"


@pytest.mark.parametrize("error", [ConnectionFailedError("x"), OutcomeUnknownError("x"), InvalidResponseError("x")])
async def test_typing_goes_on_where_it_was_when_the_first_call_fails(error: Exception) -> None:
    async with stage(build("login_connecting")) as played:
        await played.type("nouvelle@exe")
        played.client.last.raises(error)
        await played.settles()
        assert "Erreur" in played.text
        await played.type("mple.test⇥Secret")
        assert played.typed == {"email": "nouvelle@exemple.test", "password": "Secret"}


@pytest.mark.parametrize("kind", ["unavailable", "too-many-requests", "internal"])
async def test_a_password_under_way_stays_in_its_field_when_the_session_cannot_be_kept(kind: str) -> None:
    async with stage(Walk(build("legacy_access")).types(identifier="CI 1234567").state) as played:
        await played.type("⇥ab")
        played.app.visit.feed(SessionEnding(models.ENDS_AT, 150))
        await played.settles()
        await played.type("cd")
        played.client.last.refuses(kind)
        await played.settles()
        await played.type("ef")
        assert played.typed == {"identifier": "CI 1234567", "old_password": "abcdef"}


async def test_a_wrong_login_sends_the_focus_to_the_empty_password_and_keeps_the_address() -> None:
    async with stage(build("login_busy")) as played:
        await played.refuses("invalid-credentials", 401)
        assert played.focus == "password"
        assert played.typed == {"email": models.EMAIL, "password": ""}
        await played.type("encore")
        assert played.typed["password"] == "encore"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("login_empty", "email"),
        ("login_old_access", "email"),
        ("legacy_access_sin", "identifier"),
        ("legacy_access_whose", "category"),
        ("link_code_bad_format", "link_username"),
        ("question_date_unclear", "answer.birth_date"),
        ("link_refused_at_field", "identifier"),
        ("step_up_wrong", "password"),
        ("not_recognized", "old_password"),
        ("not_recognized_code", "link_code"),
        ("session_over", "password"),
    ],
)
async def test_what_has_to_be_mended_has_the_focus_and_says_why_beside_it(name: str, field: str) -> None:
    async with stage(build(name)) as played:
        assert played.focus == field
        assert "Erreur" in played.text or "Attention" in played.text


async def test_after_the_session_ended_the_login_leads_back_to_the_same_form_with_what_was_typed() -> None:
    async with stage(build("session_over")) as played:
        await played.type("Chantier-2026!⏎")
        await played.answers(models.session())
        assert played.state.step == "legacy_access"
        assert played.typed == {"identifier": "CI 1234567", "old_password": ""}


async def test_any_key_keeps_a_session_that_is_about_to_end() -> None:
    async with stage(build("expiring")) as played:
        played.pauses()
        await played.press("x")
        assert played.client.last.name == "sessions.extend"
        await played.answers(models.session())
        assert played.state.overlay is None
        assert played.typed["identifier"] == "CI 1234567"


async def test_a_letter_of_a_password_under_way_keeps_the_session_and_is_written_and_a_later_key_is_not() -> None:
    async with stage(Walk(build("legacy_access")).types(identifier="CI 1234567").state) as played:
        await played.type("⇥ab")
        played.app.visit.feed(SessionEnding(models.ENDS_AT, 150))
        await played.settles()
        await played.type("cd")
        assert (played.client.last.name, played.typed["old_password"]) == ("sessions.extend", "abcd")
        await played.answers(models.session())
        played.app.visit.feed(SessionEnding(models.ENDS_AT, 150))
        await played.settles()
        played.pauses()
        await played.press("e")
        assert (played.state.overlay, played.typed["old_password"]) == (None, "abcd")


async def test_after_the_session_ended_escape_does_not_show_what_the_last_person_saw() -> None:
    async with stage(build("session_over")) as played:
        await played.press("escape", "escape", "escape")
        assert played.state.step == "login"
