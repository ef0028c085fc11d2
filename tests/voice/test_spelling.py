"""Codes, client numbers and references are spelled by us; espeak-ng, where it is, is asked how our words sound."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

import pytest

from sel_tui.i18n import Words
from sel_tui.journey.core.page import Fact
from sel_tui.journey.machine import page
from sel_tui.voice.describe import describe_item
from sel_tui.voice.spelling import codes_in, grouped, letter, spelled, with_groups
from sel_tui.voice.utterance import Part, Utterance, sentence
from tests.scenarios import build
from tests.voice.listening import WORDS

ESPEAK: Final = shutil.which("espeak-ng")
_NAMES: Final = frozenset(WORDS["en"].key("voice.digits").split(", "))
oracle = pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed (Debian: apt-get install espeak-ng)")

# How each letter sounds, from a dictionary; espeak's own letters of the alphabet say the same.
FRENCH: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (
            *("a", "be", "se", "de", "ə", "ɛf", "ʒe", "aʃ", "i", "ʒi", "ka", "ɛl", "ɛm"),
            *("ɛn", "o", "pe", "ky", "ɛʁ", "ɛs", "te", "y", "ve", "dublve", "iks", "iɡʁɛk", "zɛd"),
        ),
        strict=True,
    )
)


def sounds(text: str, language: str) -> str:
    assert ESPEAK is not None
    done = subprocess.run(
        [ESPEAK, "-v", language, "-q", "--ipa", text], capture_output=True, text=True, check=True, timeout=10
    )
    return "".join(sign for sign in done.stdout if sign not in "ˈˌ- \n").replace("œ", "ə")


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("fr", "AB12", "a, bé, un, deux"),
        ("en", "AB12", "ay, bee, one, two"),
        ("fr", "ci1234567", "cé, i, un, deux, trois, quatre, cinq, six, sept"),
        ("fr", "7K3M9-QTDHX", "sept, ka, trois, aime, neuf, trait d’union, ku, té, dé, ache, ixe"),
        ("en", "SEL-W0", "ess, ee, ell, hyphen, double you, zero"),
    ],
)
def test_a_code_is_said_letter_by_letter(language: str, text: str, said: str) -> None:
    assert spelled(text, WORDS[language]) == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("fr", "1\u00a0888\u00a0555-0142", "1, 888, 555, 01 42"),
        ("en", "1\u00a0888\u00a0555-0142", "1, 8 8 8, 5 5 5, 0 1 4 2"),
        ("fr", "ci1234567", "cé i, 123, 45, 67"),
        ("fr", "er123456", "e erre, 123, 456"),
        ("fr", "1171234567", "117, 123, 45, 67"),
        ("fr", "12345678901", "123, 45, 67, 89, 01"),
        ("fr", "5678-1234-01", "56 78, 12 34, 01"),
        ("fr", "4T8W-2NRQ-6T", "quatre té huit double vé, deux enne erre ku, six té"),
        ("en", "H2X 1Y4", "aitch two ex, one why four"),
        ("fr", "nom@exemple.com", "nom@exemple.com"),
    ],
)
def test_a_number_is_said_in_groups_as_on_the_phone(language: str, text: str, said: str) -> None:
    assert grouped(text, WORDS[language]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entrez ce code :\n\n    346135\n\nIl sert", "entrez ce code :\n\n    346, 135\n\nIl sert"),
        ("Identifiant : L-53075954", "Identifiant : elle, 530, 759, 54"),
        ("Code : CETH3-N77RA.", "Code : cé e té ache trois, enne sept sept erre a."),
        ("Ancien identifiant : ci1234567.", "Ancien identifiant : cé i, 123, 45, 67."),
        ("au 1\u00a0888\u00a0555-0142.", "au 1, 888, 555, 01 42."),
        ("identifiant : CI 1234567.", "identifiant : cé i, 123, 45, 67."),
        ("Montréal H2X 1Y4", "Montréal ache deux ixe un i grec quatre"),
    ],
)
def test_the_codes_in_a_text_are_said_as_other_codes_are(text: str, said: str) -> None:
    assert with_groups(text, WORDS["fr"]) == said
    assert codes_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *("le 2026-11-29 à 14 h 30, en 2026", "1234, rue Ontario, app. 5", "nom12345@exemple.com", "Retraite-77!"),
        *("Appuyez sur F12.", "https://exemple.test/12345", "St-Onge", "valide pendant 10 minutes", "18h30"),
    ],
)
def test_days_hours_years_addresses_and_keys_are_no_codes(text: str) -> None:
    assert codes_in(text) == []
    assert with_groups(text, WORDS["fr"]) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Pg préc. et Pg suiv. : tourner la page.", "Pg préc et Pg suiv : tourner la page."),
        ("rue Ontario Est, app. 5, Montréal", "rue Ontario Est, app 5, Montréal."),
        ("boul. Saint-Joseph, apt. 3", "boul Saint-Joseph, apt 3."),
        ("8:30 a.m. to 4:30 p.m.", "8:30 a.m to 4:30 p.m."),
        ("Opens at 8:30 a.m. You can wait.", "Opens at 8:30 a.m. You can wait."),
        ("M. J. Roy", "M J Roy."),
        ("The answer is no. You can call.", "The answer is no. You can call."),
        ("no. 12, tél. 555", "no 12, tél 555."),
        ("Voix. 2 essais. f11 encore.", "Voix. 2 essais. f11 encore."),
        ("Étape 4. Dossier lié", "Étape 4. Dossier lié."),
        ("C’est non.\nTab : aller.", "C’est non. Tab : aller."),
    ],
)
def test_the_period_of_an_abbreviation_ends_no_sentence(text: str, said: str) -> None:
    assert sentence((Utterance(text, Part.TEXT, text),)) == said


@pytest.mark.parametrize("length", range(1, 26))
def test_no_digit_is_lost_between_the_groups(length: int) -> None:
    digits = ("0123456789" * 3)[:length]
    for text in (digits, f"ci{digits}"):
        said = grouped(text, WORDS["en"])
        assert len([word for word in said.split() if word.strip(",").isdigit() or word.strip(",") in _NAMES]) == length


@oracle
def test_a_telephone_number_in_groups_sounds_as_it_is_said() -> None:
    assert "kaʁɑ̃tdø" in sounds(grouped("555-0142", WORDS["fr"]), "fr")


def test_an_address_is_spelled_with_its_signs_and_a_name_with_its_accents_and_capitals() -> None:
    french = WORDS["fr"]
    assert spelled("m.roy@x_y", french) == "aime, point, erre, o, i grec, arobase, ixe, trait de soulignement, i grec"
    assert spelled("Éric", french, capitals=True) == "e accent aigu majuscule, erre, i, cé"
    assert spelled("A · b", french) == "a, espace, bé"
    assert spelled("ç 漢", french) == "cé cédille, espace, autre caractère"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_and_every_digit_has_a_name_of_its_own(language: str) -> None:
    names = [letter(one, WORDS[language]) for one in "abcdefghijklmnopqrstuvwxyz0123456789"]
    assert len(set(names)) == 36


@oracle
def test_the_letters_sound_as_letters_in_french() -> None:
    heard = {one: sounds(letter(one, WORDS["fr"]), "fr") for one in FRENCH}
    alike = {one: sound.replace("ef", "ɛf").replace("es", "ɛs").replace("ze", "zɛ") for one, sound in heard.items()}
    assert {one: alike[one] for one in FRENCH if alike[one] != FRENCH[one].replace("ze", "zɛ")} == {}


@oracle
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_spelled_code_does_not_sound_like_the_word_that_espeak_makes_of_it(language: str) -> None:
    assert sounds(spelled("AB12", WORDS[language]), language) != sounds("AB12", language)
    assert sounds("un, deux", "fr") in sounds(spelled("AB12", WORDS["fr"]), "fr")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "quatre té huit double vé, sept ka trois un"),
        ("en", "four tee eight double you, seven kay three one"),
    ],
)
def test_the_code_of_a_hand_off_is_said_in_groups_and_stays_personal(language: str, said: str) -> None:
    fact = next(item for item in page(build("handoff")).items if item.id == "code")
    assert isinstance(fact, Fact)
    _, value = describe_item(fact, Words(language))
    assert value.text == said
    assert value.public == Words(language).key("voice.private")
