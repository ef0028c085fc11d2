"""What a script asks for: credentials by a file descriptor, JSON out, one exit code a meaning. No Textual."""
