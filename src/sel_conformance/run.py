"""Runs the checks in an order in which none uses up the tries of another, and reports what each found."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx

from sel_conformance import attempt_checks, desk_checks, file_checks, protocol_checks
from sel_conformance.fixtures import Fixtures
from sel_conformance.harness import DeviationError, Harness

SECONDS: Final = 30.0


@dataclass(frozen=True)
class Check:
    """One check, under its name on the command line."""

    name: str
    run: Callable[[Harness], Awaitable[None]]

    @property
    def rule(self) -> str:
        """The rule that is checked, in one sentence."""
        return (self.run.__doc__ or "").strip()


@dataclass(frozen=True)
class Outcome:
    """The result of one check. `deviation` is empty where the back end conforms."""

    check: Check
    deviation: str


CHECKS: Final = (
    Check("models", protocol_checks.models),
    Check("problems", protocol_checks.problems),
    Check("headers", protocol_checks.headers),
    Check("idempotency", protocol_checks.idempotency),
    Check("languages", protocol_checks.languages),
    Check("sessions", protocol_checks.sessions),
    Check("rule-8", protocol_checks.secrets_in_errors),
    Check("rule-10", file_checks.same_questions),
    Check("rule-5", attempt_checks.bound_challenge),
    Check("rule-6", attempt_checks.code_once),
    Check("handoffs", attempt_checks.handed_off_once),
    Check("rule-7", file_checks.holders),
    Check("rule-9", file_checks.answers),
    Check("rule-4", attempt_checks.one_answer),
    Check("rule-2", attempt_checks.per_file),
    Check("rule-1", attempt_checks.counted_first),
    Check("rule-3", attempt_checks.one_lock_leaves_the_others),
    Check("desk-sides", desk_checks.sides),
    Check("desk-cases", desk_checks.cases),
    Check("desk-acts", desk_checks.acts),
)


async def conform(
    http: httpx.AsyncClient, fixtures: Fixtures, names: Iterable[str], report: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run checks and return their results.

    Args:
        http: speaks to the back end; its base URL stands before `/v1`.
        fixtures: the accounts and files that may be used.
        names: the checks to run; empty: all.
        report: called with the result of each check as soon as it is known.
    """
    chosen = set(names)
    harness = Harness(http, fixtures)
    outcomes = []
    for check in CHECKS:
        if chosen and check.name not in chosen:
            continue
        deviation = ""
        try:
            await check.run(harness)
        except DeviationError as error:
            deviation = str(error)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            deviation = f"the answer cannot be read: {type(error).__name__}"
        outcomes.append(Outcome(check, deviation))
        report(outcomes[-1])
    return outcomes
