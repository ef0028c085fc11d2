"""Conversations that something comes between: the session's end, Ctrl+C, a slow or silent server, endless input."""

from __future__ import annotations

import asyncio
import unicodedata
from collections import deque
from typing import Any

import pytest

from sel_tui.journey.registry import Step
from sel_tui.line.sources import Interrupted, KeyPressed
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Server, Stage, converse, refused
from tests.scenarios import models, records
from tests.scenarios.walk import drafts


def idle(stage: Stage) -> None:
    """Nobody has done anything since the server last heard of this person, and the alarm rings."""
    stage.face.visit._clock._active = False
    stage.alarms.ring()


async def test_a_secret_half_typed_over_another_page_is_shown_nowhere() -> None:
    stage = await converse(*TO_LEGACY, "ci1234567", idle, KeyPressed("f2", "Ancien-12"), ">")

    assert "Ancien-12" not in stage.text


async def test_a_secret_typed_to_keep_the_session_answers_no_other_question() -> None:
    server = Server(sessions__extend=[refused("session-ended", 401)])
    stage = await converse(*TO_LEGACY, "ci1234567", idle, "Ancien-1234!", "Chantier-2026!", server=server)

    assert stage.prompts[5].page.where == "login"
    assert stage.server.named("sessions.open")[1] == ("nouvelle@exemple.test", "Chantier-2026!")
    assert not stage.server.named("links.by_legacy_access")
    assert "Ancien-1234!" not in stage.text


async def test_a_session_that_ended_is_opened_again_at_the_same_place_with_what_was_typed() -> None:
    def ends(stage: Stage) -> None:
        idle(stage)
        stage.alarms.ring()

    stage = await converse(*TO_LEGACY, "ci1234567", ends, "Chantier-2026!", "Ancien-1234!")

    assert stage.text.count("Attention : votre session est terminée.") == 1
    assert "Attention. Mot de passe (Entrée : Connexion; autre chose : >) :" in stage.asked
    assert "Adresse courriel : nouvelle@exemple.test" in stage.text
    assert stage.server.named("links.by_legacy_access")[0][:2] == ("ci1234567", "Ancien-1234!")


async def test_a_half_typed_answer_survives_the_end_of_the_session() -> None:
    def ends(stage: Stage) -> Interrupted:
        idle(stage)
        stage.alarms.ring()
        return Interrupted("ci12")

    stage = await converse(*TO_LEGACY, ends, "Chantier-2026!")

    assert stage.asked[-1].startswith("Ancien mot de passe (")  # what is still empty comes first
    assert drafts(stage.state)["identifier"] == "ci12"


async def test_a_server_that_cannot_be_reached_is_said_and_can_be_tried_again() -> None:
    server = Server(links__by_legacy_access=[refused("unavailable", 503), records.LINK])
    stage = await converse(*TO_LEGACY, *LEGACY, "", server=server)

    assert "Erreur : le service est indisponible pour le moment." in stage.text
    assert "Ancien identifiant : ci1234567" in stage.text
    assert stage.asked[5] == "Erreur. Réessayer (Entrée; autre chose : >) :"
    keys = {call[2] for call in stage.server.named("links.by_legacy_access")}
    assert len(keys) == 1, "the same intent carries the same key: nothing is linked twice"


async def test_ctrl_c_asks_and_the_second_one_leaves() -> None:
    interrupt = lambda stage: stage.face.interrupt()  # noqa: E731  # a step of the script
    stage = await converse("a@b.test", interrupt, interrupt)

    assert "Voulez-vous quitter le programme?" in stage.text
    assert stage.state.quit
    assert not stage.script


async def test_a_long_wait_is_said_once() -> None:
    server = Server()

    async def slow() -> object:
        assert server.stage is not None
        while "Ouverture" not in server.stage.text:  # noqa: ASYNC110  # until the face has said that it waits
            await asyncio.sleep(0)
        return models.session()

    server.ends["sessions.open"] = deque([slow])
    stage = await converse(*LOGIN, server=server, patience=0)

    assert stage.text.count("Ouverture de la session… Ctrl+C pour arrêter.\n") == 1
    assert "Étape 3 sur 5." in stage.text


async def test_ctrl_c_stops_a_wait_and_nothing_that_was_typed_is_lost() -> None:
    server = Server()

    async def never() -> None:
        assert server.stage is not None
        server.stage.face.interrupt()
        await asyncio.Event().wait()

    server.ends["links.by_legacy_access"] = deque([never])
    stage = await converse(*TO_LEGACY, *LEGACY, server=server)

    assert "Attention : la réponse du serveur s’est perdue" in stage.text or "vous avez arrêté l’attente" in stage.text
    assert "Ancien identifiant : ci1234567" in stage.text
    assert stage.asked[5].endswith("Vérifier si c’est fait (Entrée; autre chose : >) :")


async def test_notices_that_come_while_somebody_types_are_said_before_the_next_question() -> None:
    server = Server(service=models.service(notices=(models.MAINTENANCE,)))
    stage = await converse("a@b.test", ">", server=server)

    assert stage.text.index("Entretien samedi") < stage.text.index("Choix de 1 à 3")


async def test_a_number_of_thousands_of_digits_is_a_bad_choice_and_no_crash() -> None:
    stage = await converse(*LOGIN, "9" * 5_000)

    assert stage.state.step is Step.METHODS


async def test_an_endless_line_is_cut_before_anything_is_made_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []
    real = unicodedata.normalize

    def counting(form: Any, text: str) -> str:
        folded.append(len(text))
        return real(form, text) if len(text) <= 5_000 else text

    monkeypatch.setattr(unicodedata, "normalize", counting)
    await converse(*LOGIN, "\u0301\u0323" * 30_000)

    assert max(folded) <= 1_000
