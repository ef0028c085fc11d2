"""One person's visit: one key for one intent, one call at a time, and the end of the session told in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sel_contract import Problem, ProblemType
from sel_tui.api import (
    ClientTooOldError,
    ConnectionFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    ProxyRefusedError,
    RefusedError,
    UntrustedServerError,
)
from sel_tui.journey.core.events import Cancelled, Command, LanguageChosen, Opened
from sel_tui.journey.machine import fields_of
from sel_tui.journey.registry import Overlay, Step
from tests.api.stand_ins import Stage
from tests.unit import builders


@pytest.fixture
async def stage() -> Stage:
    """Return the stage with somebody who has logged in and chosen method 1."""
    stage = Stage()
    await stage.log_in()
    await stage.feed(Command("choose_method", "legacy_access"))
    return stage


def sent(stage: Stage, name: str) -> list[tuple[object, ...]]:
    return [given for called, given in stage.client.calls if called == name]


async def link(stage: Stage) -> None:
    await stage.submit(identifier="ci1234567", old_password="Ancien-1234!")


async def test_the_first_call_asks_who_the_server_is_and_nothing_is_sent_before() -> None:
    stage = Stage()
    assert stage.client.calls == []

    stage.visit.start()
    await stage.settle()

    assert stage.client.calls == [("service", ())]
    assert stage.state.app.service == builders.service()


async def test_a_login_reveals_the_secrets_to_the_client_only(stage: Stage) -> None:
    assert sent(stage, "sessions.open") == [("maika@exemple.test", "Chantier-2026!")]
    assert stage.state.account.session == builders.session()
    assert all("Chantier-2026!" not in repr(state) for state in stage.states)


async def test_the_same_intent_made_again_carries_the_same_key(stage: Stage) -> None:
    stage.client.answers["links.by_legacy_access"] = OutcomeUnknownError("lost")
    await link(stage)
    await stage.feed(Command("check_again"))
    stage.client.answers["links.by_legacy_access"] = builders.link()
    await stage.feed(Command("check_again"))

    keys = [given[-1] for given in sent(stage, "links.by_legacy_access")]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert stage.state.step is Step.LINKED


async def test_another_intent_carries_another_key(stage: Stage) -> None:
    refusal = Problem(type=ProblemType.NOT_RECOGNIZED, title="", status=422)
    stage.client.answers["links.by_legacy_access"] = RefusedError(refusal)
    await link(stage)
    await link(stage)

    keys = [str(given[-1]) for given in sent(stage, "links.by_legacy_access")]
    assert len(set(keys)) == 2
    assert all(len(key) >= 22 for key in keys)


async def test_a_key_stays_the_same_when_the_password_is_asked_for_in_between(stage: Stage) -> None:
    stage.client.answers["links.by_legacy_access"] = RefusedError(
        Problem(type=ProblemType.STEP_UP_REQUIRED, title="", status=401)
    )
    await link(stage)
    assert [item.name for item in fields_of(stage.state)] == ["password"]
    stage.client.answers["links.by_legacy_access"] = builders.link()
    await stage.submit(password="Chantier-2026!")

    assert len({given[-1] for given in sent(stage, "links.by_legacy_access")}) == 1
    assert stage.state.step is Step.LINKED


async def test_a_second_submission_while_one_is_under_way_sends_nothing(stage: Stage) -> None:
    stage.visit.feed(Command("submit"))
    await link(stage)
    stage.visit.feed(Command("select_profile"))
    for _ in range(3):
        stage.visit.feed(Command("submit"))

    assert len(stage.calls) == 1
    await stage.settle()


async def test_an_answer_to_a_call_that_was_given_up_is_ignored(stage: Stage) -> None:
    stage.visit.feed(Command("back"))
    stage.visit.feed(Command("reload"))
    (given_up,) = stage.calls
    stage.calls.clear()
    stage.visit.feed(Cancelled())
    before = stage.state

    assert given_up.cancelled
    assert stage.state.busy is None
    await stage.settle()
    assert stage.state is before


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (ConnectionFailedError("none"), "notice.unreachable"),
        (UntrustedServerError("expired"), "notice.untrusted"),
        (ProxyRefusedError("407"), "notice.proxy_refused"),
        (OutcomeUnknownError("lost"), "notice.slow"),
        (InvalidResponseError("garbage"), "notice.not_understood"),
        (ClientTooOldError("new"), "notice.too_old"),
        (RefusedError(Problem(type="unavailable", title="", status=503)), "notice.unavailable"),
        (RefusedError(Problem(type="from-the-future", title="", status=418)), "notice.unexpected"),
        (RuntimeError("a mistake of ours"), "notice.unexpected"),
    ],
)
async def test_whatever_goes_wrong_becomes_a_notice(error: Exception, notice: str) -> None:
    stage = Stage()
    stage.client.answers["service"] = error
    stage.visit.start()
    await stage.settle()

    assert stage.state.notice is not None
    assert stage.state.notice.title.key == notice


async def test_an_error_of_this_program_is_recorded_and_the_person_sees_its_reference() -> None:
    stage, error, recorded = Stage(), RuntimeError("a mistake of ours"), list[Exception]()

    def record(error: Exception) -> str:
        recorded.append(error)
        return "C0FFEE01"

    stage.visit = stage.new_visit(record=record)
    stage.client.answers["service"] = error
    stage.visit.start()
    await stage.settle()

    assert recorded == [error]
    assert stage.state.notice is not None
    assert stage.state.notice.reference == stage.state.account.reference == "C0FFEE01"


async def test_the_server_is_asked_in_the_language_of_the_moment(stage: Stage) -> None:
    await stage.feed(LanguageChosen("en"), Command("back"), Command("reload"))

    assert stage.client.languages[-1] == "en"


async def test_the_warning_comes_at_the_moment_that_the_server_names(stage: Stage) -> None:
    assert stage.bell.seconds == 900 - 150
    await stage.ring()

    assert stage.state.overlay is Overlay.EXPIRING
    assert stage.state.ends_at == builders.NOW + timedelta(seconds=150)
    assert stage.bell.seconds == 150


async def test_staying_takes_one_key_and_starts_the_clock_anew(stage: Stage) -> None:
    await stage.ring()
    await stage.feed(Command("stay"))

    assert len(sent(stage, "sessions.extend")) == 1
    assert stage.state.overlay is None
    assert stage.bell.seconds == 900 - 150


async def test_somebody_who_is_typing_is_not_disturbed(stage: Stage) -> None:
    stage.visit.record_activity()
    await stage.ring()

    assert len(sent(stage, "sessions.extend")) == 1
    assert stage.state.overlay is None
    assert stage.bell.seconds == 900 - 150


async def test_somebody_who_typed_long_ago_is_warned_again(stage: Stage) -> None:
    stage.visit.record_activity()
    await stage.ring()
    await stage.ring()

    assert stage.state.overlay is Overlay.EXPIRING


async def test_when_the_quiet_extension_fails_the_end_still_comes(stage: Stage) -> None:
    stage.client.answers["sessions.extend"] = ConnectionFailedError("none")
    stage.visit.record_activity()
    await stage.ring()
    assert stage.bell.seconds <= 150
    await stage.ring()

    assert stage.state.step is Step.LOGIN


async def test_every_answer_of_the_server_starts_the_clock_anew(stage: Stage) -> None:
    bells = len(stage.bells)
    await stage.feed(Command("back"), Command("reload"))

    assert len(stage.bells) > bells
    assert stage.bell.seconds == 900 - 150


async def test_the_end_brings_the_login_step_and_the_token_is_forgotten(stage: Stage) -> None:
    await stage.ring()
    await stage.ring()

    assert stage.state.step is Step.LOGIN
    assert stage.state.person.return_to is not None
    assert stage.state.person.return_to.step is Step.LEGACY_ACCESS
    assert stage.client.forgot == 1
    assert not [bell for bell in stage.bells if not bell.cancelled]


async def test_a_warning_longer_than_half_the_session_comes_at_half_of_it() -> None:
    stage = Stage()
    stage.client.answers |= {"service": builders.service(idle=180), "sessions.open": builders.session(idle=180)}
    await stage.log_in()

    assert stage.bell.seconds == 90


async def test_the_absolute_limit_counts_when_it_comes_before_the_idle_one() -> None:
    stage = Stage()
    stage.client.answers["sessions.open"] = builders.session(absolute=600)
    await stage.log_in()

    assert stage.bell.seconds == 600 - 150


async def test_logging_out_leaves_no_alarm_and_nothing_of_the_person(stage: Stage) -> None:
    await stage.feed(Opened(Overlay.LEAVE), Command("log_out"))

    assert ("sessions.close", ()) in stage.client.calls
    assert not [bell for bell in stage.bells if not bell.cancelled]
    assert "maika" not in repr(stage.state).lower()


async def test_leaving_logs_out_and_lets_go_of_the_connection(stage: Stage) -> None:
    await stage.visit.close()

    assert stage.client.calls[-1] == ("sessions.close", ())
    assert stage.client.closed
    assert not [bell for bell in stage.bells if not bell.cancelled]


async def test_leaving_ends_though_the_server_does_not_answer(stage: Stage) -> None:
    stage.client.answers["sessions.close"] = ConnectionFailedError("none")
    await stage.visit.close()

    assert stage.client.closed


async def test_leaving_before_any_call_has_nothing_to_close() -> None:
    stage = Stage()
    stage.visit._client = None
    await stage.visit.close()

    assert stage.client.calls == []
