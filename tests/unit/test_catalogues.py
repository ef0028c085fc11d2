"""The catalogues: whole, without anything stale, and written as Québec writes."""

from __future__ import annotations

import ast
import gettext
import re
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import sel_contract
import sel_tui
from sel_contract import EventKind, FieldCode, LinkMethod, PensionStatus, VerificationState
from sel_contract.rules.identifiers import Category
from sel_tui.i18n import LANGUAGES
from sel_tui.journey.core.state import Tone
from sel_tui.journey.registry import Overlay, Step
from tests.each import in_each
from tests.scenarios.forms import EVERY_FIELD

ROOT = Path(sel_tui.__file__).parent
LOCALES = ROOT / "i18n" / "locales"
BUILT_IN = {"personal", "public", "published", "duration"}  # `Words.say` makes these itself
NBSP = "\u00a0"
COMMAND = "'sel-tui[backend]'"  # typed into a shell, where the quotes must be straight
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")

# What the f-strings of the code expand to; each of these must exist.
FAMILIES = {
    **{f"{step.value}.title": "a step's title" for step in Step if step is not Step.QUESTION},
    **{f"{step.value}.help": "a step's help" for step in Step},
    **{f"{overlay.value}.title": "an overlay's title" for overlay in Overlay},
    **{f"tone.{tone.value}": "how grave" for tone in Tone},
    **{f"category.{category.value}": "whose" for category in Category},
    **{f"method.{method.value}{part}": "a method" for method in LinkMethod for part in ("", ".needs")},
    **{f"verification.{state.value}": "verified or not" for state in VerificationState},
    **{f"pension.{status.value}": "a pension's status" for status in PensionStatus},
    **{f"event.{kind.value}": "the history" for kind in EventKind},
    **{
        f"{field.label}{part}": "a field" for field in EVERY_FIELD if not field.title for part in ("", ".hint", ".help")
    },
}


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALES / LANGUAGES[language] / "LC_MESSAGES" / "sel_tui.po").open("rb") as opened:
        return read_po(opened, locale=LANGUAGES[language])


def texts(message: Message) -> tuple[str, ...]:
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


