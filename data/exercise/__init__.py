"""The exercise world: synthetic, seeded, wholly invented."""
