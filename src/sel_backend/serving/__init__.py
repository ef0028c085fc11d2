"""Processes, sockets and signals: how the application is run, and how it ends."""
