"""Checks any back end against the contract over HTTP, rule by rule. Knows the wire, none of our services."""
