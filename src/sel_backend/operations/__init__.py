"""What operators may do to a running or a resting back end. Each task gets the services; none speaks HTTP or prints."""
