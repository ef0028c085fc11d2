"""The rules that both sides share: the client sends what the back end understands, read by the same functions."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from sel_backend.security.answers import normalised
from sel_contract import AccountCreation, FieldCode, PasswordRule, QuestionKind, canonical_email
from sel_contract.rules.codes import ALPHABET, canonical_handoff_code, find_coordinates, handoff_code_from
from sel_contract.rules.identifiers import AmbiguousEmailError, holds_sin
from sel_contract.rules.passwords import PasswordFault, password_faults
from sel_contract.rules.text import LONG, fold
from sel_contract.rules.trades import trade_key
from sel_contract.rules.values import NAME_LIMIT, read_date, read_name, read_number
from sel_tui.journey.core.fields import Field, Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.readings import check
from sel_tui.journey.steps.account import FIRST_NAME

CREATION = {
    "email": "a@exemple.test",
    "password": "Xk9!vTq2",
    "first_name": "Zoé",
    "last_name": "Roy",
    "terms_version": "1",
    "language": "fr-CA",
}
RULE = PasswordRule(min_length=12, max_length=128, upper=True, lower=True, digit=True, special=True)


@pytest.mark.parametrize(
    ("kind", "question", "typed", "understood"),
    [
        (Kind.DATE, QuestionKind.DATE, "le 1ER mai 1990", "1990-05-01"),
        (Kind.DATE, QuestionKind.DATE, "April 17th, 1988", "1988-04-17"),
        (Kind.DATE, QuestionKind.DATE, "17avril1988", "1988-04-17"),
        (Kind.DATE, QuestionKind.DATE, "le 19880417", "1988-04-17"),
        (Kind.DATE, QuestionKind.DATE, "1988 mai 1er", "1988-05-01"),
        (Kind.YEAR, QuestionKind.YEAR, "2\u00a0009", "2009"),
        (Kind.NUMBER, QuestionKind.NUMBER, "8000\u20110001-01", "8000000101"),
        (Kind.NUMBER, QuestionKind.NUMBER, "1’200", "1200"),
    ],
)
def test_client_and_back_end_read_an_answer_the_same_way(
    kind: Kind, question: QuestionKind, typed: str, understood: str
) -> None:
    assert check(Field("answer", kind, "field.answer"), typed).sent == understood
    assert normalised(question, typed) == normalised(question, understood) == understood


@pytest.mark.parametrize("year", ["1849", "2200", "0", "98"])
def test_client_and_back_end_refuse_the_same_years(year: str) -> None:
    assert check(Field("answer", Kind.YEAR, "field.answer"), year).problem is not None
    with pytest.raises(ValueError, match="bad-year"):
        normalised(QuestionKind.YEAR, year)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Chantier-2026!", []),
        ("court", ["too-short", "needs-upper", "needs-digit", "needs-special"]),
        ("CHANTIER 2026", ["needs-lower", "needs-special"]),
        ("Aa1!" * 33, ["too-long"]),
    ],
)
def test_a_new_password_is_told_every_fault_in_the_words_of_the_wire(password: str, faults: list[str]) -> None:
    assert password_faults(RULE, password) == faults
    assert {fault.value for fault in PasswordFault} <= {code.value for code in FieldCode}


@pytest.mark.parametrize("typed", ["a%b@exemple.test", "=?x?=@exemple.test", "a@exemple.1"])
def test_an_address_that_may_be_another_mailbox_is_told_apart_from_one_that_is_none(typed: str) -> None:
    with pytest.raises(AmbiguousEmailError, match="bad-email"):
        canonical_email(typed)


def test_coordinates_are_found_in_a_whole_mail() -> None:
    mail = "Votre nom : l 482913\r\nVotre code : 7k3m9-qtdhx\r\n"
    assert find_coordinates(mail) == ("L-482913", "7K3M9-QTDHX")
    assert find_coordinates("7k3m9-qtdhx, puis L-482913") is None


def test_a_social_insurance_number_is_found_in_a_sentence() -> None:
    assert holds_sin("mon numéro est 046 454 286.")
    assert not holds_sin("mon numéro est 046 454 287.")


MAIL = "Envoyé : lundi 4 mai 2026 14:05\r\nIdentifiant de liaison : L-482913\r\nCode de liaison : 7KQ2M-9XTRD\r\n"


@pytest.mark.parametrize(
    ("mail", "found"),
    [
        (MAIL, ("L-482913", "7KQ2M-9XTRD")),
        (MAIL + "Linking username: l482913\nLinking code: 7kq2m9xtrd\n", ("L-482913", "7KQ2M-9XTRD")),
        (MAIL.replace("\r\n", "\n> "), ("L-482913", "7KQ2M-9XTRD")),
        (MAIL.replace(" : L", "\u00a0: L").replace(" : 7", "\u00a0:\n7"), ("L-482913", "7KQ2M-9XTRD")),
        (MAIL + "Identifiant de liaison : L-482914\nCode de liaison : 7KQ2M-9XTRE\n", None),
        ("Envoyé : lundi 4 mai 2026\nVotre nom : L-482913\nVotre code : 7KQ2M-9XTRD", None),
        ("L-482913 7KQ2M-9XTRD", ("L-482913", "7KQ2M-9XTRD")),
        ("L-482913 7KQ2M-9XTRD 7KQ2M-9XTRE", None),
        ("Code de liaison : 7KQ2M-9XTRD", None),
        ("Envoyé : lundi 4 mai 2026 14:05\n7KQ2M-9XTRD", None),
        ("Reçu le 20260504, 7KQ2M-9XTRD", None),
        (MAIL.replace("482913", "482913,").replace("RD", "RD."), ("L-482913", "7KQ2M-9XTRD")),
        ("*Identifiant de liaison :* *L-482913*\n*Code de liaison :* <7KQ2M-9XTRD>", ("L-482913", "7KQ2M-9XTRD")),
        ("Identifiant de liaison : L-482913 Code de liaison : 7KQ2M 9XTRD", ("L-482913", "7KQ2M-9XTRD")),
        ("Identifiant de liaison : L 482913\tCode de liaison : 7kq2m9xtrd", ("L-482913", "7KQ2M-9XTRD")),
        ("Identifiant de liaison : 14:05\nCode de liaison : bientôt", None),
    ],
)
def test_of_a_pasted_mail_the_coordinates_that_it_names_are_taken_and_nothing_is_guessed(
    mail: str, found: tuple[str, str] | None
) -> None:
    assert find_coordinates(mail) == found


def test_a_line_of_the_mail_copied_whole_into_a_field_is_what_it_names() -> None:
    username, code = Field("username", Kind.LINK_USERNAME, "field"), Field("code", Kind.LINK_CODE, "field")
    assert check(username, "Identifiant de liaison\u00a0: L-482913").sent == "L-482913"
    assert check(username, "Linking username: l 482913 ").sent == "L-482913"
    assert check(code, "Code de liaison : 7KQ2M-9XTRD").sent == "7KQ2M-9XTRD"
    for wrong in (
        "Envoyé : lundi 4 mai 2026 14:05",
        "Numéro : L-482913",
        "Identifiant de liaison : L-482913, ou M-1234",
    ):
        assert check(username, wrong).problem == msg("field.link_username.bad")


def test_a_text_of_any_length_can_be_folded_and_is_no_date_number_or_name() -> None:
    typed = "1" * (LONG + 1)
    assert fold(typed) == "1" * LONG
    assert (read_date(typed), read_number(typed), read_name(typed)) == (None, "", "")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Ka'nhehsí:io",
            "Kahnawà:ke",
            "Tewasontaháwi",
            "Wahiakeron",
            "Kaia’titáhkhe",
            "O:nenhste",
            "Ierahkwa:",
            "Ka꞉ri",
        ),
        *("Côté-L’Heureux", "D'Amours", "St. Onge", "María José", "Gal·la", "Nguyễn", "Łukasz", "O’Neill", "ʻAukai"),
        *("محمد", "देवी", "王", "Jean-Marc Jr."),
    ],
)
def test_a_name_is_kept_to_the_letter_on_both_sides(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    for typed in (name, unicodedata.normalize("NFD", name), f"  {name} "):
        assert read_name(typed) == composed
        assert check(FIRST_NAME, typed).sent == composed
    creation = AccountCreation.model_validate(CREATION | {"first_name": composed, "last_name": composed})
    assert (creation.first_name, creation.last_name) == (composed, composed)


@pytest.mark.parametrize(
    "typed", [":", "·", "'", "-", ":io", "Jean: Paul2", "R2D2", "a@b", "Jean;", "Jean/Marc", "::", "(x)"]
)
def test_what_no_name_holds_is_no_name(typed: str) -> None:
    assert read_name(typed) == ""
    assert check(FIRST_NAME, typed).problem == msg("field.name.bad")


def test_a_name_has_the_length_that_the_wire_takes_and_no_more() -> None:
    assert check(FIRST_NAME, "é" * NAME_LIMIT).sent == "é" * NAME_LIMIT
    assert check(FIRST_NAME, "e\u0301" * NAME_LIMIT).sent == "é" * NAME_LIMIT
    assert check(FIRST_NAME, "é" * (NAME_LIMIT + 1)).problem == msg("field.name.too_long", count=NAME_LIMIT)
    AccountCreation.model_validate(CREATION | {"first_name": "é" * NAME_LIMIT})
    with pytest.raises(ValueError, match="100"):
        AccountCreation.model_validate(CREATION | {"first_name": "é" * (NAME_LIMIT + 1)})


# Each key, and how people and records write that trade.
TRADES = {
    "electricien": """Électricien|électricienne|électriciens|ÉLECTRICIENNES|electricien|Électricien, électricienne
        |électricien(ne)|électricien(ne)s|électricien(enne)|électricien·ne·s|électricien.ne|électricien/ne|électricien-ne
        |électricienne ou électricien|Électricien / Électricienne|électricien·ne""",
    "charpentiermenuisier": """Charpentier-menuisier|charpentière-menuisière|charpentiers menuisiers
        |charpentiermenuisier|Charpentier-menuisier, charpentière-menuisière
        |charpentier(ière)-menuisier(ière)|Charpentières‑menuisières""",
    "operateurdequipementlourd": """Opérateur d’équipement lourd|opératrice d'équipements lourds
        |Opérateur(trice) d’équipement lourd""",
    "mecanicienindustriel": "Mécanicien industriel|mécanicienne industrielle|mécaniciens industriels",
    "briqueteurmacon": """Briqueteur-maçon|briqueteuse-maçonne|briqueteurs-maçons
        |Briqueteur-maçon, briqueteuse-maçonne""",
    "peintre": "Peintre|peintres|PEINTRE",
    "frigoriste": "Frigoriste|frigoristes",
    "manoeuvre": "Manœuvre|manoeuvres",
    "poseurderevetementsouple": "Poseur de revêtements souples|poseuse de revêtement souple",
    "serrurierdebatiment": "Serrurier de bâtiment|serrurière de bâtiment|Serrurier(ère) de bâtiment",
}
OTHERS = ("plâtrier", "plombier", "vitrier", "couvreur", "carreleur")


def test_one_trade_is_one_answer_whatever_its_gender_its_number_and_the_forms_of_the_record() -> None:
    for key, texts in TRADES.items():
        written = texts.split("|")
        assert {trade_key(text) for text in written} == {key}
        assert {normalised("trade", text) for text in written} == {key}


def test_trades_that_differ_stay_apart_and_names_keep_their_ending() -> None:
    assert (
        len({trade_key(text) for text in (*TRADES, "plâtrier", "plombier", "vitrier", "couvreur", "carreleur")}) == 15
    )
    assert trade_key("Peintre, plâtrière") == trade_key("plâtrier / peintre") != trade_key("peintre")
    for names in (("Tremblay", "Tremblays"), ("Lavoie", "Lavoi"), ("Lebrun", "Lebrune"), ("Martel", "Martelle")):
        assert len({normalised(QuestionKind.TEXT, name) for name in names}) == 2


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("h2x1y4", "H2X 1Y4"),
        ("HOH OHO", "H0H 0H0"),
        ("33101", "33101"),
        ("33101-1234", "331011234"),
        ("sw1a 1aa", "SW1A1AA"),
        ("W1A 1AA", "W1A1AA"),
        ("M1 1AA", "M11AA"),
        ("1234 ab", "1234AB"),
        ("75001", "75001"),
        ("D02 X285", "D02X285"),
        ("100", "100"),
    ],
)
def test_a_postal_code_that_a_record_can_hold_can_be_answered(typed: str, understood: str) -> None:
    checked = check(Field("answer", Kind.POSTAL_CODE, "field.answer"), typed)
    assert (checked.sent, checked.problem) == (understood, None)
    assert normalised(QuestionKind.POSTAL_CODE, understood) == understood.replace(" ", "")
    if "O" not in typed:
        assert normalised(QuestionKind.POSTAL_CODE, typed) == normalised(QuestionKind.POSTAL_CODE, understood)


@pytest.mark.parametrize("typed", ["H2X", "H2X 1Y", "H2X1", "D2X 1Y4", "H2O 1Y4", "H2X 1Y4 9", "Montréal", "!!", "12"])
def test_a_postal_code_that_was_mistyped_is_said_at_its_field_and_costs_nothing(typed: str) -> None:
    problem = check(Field("answer", Kind.POSTAL_CODE, "field.answer"), typed).problem
    assert problem is not None
    assert problem.key in {f"field.postal_code.{reason}" for reason in ("length", "letters", "order")}


def test_a_hand_offs_code_is_read_however_it_is_typed_and_its_check_symbol_finds_every_mistyped_one() -> None:
    assert canonical_handoff_code(" 4t8w 7k3i ") == handoff_code_from("4T8W7K3") == "4T8W-7K31"
    for place, symbol in itertools.product(range(8), ALPHABET):
        mistyped = "4T8W7K31"[:place] + symbol + "4T8W7K31"[place + 1 :]
        if mistyped != "4T8W7K31":
            with pytest.raises(ValueError, match="bad-reference"):
                canonical_handoff_code(mistyped)
    for wrong in ("", "4T8W7K3", "4T8W7K311", "4T8W7KU1", "4" * 65):
        with pytest.raises(ValueError, match="bad-format"):
            canonical_handoff_code(wrong)
    assert handoff_code_from("4T8W2NR") is None  # its check symbol cannot be said
