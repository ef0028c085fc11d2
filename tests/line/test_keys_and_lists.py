"""Keys in the line face, what its help names, and what is long: the demonstration in parts, a list to search."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Final

import pytest

from sel_tui.journey.registry import Overlay
from sel_tui.line.sources import KeyPressed
from sel_tui.line.terminal_source import TerminalSource
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Server, converse, words
from tests.line.test_braille import prompts
from tests.scenarios import models, records
from tests.scenarios.accounts import RESET

LONGEST_PART: Final = 22
_PART: Final = re.compile(r"Partie (\d) sur (\d)\. Pour la suite : f9\n")


def forty() -> Server:
    return Server(sessions__open=models.session(linked=40), links__all=records.many_links())


@pytest.mark.parametrize("pressed", [False, True])
async def test_f12_opens_the_file_just_linked_and_the_next_one_to_verify(pressed: bool) -> None:
    f12 = KeyPressed("f12") if pressed else "f12"
    stage = await converse(*TO_LEGACY, *LEGACY, f12)
    assert stage.server.named("links.read") == [(records.LINK.id,)]
    assert stage.state.step == "client_file"

    for way in ((f12,), ("", f12), ("toit", f12)):  # at the search, and where a row is chosen
        stage = await converse(*LOGIN, *way, server=forty())
        assert len(stage.server.named("links.read")) == 1


async def test_a_terminal_s_f12_is_the_key_f12() -> None:
    reading, typing = os.pipe()
    source = TerminalSource(reading, lambda _: None)
    os.write(typing, b"\x1b[24~")
    event = await source.read(next(prompts("profiles_many", "fr"))[0])
    os.close(reading)
    os.close(typing)

    assert event == KeyPressed("f12")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_all_the_help_names_every_key_that_works_the_voice_s_first(language: str) -> None:
    stage = await converse("??", language=language)
    named = [*re.findall(r"\bf(1[0-2]|[1-9])\b", stage.text)]

    assert {"2", "3", "4", "5", "6", "7", "9", "11", "12"} <= set(named)
    for sign in ("?", "??", "<", ">", "r", "-", "+", "=", "q"):
        assert re.search(rf"^{re.escape(sign)} ", stage.text, re.MULTILINE)
    voice = stage.text.index("\nf11 ")
    assert voice < min(stage.text.index(f"\n{key}") for key in ("< ", "> ", "f3 ", "f12 ", "q "))
    for number in "1234567":
        assert f"{number} " in stage.text[voice:].split("\n")[1]


async def test_a_new_password_is_confirmed_whether_a_file_is_linked_or_not() -> None:
    answers = ("nom@exemple.com", "739152", "Casque orange 7 poutres")
    for linked in (0, 2):
        server = Server(accounts__start_reset=RESET, sessions__open=models.session(linked=linked))
        stage = await converse(">", "2", *answers, server=server)

        assert len(stage.server.named("accounts.finish_reset")) == 1
        assert stage.text.count("Votre mot de passe a été changé.") == 1


async def test_the_demonstration_is_heard_in_parts_with_what_is_in_hand_first() -> None:
    stage = await converse("rejean.st-onge@exemple.test", "f9", server=Server())
    account = stage.text.index("Comptes : pour se connecter")
    assert account < stage.text.index("nouvelle@exemple.test : Maïka")

    stage = await converse(*LOGIN, "3", "f9", "f9", "f9", "f9")
    parts = _PART.findall(stage.text)
    assert parts == [("1", "3"), ("2", "3"), ("3", "3"), ("1", "3")]
    opened = stage.text.split("Démonstration.\n")[1:]
    assert "Boîte courriel : 2 messages" in opened[0]
    assert "Dossiers : à lier" not in opened[0]
    assert "Dossiers : à lier" in "".join(opened[1:3])
    for part in opened:
        assert part[: _PART.search(part).start()].count("\n") <= LONGEST_PART  # type: ignore[union-attr]
    assert all(asked.startswith("Identifiant de liaison") for asked in stage.asked[-4:]), "no question of its own"


async def test_a_new_mail_is_heard_with_the_new_count_whatever_part_was_heard_last() -> None:
    more = records.demo(3)
    newest = more.mailbox.mails[-1].model_copy(
        update={"id": "mail-new", "sent_at": models.NOW + timedelta(minutes=1), "subject": "Nouveau"}
    )
    mails = more.mailbox.model_copy(update={"mails": (*more.mailbox.mails, newest)})
    server = Server(demo__mailbox=[more.mailbox, more.mailbox, mails])
    stage = await converse(*LOGIN, "3", "f9", "f9", "f9", server=server)
    opened = stage.text.split("Démonstration.\n")[1:]

    assert "3 messages" in opened[0]
    assert "Partie 2" in opened[1]
    assert "4 messages" in opened[2]
    assert "Nouveau" in opened[2]


async def test_closing_the_help_over_another_page_comes_back_to_it() -> None:
    stage = await converse("f3", "??", "1")

    assert stage.prompts[1].page.where is stage.prompts[2].page.where is Overlay.CONTACT


async def test_a_list_to_search_says_first_how_many_it_has_and_what_leads_on() -> None:
    stage = await converse(*LOGIN, server=forty())

    assert stage.text.index("40 profils sur 40") < stage.text.index("Chercher (")
    assert stage.asked[-1] == "Chercher (Entrée les montre tous; autre chose : >) :"

    stage = await converse(*LOGIN, ">", server=forty())
    assert "Lignes 1 à 10 sur 40. Pour la suite : +" in stage.text
    assert "3. Historique du compte\n" in stage.text


def test_the_signs_of_the_commands_have_names_for_the_voice() -> None:
    spoken = words("fr").aloud

    assert spoken.key("line.all_help") == "Toute l’aide\u00a0: deux points d’interrogation"
    assert spoken.key("line.help.back").startswith("plus petit que ")
    assert spoken.key("leave.title") == words("fr").key("leave.title")
