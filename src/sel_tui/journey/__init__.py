"""The pure heart of the client: what the person's journey is. No I/O, no Textual, no httpx, no wall clock."""
