"""Numbered, forward-only migrations of the store."""
