"""What a caller of the API client can read in its docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from sel_tui.api import client


def _calls() -> Iterator[str]:
    for name, kind in inspect.getmembers(client, inspect.isclass):
        if kind.__module__ == client.__name__:
            for method, _ in inspect.getmembers(kind, inspect.iscoroutinefunction):
                if not method.startswith("_") and (name, method) != ("ApiClient", "close"):  # which sends nothing
                    yield f"{name}.{method}"


@pytest.mark.parametrize("path", [*_calls()])
def test_every_call_says_what_it_raises_and_what_each_argument_is(path: str) -> None:
    name, _, method = path.partition(".")
    call = getattr(getattr(client, name), method)
    text = inspect.getdoc(call) or ""

    assert "Raises:" in text
    assert "ApiError: " in text
    arguments = [argument for argument in inspect.signature(call).parameters if argument != "self"]
    assert [argument for argument in arguments if f"    {argument}: " not in text] == []
