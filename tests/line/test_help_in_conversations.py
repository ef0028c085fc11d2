"""Help by line is about what is asked, and the question comes again."""

from __future__ import annotations

from sel_tui.line.sources import KeyPressed
from tests.line.stage import LEGACY, LOGIN, converse


async def test_help_is_about_the_field_that_is_asked_and_the_question_comes_again() -> None:
    stage = await converse("?", "??", "q", "2")
    once, all_of_it = stage.text.split("Adresse courriel (")[1:3]

    assert once.splitlines()[1:] == [
        "Adresse courriel : L’adresse choisie à la création de votre compte utilisateur.",
        "Toute l’aide : ??",
    ]
    assert "f4 afficher ou masquer" in all_of_it
    assert "1. Fermer" not in stage.text
    assert stage.asked[2] == stage.asked[0]


async def test_help_where_one_chooses_says_what_each_choice_needs_or_the_sentence_of_the_page() -> None:
    stage = await converse(*LOGIN, "?", "1", *LEGACY, KeyPressed("f1"))

    assert "1. Ancien identifiant (ci1234567, er123456, as…, ap…) et ancien mot de passe.\n" in stage.text
    assert "4. Ne montre que ce qu’il faut à un travailleur, un employeur ou une association;" in stage.text
    assert stage.text.index("Le dossier est lié.\n") < stage.text.index("Pour épeler le numéro de référence : =")


async def test_all_the_help_of_the_methods_explains_the_type_of_file() -> None:
    said = (await converse(*LOGIN, "??")).text

    assert "« Type de dossier » ne montre que ce qu’il faut à un travailleur, un employeur" in said


async def test_the_coordinates_say_how_to_have_them_sent() -> None:
    stage = await converse(*LOGIN, "3", ">", "2")
    how = "Exemple : L-123456. Pour recevoir des coordonnées par courriel : >\nIdentifiant de liaison : "

    assert how in stage.text
    assert stage.state.step == "link_code_request"
    assert "coordonnées par courriel : >" not in (await converse(*LOGIN, "3", hints=False)).text
