"""At a machine that many people use nothing of one person reaches the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sel_tui.journey.core.drafts import is_untouched
from sel_tui.journey.core.effects import LogOut
from sel_tui.journey.core.events import Abandoned, Command, Failed, Failure, LanguageChosen, SessionEnding
from sel_tui.journey.core.page import Prose
from sel_tui.journey.core.scopes import Person
from sel_tui.journey.core.state import State, with_app
from sel_tui.journey.machine import first_state, is_public, overlay_page, page, update
from sel_tui.journey.registry import Overlay, Step
from tests.scenarios import NAMES, build
from tests.scenarios.walk import Walk
from tests.unit import builders
from tests.unit.ways import logged_in, offered, told, typed


def at_kiosk(walk: Walk) -> Walk:
    return walk.at_kiosk()


@pytest.mark.parametrize("name", NAMES)
def test_whoever_goes_away_anywhere_leaves_the_first_page_as_it_comes(name: str) -> None:
    there = at_kiosk(Walk(build(name, "en")))
    gone = there.after(Abandoned())
    if gone.state.busy is not None and isinstance(gone.state.busy.effect, LogOut):
        gone = gone.gets()

    kept = {"app", "requests", "person", "focus", "notice", "busy"}
    fresh = State(step=Step.ATTRACT)
    assert replace(gone.state.person, generation=0) == Person(language=there.state.app.language)
    left = [one for one in State.__dataclass_fields__ if one not in kept]
    assert [one for one in left if getattr(gone.state, one) != getattr(fresh, one)] == []
    assert gone.state.person.generation == there.state.person.generation + 1
    assert is_untouched(gone.state)


@pytest.mark.parametrize("own", ["fr", "en"])
def test_the_machine_s_own_language_comes_first_again_whatever_somebody_chose(own: str) -> None:
    chosen = update(first_state(own, kiosk=True), LanguageChosen("en" if own == "fr" else "fr"))

    assert chosen.person.language != own
    assert update(chosen, Abandoned()).person.language == own


def test_the_last_try_is_the_last_time_that_the_server_was_asked_and_not_the_last_key() -> None:
    tried, later = (datetime(2026, 11, 29, hour, tzinfo=UTC) for hour in (9, 10))
    first = with_app(first_state(kiosk=True), now=tried)
    begun = update(with_app(update(first, Failed(1, Failure("unreachable"))), now=later), Command("begin", "fr"))

    said = [item.text for item in page(begun).items if isinstance(item, Prose) and item.id == "last_look"]
    assert [text.params for text in said] == [(("at", tried),)]


def test_whoever_goes_away_logged_in_is_hidden_at_once_and_logged_out_on_the_server() -> None:
    gone = at_kiosk(logged_in()).types(identifier="ci1234567").after(Abandoned())

    assert gone.state.busy is not None
    assert isinstance(gone.state.busy.effect, LogOut)
    assert gone.state.step is Step.ATTRACT
    assert told(gone.state)[1] == "notice.session_over"
    assert gone.gets().state.person.generation == gone.fails("unreachable").state.person.generation == 1


def test_the_next_person_may_type_while_the_one_before_is_logged_out() -> None:
    begun = at_kiosk(logged_in()).after(Abandoned()).does("begin", "fr")
    typing = begun.types(email="autre@exemple.com").gets()

    assert typed(typing.state) == {"email": "autre@exemple.com"}


def test_a_session_that_ends_brings_nobody_back_to_where_the_other_was() -> None:
    ended = at_kiosk(logged_in()).does("choose_method", "legacy_access").types(identifier="ci1234567")
    ended = ended.runs_out_of_time(wholly=True)

    assert ended.state.person.return_to is None
    assert ended.state.account.session is None
    assert typed(ended.state) == {}


def test_before_logging_in_one_is_asked_whether_one_is_there_and_any_key_stays() -> None:
    asked = at_kiosk(Walk.begins()).gets(builders.service()).types(email="nom@exemple.com")
    asked = asked.after(SessionEnding(builders.NOW, 60))
    shown = overlay_page(asked.state)

    assert asked.state.overlay is Overlay.EXPIRING
    assert shown is not None
    assert "log_out" not in {item.id for item in shown.items}
    assert "erased" in {item.id for item in shown.items}
    stayed = asked.does("stay").state
    assert stayed.overlay is None
    assert stayed.busy is None
    assert typed(stayed) == {"email": "nom@exemple.com"}


def test_on_a_machine_of_ones_own_nobody_is_asked_before_logging_in() -> None:
    asked = Walk.begins().gets(builders.service()).after(SessionEnding(builders.NOW, 60))

    assert asked.state.overlay is None


def test_a_receipt_is_not_saved_where_the_next_person_would_find_it() -> None:
    receipt = at_kiosk(Walk(build("receipt")))

    assert "save" in offered(build("receipt"))
    assert "save" not in offered(receipt.state)
    assert "print_80" in offered(receipt.state)
    assert receipt.does("save_receipt").state.busy is None


@pytest.mark.parametrize("name", NAMES)
def test_a_private_page_is_never_untouched(name: str) -> None:
    state = build(name)

    assert not (is_untouched(state) and not is_public(state.step))
