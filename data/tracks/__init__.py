"""Derived files of tracks: made from positions of the store by label and time, read under a reader's scope only."""
