"""One small file per sub-command of `sel-backend`."""
