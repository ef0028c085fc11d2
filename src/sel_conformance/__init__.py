"""Checks any back end against the contract over HTTP, rule by rule. Knows the wire and neither side."""
