"""Questions to the store: one module per layer, each through the door."""
