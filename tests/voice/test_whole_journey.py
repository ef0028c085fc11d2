"""A whole journey on the screens, followed by the voice alone: each key is pressed because of what was just heard."""

from __future__ import annotations

from typing import Any, cast

from sel_tui.api import ApiClient
from sel_tui.app import SelApp
from sel_tui.i18n import Words
from sel_tui.runtime.options import VisitOptions
from sel_tui.voice import Voice
from tests.line.stage import Server
from tests.scenarios import models
from tests.screens.stage import DECISION, ZONE, Clock, Stage, never
from tests.voice.listening import Alarms, Listener

LONGEST = 60


class Ears:
    """Somebody who sees nothing: presses Tab until the voice says what they look for."""

    def __init__(self, played: Stage, heard: Listener) -> None:
        self._played = played
        self._heard = heard
        self.log: list[str] = []

    async def press(self, *keys: str) -> str:
        """Press keys; return all that the voice said to them."""
        self._heard.forget()
        await self._played.press(*keys)
        for _ in range(3):
            await self._played.settles()
        said = " ".join(self._heard.texts)
        self.log.append(said)
        return said

    async def find(self, wanted: str) -> None:
        """Go on with Tab until `wanted` begins what is said."""
        for _ in range(LONGEST):
            if (await self.press("tab")).startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} is never said: {self.log[-10:]}")


async def test_login_method_confirmation_profiles_verification_and_leaving_by_ear() -> None:
    heard = Listener()
    server: Any = Server()
    app = SelApp(
        VisitOptions(models.SERVER),
        DECISION,
        client=cast("ApiClient", server),
        later=never,
        words=lambda language: Words(language, ZONE),
        voice="off",
        clock=(clock := Clock()),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        played = Stage(app, pilot, server, clock)
        app.voice = Voice(heard, Alarms(), on=True)
        await played.settles()
        ears = Ears(played, heard)
        await ears.find("Adresse courriel. champ. vide.")
        await ears.press(*"nouvelle@exemple.test")
        await ears.find("Mot de passe. champ masqué. vide.")
        assert "caractère masqué" in await ears.press("C")
        said = await ears.press(*"hantier-2026!", "enter")
        assert "Choisir une méthode" in said
        await ears.press("shift+tab")
        await ears.find("Utiliser vos anciens accès")
        assert "Ancien identifiant. champ. vide." in await ears.press("enter")
        await ears.press(*"ci1234567")
        await ears.find("Ancien mot de passe. champ masqué. vide.")
        said = await ears.press(*"Ancien-1234!", "enter")
        assert "Dossier lié. Étape 4 sur 5." in said
        assert "Maïka" in said
        said = await ears.press("enter")
        assert "Sélectionner un profil" in said
        await ears.press("shift+tab")
        await ears.find("Maïka")
        assert "ligne de la liste. à vérifier" in ears.log[-1]
        said = await ears.press("enter")
        assert "exact" in said
        await ears.press("shift+tab")
        await ears.find("C'est exact")
        await ears.press("enter")
        assert "vérifié" in ears.log[-1]
        said = await ears.press("f10")
        assert "Quitter" in said or "déconnecter" in said
        secret = " ".join(ears.log)
    assert "hantier" not in secret
    assert "Ancien-1234" not in secret
