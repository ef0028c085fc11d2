"""What a person is led to: never to a closed door, never to two first things, and to the end where there is one."""

from __future__ import annotations

from sel_tui.journey.core.page import Button, Fact, Prose
from sel_tui.journey.machine import page
from tests.scenarios import NAMES, build, linking, models
from tests.scenarios.walk import Walk
from tests.unit.rendering import WORDS, texts

METHODS = ("legacy_access", "questions", "link_code")


def standing(walk: Walk) -> dict[str, str]:
    """Return how each method that can be chosen stands, "" where nothing is said of it."""
    buttons = [item for item in page(walk.state).items if isinstance(item, Button) and item.command == "choose_method"]
    return {button.arg: button.state.key if button.state is not None else "" for button in buttons}


def cost(walk: Walk) -> list[str]:
    items = [item for item in page(walk.state).items if isinstance(item, Prose) and item.id == "cost"]
    return [WORDS["fr"].say(item.text) for item in items]


def test_a_method_that_the_server_refused_is_closed_and_another_is_proposed() -> None:
    walk = linking.legacy_access_busy(Walk.begins()).fails("method-locked").gets(models.METHODS)
    assert standing(walk) == {"legacy_access": "method.closed", "questions": "method.proposed", "link_code": ""}

    # Where nothing has gone wrong that is read first, the focus goes there too, and so does Enter by line.
    asked = Walk.begins().gets(models.service()).types(email="nom@exemple.com", password="Chantier-2026!").submits()
    again = asked.gets(models.session()).gets(models.methods(locked=("legacy_access",)))
    assert page(again.state).focus == "method.questions"

    listed = walk.does("reload").gets(models.methods(locked=("legacy_access",)))
    assert standing(listed)["legacy_access"] == "method.waits_until"
    assert standing(listed.does("reload").gets(models.METHODS))["legacy_access"] == "method.proposed"


def test_where_only_a_call_helps_no_method_is_proposed_before_another_is_chosen() -> None:
    for kind in ("held-elsewhere", "link-frozen"):
        walk = linking.legacy_access_busy(Walk.begins()).fails(kind, reference=models.REFERENCE).gets(models.METHODS)
        assert set(standing(walk)) == set(METHODS)
        assert set(standing(walk).values()) == {""}, kind

        assert standing(walk.does("choose_method", "questions").does("back"))["legacy_access"] == "method.proposed"


def test_where_every_method_is_closed_nothing_looks_as_if_it_could_be_chosen() -> None:
    shown = page(build("all_methods_locked"))

    assert [item.id for item in shown.operable()] == ["reload"]
    assert "Les trois méthodes sont fermées jusqu’à 17\u00a0h." in texts(shown, "fr")
    assert "Until 5\u00a0p.m., all three methods are closed." in texts(shown, "en")

    later = models.methods(locked=METHODS[:2], off=METHODS[2:])
    one_off = page(linking.methods_loading(Walk.begins()).gets(later).state)
    stand = [WORDS["fr"].say(item.value) for item in one_off.items if isinstance(item, Fact)]
    assert stand == ["rouvre à 17\u00a0h", "rouvre à 17\u00a0h", "non offerte"]


def test_what_is_offered_after_a_failure_says_whether_it_was_sent_and_is_the_only_first_thing() -> None:
    labels: dict[str, set[str]] = {"button.retry": set(), "button.check_done": set()}
    for name in NAMES:
        shown = page(build(name))
        mains = [item for item in shown.items if isinstance(item, Button) and item.main]
        assert len(mains) <= 1, name
        for button in mains:
            if button.id == "check_again":
                labels[button.label.key].add(name)

    assert {"link_unreachable", "link_unexpected", "code_request_unavailable"} <= labels["button.retry"]
    assert {"link_outcome_unknown", "link_cancelled", "report_outcome_unknown"} <= labels["button.check_done"]


def test_how_many_tries_are_left_is_said_once_one_has_failed() -> None:
    def left(count: int, **more: tuple[str, ...]) -> list[str]:
        listed = linking.methods_loading(Walk.begins()).gets(models.methods(left=count, **more))
        return cost(listed.does("choose_method", "legacy_access"))

    assert left(5) == []
    assert left(4) == ["Il vous reste 4 essais."]
    assert left(2) == ["Il vous reste 2 essais."]
    assert left(1) == ["Dernier essai\u00a0: ensuite, attente de 2 heures; les autres méthodes restent ouvertes."]
    assert left(1, locked=METHODS[1:]) == ["Dernier essai\u00a0: ensuite, attente de 2 heures."]


def test_when_every_file_is_verified_it_says_that_it_is_over_and_leads_out() -> None:
    state = build("verified_all")

    assert state.focus.item == "log_out"
    assert any("C’est terminé" in text for text in texts(page(state), "fr"))
