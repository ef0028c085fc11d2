"""Mails: their texts, the outbox, the sender."""
