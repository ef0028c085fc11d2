"""Demonstration data: fictitious, fixed, the same every time."""
