"""What crosses the wire to the terminal: environment, signals, capabilities."""