@cache
def entries(language: str) -> dict[str, tuple[str, ...]]:
    """Return the texts of each key: one, or one for each plural form."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: texts(message)
        for message in catalogue(language)
        if message.id
    }


@cache
def code() -> tuple[ast.Module, ...]:
    folders = (ROOT, Path(sel_contract.__file__).parent)
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for one in folders for file in sorted(one.rglob("*.py")))


@cache
def literals() -> frozenset[str]:
    nodes = (node for tree in code() for node in ast.walk(tree))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def keys_by_name() -> set[str]:
    """Return the keys that the code names as a whole: msg("…"), words.key("…")."""
    calls = [node for tree in code() for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = {
        call.args[0].value
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id == "msg")
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "key")
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    return {name for name in named if KEY.fullmatch(name)} - BUILT_IN


def patterns() -> list[re.Pattern[str]]:
    """Return what each f-string of the code could spell, if it could spell a key."""
    found = []
    for node in (node for tree in code() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        fixed = "".join(str(part) for part in parts if part is not None)
        if "." in fixed and re.fullmatch(r"[a-z0-9_.]+", fixed):
            found.append(re.compile("".join("(.*)" if part is None else re.escape(str(part)) for part in parts)))
    return found


def reachable() -> set[str]:
    """Return what the code can spell: keys as a whole, or from f-strings whose parts are words of the code."""
    words = set(literals()) | {word.replace("-", "_") for word in literals()}
    beginnings = {".".join(key.split(".")[:length]) for key in entries("fr") for length in range(1, 6)}
    used = beginnings & words
    families = patterns()
    for _ in range(3):  # a family's part may itself come from a family: notice.too_old, then its .next
        used |= {
            one
            for one in beginnings - used
            for family in families
            if (found := family.fullmatch(one)) and all(part.strip(".") in words | used for part in found.groups())
        }
    return used


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_code_has_its_words(language: str) -> None:
    wanted = keys_by_name() | set(FAMILIES)

    assert len(wanted) > 150
    assert wanted - set(entries(language)) == set()


def test_nothing_in_the_catalogues_is_stale() -> None:
    assert set(entries("fr")) - reachable() == set()


def test_both_languages_have_the_same_keys() -> None:
    assert set(entries("fr")) == set(entries("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_translate(language: str) -> None:
    assert not [message.id for message in catalogue(language) if message.fuzzy]
    assert not [key for key, said in entries(language).items() if not all(text.strip() for text in said)]
    assert not catalogue(language).obsolete


def placeholders(said: tuple[str, ...]) -> set[str]:
    return {name for text in said for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@in_each("key", sorted(entries("fr")))
def test_both_languages_fill_in_the_same_things(key: str) -> None:
    french, english = entries("fr")[key], entries("en")[key]

    assert placeholders(french) == placeholders(english)
    assert len(french) == len(english)
    assert all(name.isidentifier() for name in placeholders(french))


def all_texts(language: str) -> list[tuple[str, str]]:
    return [(key, text.replace(COMMAND, "COMMAND")) for key, said in entries(language).items() for text in said]


def wrong(language: str, pattern: str) -> list[tuple[str, str]]:
    return [(key, text) for key, text in all_texts(language) if re.search(pattern, text)]


def names_a_key(key: str, text: str) -> bool:
    """Tell whether the `?` of `text` is the line face's own key for help."""
    return key.startswith("line.") and re.search(r"\s\?\??( |$|[.,])", text) is not None


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("a colon or % stands behind U+00A0", rf"[^{NBSP}]:(?!//)|^:|[^{NBSP}]%"),
        ("« and » hold U+00A0 inside", rf"«(?!{NBSP})|(?<!{NBSP})»"),
        ("nothing stands before ? ! ;", r"\s[?!;](?! (ou|or) )"),
        ("no narrow space, which console fonts lack", "[\u202f\u2009]"),
        ("no English quotation marks", '[“”"]'),
        ("a letter follows an apostrophe", r"’(?!\w|\{)"),
    ],
)
def test_the_french_is_set_as_in_quebec(rule: str, pattern: str) -> None:
    assert [(key, text) for key, text in wrong("fr", pattern) if not names_a_key(key, text)] == [], rule


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("the apostrophe is ’", "'"),
        ("no two spaces in a row", rf"[ {NBSP}]{{2}}"),
        ("no space at either end", r"^\s|\s$"),
        ("an ellipsis is one character", r"\.\.\."),
        ("no tab and no line end", r"[\t\n\r]"),
        ("no stop twice", r"(?<!\.)\.\.(?!\.)|,,"),
    ],
)
def test_both_languages_are_set_cleanly(language: str, rule: str, pattern: str) -> None:
    assert wrong(language, pattern) == [], rule


def test_the_english_has_no_space_before_a_colon() -> None:
    assert wrong("en", rf"[\s{NBSP}]:") == []
    assert [one for one in wrong("en", r"\s[?!;%](?! or )") if not names_a_key(*one)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    compiled = gettext.translation("sel_tui", LOCALES, [LANGUAGES[language]])
    for key, said in entries(language).items():
        found = (compiled.gettext(key),)
        assert said == (found if len(said) == 1 else (compiled.ngettext(key, key, 1), compiled.ngettext(key, key, 2)))


def test_every_code_of_a_refused_field_is_said_or_has_the_general_word() -> None:
    said = {key.removeprefix("code.") for key in entries("fr") if key.startswith("code.")}

    assert "other" in said
    assert said - {"other"} <= {code.value.replace("-", "_") for code in FieldCode}


def test_no_sentence_stands_outside_the_catalogues() -> None:
    # Both languages at once in the usage of the command line; letters that are data in the others.
    allowed = {"command_line.py", "catalogue.py", "glyphs.py", "identifiers.py", "readings.py", "trades.py"}
    strays = []
    for file in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        documentable = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        documented = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documentable)}
        found = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        strays += [
            (file.name, text)
            for text in found
            if file.name not in allowed and text not in documented and re.search(r"[a-zà-ÿ]+[’ ].*[à-ÿ’]", text)
        ]

    assert strays == []
