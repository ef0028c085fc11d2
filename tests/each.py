"""One test of many cases: where each takes less than a test costs to be found, started and reported."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from inspect import signature
from typing import Any

Test = Callable[..., None]


def in_each(argument: str, cases: Collection[Any]) -> Callable[[Test], Test]:
    """Return what makes of a test of one case a test of all, which tries each and says every one that fails.

    Args:
        argument: The name of the test's argument that takes the case.
        cases: What it takes, one after the other; at least one.
    """
    assert cases

    def of_all(test: Test) -> Test:
        @wraps(test)
        def tries(**given: Any) -> None:
            failures: list[Exception] = []
            for case in cases:
                try:
                    test(**given, **{argument: case})
                except Exception as failure:  # noqa: BLE001  # whatever it is, the other cases are tried
                    failure.add_note(f"with {argument} = {case!r}")
                    failures.append(failure)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(cases)} fail", failures)

        asked = signature(test)
        left = [one for one in asked.parameters.values() if one.name != argument]
        tries.__signature__ = asked.replace(parameters=left)  # type: ignore[attr-defined]
        return tries

    return of_all
