"""The suite watches itself: a test that hangs fails instead of keeping everybody waiting."""

from __future__ import annotations

import pytest


def test_a_test_that_hangs_fails(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.hasplugin("timeout")
    assert 60 <= float(pytestconfig.getini("timeout")) <= 600
