"""The contract tested from outside: `make contract` runs schemathesis against running servers on both databases."""
