"""What a process that is forked has loaded already (`tests/forked.py`)."""

from __future__ import annotations

from sel_tui.terminal.environment import scrub

scrub()  # as in the program, before Textual reads its variables

# ruff: noqa: E402, F401
import sel_backend.admin.import_files
import sel_backend.admin.serve
import sel_backend.demo.desk_cases
import sel_backend.serving.run
import sel_tui.api
import sel_tui.app
import sel_tui.cli
import sel_tui.line.run
import sel_tui.runtime.calls
