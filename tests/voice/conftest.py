"""What the voice's tests share: words in one time zone, a speaker that writes down, an alarm that a test rings."""

from __future__ import annotations

import pytest

from tests.voice.listening import Alarms, Listener


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()
