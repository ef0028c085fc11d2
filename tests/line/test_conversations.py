"""Conversations: what a person answers, what is said back, what the server is asked."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from sel_tui.journey.registry import Overlay
from sel_tui.line.sources import KeyPressed
from tests.line.stage import LEGACY, LOGIN, TO_LEGACY, Server, converse, refused
from tests.scenarios import models, records
from tests.scenarios.walk import drafts


async def test_a_whole_journey_links_and_verifies_a_file() -> None:
    stage = await converse(*TO_LEGACY, *LEGACY, "1", "1", "1", "q", "3")

    assert stage.server.named("links.by_legacy_access")[0][:2] == ("ci1234567", "Ancien-1234!")
    assert stage.server.named("links.verify")[0][1:] == (True, "")
    assert "Étape 4 sur 5. Dossier lié." in stage.text
    assert "Tous vos dossiers sont vérifiés." in stage.text
    assert stage.state.quit


async def test_nobody_attests_by_enter_alone() -> None:
    stage = await converse(*TO_LEGACY, *LEGACY, "1", "1", "", "1")

    assert stage.asked[7:9] == ["Choix de 1 à 5 :", "Erreur : tapez un nombre de 1 à 5. Choix de 1 à 5 :"]
    assert len(stage.server.named("links.verify")) == 1


async def test_the_first_question_does_not_wait_for_the_server() -> None:
    stage = await converse()

    assert stage.text.startswith(
        "\nÉtapes 1 et 2 sur 5. Connexion.\nServeur : https://sel.exemple.test\n"
        "Ni affilié à la CCQ ni approuvé par elle.\n"
        "Adresse courriel (Entrée seule : Créer un compte) : "
    )


async def test_who_operates_the_server_is_said_before_a_secret_is_asked_for_and_once() -> None:
    server = Server(service=models.service(notices=(models.MAINTENANCE,)))
    said = (await converse(LOGIN[0], ">", server=server)).text
    asked = said.index("Mot de passe (")

    for words in ("SIMULATION\n", "Service offert par : Démonstration sel-tui", "Avis : Entretien samedi", "Serveur :"):
        assert -1 < said.find(words) < asked
        assert said.count(words) == 1
    assert not server.named("sessions.open")


async def test_a_secret_is_not_asked_for_before_the_server_has_answered() -> None:
    server = Server()

    async def slow() -> object:
        assert server.stage is not None
        while "Connexion au serveur…" not in server.stage.text:  # noqa: ASYNC110  # until the face waits
            await asyncio.sleep(0)
        assert "Mot de passe" not in server.stage.text
        return models.SERVICE

    server.ends["service"] = deque([slow])
    stage = await converse("a@b.test", "x", server=server, patience=0)

    assert stage.asked[1] == PASSWORD
    assert stage.text.index("SIMULATION") < stage.text.index("Mot de passe")


async def test_a_server_that_does_not_answer_at_first_is_tried_again_before_a_secret_is_asked_for() -> None:
    server = Server(service=[refused("unavailable", 503), models.SERVICE])
    stage = await converse("a@b.test", "", "Chantier-2026!", server=server)

    assert stage.text.count("e service est indisponible pour le moment.") == 1
    assert stage.asked[1] == "Erreur. Choix de 1 à 4, ou Entrée pour « Essayer de nouveau » :"
    assert stage.asked[2] == PASSWORD
    assert server.named("sessions.open") == [("a@b.test", "Chantier-2026!")]


PASSWORD = "Mot de passe (Entrée : Connexion; autre chose : >) :"
STAYS = "Ce qui est écrit plus haut reste dans ce terminal."


async def test_whoever_logs_out_of_a_terminal_is_told_once_what_stays_in_it() -> None:
    stage = await converse(*LOGIN, "q", "2", "q", "2", stays=True)

    assert stage.text.count(STAYS) == 1
    assert stage.text.index("Votre session est fermée.") < stage.text.index(STAYS) < stage.text.index("Au revoir.")


async def test_whoever_leaves_a_terminal_is_told_what_stays_in_it() -> None:
    stage = await converse("a@b.test", "q", "q", stays=True)

    assert stage.text.index("quitter le programme?") < stage.text.index(STAYS) < stage.text.index("Au revoir.")


async def test_nothing_is_said_to_stay_where_nothing_was_typed_or_nothing_stays() -> None:
    assert STAYS not in (await converse("q", "q", stays=True)).text
    assert STAYS not in (await converse(*LOGIN, "q", "2", "q", "2")).text


async def test_the_end_of_the_input_leaves_and_closes_the_session() -> None:
    stage = await converse(*LOGIN)

    assert "Il n’y a plus de réponse à lire." in stage.text
    assert [name for name, _ in stage.server.calls][-2:] == ["sessions.close", "close"]


async def test_an_answer_that_cannot_be_right_is_asked_again_at_once_and_not_kept() -> None:
    stage = await converse("nouvelle", "nouvelle@exemple.test", "x")

    assert "Erreur : cette adresse courriel est incomplète. Exemple : nom@exemple.com\n" in stage.text
    assert stage.asked[1:3] == ["Erreur. Adresse courriel (Entrée seule : Créer un compte) :", PASSWORD]
    assert stage.server.named("sessions.open") == [("nouvelle@exemple.test", "x")]


async def test_an_error_that_fits_stands_on_the_line_of_the_question() -> None:
    stage = await converse(*LOGIN, "2", "", "ci1234567", hints=False)

    assert stage.asked[4] == "Erreur : ce champ est vide. Remplissez-le. Numéro, sigle ou adresse courriel :"


async def test_a_title_is_said_once_for_each_visit_to_a_page() -> None:
    stage = await converse(">", "1", "a@b.test", "x")

    assert stage.text.count("Étapes 1 et 2 sur 5. Connexion.") == 1


async def test_several_errors_are_counted_before_the_first_is_asked_again() -> None:
    stage = await converse(">", "")

    assert "2 champs à corriger.\nErreur : ce champ est vide. Remplissez-le.\nErreur. Adresse" in stage.text


async def test_a_refusal_is_said_and_begins_the_question_that_is_asked_again() -> None:
    server = Server(links__by_legacy_access=[refused("not-recognized", methods=("legacy_access",)), records.LINK])
    stage = await converse(*TO_LEGACY, *LEGACY, "Ancien-1234!", server=server)

    assert stage.text.count("ous n’avons pas pu lier de dossier") == 1
    assert "Erreur. Ancien mot de passe (Entrée : Lier le dossier; autre chose : >) :" in stage.asked
    assert "Dossier lié" in stage.text
    assert stage.server.named("links.by_legacy_access")[1][0] == "ci1234567"


async def test_after_a_wrong_password_the_question_itself_says_what_is_wrong() -> None:
    server = Server(sessions__open=[refused("invalid-credentials", 401), models.session()])
    stage = await converse(*LOGIN, "Chantier-2026!", server=server)

    assert stage.text.count("adresse courriel ou le mot de passe n’est pas le bon.") == 1
    assert stage.asked[2] == f"Erreur. {PASSWORD}"


async def test_enter_alone_on_an_empty_field_asks_it_again_with_its_error() -> None:
    stage = await converse("a@b.test", "", " ", "Chantier-2026!")

    assert stage.asked[1:4] == [PASSWORD, *[f"Erreur. {PASSWORD}"] * 2]
    refusal = "Erreur : ce champ est vide. Remplissez-le.\nPour les choix, tapez >. Pour revenir, tapez <.\nErreur. Mot"
    assert stage.text.count(refusal) == 2
    assert all(prompt.hidden for prompt in stage.prompts[1:4])
    assert stage.server.named("sessions.open") == [("a@b.test", "Chantier-2026!")]


async def test_an_empty_field_is_passed_over_or_left_when_asked_to() -> None:
    stage = await converse(">", "2", "", "<")

    assert stage.asked[1].startswith("Choix de 1 à 3")
    assert stage.asked[3].startswith("Erreur")
    assert stage.asked[4].startswith("Adresse courriel"), "back from the forgotten password"


async def test_enter_alone_says_nothing_of_whose_number_it_is() -> None:
    stage = await converse(*TO_LEGACY, "1234567", "Ancien-1234!", "", "1")

    assert stage.asked[6] == "Erreur : tapez un nombre de 1 à 3. Choix de 1 à 3 :"
    assert stage.server.named("links.by_legacy_access")[0][0] == "ci1234567"


async def test_enter_keeps_what_a_field_holds_and_a_hyphen_erases_it() -> None:
    stage = await converse("a@b.test", "<", "", "<", "-", "c@d.test", "x")

    assert stage.asked[2] == "Adresse courriel (Entrée garde « a@b.test ») :"
    assert stage.asked[4] == stage.asked[2]
    assert stage.asked[5] == "Adresse courriel (Entrée seule : Créer un compte) :"
    assert stage.server.named("sessions.open") == [("c@d.test", "x")]


async def test_a_secret_that_stands_is_never_said() -> None:
    creates = ("", "nom@exemple.com", "Casque orange 7 poutres", "<")
    stage = await converse(*creates, "")

    assert stage.asked[-1] == "Nouveau mot de passe (Entrée garde ce qui est tapé) :"
    assert "Casque" not in stage.text


async def test_f4_shows_what_is_typed_and_says_so() -> None:
    stage = await converse("a@b.test", KeyPressed("f4", "ab"), "abc", "f4", "q")

    assert [prompt.hidden for prompt in stage.prompts[1:3]] == [True, False]
    assert "Ce que vous tapez s’affichera.\n" in stage.text
    assert "ab\n" in stage.said, "what stood on the line stands there again"


async def test_f5_where_there_is_no_full_screen_says_so() -> None:
    stage = await converse("f5")

    assert "Cette commande ne sert pas ici." in stage.text


async def test_q_asks_and_a_second_q_leaves() -> None:
    stage = await converse("q", "q")

    assert stage.asked[1] == "Choix de 1 à 2, ou Entrée pour « Rester ici » :"
    assert stage.state.quit
    assert "plus de réponse" not in stage.text


async def test_enter_stays_where_leaving_was_asked() -> None:
    stage = await converse("a@b.test", "q", "", "x")

    assert stage.asked[3] == PASSWORD


async def test_the_language_changes_in_place_and_keeps_what_was_typed() -> None:
    stage = await converse("a@b.test", "en", "x", "fr")

    assert stage.asked[2] == "Password (Enter: Log in; something else: >):"
    assert "Email address: a@b.test" in stage.text
    assert stage.asked[4].startswith("Choix de 1 à 4")


@pytest.mark.parametrize(("line", "sent"), [(" q", "q"), (" ?", "?"), ("  q", " q"), (" en ", "en "), ("fr", "fr")])
async def test_a_space_before_a_command_makes_an_answer_of_it(line: str, sent: str) -> None:
    stage = await converse("a@b.test", line)

    assert stage.server.named("sessions.open") == [("a@b.test", sent)]


async def test_a_name_with_a_capital_is_an_answer_where_its_small_letter_is_a_command() -> None:
    creates = ("", "nom@exemple.com", "Casque orange 7 poutres")
    stage = await converse(*creates, "R", "Q", server=Server())
    assert stage.state.step == "terms"
    held = drafts(stage.state)
    assert (held["first_name"], held["last_name"]) == ("R", "Q")

    stage = await converse(*creates, "r", "q")
    assert stage.state.overlay is Overlay.LEAVE


async def test_a_command_that_means_nothing_here_says_so() -> None:
    stage = await converse("f12", "+", "=", "f7")

    assert stage.text.count("Cette commande ne sert pas ici.") == 4


async def test_back_goes_to_the_field_before_then_to_the_step_before() -> None:
    stage = await converse(*TO_LEGACY, "ci1234567", "<", "<", "2")

    assert stage.asked[5] == "Ancien identifiant (Entrée garde « ci1234567 ») :"
    assert stage.asked[6].startswith("Choix de 1 à")
    assert stage.asked[7].startswith("Numéro, sigle ou adresse courriel")


async def test_a_choice_can_be_said_by_the_beginning_of_its_name() -> None:
    stage = await converse(*LOGIN, "utiliser vos", "ci1234567", ">", "RÉP")

    assert stage.state.step == "questions_file"


@pytest.mark.parametrize("line", ["9", "0", "abc", "utiliser"])
async def test_a_choice_that_is_none_is_asked_again(line: str) -> None:
    stage = await converse(*LOGIN, line)

    assert stage.asked[3] == "Erreur : tapez un nombre de 1 à 4. Choix de 1 à 4, ou Entrée pour le 1 :"
    assert len(stage.server.named("links.methods")) == 1


async def test_a_number_alone_is_followed_by_whose_it_is() -> None:
    stage = await converse(*TO_LEGACY, "1234567", "Ancien-1234!", "7", "1")

    assert "1. Travailleur ou retraité\n2. Employeur\n3. Association\n" in stage.text
    assert stage.asked[6].startswith("Erreur : tapez un nombre de 1 à 3. Choix de 1 à 3")
    assert stage.server.named("links.by_legacy_access")[0][0] == "ci1234567"


async def test_all_questions_are_answered_and_reviewed_before_any_is_sent() -> None:
    changes = ("1", "18 avril 1988")
    stage = await converse(*LOGIN, "2", "ci1234567", *records.RIGHT_ANSWERS, *changes, "Envoyer")
    sent = stage.server.named("links.by_questions")

    assert "Nous lirons : 17 avril 1988" in stage.text
    assert "1. Quelle est votre date de naissance? 17 avril 1988" in stage.text
    assert len(sent) == 1
    assert dict(sent[0][1])["birth_date"] == "1988-04-18"


async def test_one_of_forty_is_found_by_part_of_its_name() -> None:
    server = Server(sessions__open=models.session(linked=40), links__all=records.many_links())
    stage = await converse(*LOGIN, "", "+", "toit gaspe", "", server=server)

    assert "Lignes 1 à 10 sur 40. Pour la suite : +" in stage.text
    assert "16. Électricité Gaspé inc." in stage.text
    assert "1 profil sur 40" in stage.text
    assert stage.asked[5].startswith("Choix de 1 à")
    assert stage.server.named("links.read") == [("link-er000310",)]


async def test_a_hyphen_shows_the_whole_list_again() -> None:
    server = Server(sessions__open=models.session(linked=40), links__all=records.many_links())
    stage = await converse(*LOGIN, "", "toit gaspe", "-", server=server)

    assert stage.asked[2].startswith("Chercher (")
    assert "Pour chercher, tapez une partie du nom ou du numéro. Pour tout revoir : -" in stage.text
    assert stage.text.index("1 profil sur 40") < stage.text.rindex("Lignes 1 à 10 sur 40.")


async def test_a_reference_is_spelled_when_asked_for() -> None:
    stage = await converse(*TO_LEGACY, *LEGACY, "=")

    assert "4T8W-2NRQ-6T : 4, T, 8, W, trait d’union, 2, N, R, Q, trait d’union, 6, T." in stage.text


async def test_the_choices_are_said_whenever_they_are_asked_for() -> None:
    server = Server(sessions__open=[refused("invalid-credentials", 401)])
    stage = await converse(*LOGIN, ">", ">", server=server)

    assert stage.text.count("2. Mot de passe oublié\n") == 2


async def test_the_choices_beside_the_next_thing_to_do_wait_until_they_are_asked_for_and_answer_all_the_same() -> None:
    stage = await converse(*TO_LEGACY, *LEGACY, ">")

    assert stage.asked[5:] == [
        "Sélectionner un profil (Entrée; autre chose : >) :",
        "Choix de 1 à 5, ou Entrée pour « Sélectionner un profil » :",
    ]
    assert stage.text.count("4. Voir le reçu\n") == 1

    stage = await converse(*TO_LEGACY, *LEGACY, "3")
    assert stage.state.step == "methods"


async def test_the_same_notice_again_is_said_again() -> None:
    server = Server(sessions__open=[refused("invalid-credentials", 401)] * 2)
    stage = await converse(*LOGIN, "x", server=server)

    assert stage.text.count("Erreur : l’adresse courriel ou le mot de passe n’est pas le bon.") == 2
    assert stage.asked[3] == f"Erreur. {PASSWORD}"


async def test_each_further_question_takes_two_lines() -> None:
    stage = await converse(*LOGIN, "2", "ci1234567", *records.RIGHT_ANSWERS[:2])

    assert "SIMULATION. Question 1 sur 4. Exemple : 1988-04-17\n" in stage.text
    asked = stage.text.index("Question 2 sur 4. Exemple : H2X 1Y4\nQuel est le code postal inscrit au dossier? ")
    assert stage.text[asked - 1 :].split("\n")[3].startswith("Question 3 sur 4. Exemple : ")


async def test_what_was_probably_not_meant_does_not_lead_on_by_itself() -> None:
    stage = await converse(*LOGIN, "2", "ci123", "<", "ci1234567")

    assert "Vérifiez : 3 chiffres après ci; d’habitude, il y en a 7.\n" in stage.text
    assert stage.asked[4:6] == [
        "Voir les questions (Entrée; autre chose : >) :",
        "Numéro, sigle ou adresse courriel (Entrée garde « ci123 ») :",
    ]
    assert [given[0] for given in stage.server.named("links.questions")] == ["ci1234567"]


async def test_what_was_read_otherwise_than_typed_is_heard_before_it_is_sent() -> None:
    stage = await converse(*LOGIN, "3", ">", "2", "CI 123-4567")

    assert "Nous lirons : ci1234567\n" in stage.text
    assert not stage.server.named("links.request_code")
    assert stage.asked[-1].endswith("(Entrée; autre chose : >) :")


async def test_a_page_is_repeated_from_its_title() -> None:
    stage = await converse(*LOGIN, "r")

    assert stage.text.count("Choisir une méthode pour lier votre dossier.") == 2
    assert stage.text.count("1. Utiliser vos anciens accès") == 2


async def test_hints_can_be_switched_off() -> None:
    stage = await converse(*TO_LEGACY, hints=False)

    assert "Exemples : ci" not in stage.text
    assert "Ancien identifiant :" in stage.text
