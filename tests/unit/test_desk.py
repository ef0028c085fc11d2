"""The desk's journey: what is looked up and done, what is asked before it, and what ends with a case."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sel_contract.desk_acts import DeskQueue, FigureRow, QueueItems
from sel_contract.desk_case import DeskProposal, MailReason, MailState, ProposalCode
from sel_tui.journey.core.desk_effects import (
    ActOnCase,
    DecideCorrection,
    FetchCase,
    FetchCorrections,
    FetchFigures,
    FindCase,
    LetGo,
    TakeNext,
)
from sel_tui.journey.core.effects import ChoosePassword, Effect
from sel_tui.journey.core.lookups import ACCOUNT, FILE, REFERENCE, kind_of, read_lookup
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Fact
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Notice, State, Tone
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.desk_case import acts
from sel_tui.journey.steps.desk_cases import Case
from sel_tui.runtime.figures_csv import figures_csv
from tests.scenarios import build, desk_records
from tests.scenarios import working_at_desk as desk
from tests.scenarios.logging_in import PASSWORD
from tests.scenarios.walk import Walk
from tests.unit.rendering import WORDS


def asked(walk: Walk) -> Effect | None:
    return walk.state.busy.effect if walk.state.busy is not None else None


def facts(state: State, language: str = "fr") -> str:
    said = [item.value for item in page(state).items if isinstance(item, Fact)]
    return "\n".join(WORDS[language].say(one) for one in said).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "kind", "sent"),
    [
        ("4t8w 2nrq 6t", REFERENCE, "4T8W-2NRQ-6T"),
        ("4T8W2NRQ6T", REFERENCE, "4T8W-2NRQ-6T"),
        ("ci 1234567", FILE, "ci1234567"),
        ("CI12345678", FILE, "ci12345678"),
        ("as ftq", FILE, "asftq"),
        ("Nom@Exemple.com", ACCOUNT, "nom@exemple.com"),
    ],
)
def test_what_is_typed_is_a_reference_a_file_or_an_account(typed: str, kind: str, sent: str) -> None:
    assert (kind_of(typed), read_lookup(typed).sent) == (kind, sent)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("4t8w 2nrq 6s", "lookup.heard_wrong"),
        ("4t8w 2nrq", "lookup.length"),
        ("4t8u 2nrq 6t", "field.code.strange"),
        ("1140000001", "lookup.neq"),
        ("1240000001", "lookup.heard_wrong"),
        ("7K3M9-QTDHX", "lookup.linking_code"),
        ("114000000", "identifier.choose_category"),
        ("nom@", "identifier.bad_email"),
    ],
)
def test_what_cannot_be_right_is_not_sent_and_says_why(typed: str, why: str) -> None:
    problem = read_lookup(typed).problem

    assert problem is not None
    assert problem.key == why
    assert asked(desk.desk(Walk.begins()).types(lookup=typed).submits()) is None


def test_a_reference_needs_no_reason_and_everything_else_does() -> None:
    by_reference = desk.desk_reference_heard(Walk.begins()).submits()
    assert asked(by_reference) == FindCase((("by", "reference"), ("reference", "4T8W-2NRQ-6T")))

    assert asked(desk.desk_reason_missing(Walk.begins())) is None
    by_file = desk.desk_reason(Walk.begins()).types(lookup_reason="follow_up").submits()
    assert asked(by_file) == FindCase((("by", "file"), ("identifier", "ci1234567"), ("reason", "follow_up")))


def test_the_password_that_was_given_is_not_asked_twice_and_is_gone_once_another_is_chosen() -> None:
    chosen = desk.desk_password(Walk.begins()).types(new_password="Chantier-2027!").submits()

    assert asked(chosen) == ChoosePassword(Secret(PASSWORD), Secret("Chantier-2027!"))
    assert chosen.gets(desk_records.agent_session()).state.tasks == {}


def test_nothing_is_done_before_the_whole_checklist_is_ticked_and_a_tick_can_be_taken_back() -> None:
    ticked = desk.desk_act_ticked(Walk.begins()).does("tick", "right")
    assert ticked.state.focus.item == "submit"
    back = ticked.does("tick", "identity").submits()
    assert (asked(back), back.state.focus.item) == (None, "check.identity")

    done = back.does("tick", "identity").submits()
    assert asked(done) == ActOnCase("case-1", (("act", "send_coordinates"),), ("identity", "address", "right"))


def test_what_nobody_calls_for_needs_no_checklist() -> None:
    answered = desk.desk_answer(Walk.begins()).types(answer="C’est corrigé.").submits()

    about = (("act", "answer_report"), ("reference", desk_records.REPORT), ("text", "C’est corrigé."))
    assert asked(answered) == ActOnCase("case-1", about)


def test_after_an_act_the_case_is_read_again_whether_it_was_done_or_not() -> None:
    sent = desk.desk_act(Walk.begins()).does("tick_all").submits()
    for after in (
        sent.gets(desk_records.SENT),
        sent.fails("act-not-possible", codes=(("", "no-address"),)),
        sent.fails("case-held"),
    ):
        assert (after.state.step, asked(after)) == (Step.DESK_CASE, FetchCase("case-1"))


def test_an_act_whose_answer_was_lost_is_repeated_under_the_same_key() -> None:
    sent = desk.desk_act(Walk.begins()).does("tick_all").submits()
    lost = sent.fails("unknown-outcome")
    again = lost.does("check_again")

    assert sent.state.busy is not None
    assert again.state.busy is not None
    assert (again.state.busy.intent, asked(again)) == (sent.state.busy.intent, asked(sent))


def test_what_is_proposed_can_be_done_first_and_each_act_once() -> None:
    state = build("desk_case_frozen")
    assert acts(state, desk_records.FROZEN) == (
        ("free_link", "link-1"),
        ("send_coordinates", ""),
        ("end_link", "link-1"),
    )
    assert [kind for kind, _ in acts(state, desk_records.REPORTED)][:1] == ["answer_report"]
    digits = [item.key for item in page(state).items if isinstance(item, Button) and item.row]
    assert digits == ["1", "2", "3"]


def test_what_to_say_is_in_the_callers_language_and_the_reasons_are_in_plain_words() -> None:
    assert "Somebody said that they did not link this file." in facts(build("desk_case_frozen", "fr"))
    assert "NEQ au lieu du numéro" in facts(build("desk_case_locked"))
    assert "questions : fermée (" in facts(build("desk_case_locked"))


def test_what_was_yesterday_is_said_so_and_what_was_done_leaves_room_for_what_to_do() -> None:
    attempts = tuple(
        one.model_copy(update={"at": desk_records.CASE.now - timedelta(days=days)})
        for days, one in enumerate(desk_records.FROZEN.attempts * 2)
    )
    case = desk_records.FROZEN.model_copy(update={"attempts": attempts})
    found = desk.desk_reference_heard(Walk.begins()).submits().gets(case)
    labels = [WORDS["fr"].say(item.label) for item in page(found.state).items if item.id.startswith("attempt.")]  # type: ignore[union-attr]
    done = replace(found.state, notice=Notice(Tone.SUCCESS, msg("done.end_sessions")))

    assert [label.startswith("hier, ") for label in labels] == [False, True]
    assert sum(item.id.startswith(("attempt.", "proposal.")) for item in page(done).items) == 2


@pytest.mark.parametrize("reason", list(MailReason))
@pytest.mark.parametrize(
    ("mail", "code"),
    [(MailState.RETURNED, ProposalCode.MAIL_RETURNED), (MailState.DELAYED, ProposalCode.MAIL_DELAYED)],
)
def test_a_mail_that_came_back_or_is_late_is_said_with_its_reason(
    mail: MailState, code: ProposalCode, reason: MailReason
) -> None:
    about = {"mail": mail, "mail_at": desk_records.EARLIER, "mail_reason": reason}
    found = desk_records.case(
        coordinates=(desk_records.CASE.coordinates[0].model_copy(update=about),),
        proposals=(DeskProposal(code=code, at=desk_records.EARLIER, address="m•••@e•••.test", mail_reason=reason),),
    )
    shown = desk.desk_reference_heard(Walk.begins()).submits().gets(found).state
    said = {item.id: WORDS["fr"].say(item.value) for item in page(shown).items if isinstance(item, Fact)}
    why = WORDS["fr"].say(msg(f"mail_reason.{reason.value}"))
    assert [why in said[name] for name in ("proposal.0", "script", "coordinates.0")] == [True] * 3


def test_a_queue_says_of_a_mail_that_came_back_why() -> None:
    back = {"mail": MailState.RETURNED, "mail_reason": MailReason.MAILBOX_FULL}
    items = tuple(item.model_copy(update=back) for item in desk_records.QUEUE.items[1:])
    mails = QueueItems(queue=DeskQueue.MAILS, items=items, more=False)
    state = desk.desk_queue(Walk.begins()).does("other_queue", "mails").gets(mails).state
    (row,) = (item for item in page(state).items if item.id == "item.item-2")
    assert isinstance(row, Button)
    assert WORDS["fr"].say(row.label).count(" · revenu\u00a0: la boîte est pleine") == 1


def test_the_next_one_of_a_queue_takes_the_place_of_the_case() -> None:
    following = desk.desk_case_from_queue(Walk.begins()).does("take")
    assert asked(following) == TakeNext("reports")
    opened = following.gets(desk_records.LOCKED).state

    assert opened.step is Step.DESK_CASE
    assert opened.tasks[Case] == Case(case=desk_records.LOCKED)


def test_what_was_held_is_let_go_and_nobody_waits_for_it() -> None:
    left = desk.desk_case_from_queue(Walk.begins()).does("next_caller")
    assert asked(left) == LetGo("case-1")

    for after in (left.gets(), left.fails("unreachable")):
        assert (after.state.step, after.state.notice, after.state.tasks) == (Step.DESK, None, {})


def test_when_the_session_ends_nothing_of_the_case_stays_and_a_lost_act_is_said() -> None:
    acting = desk.desk_act(Walk.begins()).does("tick_all").submits().runs_out_of_time(wholly=True).state

    assert (acting.step, acting.tasks, acting.person.return_to) == (Step.DESK_LOGIN, {}, None)
    assert acting.notice is not None
    assert [line.key for line in acting.notice.lines][:1] == ["notice.unknown"]


def test_figures_are_for_supervisors_and_name_nobody() -> None:
    assert "figures" not in {item.id for item in page(build("desk")).items}
    shown = build("desk_figures")
    bars = {item.id: item.bar for item in page(shown).items if isinstance(item, Fact)}

    assert bars["figure.linked"] == max(bars.values())
    assert 0 < bars["figure.acted"] < bars["figure.refused"] < bars["figure.linked"]
    assert "56, dont 40 par référence" in facts(shown)
    assert asked(desk.desk_of_supervisor(Walk.begins()).does("figures")) == FetchFigures(30)


def test_figures_are_kept_as_rows_of_the_contract_that_no_spreadsheet_runs() -> None:
    rows = list(csv.reader(io.StringIO(figures_csv(desk_records.FIGURES))))

    assert rows[0] == ["day", "kind", "method", "reason", "found_by", "act", "number"]
    assert rows[1] == ["2026-02-01", "refused", "legacy_access", "wrong_password", "", "", "75"]
    assert len(rows) == 1 + len(desk_records.FIGURES.rows)
    formulas: dict[str, Any] = {"day": "=1+1", "kind": "@SUM", "reason": "-2", "number": "+3"}
    hostile = FigureRow.model_construct(**formulas)
    figures = desk_records.FIGURES.model_copy(update={"rows": (hostile,)})
    assert figures_csv(figures).splitlines()[1] == "'=1+1,'@SUM,,'-2,,,'+3"


def test_only_a_supervisor_asks_for_another_address_and_only_while_none_waits() -> None:
    supervisor = desk.desk_of_supervisor(Walk.begins()).state
    assert ("correct_address", "") in acts(supervisor, desk_records.CASE)
    assert ("correct_address", "") not in acts(build("desk"), desk_records.CASE)
    assert ("correct_address", "") not in acts(supervisor, desk_records.case(correction="correction-0"))

    asked_for = desk.desk_address(Walk.begins()).types(new_address="Maika@Nouveau.test").does("tick_all").submits()
    checks = ("identity", "address", "right")
    act = (("act", "correct_address"), ("email", "maika@nouveau.test"))
    assert asked(asked_for) == ActOnCase("case-1", act, checks)


def test_a_correction_is_confirmed_by_its_address_typed_again_and_by_another_person() -> None:
    typed = desk.desk_decision(Walk.begins()).types(address_again="maika@nouveau.test").submits()
    assert asked(typed) == DecideCorrection("correction-0", "maika@nouveau.test")
    assert asked(desk.desk_decision(Walk.begins()).does("refuse")) == DecideCorrection("correction-0")

    mine = desk.desk_decision_of_mine(Walk.begins())
    assert "submit" not in {item.id for item in page(mine.state).items}
    assert asked(mine.submits()) is None
    for after in (typed.gets(desk_records.CONFIRMED), typed.fails("not-found")):
        assert (after.state.step, asked(after)) == (Step.DESK_CORRECTIONS, FetchCorrections())
