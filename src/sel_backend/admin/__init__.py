"""The operator's commands, one file each: its command line, and the task it performs here or in a running server."""
