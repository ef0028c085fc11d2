"""Hashing, keys, tokens, comparison of answers. Imports no storage and no HTTP."""
