"""Programs that show our pages and nothing more, each in another toolkit: what the same journey costs there."""
