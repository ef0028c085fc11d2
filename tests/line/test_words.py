"""The words of the line face: what is a key on a screen is typed there, and what a person typed stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.page import Fact
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import lines_of
from tests.line.stage import words
from tests.scenarios import build, in_each_scenario


@pytest.mark.parametrize(
    ("key", "french", "english"),
    [
        (
            "methods.no_way",
            "Rien de tout cela? Le Service à la clientèle peut vous aider : tapez f3.",
            "None of these? Customer Service can help you: type f3.",
        ),
        (
            "notice.held_elsewhere.next",
            "Appelez le Service à la clientèle (tapez f3) et donnez ce numéro de référence.",
            "Call Customer Service (type f3) and give this reference number.",
        ),
        (
            "field.password.hint",
            "Celui de votre compte. f4 l’affiche ou le masque.",
            "The one for your account. f4 shows or hides it.",
        ),
    ],
)
def test_a_key_is_what_one_types(key: str, french: str, english: str) -> None:
    assert words("fr").key(key).replace("\u00a0", " ") == french
    assert words("en").key(key) == english


def test_a_text_about_the_screen_gives_way_to_its_twin() -> None:
    status = msg("status.cancellable", status=msg("status.loading"))
    assert words("fr").say(status) == "Un instant… Ctrl+C pour arrêter."


def test_what_a_person_or_a_server_wrote_is_no_key() -> None:
    assert words("fr").say(public("Appartement : F3")) == "Appartement : F3"
    assert (
        words("fr")
        .say(msg("linked.done", name=personal("Atelier F3")))
        .endswith("Atelier F3\u00a0» est lié à votre compte.")
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("step", list(Step))
def test_no_help_speaks_of_keys_that_only_a_screen_has(step: Step, language: str) -> None:
    said = words(language).key(f"{step.value}.help")

    assert not re.search(r"\bF[1-9]|flèche|\barrow|Échap|\bEsc\b|plus bas|\bbelow\b", said)


@pytest.mark.parametrize("value", ["-", "--", "---\n---", "", "\n", "- 12 -"])
def test_what_a_file_says_instead_of_nothing_is_said(value: str) -> None:
    said = lines_of(Fact("phone", msg("field.email.label"), public(value)), words("fr"))[0]
    assert value.partition("\n")[0] in said[0]
    assert said[0].startswith(words("fr").key("field.email.label"))


@pytest.mark.parametrize("language", ["fr", "en"])
@in_each_scenario
def test_after_error_and_its_colon_stands_a_small_letter(name: str, language: str) -> None:
    said: list[str] = []
    renderer = Renderer(said.append, words=words, braille=True)
    state = replace(build(name, language), busy=None)
    prompt = renderer.render(state)
    assert prompt is not None
    if state.overlay is Overlay.EXPIRING:
        renderer.warn(state)

    assert not re.search(r"\b(Erreur|Attention|Error|Warning)\s?: [A-ZÀÉ]", "\n".join([*said, prompt.text]))
