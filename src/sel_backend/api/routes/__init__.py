"""One file per group of resources."""
