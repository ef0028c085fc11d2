"""Measured figures: `make bench`, or `python -m benchmarks [names]`. Nothing here runs in the tests."""
