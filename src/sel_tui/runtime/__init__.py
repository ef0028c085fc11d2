"""One person's visit, whichever face drives it: its state, its calls, its clock, its keys, its receipts. No Textual."""
