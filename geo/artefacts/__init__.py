"""Small committed artefacts: where it is far to any water."""
