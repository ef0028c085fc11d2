"""What every step is made of: the state in its scopes, events, effects, pages, and the one update. It knows no step."""
