"""Small committed artefacts: the basemap."""
