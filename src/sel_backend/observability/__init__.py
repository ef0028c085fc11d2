"""What operators see: logs and metrics. Neither ever holds a name, an address, a number of a file or a secret."""
