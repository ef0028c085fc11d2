"""What lies over a step: help, Customer Service, leaving, the demonstration's panel, the session's end."""

from sel_tui.screens.step import StepScreen


class DialogScreen(StepScreen):
    """Drawn like a step, over it; Esc closes it and the step is as it was."""
