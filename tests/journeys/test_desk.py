"""An agent's calls through a real terminal, real HTTP and a real database: a case of each kind, to its act."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.forked import demonstrated
from tests.journeys.terminal import Terminal, at_terminal, client_of, settings

FIND: Final = "Trouver la personne qui appelle"
GIVEN, CHOSEN = "Recu-2026-agent!", "Choisi-2026-agent!"


@pytest.fixture
def empty(tmp_path: Path, demonstration: str) -> Iterator[Terminal]:
    """The desk of the demonstration, with nobody at it."""
    with at_terminal([*client_of(demonstration), "desk"], tmp_path) as started:
        yield started


@pytest.fixture
def desk(empty: Terminal) -> Terminal:
    """The same, with an agent logged in."""
    empty.logs_in("agent")
    return empty


def finds(desk: Terminal, reference: str, *told: str) -> None:
    desk.wait_for(FIND)
    desk.type(f"{reference}⏎")
    desk.wait_for("Proposer :", *told)


def does(desk: Terminal, digit: str, act: str, done: str) -> None:
    """Choose an act by its digit, tick the whole checklist, confirm."""
    desk.wait_for(f"{digit}. {act}")
    desk.type(digit)
    desk.wait_for("La personne a été vérifiée")
    desk.press("f7")
    desk.wait_until_gone("à cocher")
    desk.wait_for_cursor_on("▶ [ Confirmer ]")
    desk.press("enter")
    desk.wait_for(done)


def next_caller(desk: Terminal, *gone: str) -> None:
    desk.press("f12")
    desk.wait_for(FIND)
    for told in gone:
        desk.wait_until_gone(told)


def test_a_case_of_each_kind_is_found_by_what_is_heard_and_brought_to_its_act(desk: Terminal) -> None:
    desk.wait_for(FIND, "Alex Gagné")
    desk.type("neq0 0000 05⏎")
    desk.wait_for("mal entendu")
    next_caller(desk, "mal entendu")

    finds(desk, "neq0 0000 04", "NEQ au lieu du numéro", "Dire")
    next_caller(desk, "NEQ0-0000-04")

    finds(desk, "exp1re0005", "code de liaison expiré", "courriel refusé")
    does(desk, "1", "Envoyer des coordonnées de liaison à", "Les coordonnées de liaison sont envoyées")
    next_caller(desk, "er000401", "EXP1-RE00-05")

    finds(desk, "Atte-ndre-04", "ancien mot de passe différent", "fermée (")
    does(desk, "1", "Rouvrir la méthode : anciens accès", "La méthode est rouverte")
    next_caller(desk, "ATTE-NDRE-04")

    finds(desk, "deja prls of", "lié à un autre compte")
    next_caller(desk, "ci0000021")

    finds(desk, "GE1E000010", "est suspendue")
    does(desk, "1", "Rendre la liaison", "La liaison est rendue")
    next_caller(desk, "ci0000402")

    finds(desk, "errevr0003", "attend une réponse")
    desk.type("1")
    desk.wait_for_cursor_on("▶ [ Confirmer ]")
    desk.press("enter")
    desk.wait_for("Le signalement est pris", "1. Répondre au signalement")
    desk.type("1")
    desk.wait_for("Votre réponse")
    desk.type("Le téléphone est corrigé.")
    desk.wait_for("Le téléphone est corrigé.")  # what confirms is begun after the page is there
    desk.press("enter")
    desk.wait_for("La réponse est envoyée")
    next_caller(desk, "ERRE-VR00-03")


def test_without_a_reference_a_reason_is_chosen_and_what_waits_is_taken_and_held(desk: Terminal) -> None:
    desk.wait_for(FIND)
    desk.type("ci 0000099⏎")
    desk.wait_for("Raison de la recherche")
    desk.type("1⏎")
    desk.wait_for("Aucune adresse courriel au dossier")
    next_caller(desk, "ci0000099")

    desk.press("f5")
    desk.wait_for("Ce qui attend : signalements d’erreurs", "er000403")
    desk.press("f5")
    desk.wait_for("Ce qui attend : courriels refusés", "er000401")
    desk.press("f6")
    desk.wait_for("Retirer le courriel refusé de la file")
    desk.press("f6")
    desk.wait_for("Rien n’attend dans cette file")
    next_caller(desk, "er000401")


def test_two_supervisors_correct_an_address_and_the_figures_are_theirs(empty: Terminal, tmp_path: Path) -> None:
    empty.logs_in("superviseure")
    empty.wait_for(FIND, "Manon Bélanger")
    empty.press("f7")
    empty.wait_for("Chiffres du Service à la clientèle", "Essais refusés", "█")
    empty.type("c")
    empty.wait_for("Chiffres enregistrés")
    kept = next((tmp_path / "Documents").glob("sel-figures-*.csv")).read_text("utf-8").splitlines()
    assert kept[0] == "day,kind,method,reason,found_by,act,number"
    assert any(",refused," in row for row in kept)
    next_caller(empty, "Essais refusés")
    finds(empty, "exp1re0005", "courriel refusé")
    row = next(line for line in empty.screen.display if "Corriger l’adresse courriel" in line)
    empty.type(row.strip(" ▶")[0])
    empty.wait_for("Nouvelle adresse")
    empty.type("compta@tremblay.exemple.test")
    empty.press("f7")
    empty.wait_for_cursor_on("▶ [ Confirmer ]")
    empty.press("enter")
    empty.wait_for("La correction de l’adresse est demandée")
    empty.press("f10")
    empty.wait_for("Voulez-vous vous déconnecter")
    empty.press("tab", "enter")
    empty.wait_for("Votre session est fermée")

    empty.logs_in("superviseur")
    empty.wait_for(FIND, "Karim Haddad")
    empty.press("tab", "tab", "tab", "tab", "enter")
    empty.wait_for("er000401", "c•••@t•••.test")
    empty.type("1")
    empty.wait_for("Confirmer une adresse")
    empty.type("compta@tremblay.exemple.test")
    empty.wait_for("compta@tremblay.exemple.test")  # what confirms is begun after the page is there
    empty.press("enter")
    empty.wait_for("L’adresse est corrigée", "Rien n’attend")


def test_by_line_a_reference_leads_to_the_act_and_the_next_caller_finds_nothing_of_it(
    tmp_path: Path, demonstration: str
) -> None:
    with at_terminal([*client_of(demonstration), "desk", "--linear"], tmp_path) as desk:
        desk.wait_for("Adresse courriel")
        desk.type("agent@exemple.test\rChantier-2026!\r")
        desk.wait_for("Référence (Entrée")
        desk.type("exp1re0005\r")  # one Enter: what was read differs in its hyphens alone
        desk.wait_for("Compte : l•••@e•••.test", "1. Envoyer des coordonnées", "Choix de 1 à")
        desk.type("1\r")
        desk.wait_for("La personne a été vérifiée", "Confirmer", "Choix de 1 à 7 :")
        desk.press("f7")
        desk.wait_for("2. Adresse postale : comme au dossier : coché", "droit d’agir pour le dossier :")
        desk.type("5\r")
        desk.wait_for("Les coordonnées de liaison sont envoyées")
        desk.type("f12\r")
        desk.wait_for("Référence (Entrée")
        desk.type("er000401\r")
        desk.wait_for("Raison de la recherche", "Choix de 1 à 5")
        assert not desk.shows("Attention")
        desk.type("1\r")
        desk.wait_for("Dossier : er000401", "Choix de 1 à 3")
        desk.type("f7\r")
        desk.wait_for("demandées par l•••@e•••.test")


@pytest.mark.parametrize("flags", [(), ("--linear",)], ids=["screen", "line"])
def test_an_agents_first_password_is_chosen_before_anything_else(
    flags: tuple[str, ...], tmp_path: Path, first_data: Path
) -> None:
    shutil.copytree(first_data, tmp_path / "data")
    made = [sys.executable, "-m", "sel_backend", "create-agent", "neuve@exemple.test", "Camille", "Neuve"]
    given = {"SEL_BACKEND_DEMO": "true", "SEL_AGENT_PASSWORD": GIVEN}
    subprocess.run([*made, "--data", str(tmp_path / "data")], env=settings(tmp_path) | given, check=True)
    tab = "\r" if flags else "\t"
    with (
        demonstrated(tmp_path / "data", tmp_path) as address,
        at_terminal([*client_of(address), "desk", *flags], tmp_path) as desk,
    ):
        desk.wait_for("Adresse courriel")
        desk.type(f"neuve@exemple.test{tab}{GIVEN}\r")
        desk.wait_for("Nouveau mot de passe")
        desk.type(f"{CHOSEN}\r")
        desk.wait_for(FIND, "Votre mot de passe est choisi")
        assert CHOSEN not in desk.output.decode()
