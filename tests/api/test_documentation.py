"""What a caller of the API client can read in its docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sel_tui.api import accounts, client, links, sessions


def _calls() -> Iterator[Any]:
    for module in (client, sessions, links, accounts):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                for method, call in inspect.getmembers(kind, inspect.iscoroutinefunction):
                    if not method.startswith("_") and call is not client.ApiClient.close:  # which sends nothing
                        yield pytest.param(call, id=f"{name}.{method}")


@pytest.mark.parametrize("call", [*_calls()])
def test_every_call_says_what_it_raises_and_what_each_argument_is(call: Callable[..., Any]) -> None:
    text = inspect.getdoc(call) or ""

    assert "Raises:" in text
    assert "ApiError: " in text
    arguments = [argument for argument in inspect.signature(call).parameters if argument != "self"]
    assert [argument for argument in arguments if f"    {argument}: " not in text] == []
