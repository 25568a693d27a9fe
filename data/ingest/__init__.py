"""Intake: one file per source format, one pipeline for all."""
