"""The steps, a file each (or a closely tied few): all about a step is in its file, as a `StepSpec` in `STEPS`."""
