"""Why something cannot be done now: what was not ticked, who has the case, what the case lacks."""

from collections.abc import Collection, Sequence

from sel_backend.services.idempotency import Context
from sel_backend.services.problems import ProblemError
from sel_backend.storage import desk_cases
from sel_contract import FieldProblem, ProblemType
from sel_contract.desk_acts import Obstacle


def not_possible(obstacle: Obstacle, pointer: str = "/act") -> ProblemError:
    """Return `act-not-possible` with its reason."""
    return ProblemError(ProblemType.ACT_NOT_POSSIBLE, errors=(FieldProblem(pointer=pointer, code=obstacle),))


def insist_ticked(checklist: Collection[str], ticked: Sequence[str], *, all_of_them: bool) -> None:
    """Do nothing where what was ticked stands in the checklist, and all of it was ticked where that is asked.

    Raises:
        ProblemError: `validation`.
    """
    wrong = None
    if set(ticked) - set(checklist):
        wrong = Obstacle.UNKNOWN_CHECK
    elif all_of_them and set(checklist) - set(ticked):
        wrong = Obstacle.MISSING_CHECK
    if wrong:
        raise ProblemError(ProblemType.VALIDATION, errors=(FieldProblem(pointer="/checks", code=wrong),))


def insist_free(context: Context, items: list[str]) -> None:
    """Do nothing where no other agent has taken any of these from its queue.

    Raises:
        ProblemError: `case-held`, with when the other one lets go at the latest.
    """
    held = desk_cases.holds(context.tx, items, context.now) if items else {}
    others = [hold.held_until for hold in held.values() if hold.agent_id != context.account_id]
    if others:
        raise ProblemError(ProblemType.CASE_HELD, retry_at=max(others))
