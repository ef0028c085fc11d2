"""Runs the checks in an order in which none uses up another's tries, and tells what was found."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx

from sel_conformance import habits, rules, rules_of_files
from sel_conformance.lab import DeviationError, Lab
from sel_conformance.people import People

SECONDS: Final = 30.0


@dataclass(frozen=True)
class Check:
    """One check by its name on the command line."""

    name: str
    work: Callable[[Lab], Awaitable[None]]

    @property
    def says(self) -> str:
        """What the contract says, in one sentence."""
        return (self.work.__doc__ or "").strip()


@dataclass(frozen=True)
class Outcome:
    """What one check found. `deviation` empty: as the contract says."""

    check: Check
    deviation: str


CHECKS: Final = (
    Check("models", habits.models),
    Check("problems", habits.problems),
    Check("headers", habits.headers),
    Check("idempotency", habits.idempotency),
    Check("languages", habits.languages),
    Check("sessions", habits.sessions),
    Check("rule-8", habits.secrets_in_errors),
    Check("rule-10", rules_of_files.same_questions),
    Check("rule-5", rules.bound_challenge),
    Check("rule-6", rules.code_once),
    Check("rule-7", rules_of_files.holders),
    Check("rule-9", rules_of_files.answers),
    Check("rule-4", rules.one_answer),
    Check("rule-2", rules.per_file),
    Check("rule-1", rules.counted_first),
    Check("rule-3", rules.one_lock_leaves_the_others),
)


async def conform(
    http: httpx.AsyncClient, people: People, names: Iterable[str], tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run checks and return what they found.

    Args:
        http: speaks to the back end.
        people: the accounts and files that may be used.
        names: which checks; none: all.
        tell: called after each.
    """
    chosen = set(names)
    lab = Lab(http, people)
    outcomes = []
    for check in CHECKS:
        if chosen and check.name not in chosen:
            continue
        deviation = ""
        try:
            await check.work(lab)
        except DeviationError as error:
            deviation = str(error)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            deviation = f"the answer cannot be read: {type(error).__name__}"
        outcomes.append(Outcome(check, deviation))
        tell(outcomes[-1])
    return outcomes
