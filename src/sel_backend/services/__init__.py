"""The rules of the contract. No HTTP here: they return messages or problems."""
