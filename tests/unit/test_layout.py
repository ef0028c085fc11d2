"""Where the words of an item stand: at every width, for every step, overlay, notice and error there is."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import EMAIL, Kind
from sel_tui.journey.core.messages import msg, public
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, Operable, Option, Page
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.steps.login import PASSWORD
from sel_tui.terminal.capabilities import CELLS
from sel_tui.widgets.glyphs import ALLOWED, ASCII, UNICODE, Glyphs, to_ascii
from sel_tui.widgets.layout import STATE_LIMIT, Columns, Frame, Laid, Line, changed, columns, lay_out
from sel_tui.widgets.line_edit import LineEdit
from tests.scenarios import build, in_each_scenario
from tests.unit.rendering import WORDS, pages

USUAL_COLUMNS = Columns(20)
WIDTHS = (40, 45, 59, 60, 80, 120, 200)
LONG = "Association-des-couvreurs-et-des-ferblantiers-du-Québec-métropolitain et de ses environs immédiats"


def shown(
    item: Item,
    width: int,
    words: Words,
    *,
    focused: bool = False,
    shared: Columns = USUAL_COLUMNS,
    glyphs: Glyphs = UNICODE,
) -> Laid:
    edit = LineEdit().typed(clear(item.value)) if isinstance(item, EntryItem) else None
    return lay_out(item, Frame(width, words, glyphs, columns=shared, focused=focused), edit)


def rows(laid: Laid) -> list[str]:
    return ["".join(text for text, _ in line) for line in laid.lines]


def entry(**changes: object) -> EntryItem:
    given: dict[str, object] = {
        "id": "email",
        "kind": Kind.EMAIL,
        "label": msg(EMAIL.label),
        "value": "",
        "hint": msg("field.email.hint"),
        **changes,
    }
    return EntryItem(**given)  # type: ignore[arg-type]  # the changes are the test's own


@in_each_scenario
@pytest.mark.parametrize("language", WORDS)
def test_no_line_of_any_step_is_wider_than_the_screen(name: str, language: str) -> None:
    words = WORDS[language]
    all_pages: list[Page] = pages(build(name, language))
    for width in WIDTHS:
        for one in all_pages:
            shared = columns(one.items, words)
            for item in one.items:
                for focused in (False, True):
                    laid = shown(item, width, words, focused=focused, shared=shared)
                    x, y = laid.caret

                    assert [row for row in rows(laid) if cell_len(row) > width] == []
                    assert laid.lines
                    assert 0 <= y < len(laid.lines)
                    assert 0 <= x < width


@in_each_scenario
def test_only_glyphs_that_every_console_has_are_drawn(name: str) -> None:
    for one in pages(build(name)):
        drawn = "".join(row for item in one.items for row in rows(shown(item, 80, WORDS["fr"], focused=True)))
        strange = {glyph for glyph in drawn if not glyph.isascii() and not glyph.isalpha() and glyph not in ALLOWED}

        assert strange == set()
        assert to_ascii(drawn).isascii()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_error_stands_at_its_field_and_begins_with_the_word(width: int) -> None:
    wrong = entry(error=msg("login.old_access"))
    for language, word in (("fr", "Erreur\u00a0: "), ("en", "Error: ")):
        found = rows(shown(wrong, width, WORDS[language]))
        places = [place for place, row in enumerate(found) if row.strip().startswith(word)]

        assert len(places) == 1
        assert found[places[0] - 1].rstrip().endswith("]")
        said = " ".join(row.strip() for row in found)
        assert all(part in said for part in WORDS[language].say(msg("login.old_access")).split())


@pytest.mark.parametrize(("width", "same_row"), [(80, True), (60, True), (59, False), (40, False)])
def test_label_and_value_stand_on_one_row_where_there_is_room(width: int, same_row: bool) -> None:
    found = rows(shown(entry(value="nom@exemple.com"), width, WORDS["fr"], shared=Columns(19)))

    assert any("Adresse courriel\u00a0:" in row and "nom@exemple.com" in row for row in found) is same_row
    assert any("Adresse courriel\u00a0:" in row for row in found)
    assert any("nom@exemple.com" in row for row in found)


def test_a_masked_field_shows_marks_and_nothing_of_the_secret() -> None:
    secret = entry(kind=Kind.PASSWORD, label=msg(PASSWORD.label), value=Secret("Canari-3f9c"), masked=True, secret=True)
    for width in WIDTHS:
        for glyphs in (UNICODE, ASCII):
            laid = shown(secret, width, WORDS["fr"], focused=True, glyphs=glyphs)

            assert "Canari" not in "".join(rows(laid))
            assert glyphs.mask * len("Canari-3f9c") in "".join(rows(laid))


def test_the_caret_stands_behind_what_was_typed() -> None:
    laid = shown(entry(value="nom@exemple.com"), 80, WORDS["fr"], shared=Columns(19))
    x, y = laid.caret

    assert rows(laid)[y][:x].endswith("nom@exemple.com")


@pytest.mark.parametrize("focused", [True, False])
def test_the_focus_is_seen_without_any_colour(focused: bool) -> None:
    items: tuple[Item, ...] = (
        entry(),
        Button("submit", msg("button.log_in"), "submit"),
        Button("row", public("Un profil"), "open_profile", row=True, key="1"),
        Choice("category", msg("category.label"), (Option("worker", msg("category.worker")),)),
    )
    for item in items:
        drawn = "".join(rows(shown(item, 80, WORDS["fr"], focused=focused)))

        assert (UNICODE.marker in drawn) is focused


def test_what_is_chosen_is_said_in_words_and_not_by_a_glyph_alone() -> None:
    options = tuple(Option(value, public(value)) for value in ("worker", "employer"))
    found = rows(shown(Choice("category", msg("category.label"), options, "employer"), 80, WORDS["fr"]))

    assert [row for row in found if "choisi" in row] == [row for row in found if "employer" in row]
    assert [("(•)" in row, "( )" in row) for row in found if "er" in row and "(" in row] == [
        (False, True),
        (True, False),
    ]


def test_what_may_stay_empty_is_said_to_be_optional() -> None:
    assert "(facultatif)" in rows(shown(entry(required=False), 80, WORDS["fr"], shared=Columns(30)))[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_name_too_long_for_the_screen_is_cut_into_lines_and_not_cut_off(width: int) -> None:
    items: tuple[Item, ...] = (
        Fact("name", msg("fact.name"), public(LONG)),
        Button("row", public(LONG), "open_profile", row=True, key="1", state=public("à vérifier")),
        Button("long", public(LONG), "submit"),
    )
    for item in items:
        found = rows(shown(item, width, WORDS["fr"], focused=True))
        whole = "".join("".join(row.split()) for row in found)

        assert all(cell_len(row) <= width for row in found)
        assert "".join(LONG.split()) in whole.replace("│", "")


def test_every_line_of_a_mail_keeps_its_place() -> None:
    found = rows(shown(Fact("mail", public("10 h"), public("Bonjour,\n\nVotre code : 123")), 80, WORDS["fr"]))

    assert [row.strip() for row in found][-3:] == ["Bonjour,", "", "Votre code : 123"]


def test_the_label_column_is_as_wide_as_the_widest_label_that_fits_one() -> None:
    short, long = entry(), entry(label=public("Une question tellement longue qu’elle prend toute la ligne ou presque"))

    assert columns((short, long), WORDS["fr"]) == columns((short,), WORDS["fr"])
    assert columns((), WORDS["fr"]) == Columns(1, 0)


@in_each_scenario
@pytest.mark.parametrize("language", WORDS)
def test_for_braille_what_has_the_focus_shows_its_label_with_its_value_or_state_in_forty_cells(
    name: str, language: str
) -> None:
    words = WORDS[language]
    for one in pages(build(name, language)):
        shared = columns(one.items, words, CELLS)
        for item in one.operable():
            laid = shown(item, 80, words, focused=True, shared=shared)
            felt = rows(laid)[laid.caret[1]][:CELLS]

            assert laid.caret[0] < CELLS
            match item:
                case EntryItem():
                    assert felt[2:].split(" [")[0].strip()
                    assert felt[2:].split(" [")[0].split()[-1].strip("\u00a0:") in words.say(item.label)
                    assert felt.rstrip().endswith("]")
                case Button(state=state) if state is not None and len(words.say(state)) <= STATE_LIMIT:
                    assert words.say(state) in felt
                    assert words.say(item.label).split()[0] in felt


def test_for_braille_a_long_value_is_shown_to_its_end_beside_its_label_while_it_is_typed() -> None:
    long = entry(value="prenom.nomdefamille@exemple.com")
    typed = shown(long, 80, WORDS["fr"], focused=True, shared=Columns(19, cells=CELLS))

    assert "Adresse courriel" in rows(typed)[0][:CELLS]
    assert rows(typed)[0][:CELLS].rstrip().endswith("@exemple.com ]")
    for focused in (True, False):  # eyes see it whole
        whole = shown(long, 80, WORDS["fr"], focused=focused, shared=Columns(19))
        assert "prenom.nomdefamille@exemple.com" in rows(whole)[0]


@in_each_scenario
@pytest.mark.parametrize("language", WORDS)
def test_for_braille_every_line_is_felt_whole(name: str, language: str) -> None:
    words = WORDS[language]
    for one in pages(build(name, language)):
        shared = columns(one.items, words, CELLS)
        wide = [row for item in one.items for row in rows(shown(item, 80, words, shared=shared)) if len(row) > CELLS]

        assert wide == []


@pytest.mark.parametrize(
    ("question", "felt"),
    [
        ("Code postal?", ["▶ Code postal? [                       ]"]),
        (
            "Quelle est votre date de naissance?",
            ["▶ Quelle est votre date de", "  naissance? [                         ]"],
        ),
        (
            "En quelle année avez-vous obtenu votre premier certificat?",
            ["▶ En quelle année avez-vous obtenu votre", "  premier certificat? [                ]"],
        ),
    ],
)
def test_for_braille_the_end_of_a_long_question_shares_its_line_with_the_field(question: str, felt: list[str]) -> None:
    asked = entry(label=public(question))
    laid = shown(asked, 80, WORDS["fr"], focused=True, shared=columns((asked,), WORDS["fr"], CELLS))

    assert rows(laid)[: len(felt)] == felt
    assert laid.caret[1] == len(felt) - 1
    assert laid.start == 0


def test_the_labels_of_a_list_stand_below_each_other_behind_their_states() -> None:
    links = [
        Button("a", public("Couvreurs"), "open_profile", row=True, state=public(state)) for state in ("vu", "à revoir")
    ]
    shared = columns(tuple(links), WORDS["fr"])

    assert {rows(shown(one, 80, WORDS["fr"], shared=shared))[0].index("Couvreurs") for one in links} == {12}


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ([("[ab ]", "field")], [("[abc]", "field")], (3, 4)),
        ([("▶ ", "marker"), ("un", "text")], [("  ", "text"), ("un", "text")], (0, 2)),
        ([("même", "text")], [("même", "text")], (0, 0)),
        ([("court", "text")], [("court et long", "text")], (5, 13)),
        ([("a漢c", "text")], [("a字c", "text")], (1, 3)),
        ([("[x y]", "field")], [("[x\u0301 y]", "field")], (1, 2)),
    ],
)
def test_the_cells_that_differ_between_two_lines(before: Line, after: Line, cells: tuple[int, int]) -> None:
    assert changed(before, after) == cells


@in_each_scenario
@pytest.mark.parametrize("language", WORDS)
def test_everything_that_can_have_the_focus_says_its_label_and_its_state(name: str, language: str) -> None:
    words = WORDS[language]
    for one in pages(build(name, language)):
        for item in one.operable():
            said = _spaced(" ".join(rows(shown(item, 120, words, shared=columns(one.items, words)))))
            label, *more = [_spaced(text) for text in _words_of(item, words)]
            assert label, f"{item.id} has no label"
            assert all(text in said for text in (label, *more)), f"{item.id}: {label} {more}"


def _spaced(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def _words_of(item: Operable, words: Words) -> list[str]:
    """Return the label and what says the state."""
    said = [words.say(item.label)]
    match item:
        case Choice():
            said += [words.say(option.label) for option in item.options]
            said += [words.key("choice.chosen")] if item.value else []
        case EntryItem():
            said += [words.say(item.error)] if item.error is not None else []
        case Button():
            said += [words.say(item.state)] if item.state is not None else []
    return said
