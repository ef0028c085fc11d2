"""Tables and what is asked of them. Every function takes a connection inside a transaction and commits nothing."""
