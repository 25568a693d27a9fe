"""Small committed artefacts: the gazetteer."""
