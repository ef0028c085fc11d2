"""A new password is hard to guess, however it is written; what it lacks is told, and a right code is not lost by it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from sel_backend.security.password_strength import Guess, easily_guessed
from sel_backend.storage.tables import outbox
from tests.backend.test_accounts_from_nothing import NEW, ask_for_account, code_for, confirm
from tests.backend.world import World

Make = Callable[..., World]
COMMON = (
    *("Password1!", "Construction2026!", "Azerty123!", "P@ssw0rd!", "Motdepasse1!", "Bonjour123!", "Qwerty12345!"),
    *(
        "Électricien2025!",
        "ÉLECTRICIENNE-1a!",
        "Québec2026!",
        "Canadiens24!",
        "Hockey1993!",
        "Tremblay-1!",
        "Ccq-2026!",
    ),
    *("Aaaaaaaa1!", "Abcdefgh1!", "Azertyuiop1!", "1qaz2wsx!Aa", "Sel-CCQ-2026!"),
)
GOOD = (
    "Xk9!vTq2",
    "Nouveau-2026!",
    "Chantier-2026!",
    "correct horse battery staple très long",
    "le camion rouge du voisin",
)


@pytest.mark.parametrize("password", COMMON)
async def test_a_common_a_breached_and_an_expected_password_are_refused(world: World, password: str) -> None:
    response = await ask_for_account(world.somebody(), password=password)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"pointer": "/password", "code": "too-common"}]
    assert password not in response.text


@pytest.mark.parametrize("password", GOOD)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_a_password_at_random_and_a_long_one_of_small_letters_pass_composed_or_not(
    world: World, password: str, form: str
) -> None:
    person = world.somebody()
    started = await ask_for_account(person, password=unicodedata.normalize(form, password))  # type: ignore[arg-type]
    assert started.status_code == 202
    assert (await confirm(person, started, await code_for(person, NEW))).status_code == 201
    assert (await person.log_in(NEW, unicodedata.normalize("NFC", password))).status_code == 201


@pytest.mark.parametrize(
    ("letters", "codes"),
    [(19, ["needs-upper", "needs-digit", "needs-special"]), (20, []), (21, [])],
)
async def test_from_twenty_characters_on_no_kind_of_character_is_needed_however_accents_are_written(
    world: World, letters: int, codes: list[str]
) -> None:
    password = unicodedata.normalize("NFD", "é" + "vqkzjwxfhbmtgplrdcnsu"[: letters - 1])
    response = await ask_for_account(world.somebody(), password=password)
    assert [error["code"] for error in response.json().get("errors", [])] == codes


@pytest.mark.parametrize(
    "password", ["Maika-Dubreuil1", "mdubreuil@exemple.test", "Dubreuil!Maïka9", "MAÏKA-dubreuil-7", "Dubreuil-2026!"]
)
async def test_names_and_address_alone_make_no_password(world: World, password: str) -> None:
    response = await ask_for_account(
        world.somebody(), "mdubreuil@exemple.test", password=password, first_name="Maïka", last_name="Dubreuil"
    )
    assert response.json()["errors"][-1] == {"pointer": "/password", "code": "personal-word"}


async def test_weak_passwords_use_up_no_request_for_a_code(world: World) -> None:
    person = world.somebody()
    for _ in range(12):
        assert (await ask_for_account(person, password="Password1!")).status_code == 422
    started = await ask_for_account(person)
    assert (await confirm(person, started, await code_for(person, NEW))).status_code == 201


async def test_a_right_code_stays_good_after_a_new_password_that_is_too_common(world: World) -> None:
    person = world.somebody()
    started = (await person.post("/v1/password-resets", {"email": "camille@exemple.test"})).json()
    code = await code_for(person, "camille@exemple.test")
    path = f"/v1/password-resets/{started['id']}"
    for _ in range(6):
        refused = await person.put(path, {"code": code, "new_password": "Construction2026!"})
        assert refused.json()["errors"] == [{"pointer": "/new_password", "code": "too-common"}]
    assert (await person.put(path, {"code": code, "new_password": GOOD[0]})).status_code == 200
    assert (await person.log_in("camille@exemple.test", GOOD[0])).status_code == 201


async def test_one_network_has_so_many_weak_passwords_judged_and_no_more(worlds: Make) -> None:
    world = worlds(limits={"asking_network": {"tries": 3, "window_seconds": 900}})
    person = world.somebody(network="203.0.113.9")
    answers = [await ask_for_account(person, password="Password1!") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    started = await ask_for_account(world.somebody())
    assert started.status_code == 202


async def test_a_right_code_has_so_many_weak_passwords_judged_and_no_more(worlds: Make) -> None:
    world = worlds(limits={"single_use_network": {"tries": 3, "window_seconds": 900}})
    person = world.somebody()
    started = (await person.post("/v1/password-resets", {"email": "camille@exemple.test"})).json()
    code = await code_for(person, "camille@exemple.test")
    body = {"code": code, "new_password": "Construction2026!"}
    answers = [await person.put(f"/v1/password-resets/{started['id']}", body) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]


async def test_whoever_has_no_code_learns_nothing_of_the_owner_by_a_new_password(world: World) -> None:
    person = world.somebody()
    started = (await person.post("/v1/password-resets", {"email": "camille@exemple.test"})).json()
    wrong = [
        await person.put(f"/v1/password-resets/{started['id']}", {"code": "000000", "new_password": password})
        for password in ("Camille-Exemple1", GOOD[0])
    ]
    assert {answer.content for answer in wrong} == {wrong[0].content}
    assert wrong[0].json()["type"] == "invalid-code"
    assert world.count(outbox) == 1


@pytest.mark.parametrize("password", ["", " ", "\u0301" * 128, "a" * 128, "aB3!" * 32, "p@$$w0rd1" * 14, "4@" * 64])
def test_what_no_word_is_made_of_is_judged_too(password: str) -> None:
    assert easily_guessed(password) is Guess.COMMON
