"""How a frame becomes a picture: one file per map layer."""
